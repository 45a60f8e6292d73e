#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include <tandem/mapping/reason.hpp>

using namespace tandem;

namespace {

// All source text below a folder of the project, but for files of that name.
std::string sources(std::string const& folder, std::string_view but) {
  std::string out;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(TANDEM_SOURCE_DIR "/" + folder)) {
    auto const& path = entry.path();
    if ((path.extension() != ".cpp" && path.extension() != ".hpp") || path.stem() == but) continue;
    std::ifstream file(path);
    out.append(std::istreambuf_iterator<char>(file), {});
  }
  return out;
}

bool has_word(std::string_view text, std::string const& word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    auto const next = text.substr(at + word.size(), 1);
    if (next.find_first_of("abcdefghijklmnopqrstuvwxyz_0123456789") != 0) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("every reason has its own stable code, a sentence and a cure [X4]") {
  std::set<std::string> codes;
  std::size_t place = 0;
  for (auto const& row : all_reasons()) {
    CAPTURE(row.code);
    CHECK(static_cast<std::size_t>(row.reason) == place++);  // looked up by place
    CHECK(codes.insert(std::string(row.code)).second);
    CHECK(row.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK(row.sentence.ends_with('.'));
    CHECK(row.cure.ends_with('.'));
  }
  CHECK(all_reasons().size() == static_cast<std::size_t>(Reason::removal_owed) + 1);
}

TEST_CASE("the codes of SPEC are spelled as there [X4]") {
  CHECK(code_of(Reason::before_baseline) == "before-baseline");
  CHECK(code_of(Reason::link_note_refused) == "link-note-refused");
  CHECK(code_of(Reason::duplicate_issue) == "duplicate-issue");
  CHECK(code_of(Reason::record_closed) == "record-closed");
  CHECK(code_of(Reason::direction) == "direction");
  CHECK(code_of(Reason::would_lose_content) == "would-lose-content");
  CHECK(code_of(Reason::cut_copy_edited) == "cut-copy-edited");
  CHECK(code_of(Reason::not_linked) == "not-linked");
  CHECK(code_of(Reason::no_change) == "no-change");
}

TEST_CASE("every reason is given somewhere in the program and looked for by a test: none is only declared [X4]") {
  // `brake` ends an item as an error with its own words and exit code 7.
  std::set<std::string> const not_given{"brake"};
  auto const program = sources("lib", "reason") + sources("apps/tandem", "reason");
  auto const tests = sources("tests", "reason_test");
  for (auto const& row : all_reasons()) {
    std::string name(row.code);
    for (auto& c : name) c = c == '-' ? '_' : c;
    CAPTURE(name);
    if (not_given.contains(name)) continue;
    CHECK(has_word(program, "Reason::" + name));
    CHECK((has_word(tests, "Reason::" + name) || has_word(tests, std::string(row.code))));
  }
}
