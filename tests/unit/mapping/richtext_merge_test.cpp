#include <string>

#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/align.hpp>
#include <tandem/mapping/richtext/cut.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/merge.hpp>
#include <tandem/mapping/richtext/text.hpp>

#include "richtext_documents.hpp"
#include "rule_test_tools.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace tandem::mapping::richtext;

namespace {

// As real ones are: looser than the schema in places.
std::string const kPanel =
    R"({"type":"panel","attrs":{"panelType":"info","panelColor":"#eeeeee"},"content":[{"type":"paragraph","content":[{"type":"text","text":"Read this first"}]}]})";
std::string const kTable =
    R"({"type":"table","attrs":{"layout":"default","width":760},"content":[{"type":"tableRow","content":[)"
    R"({"type":"tableHeader","attrs":{},"content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]},)"
    R"({"type":"tableHeader","attrs":{},"content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}]}]})";
std::string const kImage =
    R"({"type":"mediaSingle","attrs":{"layout":"center"},"content":[{"type":"media","attrs":{"type":"file","id":"6e7c7f2c","collection":"","alt":"shot.png"}}]})";
std::string const kMention =
    R"({"type":"paragraph","content":[{"type":"mention","attrs":{"id":"5b10","text":"@Ada"}},{"type":"text","text":" please look"}]})";
std::string plain(std::string const& text) {
  return R"({"type":"paragraph","content":[{"type":"text","text":")" + text + R"("}]})";
}
std::string doc(std::vector<std::string> const& blocks) {
  std::string out;
  for (auto const& block : blocks) out += (out.empty() ? "" : ",") + block;
  return R"({"version":1,"type":"doc","content":[)" + out + "]}";
}

Document plain_view(Document const& document) { return from_text(to_text(document)); }

std::string merged(std::string const& present, std::string const& shown, std::string const& edited) {
  auto const out = merge(value_of(present), from_text(shown), from_text(edited), plain_view);
  return out.held.empty() ? json::to_text(out.adf) : "held: " + out.held;
}

}  // namespace

TEST_CASE("one edited word leaves every other block's own node as it was [C8]") {
  auto const present = doc({kPanel, kTable, kImage, plain("The printer is broken.")});
  // What two-way shows, and what stood there before Jira made more of it.
  for (std::string const image : {"[image: shot.png]\n\n", ""}) {
    auto const shown = "Read this first\n\na | b\n\n" + image + "The printer is broken.";
    auto const edited = "Read this first\n\na | b\n\n" + image + "The printer is repaired.";
    CHECK(merged(present, shown, edited) == doc({kPanel, kTable, kImage, plain("The printer is repaired.")}));
  }
}

TEST_CASE("what the poorer side does with blocks is done with the richer side's blocks [C8][E5]") {
  auto const [what, present, shown, edited, expected] =
      GENERATE(table<std::string, std::string, std::string, std::string, std::string>({
          {"nothing", doc({kPanel, plain("x")}), "Read this first\n\nx", "Read this first\n\nx", doc({kPanel, plain("x")})},
          {"appended", doc({kPanel}), "Read this first", "Read this first\n\nnew", doc({kPanel, plain("new")})},
          {"put before", doc({kPanel}), "Read this first", "new\n\nRead this first", doc({plain("new"), kPanel})},
          {"removed", doc({kPanel, plain("x"), kTable}), "Read this first\n\nx\n\na | b", "Read this first\n\na | b",
           doc({kPanel, kTable})},
          {"Jira's plain edit goes", doc({plain("jira"), plain("y")}), "x\n\ny", "x\n\nz", doc({plain("x"), plain("z")})},
          {"Jira's own plain block goes", doc({plain("x"), plain("jira"), plain("y")}), "x\n\ny", "x\n\nz",
           doc({plain("x"), plain("z")})},
          {"Jira's own rich block stays", doc({plain("x"), kTable, plain("y")}), "x\n\ny", "x\n\nz",
           doc({plain("x"), kTable, plain("z")})},
          {"both made the same edit", doc({kPanel, plain("z")}), "Read this first\n\nx", "Read this first\n\nz",
           doc({kPanel, plain("z")})},
          {"a heading stays one",
           doc({R"({"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Old"}]})", plain("x")}), "Old\n\nx",
           "New\n\nx", doc({R"({"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"New"}]})", plain("x")})},
      }));
  CAPTURE(what);
  CHECK(merged(present, shown, edited) == expected);
}

TEST_CASE("a changed block that held media, a mention or an unknown node is held [C8]") {
  auto const macro = R"({"type":"extension","attrs":{"extensionKey":"toc","extensionType":"com.example"}})";
  CHECK(merged(doc({kMention, plain("x")}), "@Ada please look\n\nx", "@Ada please look again\n\nx") ==
        R"(held: "@Ada please look" holds mentions)");
  CHECK(merged(doc({plain("x"), kImage}), "x\n\n[image: shot.png]", "x") == R"(held: "[image: shot.png]" holds images)");
  CHECK(merged(doc({macro, plain("x")}), "[extension]\n\nx", "gone\n\nx") == R"(held: "[extension]" holds unknown content)");
  // Unchanged they are none of the edit's business.
  CHECK(merged(doc({kMention, macro, plain("x")}), "@Ada please look\n\n[extension]\n\nx",
               "@Ada please look\n\n[extension]\n\ny") == doc({kMention, macro, plain("y")}));
}

