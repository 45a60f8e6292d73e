#include <set>
#include <string>

#include <catch2/catch.hpp>

#include <tandem/mapping/reason.hpp>

using namespace tandem;

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
  CHECK(all_reasons().size() == static_cast<std::size_t>(Reason::unreachable) + 1);
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
