// A marked secret in every credential, and a search for it in everything that is written: outputs at every level, traces, history, the
// store's bytes, and what child processes are started with (SPEC S1, A8).
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>

#include "driver.hpp"
#include "support/key_pair.hpp"

using namespace tandem;
using namespace cli_test;
namespace fs = std::filesystem;

namespace {

std::string content(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Sources of secrets are written by the test itself and are not searched.
struct Planted {
  Sandbox sandbox;
  Operator ann{sandbox};
  Folder sources;
  std::string printed;
  std::vector<std::string> marks;

  void mark(std::string const& secret) {
    marks.push_back(secret);
    marks.push_back(to_base64(secret));
    marks.push_back(to_base64url(secret));
  }
  void run(std::vector<std::string> args, std::map<std::string, std::string> environment = {}, std::string input = {}) {
    for (auto const* const level : {"-q", "-v", "-vv"}) {
      auto more = args;
      more.emplace_back(level);
      more.insert(more.end(), {"--trace-http", ann.folder().path("trace.jsonl")});
      printed += ann.tandem(more, environment, input).all();
      more.insert(more.end(), {"-o", "json", "--log-format", "json"});
      printed += ann.tandem(more, environment, input).all();
    }
  }
  // A command that gives the secret in `file`, and writes down with what arguments it and its parent were started.
  std::string telling(std::string const& file) const {
    auto const script =
        sources.write("tell.sh", "#!/bin/sh\ntr '\\0' ' ' < /proc/$$/cmdline >> " + ann.folder().path("argv") +
                                     "\ntr '\\0' ' ' < /proc/$PPID/cmdline >> " + ann.folder().path("argv") + "\ncat \"$1\"\n");
    fs::permissions(script, fs::perms::owner_all);
    return script + " " + file;
  }
  void search() const {
    REQUIRE(printed.size() > 2000);
    std::size_t files = 0;
    auto const look = [&](std::string const& bytes, std::string const& where) {
      CAPTURE(where);
      for (std::size_t i = 0; i < marks.size(); ++i) {
        CAPTURE(i);
        CHECK(bytes.find(marks[i]) == std::string::npos);
      }
      CHECK_FALSE(holds_a_token(bytes));
    };
    look(printed, "outputs");
    for (auto const& file : fs::recursive_directory_iterator(ann.folder().path())) {
      if (!file.is_regular_file()) continue;
      ++files;
      look(content(file.path()), file.path().string());
    }
    CHECK(files >= 4);
  }
};

// What every connection is used for.
void use(Planted& planted, std::map<std::string, std::string> const& environment = {}) {
  auto const item = std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json";
  planted.run({"auth", "check"}, environment);
  planted.run({"auth", "show"}, environment);
  planted.run({"items", "apply", "-f", item, "--baseline", "all"}, environment);
  planted.run({"sync-once", "--dry-run"}, environment);
  planted.run({"sync-once"}, environment);
  planted.run({"status"}, environment);
  planted.sandbox.configure("entra.refuse", std::int64_t{7000215});
  planted.run({"auth", "check"}, environment);
  planted.sandbox.configure("entra.refuse", std::int64_t{0});
  planted.sandbox.configure("jira.deadToken", true);
  planted.run({"auth", "check"}, environment);
  // What a run leaves behind is in the folder that is searched, and what its command is given is printed.
  planted.run({"sync-once", "--metrics-file", planted.ann.folder().path("m.prom"), "--summary-file",
               planted.ann.folder().path("summary.md"), "--on-failure", "cat; env"},
              environment);
  planted.run({"sync-once", "--item", "nope", "--on-failure", "cat; env"}, environment);
  planted.sandbox.configure("jira.deadToken", false);
  planted.run({"auth", "set", "--new-key"}, environment);
}

}  // namespace

TEST_CASE("a client secret and an API token are found nowhere [S1] [A8]") {
  Planted planted;
  planted.mark(planted.sandbox.value("clientSecret"));
  planted.mark(planted.sandbox.value("jiraToken"));
  planted.mark(planted.sandbox.value("jiraEmail") + ":" + planted.sandbox.value("jiraToken"));
  auto const secret = planted.sources.write("secret", planted.sandbox.value("clientSecret"));
  auto args = planted.ann.auth_set();
  args.insert(args.end(), {"--client-secret-command", planted.telling(secret), "--jira-token-stdin"});
  planted.run(args, {}, planted.sandbox.value("jiraToken") + "\n");
  use(planted);
  CHECK_FALSE(content(planted.ann.folder().path("argv")).empty());
  planted.search();
}

TEST_CASE("a certificate's key, its passphrase and a service account's secret are found nowhere [S1] [A8]") {
  Planted planted;
  auto const pair = test::make_key_pair();
  planted.sandbox.configure("entra.certificates",
                            json::Object{{planted.sandbox.value("clientId"), json::Array{pair.certificate_pem}}});
  std::string const passphrase = "open sesame";
  planted.mark(passphrase);
  planted.mark("sandbox-jira-client-secret");
  // Some lines of the key's text, in the clear and encrypted.
  for (auto const& pem : {pair.key_pem, pair.encrypted_key_pem}) {
    for (std::size_t line = 0, at = 0; line < 6; ++line) {
      at = pem.find('\n', at) + 1;
      planted.marks.push_back(pem.substr(at, 60));
    }
  }
  auto const pem = planted.sources.write("tandem.pem", pair.certificate_pem + pair.encrypted_key_pem);
  auto const phrase = planted.sources.write("phrase", passphrase);
  auto args = planted.ann.auth_set({{"--jira-email", ""}});
  args.insert(args.end(), {"--certificate", pem, "--certificate-passphrase-command", planted.telling(phrase), "--jira-client-id",
                           "sandbox-jira-client", "--jira-token-url", planted.sandbox.value("jira") + "/oauth/token",
                           "--jira-gateway-url", planted.sandbox.value("jira")});
  planted.run(args, {{"TANDEM_JIRA_CLIENT_SECRET", "sandbox-jira-client-secret"}});
  use(planted);
  planted.search();
}

TEST_CASE("a key and a secret of the environment are found nowhere, also when they are wrong [S1] [A8]") {
  Planted planted;
  std::string const key = to_base64("planted-key-planted-key-planted!");
  planted.mark(planted.sandbox.value("clientSecret"));
  planted.mark(planted.sandbox.value("jiraToken"));
  planted.marks.push_back(key);
  planted.marks.push_back("planted-key-planted-key-planted!");
  planted.marks.push_back("planted-wrong-secret");
  std::map<std::string, std::string> environment{{"TANDEM_KEY", key},
                                                 {"TANDEM_CLIENT_SECRET", planted.sandbox.value("clientSecret")},
                                                 {"TANDEM_JIRA_TOKEN", planted.sandbox.value("jiraToken")}};
  planted.run(planted.ann.auth_set(), environment);
  use(planted, environment);
  environment["TANDEM_CLIENT_SECRET"] = "planted-wrong-secret";
  planted.run({"auth", "set", "--client-secret-env", "TANDEM_CLIENT_SECRET"}, environment);
  environment["HTTPS_PROXY"] = "http://user:planted-wrong-secret@127.0.0.1:9";
  auto away = planted.ann.auth_set({{"--authority-host", "https://login.microsoftonline.com"}});
  planted.run(away, environment);
  planted.search();
}
