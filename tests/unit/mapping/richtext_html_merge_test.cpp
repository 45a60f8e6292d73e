// An edit in Jira over richer HTML of Dynamics: what was not edited keeps its bytes (SPEC C8).
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_merge.hpp>
#include <tandem/mapping/richtext/html_split.hpp>
#include <tandem/mapping/richtext/html_tokens.hpp>

#include "richtext_documents.hpp"
#include "rule_test_tools.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace tandem::mapping::richtext;

namespace {

Document read(std::string const& html) {
  auto out = from_html(html);
  REQUIRE(out.has_value());
  return out->document;
}

// What Jira's text shows as HTML, where Jira took over what it can of `html`.
Document in_jira(std::string const& html) { return read(to_html(from_adf(to_adf(read(html), SIZE_MAX).adf).document)); }

// `edited`: Jira's text now, in the words of HTML.
std::string merged(std::string const& present, std::string const& edited) {
  auto const out = merge_html(present, in_jira(edited));
  if (!out) return "cannot be taken apart";
  if (!out->held.empty()) return "held: " + out->held;
  CHECK(fingerprint(in_jira(out->html)) == fingerprint(in_jira(edited)));
  return out->html;
}

std::string framed(std::string const& html) {
  return R"(<div class="ck-content" data-wrapper="true" dir="ltr">)" + html + "</div>";
}

std::string const kRed = R"(<p style="color:#c00" class='x'>Red &ouml;</p>)";
std::string const kFont = R"(<p><span style="font-family:Arial,sans-serif">In Arial</span></p>)";
std::string const kImage =
    R"(<p>Look: <img src="/api/data/v9.0/msdyn_richtextfiles(1)/msdyn_imageblob/$value?size=full" alt="shot"></p>)";
std::string const kMail =
    "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><meta http-equiv=Content-Type content=\"text/html; "
    "charset=utf-8\">"
    "<link rel=File-List href=\"cid:filelist.xml@01DA\"><!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]-->"
    "<style><!--\n p.MsoNormal {margin:0cm;} \n--></style></head>\n<body lang=DE link=\"#0563C1\" style='tab-interval:35.4pt'>"
    "<div class=WordSection1>\n<p class=MsoNormal><span lang=EN-US style='font-size:11.0pt'>Hello Ada,<o:p></o:p></span></p>\n"
    "<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n<p class=MsoNormal>the printer is broken.<o:p></o:p></p>\n"
    "<p class=MsoListParagraph style='margin-left:36pt'><![if !supportLists]><span style='mso-list:Ignore'>1.</span><![endif]>"
    "<b>Switch</b> it off</p>\n<!--[if mso]><p>only there</p><![endif]-->\n"
    "<p class=MsoNormal><img width=624 src=\"cid:image001.png@01DA\" alt=\"Error\"></p>\n"
    "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Bob<br><b>To:</b> "
    "Ada</p></div></div>\n"
    "</div></body></html>";

std::string replaced(std::string text, std::string const& what, std::string const& with) {
  auto const at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("what is done with a block in Jira is done with its HTML, and the other blocks keep their bytes [C8]") {
  auto const list = std::string("<ul style=\"color:#123456\"><li>one</li><li>two</li></ul>");
  auto const grid = std::string(
      "<figure class=\"table\"><table style=\"width:50%\"><tbody><tr><td>a</td><td>b</td></tr></tbody></table></figure>");
  auto const [what, present, edited, expected] = GENERATE_COPY(table<std::string, std::string, std::string, std::string>({
      {"nothing", framed(kRed + kFont), "<p>Red ö</p><p>In Arial</p>", framed(kRed + kFont)},
      {"a word", framed(kRed + "<p>old word</p>" + kFont), "<p>Red ö</p><p>new word</p><p>In Arial</p>",
       framed(kRed + "<p>new word</p>" + kFont)},
      {"the coloured block", framed(kRed + kFont), "<p>Red ö!</p><p>In Arial</p>", framed("<p>Red ö!</p>" + kFont)},
      {"added behind", framed(kRed), "<p>Red ö</p><p>new</p>", framed(kRed + "<p>new</p>")},
      {"added before", framed(kRed), "<p>new</p><p>Red ö</p>", framed("<p>new</p>" + kRed)},
      {"added between", framed(kRed + "\n" + kFont), "<p>Red ö</p><h2>new</h2><p>In Arial</p>",
       framed(kRed + "<h2>new</h2>\n" + kFont)},
      {"taken away, with its blank line", framed(kRed + "<p>x</p><p>&nbsp;</p>" + kFont), "<p>Red ö</p><p>In Arial</p>",
       framed(kRed + kFont)},
      {"moved", framed(kRed + kFont + "<p>x</p>"), "<p>x</p><p>Red ö</p><p>In Arial</p>", framed("<p>x</p>" + kRed + kFont)},
      {"moved, with an image", framed(kImage + kRed + kFont), "<p>Red ö</p><p>In Arial</p><p>Look: [image: shot]</p>",
       framed(kRed + kFont + kImage)},
      {"beside an image", framed(kImage + "<p>old</p>"), "<p>Look: [image: shot]</p><p>new</p>", framed(kImage + "<p>new</p>")},
      // Lists, tables and quotes from within.
      {"a list item", framed(kRed + list + grid),
       "<p>Red ö</p><ul><li>one</li><li>2</li></ul><table><tr><td>a</td><td>b</td></tr></table>",
       framed(kRed + R"(<ul style="color:#123456"><li>one</li><li>2</li></ul>)" + grid)},
      {"an item more, one less", "<ul><li class=a>a</li>\n<li class=b>b</li>\n<li class=c>c</li></ul>",
       "<ul><li>b</li><li>new</li><li>c</li></ul>", "<ul>\n<li class=b>b</li><li>new</li>\n<li class=c>c</li></ul>"},
      {"items at both ends", "<ol><li class=a>a<li class=b>b</ol>", "<ol><li>0</li><li>a</li><li>b</li><li>c</li></ol>",
       "<ol><li>0</li><li class=a>a<li class=b>b</li><li>c</li></ol>"},
      {"a nested item", "<ul><li class=a><b>a</b><ul><li class=b>b</li><li style='color:red'>c</li></ul></li></ul>",
       "<ul><li><b>a</b><ul><li>B</li><li>c</li></ul></li></ul>",
       "<ul><li class=a><b>a</b><ul><li class=b>B</li><li style='color:red'>c</li></ul></li></ul>"},
      {"an item beside an image", framed("<ul><li><img src='cid:1' alt=i></li><li class=x>a</li></ul>"),
       "<ul><li>[image: i]</li><li>b</li></ul>", framed("<ul><li><img src='cid:1' alt=i></li><li class=x>b</li></ul>")},
      {"a list with a paragraph behind it", framed(list + kRed), "<ul><li>one</li><li>2</li></ul><p>new</p><p>Red ö</p>",
       framed(R"(<ul style="color:#123456"><li>one</li><li>2</li></ul><p>new</p>)" + kRed)},
      {"a cell", framed(kRed + list + grid),
       "<p>Red ö</p><ul><li>one</li><li>two</li></ul><table><tr><td>a</td><td>c</td></tr></table>",
       framed(kRed + list + replaced(grid, "<td>b", "<td>c"))},
      {"a row", "<table class=t><tr class=r><td>a</td><td>b</td></tr><tr class=s><td>c</td><td>d</td></tr></table>",
       "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr><tr><td>c</td><td>D</td></tr></table>",
       "<table class=t><tr class=r><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr><tr><td>c</td><td>D</td></tr></table>"},
      {"a cell of a column more", "<table class=t><tr><td class=a>a</td><td>b</td></tr></table>",
       "<table><tr><td>a</td><td>b</td><td>c</td></tr></table>",
       "<table class=t><tr><td class=a>a</td><td>b</td><td>c</td></tr></table>"},
      {"in a quote", framed("<blockquote class=q>" + kRed + "<p>x</p></blockquote>"),
       "<blockquote><p>Red ö</p><p>y</p></blockquote>", framed("<blockquote class=q>" + kRed + "<p>y</p></blockquote>")},
      {"a list that becomes another", framed(list + kRed), "<ol><li>one</li><li>two</li></ol><p>Red ö</p>",
       framed("<ol><li>one</li><li>two</li></ol>" + kRed)},
      {"two of many", framed(kRed + "<p>a</p>" + kFont + "<p>b</p>" + list),
       "<p>Red ö</p><p>A</p><p>In Arial</p><p>B</p><ul><li>one</li><li>two</li></ul>",
       framed(kRed + "<p>A</p>" + kFont + "<p>B</p>" + list)},
      {"one block for two", framed("<p>a</p><p>b</p>" + kRed), "<p>both</p><p>Red ö</p>", framed("<p>both</p>" + kRed)},
      {"two blocks for one", framed("<p>a</p>" + kRed), "<p>b</p><p>c</p><p>Red ö</p>", framed("<p>b</p><p>c</p>" + kRed)},
      {"all of it", framed(kRed), "<p>x</p>", framed("<p>x</p>")},
      // Without the editor's frame, and as mails divide their text.
      {"no frame", kRed + kFont, "<p>Red ö</p><p>new</p>", kRed + "<p>new</p>"},
      {"lines of divs", "<div>a</div><div><font color=red>b</font></div><div><br></div><div>c</div>", "<p>a<br>b</p><p>C</p>",
       "<div>a</div><div><font color=red>b</font></div><div><br></div><p>C</p>"},
      {"a block of two divs", "<div>a</div><div>b</div><div><br></div><div><font color=red>c</font></div>",
       "<p>A<br>b</p><p>c</p>", "<p>A<br>b</p><div><br></div><div><font color=red>c</font></div>"},
      {"text between breaks", "<div>a<br><br><font color=red>b</font><br><br>c</div>", "<p>a</p><p>b</p><p>C</p>",
       "<div>a<br><br><font color=red>b</font><br><br><p>C</p></div>"},
      {"what divides two lines", "<div>a</div><p>x</p><div><font color=red>b</font></div>", "<p>a</p><p>b</p>",
       "<div>a</div><p></p><div><font color=red>b</font></div>"},
      {"nested frames", "<div id=1><div id=2><p>a</p><p>b</p></div><div id=3><p style='color:red'>c</p></div></div>",
       "<p>a</p><p>B</p><p>c</p>", "<div id=1><div id=2><p>a</p><p>B</p></div><div id=3><p style='color:red'>c</p></div></div>"},
      {"a table that only lays out", "<table width=600><tr><td>a</td></tr><tr><td style='color:red'>b</td></tr></table>",
       "<p>A</p><p>b</p>", "<table width=600><tr><td><p>A</p></td></tr><tr><td style='color:red'>b</td></tr></table>"},
      {"tags that are not closed", "<p>a<p style='color:red'>b<p>c", "<p>a</p><p>b</p><p>C</p>",
       "<p>a<p style='color:red'>b</p><p>C</p>"},
      {"items without a list", "<p style='color:red'>x</p><li>a<li>b", "<p>x</p><ul><li>a</li></ul><p>B</p>",
       "<p style='color:red'>x</p><li>a</li><p>B</p>"},
      {"a tag around half of two blocks", "<b>a</b><p><b>b<br><br>c</b> d</p>" + kRed,
       "<p><b>a</b></p><p><b>B</b></p><p><b>c</b> d</p><p>Red ö</p>",
       "<b>a</b><p><strong>B</strong></p><p><strong>c</strong> d</p>" + kRed},
      // What we have no form for stays where it is not edited.
      {"what Jira has no form for", framed("<blockquote><h2>Title</h2></blockquote><p>x</p>" + kRed),
       "<blockquote><h2>Title</h2></blockquote><p>y</p><p>Red ö</p>",
       framed("<blockquote><h2>Title</h2></blockquote><p>y</p>" + kRed)},
  }));
  CAPTURE(what);
  CHECK(merged(present, edited) == expected);
}

TEST_CASE("an Outlook mail keeps its head, its comments and its other paragraphs [C8]") {
  auto const shown = to_html(in_jira(kMail));
  CHECK(merged(kMail, shown) == kMail);
  auto const edited = merged(kMail, replaced(shown, "is broken", "is repaired"));
  CHECK(edited == replaced(kMail, "<p class=MsoNormal>the printer is broken.<o:p></o:p></p>", "<p>the printer is repaired.</p>"));
  CHECK(merged(kMail, replaced(shown, "Error", "Mistake")) == R"(held: "[image: Error]" holds images)");
  auto const gone = merged(kMail, replaced(shown, "<p>the printer is broken.</p>", ""));
  CHECK(gone == replaced(kMail, "<p class=MsoNormal>the printer is broken.<o:p></o:p></p>", ""));
}

TEST_CASE("a block that is edited or goes, and held an image, is held [C8]") {
  CHECK(merged(framed(kImage + kRed), "<p>See: [image: shot]</p><p>Red ö</p>") == R"(held: "Look: [image: shot]" holds images)");
  CHECK(merged(framed(kImage + kRed), "<p>Red ö</p>") == R"(held: "Look: [image: shot]" holds images)");
  CHECK(merged(framed("<ul><li>a</li><li><img src='cid:1.png' alt=i></li></ul>"), "<ul><li>a</li><li>no image</li></ul>") ==
        R"(held: "[image: i]" holds images)");
}

TEST_CASE("what runs or reaches out is never written back: what it stood on is written anew, an embedded page is held [C8][S2]") {
  auto const [active, shown, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"<p onclick=\"x()\" style=\"color:red\">a</p>", "<p>a</p>", "<p>a</p>"},
      {"<p><a href=\"java\tscript:x()\">a</a></p>", "<p>a</p>", "<p>a</p>"},
      {"<p style=\"width:expression(x())\">a</p>", "<p>a</p>", "<p>a</p>"},
      {"<p>a<script>x()</script></p>", "<p>a</p>", "<p>a</p>"},
      {"<script>x()</script>", "", ""},
      {"<style>@import 'https://example.test/x.css';</style>", "", ""},
      {"<!--[if IE]><script>x()</script><![endif]-->", "", ""},
      {"<p>a<!--<script>--></p>", "<p>a</p>", "<p>a</p>"},
      {"<div onload=x()><p>a</p><p style='color:red'>c</p></div>", "<p>a</p><p>c</p>",
       "<div><p>a</p><p style='color:red'>c</p></div>"},
      {"<p>a<iframe src=\"https://example.test\"></iframe></p>", "<p>a[iframe: example.test]</p>", "held"},
  }));
  auto const out = merged(framed(kRed + active + "<p>x</p>"), "<p>Red ö</p>" + shown + "<p>y</p>");
  if (expected == "held")
    CHECK(out.starts_with("held: "));
  else
    CHECK(out == framed(kRed + expected + "<p>y</p>"));
}

TEST_CASE("tokens cut a text where its tags are, and every byte is in one of them [C8]") {
  auto const [html, expected] = GENERATE(table<std::string, std::string>({
      {"<p a='>' b>x</p>", "<p a='>' b>|x|</p>"},
      {"a < b <c>", "a < b |<c>"},
      {"<!-- <p> -->x<!DOCTYPE html><![if !x]>", "<!-- <p> -->|x|<!DOCTYPE html>|<![if !x]>"},
      {"<script>if (a<b) '</p>'</script>y", "<script>|if (a<b) '</p>'|</script>|y"},
      {"<a href=x'y>z", "<a href=x'y>|z"},
      {"<p", "<p"},
      {"<!--", "<!--"},
  }));
  std::string cut;
  for (auto const& token : html_tokens(html)) cut += (cut.empty() ? "" : "|") + html.substr(token.begin, token.end - token.begin);
  CHECK(cut == expected);
}

namespace {

// HTML as people make it richer: styles on the tags, frames around some blocks, blank lines and comments between.
struct Decorated {
  std::vector<std::string> parts;
  std::string html;
};

std::string styled(std::string html, std::size_t at) {
  auto const tag = html.find_first_of(" >");
  return html.insert(tag, " style=\"color:#" + std::to_string(100'000 + at) + "\"");
}

Decorated decorated(Documents& documents) {
  static std::vector<std::string> const between{
      "", "", "\n", "<p>&nbsp;</p>", "<!-- note -->", "<div><br></div>", "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"};
  static std::vector<std::pair<std::string, std::string>> const frames{
      {"", ""},
      {"<div class=\"ck-content\" dir=ltr>", "</div>"},
      {"<html><head><style>p{x:y}</style></head><body><div class=WordSection1>", "</div></body></html>"}};
  Decorated out;
  auto const& [open, close] = frames[documents.pick(frames.size())];
  out.html = open;
  for (auto left = 2 + documents.pick(8); left > 0; --left) {
    auto const block = documents.block(0);
    if (block.kind == Block::Kind::expand) continue;  // a title and what follows it
    auto part = to_html_part({{block}});
    auto const blocks = read(part).blocks;
    if (std::count_if(blocks.begin(), blocks.end(), [](Block const& one) { return !fingerprint(one).empty(); }) != 1) continue;
    part = styled(std::move(part), out.parts.size());
    if (documents.pick(4) == 0) part = "<div>" + part + "</div>";
    out.html += between[documents.pick(between.size())] + part;
    out.parts.push_back(std::move(part));
  }
  out.html += close;
  return out;
}

}  // namespace

TEST_CASE("any edit of one generated block keeps all other blocks' bytes, and reads as Jira's text [C8]") {
  Documents documents(told_seed("HTML merges"));
  int merges = 0;
  for (int i = 0; i < 1500; ++i) {
    auto const rich = decorated(documents);
    CAPTURE(rich.html);
    auto edited = in_jira(rich.html);
    std::erase_if(edited.blocks, [](Block const& block) { return fingerprint(block).empty(); });
    if (edited.blocks.size() < 2) continue;
    auto const at = documents.pick(edited.blocks.size());
    auto const how = documents.pick(3);
    if (how == 0) edited.blocks[at] = paragraph("an edited block");
    if (how == 1) edited.blocks.insert(edited.blocks.begin() + static_cast<std::ptrdiff_t>(at), paragraph("a new block"));
    if (how == 2) edited.blocks.erase(edited.blocks.begin() + static_cast<std::ptrdiff_t>(at));
    CAPTURE(how, at);
    auto const out = merge_html(rich.html, edited);
    REQUIRE(out);
    REQUIRE(out->held.empty());
    CAPTURE(out->html);
    REQUIRE(fingerprint(in_jira(out->html)) == fingerprint(edited));
    std::size_t gone = 0, from = 0;
    for (auto const& part : rich.parts) {
      auto const found = out->html.find(part, from);
      if (found == std::string::npos)
        ++gone;
      else
        from = found + part.size();
    }
    REQUIRE(gone <= (how == 1 ? 0 : 1));
    ++merges;
    // Edited again where it was left: nothing moves.
    auto const again = merge_html(out->html, edited);
    REQUIRE(again);
    REQUIRE(again->html == out->html);
  }
  CHECK(merges > 1400);
}

TEST_CASE("an edit within a generated list, table or quote reads as Jira's text and keeps the other blocks' bytes [C8]") {
  Documents documents(told_seed("HTML merges within"));
  std::size_t items = 0, kept = 0;
  for (int i = 0; i < 1500; ++i) {
    auto const rich = decorated(documents);
    auto edited = in_jira(rich.html);
    std::erase_if(edited.blocks, [](Block const& block) { return fingerprint(block).empty(); });
    std::vector<Block*> lists;
    for (auto& block : edited.blocks) {
      if ((block.kind == Block::Kind::bullet_list || block.kind == Block::Kind::ordered_list) && block.blocks.size() > 1)
        lists.push_back(&block);
    }
    if (lists.empty()) continue;
    auto& list = *lists[documents.pick(lists.size())];
    auto& item = list.blocks[documents.pick(list.blocks.size())];
    if (documents.pick(2) == 0)
      item.blocks = {paragraph("an edited item")};
    else
      item.blocks.push_back(paragraph("a line more"));
    if (fingerprint(in_jira(to_html(edited))) != fingerprint(edited)) continue;
    CAPTURE(rich.html);
    auto const out = merge_html(rich.html, edited);
    REQUIRE(out);
    REQUIRE(out->held.empty());
    CAPTURE(out->html);
    REQUIRE(fingerprint(in_jira(out->html)) == fingerprint(edited));
    std::size_t gone = 0;
    for (auto const& part : rich.parts) gone += out->html.find(part) == std::string::npos ? 1 : 0;
    REQUIRE(gone <= 1);
    ++items;
    for (std::size_t part = 0; part < rich.parts.size(); ++part)
      kept += out->html.find("color:#" + std::to_string(100'000 + part)) == std::string::npos ? 0 : 1;
    kept -= rich.parts.size() - 1;  // the list's own tag, where it was merged
  }
  CHECK(items > 300);
  CHECK(kept > items * 8 / 10);
}

TEST_CASE("hostile HTML is merged soundly or not at all [C8][S2][S3]") {
  Documents documents(told_seed("hostile merges"));
  int merges = 0;
  for (int i = 0; i < 3000; ++i) {
    auto const html = documents.hostile_html();
    CAPTURE(html);
    auto const present = from_html(html);
    if (!present || !shows_anything(present->document)) continue;
    auto edited = in_jira(html);
    if (fingerprint(in_jira(to_html(edited))) != fingerprint(edited)) continue;  // comes back otherwise without any merge
    edited.blocks.push_back(paragraph("a new last line"));
    auto const out = merge_html(html, edited);
    if (!out || !out->held.empty()) continue;
    ++merges;
    CAPTURE(out->html);
    REQUIRE(fingerprint(in_jira(out->html)) == fingerprint(edited));
    REQUIRE(text::is_valid(out->html));
    for (auto const* active : {"<script", "javascript:", "onload"}) {
      bool const in_comment = active == std::string_view("onload") && html.find("<!--") != std::string::npos;
      if (!in_comment) REQUIRE(text::ascii_lower(out->html).find(active) == std::string::npos);
    }
  }
  CHECK(merges > 500);
}

TEST_CASE("a rule writes an edited field into the column's HTML, within its length, or says what is lost [C8][C9]") {
  auto memo = column("notes", "Memo");
  memo.format = "RichText";
  memo.max_length = 400;
  auto const over = [&](std::string const& present, std::string const& now) {
    auto const rule = RuleMaker{}(memo, description());
    return rule->to_column_over(to_adf(read(now), SIZE_MAX).adf, json::Value(), json::Value(present));
  };
  auto const text_of = [](mapping::Conversion const& conversion) { return std::string(conversion.value->text()); };
  CHECK(text_of(over(framed(kImage + kRed + "<p>x</p>"), "<p>Look: [image: shot]</p><p>Red ö</p><p>y</p>")) ==
        framed(kImage + kRed + "<p>y</p>"));
  auto const coloured = over(framed(kRed + kFont), "<p>Red!</p><p>In Arial</p>");
  CHECK(coloured.reports.back().detail == "replaced in Dynamics: colours");
  auto const active = over(framed(kRed + "<script>x()</script><p>x</p>"), "<p>Red ö</p><p>y</p>");
  CHECK(text_of(active) == framed(kRed + "<p>y</p>"));
  CHECK(active.reports.back().detail.starts_with("replaced in Dynamics: active content"));
  CHECK(outcome(over(framed(kImage), "<p>other</p>")) == "would-lose-content");
  CHECK(outcome(over(framed(kImage), "")) == "would-lose-content");
  CHECK(outcome(over(framed(kRed), "")) == "null lossy");

  // No room for both the old markup and the new words: the words go, the loss is told; an image cannot go.
  std::string const words(300, 'w');
  auto const wide = over(framed(kRed + kFont), "<p>Red ö</p><p>" + words + "</p>");
  CHECK(text_of(wide) == to_html(read("<p>Red ö</p><p>" + words + "</p>")));
  CHECK(wide.reports.back().detail == "replaced in Dynamics: colours (with its own markup it has more than 400 characters)");
  CHECK(outcome(over(framed(kImage + kRed), "<p>Look: [image: shot]</p><p>Red ö</p><p>" + words + "</p>")) ==
        "would-lose-content");
  auto const cut = over(framed(kRed), "<p>Red ö</p><p>" + words + words + "</p>");
  CHECK(cut.reports.front().reason == Reason::cut);
  CHECK(text::utf16_units(text_of(cut)) <= 400);

  // A column that is plain by its type and holds HTML all the same keeps it.
  memo.format = "TextArea";
  CHECK(text_of(over("<div>" + kRed + "<p>x</p></div>", "<p>Red ö</p><p>y</p>")) == "<div>" + kRed + "<p>y</p></div>");
  CHECK(text_of(over("just text", "<p>other <b>text</b></p>")) == "other text");
}
