#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/connection/sealed/key_file.hpp>
#include <tandem/connection/sealed/sealer.hpp>

using namespace tandem;
using sealed::Sealer;

namespace {

Sealer sealer(char fill) { return *Sealer::from_key(Secret(std::string(32, fill))); }

struct Directory {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("tandem-key-test-" + to_hex(random_bytes(8)));
  Directory() { std::filesystem::create_directories(path); }
  Directory(Directory const&) = delete;
  Directory& operator=(Directory const&) = delete;
  ~Directory() { std::filesystem::remove_all(path); }
  [[nodiscard]] std::string file(std::string const& name, std::string const& content, mode_t mode) const {
    auto const full = (path / name).string();
    std::ofstream(full) << content;
    ::chmod(full.c_str(), mode);
    return full;
  }
};

mode_t mode_of(std::string const& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

}  // namespace

TEST_CASE("what was sealed comes back, and each seal is another one [A8]") {
  auto const text = GENERATE(as<std::string>{}, "", "x", "a secret value", std::string(100'000, 'z'));
  auto const seal = sealer('k');
  auto const one = seal.seal("client-secret", text);
  auto const two = seal.seal("client-secret", text);
  REQUIRE(one.has_value());
  CHECK(one->nonce != two->nonce);
  CHECK(one->ciphertext.size() == text.size() + 16);
  auto const back = seal.open("client-secret", *one);
  REQUIRE(back.has_value());
  CHECK(back->expose() == text);
}

TEST_CASE("AES-256-GCM as others compute it opens: a fixed vector [A8]") {
  // GCM specification (McGrew, Viega), test case 16: key, nonce, plain text, associated data, tag.
  std::string const key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
  auto const bytes = [](std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
      out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return out;
  };
  auto const seal = Sealer::from_key(Secret(bytes(key)));
  sealed::Record record{seal->key_id(), bytes("cafebabefacedbaddecaf888"),
                        bytes("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5"
                              "f61e6393ba7a0abcc9f662"
                              "76fc6ece0f4e1768cddf8853bb2d551b")};
  auto const plain = seal->open(bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"), record);
  REQUIRE(plain.has_value());
  CHECK(
      to_hex(plain->expose()) ==
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
}

TEST_CASE("a wrong key is a clear error and never a guess [A8]") {
  auto const record = sealer('k').seal("jira-token", "value");
  auto const opened = sealer('x').open("jira-token", *record);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().kind == ErrorKind::config);
  CHECK(opened.error().message.find("TANDEM_KEY") != std::string::npos);
}

TEST_CASE("a changed record, nonce or name does not open [A8]") {
  auto const seal = sealer('k');
  auto record = *seal.seal("client-secret", "value");
  std::string name = "client-secret";
  int const what = GENERATE(0, 1, 2, 3, 4);
  CAPTURE(what);
  if (what == 0) record.ciphertext[0] = static_cast<char>(record.ciphertext[0] ^ 1);
  if (what == 1) record.ciphertext.back() = static_cast<char>(record.ciphertext.back() ^ 1);
  if (what == 2) record.nonce[3] = static_cast<char>(record.nonce[3] ^ 1);
  if (what == 3) name = "jira-token";
  if (what == 4) record.ciphertext.resize(5);
  auto const opened = seal.open(name, record);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().kind == ErrorKind::store);
}

TEST_CASE("a sealed record survives its JSON and hides key and value [A8] [S1]") {
  auto const seal = sealer('k');
  auto const record = *seal.seal("client-secret", "marked-value");
  auto const json = record.to_json();
  CHECK(json::to_text(json).find("marked-value") == std::string::npos);
  auto const back = sealed::Record::from_json(json);
  REQUIRE(back.has_value());
  CHECK(seal.open("client-secret", *back)->expose() == "marked-value");
  CHECK(seal.key_id().size() == 16);
  CHECK(to_hex(sha256(std::string(32, 'k'))).find(seal.key_id()) == std::string::npos);  // no plain hash of the key
  CHECK_FALSE(sealed::Record::from_json(json::Object{{"key", "x"}, {"nonce", "AA=="}, {"data", "AA=="}}).has_value());
}

TEST_CASE("a key must have 32 bytes [A8]") {
  CHECK_FALSE(Sealer::from_key(Secret(std::string(31, 'x'))).has_value());
  CHECK_FALSE(Sealer::from_key(Secret()).has_value());
  CHECK(sealed::key_from_base64(Secret(to_base64(std::string(32, 'k')) + "\n"))->expose() == std::string(32, 'k'));
  auto const bad = GENERATE(as<std::string>{}, "", "hello", "a2V5", "not base64 at all!");
  auto const key = sealed::key_from_base64(Secret(bad));
  REQUIRE_FALSE(key.has_value());
  CHECK(key.error().kind == ErrorKind::config);
}

TEST_CASE("a key file is made once, for its owner alone [A8] [S4]") {
  Directory const base;
  auto const directory = (base.path / "config" / "keys").string();
  CHECK_FALSE(sealed::find_own_key_file(directory, "id")->has_value());
  auto const made = sealed::load_or_create_key_file(directory, "id");
  REQUIRE(made.has_value());
  CHECK(made->expose().size() == 32);
  CHECK(mode_of(directory) == 0700);
  CHECK(mode_of(directory + "/id.key") == 0600);
  CHECK(sealed::load_or_create_key_file(directory, "id")->expose() == made->expose());
  CHECK((*sealed::find_own_key_file(directory, "id"))->expose() == made->expose());
  CHECK(sealed::load_or_create_key_file(directory, "other")->expose() != made->expose());
  CHECK(std::distance(std::filesystem::directory_iterator(directory), {}) == 2);  // nothing is left aside
}

TEST_CASE("programs that start together agree on one key [A8]") {
  Directory const base;
  std::set<std::string> keys;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      auto const key = sealed::load_or_create_key_file(base.path.string(), "id");
      std::lock_guard const hold(mutex);
      keys.insert(key ? std::string(key->expose()) : "failed");
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(keys.size() == 1);
  CHECK_FALSE(keys.contains("failed"));
}

TEST_CASE("a key file that others can change is refused, the own one also when they can read it [S4]") {
  Directory const base;
  auto const text = to_base64(std::string(32, 'k'));
  auto const [mode, given, own] = GENERATE(table<int, bool, bool>({{0600, true, true},
                                                                   {0400, true, true},
                                                                   {0440, true, false},
                                                                   {0444, true, false},
                                                                   {0644, true, false},
                                                                   {0620, false, false},
                                                                   {0602, false, false}}));
  CAPTURE(mode);
  auto const path = base.file("id.key", text, static_cast<mode_t>(mode));
  CHECK(sealed::load_key_file(path).has_value() == given);
  CHECK(sealed::find_own_key_file(base.path.string(), "id").has_value() == own);
}

TEST_CASE("a key file holds raw bytes or base64, anything else is told [A8]") {
  Directory const base;
  CHECK(sealed::load_key_file(base.file("raw", std::string(32, '\x01'), 0600))->expose() == std::string(32, '\x01'));
  CHECK(sealed::load_key_file(base.file("text", to_base64(std::string(32, 'k')) + "\r\n", 0600))->expose() ==
        std::string(32, 'k'));
  CHECK(sealed::load_key_file(base.file("bad", "secret", 0600)).error().kind == ErrorKind::config);
  CHECK(sealed::load_key_file((base.path / "none").string()).error().message.find("TANDEM_KEY_FILE") != std::string::npos);
  CHECK(sealed::load_key_file(base.path.string()).error().kind == ErrorKind::config);
}

TEST_CASE("where no key file can be made the way out is named [A8]") {
  Directory const base;
  auto const blocked = base.file("file", "", 0600) + "/keys";  // below a file no directory can be made
  auto const made = sealed::load_or_create_key_file(blocked, "id");
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().kind == ErrorKind::config);
}