TEST_CASE("any edit of one generated block keeps all other nodes byte by byte [C8]") {
  Documents documents(told_seed("merges"));
  int merges = 0;
  for (int i = 0; i < 1000; ++i) {
    auto const present = to_adf(documents.document(), SIZE_MAX).adf;
    auto const shown = plain_view(from_adf(present).document);
    auto edited = shown;
    edited.blocks.push_back(paragraph("a new last line"));
    auto const out = merge(present, shown, edited, plain_view);
    CAPTURE(json::to_text(present));
    REQUIRE(out.held.empty());
    auto const& before = present["content"].items();
    auto const& after = out.adf["content"].items();
    bool alone = true;  // each block reads back alone as it does among the others
    std::string blocks, together;
    for (auto const& block : from_adf(present).document.blocks) blocks += fingerprint(plain_view({{block}}));
    alone = blocks == fingerprint(shown);
    if (!alone) continue;
    ++merges;
    REQUIRE(after.size() == before.size() + 1);
    for (std::size_t at = 0; at < before.size(); ++at) REQUIRE(json::to_text(after[at]) == json::to_text(before[at]));
  }
  CHECK(merges > 500);
}

TEST_CASE("entries of two lists correspond in order, as many as possible") {
  auto const text_of = [](std::vector<std::optional<std::size_t>> const& partners) {
    std::string out;
    for (auto const& partner : partners) out += partner ? std::to_string(*partner) : "-";
    return out;
  };
  CHECK(text_of(align({"a", "b", "c"}, {"a", "x", "c"})) == "0-2");
  CHECK(text_of(align({"a", "b"}, {"b", "a", "b"})) == "12");
  CHECK(text_of(align({}, {"a"})).empty());
  CHECK(text_of(align({"a", "a", "a"}, {"a"})) == "0--");
  // Two long lists without an equal entry cost no more than the limit: nothing of them corresponds.
  std::vector<std::string> a(5000, "x"), b(5000, "y");
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += std::to_string(i);
  CHECK(text_of(align(a, b)) == std::string(5000, '-'));
}

TEST_CASE("a rule writes an edited column over richer text, and holds what it would lose [C8]") {
  auto const rule = RuleMaker{}(column("notes", "Memo"), description());
  auto const over = [&](std::string const& now, std::string const& shown, std::string const& present) {
    return outcome(rule->to_jira_over(json::Value(now), "", json::Value(shown), value_of(present)));
  };
  auto const rich = doc({kPanel, kImage, plain("old")});
  CHECK(over("Read this first\n\nnew", "Read this first\n\nold", rich) == doc({kPanel, kImage, plain("new")}));
  CHECK(over("@Ada look", "@Ada please look", doc({kMention})) == "would-lose-content");
  CHECK(outcome(rule->to_jira_over(json::Value(), "", json::Value("@Ada please look"), value_of(doc({kMention})))) ==
        "would-lose-content");
  CHECK(outcome(rule->to_jira_over(json::Value(), "", json::Value("x"), value_of(doc({plain("x")})))) == "null");
  CHECK(over("new", "old", "null") == outcome(rule->to_jira(json::Value("new"), "")));
}

TEST_CASE("a description that does not fit a column is cut with a pointer, and the copy is known as one [C9]") {
  auto memo = column("notes", "Memo");
  memo.max_length = 2000;
  auto const rule = RuleMaker{}(memo, description());
  std::string text;
  for (int i = 0; i < 450; ++i)
    text += "Line " + std::to_string(i) + " of a long description, with an ü and a 😀, a hundred or so characters long.\n\n";
  auto const whole = to_adf(from_text(text), SIZE_MAX).adf;
  REQUIRE(json::to_text(whole).size() > 45'000);
  auto const copy = rule->to_column(whole);
  REQUIRE(copy.value);
  CHECK(copy.reports.front().reason == Reason::cut);
  auto const shown = std::string(copy.value->text());
  CHECK(text::utf16_units(shown) <= 2000);
  CHECK(text::utf16_units(shown) > 1900);
  CHECK(shown.ends_with("…\n\n" + std::string(kWholeTextInJira)));
  CHECK(rule->column_is_cut_copy(*copy.value, whole));
  CHECK_FALSE(rule->column_is_cut_copy(json::Value("Line 0"), whole));
  CHECK(rule->equivalent(*copy.value, "", whole));  // an idle cycle writes nothing
  // The original changes at its end: the copy stays; at its start: the copy is cut anew.
  auto const edited = to_adf(from_text("First of all\n\n" + text), SIZE_MAX).adf;
  CHECK(rule->to_column(edited).value->text().starts_with("First of all"));
  memo.max_length = 20;
  auto const small = RuleMaker{}(memo, description());
  auto const tiny = small->to_column(whole);
  CHECK(tiny.value->text() == "Line 0 of a long de…");
  CHECK(small->column_is_cut_copy(*tiny.value, whole));
}

TEST_CASE("a cut never breaks a character apart [C9]") {
  auto const family = std::string("👩\xE2\x80\x8D👧 e\xCC\x81 👍🏽");
  for (std::size_t most = 1; most < 16; ++most) {
    auto const part = cut(from_text(family), "", [&](Document const& some) { return text::code_points(to_text(some)) <= most; });
    auto kept = to_text(part);
    CAPTURE(most, kept);
    REQUIRE(kept.ends_with("…"));
    kept.resize(kept.size() - 3);
    REQUIRE_FALSE(kept.ends_with("\xE2\x80\x8D"));
    auto const rest = family.substr(kept.size());
    REQUIRE_FALSE(rest.starts_with("\xCC\x81"));
    REQUIRE_FALSE(rest.starts_with("🏽"));
  }
}
