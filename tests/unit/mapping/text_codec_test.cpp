#include <catch2/catch.hpp>

#include <tandem/base/text/utf8.hpp>

#include "rule_test_tools.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

jira::Field textfield() { return field("customfield_5", "string", "", "", "textfield"); }
dataverse::Attribute memo() { return column("notes", "Memo"); }
std::string repeated(std::string const& piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

}  // namespace

TEST_CASE("a text column becomes one clean line of a text field [C2]") {
  auto const rule = RuleMaker{}(memo(), textfield());
  auto const [raw, expected] = GENERATE(table<std::string, std::string>({
      {R"("Printer on fire")", R"("Printer on fire")"},
      {R"("two\r\nlines\tand a tab")", R"("two lines and a tab" lossy)"},
      {R"("  padded  ")", R"("padded")"},
      {R"("bell\u0007")", R"("bell")"},
      {R"("")", "null"},
      {R"("   ")", "null"},
      {"null", "null"},
      {R"("<div><p>from <b>rich</b> text</p></div>")", R"("from rich text" lossy)"},
  }));
  CAPTURE(raw);
  CHECK(outcome(rule->to_jira(value_of(raw), "")) == expected);
}

TEST_CASE("a summary is cut at 254 UTF-16 units and other texts at 255, on a character, with a mark and a report [C2]") {
  auto const [to, most] = GENERATE(table<jira::Field, std::size_t>({{summary(), 254}, {textfield(), 255}}));
  auto const rule = RuleMaker{}(memo(), to);
  for (std::string const piece : {"x", "é", "😀", "a😀"}) {
    for (std::size_t times = 100; times < 300; ++times) {
      auto const text = repeated(piece, times);
      auto const conversion = rule->to_jira(json::Value(text), "");
      REQUIRE(conversion.value);
      auto const written = std::string(conversion.value->text());
      bool const fits = text::utf16_units(text) <= most;
      REQUIRE(text::is_valid(written));
      REQUIRE(text::utf16_units(written) <= most);
      REQUIRE(conversion.reports.empty() == fits);
      REQUIRE((fits ? written == text : written.ends_with("…") && text.starts_with(written.substr(0, written.size() - 3))));
      REQUIRE(rule->equivalent(json::Value(text), "", *conversion.value));
    }
  }
}

TEST_CASE("a required field is not cleared, any other is [C6]") {
  CHECK(outcome(RuleMaker{}(column("title", "String"), summary())->to_jira(json::Value(), "")) == "required-empty");
  CHECK(outcome(RuleMaker{}(memo(), textfield())->to_jira(json::Value(), "")) == "null");
  CHECK(outcome(RuleMaker{}(memo(), labels())->to_jira(json::Value(), "")) == "[]");
}

TEST_CASE("an empty column takes the mapping's default [C1]") {
  RuleMaker make;
  make.default_value = json::Value("no title");
  CHECK(outcome(make(column("title", "String"), summary())->to_jira(json::Value(), "")) == R"("no title")");
  CHECK(outcome(make(column("title", "String"), summary())->to_jira(json::Value("own"), "")) == R"("own")");
  make.default_value = json::Value("Low");
  CHECK(outcome(make(prioritycode(), priority())->to_jira(json::Value(), "")) == R"({"id":"13"})");
}

TEST_CASE("anything with a text form can be shown in a text field [C2]") {
  RuleMaker const make;
  CHECK(outcome(make(column("n", "Decimal"), textfield())->to_jira(value_of("20000.5000"), "20.000,50")) == R"("20000.5")");
  CHECK(outcome(make(prioritycode(), textfield())->to_jira(value_of("2"), "")) == R"("Normal")");
  CHECK(outcome(make(prioritycode(), textfield())->to_jira(value_of("2"), "Standard")) == R"("Standard")");
  CHECK(outcome(make(choice_column("b", {option(0, "No"), option(1, "Yes")}, "Boolean"), textfield())
                    ->to_jira(json::Value(true), "")) == R"("Yes")");
  CHECK(outcome(make(time_column("d", "DateOnly"), textfield())->to_jira(json::Value("2024-04-10"), "")) == R"("2024-04-10")");
  CHECK(outcome(make(column("u", "Uniqueidentifier"), textfield())->to_jira(json::Value("0f5e"), "")) == R"("0f5e")");
  CHECK(outcome(make(column("customerid", "Customer"), textfield())->to_jira(json::Value("0f5e"), "Contoso")) == R"("Contoso")");
}

TEST_CASE("a lookup without a name in the answer clears nothing [C6]") {
  auto const rule = RuleMaker{}(column("customerid", "Customer"), textfield());
  CHECK(outcome(rule->to_jira(json::Value("0f5e"), "")) == "not-convertible");
  CHECK(outcome(rule->to_jira(json::Value(), "")) == "null");
  CHECK(outcome(rule->to_column(json::Value("Contoso"))) == "read-only");
}

TEST_CASE("an address must be absolute and is never cut [C2][C4]") {
  auto const rule = RuleMaker{}(column("websiteurl", "String"), field("customfield_6", "string", "", "", "url"));
  CHECK(outcome(rule->to_jira(json::Value("https://example.test/a?b=1"), "")) == R"("https://example.test/a?b=1")");
  CHECK(outcome(rule->to_jira(json::Value("example.test"), "")) == "not-convertible");
  CHECK(outcome(rule->to_jira(json::Value("https://example.test/ a"), "")) == "not-convertible");
  CHECK(outcome(rule->to_jira(json::Value("https://example.test/" + std::string(300, 'x')), "")) == "out-of-range");
}

TEST_CASE("a memo becomes a document, and a document a memo [C2][C5]") {
  auto const rule = RuleMaker{}(memo(), description());
  auto const conversion = rule->to_jira(json::Value("one\r\ntwo\r\n\r\nthree"), "");
  CHECK(
      outcome(conversion) ==
      R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"one"},{"type":"hardBreak"},)"
      R"({"type":"text","text":"two"}]},{"type":"paragraph","content":[{"type":"text","text":"three"}]}]})");
  CHECK(outcome(rule->to_column(*conversion.value)) == R"("one\ntwo\n\nthree")");
  CHECK(outcome(rule->to_jira(json::Value("<p>a <b>bold</b> word</p>"), "")) ==
        R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"a "},)"
        R"({"type":"text","text":"bold","marks":[{"type":"strong"}]},{"type":"text","text":" word"}]}]})");
  CHECK(outcome(rule->to_jira(json::Value("<p style=\"color:red\">red</p>"), "")).ends_with(" lossy"));
  CHECK(rule->show_field(*conversion.value) == "one …");
  CHECK(rule->show_column(json::Value("one\r\ntwo"), "") == "one …");
}

TEST_CASE("rich text that cannot be read is refused and clears nothing [C5][C6]") {
  auto const rule = RuleMaker{}(memo(), description());
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<div>";
  CHECK(outcome(rule->to_jira(json::Value(deep + "text</div>"), "")) == "not-convertible");
  CHECK(outcome(rule->to_jira(json::Value(R"(<p><img width="1" height="1" src="https://example.test/a.png"></p>)"), "")) ==
        "null");
  CHECK(
      outcome(rule->to_jira(json::Value(R"(<p><img src="https://example.test/a.png"></p>)"), "")) ==
      R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"[image: a.png]"}]}]} lossy)");
  CHECK(outcome(rule->to_jira(json::Value("<p></p>"), "")) == "null");
}

TEST_CASE("a document that differs only in what plain text cannot hold is left alone [C7]") {
  auto const rule = RuleMaker{}(memo(), description());
  auto const bold = value_of(
      R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"one"}]},)"
      R"({"type":"paragraph"},{"type":"paragraph","content":[{"type":"text","text":"two","marks":[{"type":"strong"}]}]}]})");
  CHECK(rule->equivalent(json::Value("one\n\ntwo"), "", bold));
  CHECK_FALSE(rule->equivalent(json::Value("one\n\nthree"), "", bold));
  CHECK_FALSE(rule->equivalent(json::Value(), "", bold));
  CHECK(rule->equivalent(json::Value(), "", json::Value()));
}

TEST_CASE("a text for a column is cut at its length, also inside of HTML [C2]") {
  auto narrow = memo();
  narrow.max_length = 10;
  auto const conversion = RuleMaker{}(narrow, textfield())->to_column(json::Value("0123456789ABC"));
  CHECK(outcome(conversion) == R"("012345678…" cut)");
  auto rich = memo();
  rich.format = "RichText";
  rich.max_length = 90;
  auto const html = RuleMaker{}(rich, textfield())->to_column(json::Value(std::string(200, '<')));
  REQUIRE(html.value);
  CHECK(text::utf16_units(html.value->text()) <= 90);
  CHECK(html.value->text().ends_with("…</p></div>"));
  CHECK(outcome(RuleMaker{}(rich, textfield())->to_column(json::Value("a & b"))) ==
        R"("<div class=\"ck-content\" data-wrapper=\"true\" dir=\"ltr\"><p>a &amp; b</p></div>")");
  auto required = column("title", "String");
  required.required = "ApplicationRequired";
  CHECK(outcome(RuleMaker{}(required, textfield())->to_column(json::Value())) == "required-empty");
}

TEST_CASE("an edit is shown from where it begins, and values are compared whole, in either shape [E9][R7]") {
  auto const rule = RuleMaker{}(memo(), description());
  using Shown = std::pair<std::string, std::string>;
  auto const columns = [&](std::string const& before, std::string const& after) {
    return rule->show_columns(json::Value(before), json::Value(after));
  };
  CHECK(columns("one", "two") == Shown("one", "two"));
  CHECK(columns("Hello,\n\nit is broken\nBob", "Hello,\n\nit is repaired\nBob") ==
        Shown("… it is broken …", "… it is repaired …"));
  CHECK(columns("Hello,\nBob", "Hello,\nBob\n\nand Ada") == Shown("… Bob", "… Bob …"));
  std::string const line(300, 'x');
  CHECK(columns(line + "ä old", line + "☺ new") ==
        Shown("… " + std::string(40, 'x') + "ä old", "… " + std::string(40, 'x') + "☺ new"));
  CHECK(columns("<p>a</p>", "<p><b>a</b></p>") == Shown("a", "a (other formatting)"));
  auto const document = [&](std::string const& text) { return *rule->to_jira(json::Value(text), "").value; };
  CHECK(rule->show_fields(document("a\n\nb"), document("a\n\nc")) == Shown("… b", "… c"));

  CHECK(rule->same_fields(document("a\n\nb"), document("a\n\nb")));
  CHECK_FALSE(rule->same_fields(document("a\n\nb"), document("a\n\nc")));
  CHECK_FALSE(rule->same_columns(json::Value("a\nb"), json::Value("a\nc")));
  auto const choice = RuleMaker{}(prioritycode(), priority());
  CHECK(choice->same_fields(value_of(R"({"id":"11"})"), value_of(R"({"self":"x","id":"11","name":"High","iconUrl":"y"})")));
}
