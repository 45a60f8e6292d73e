#include <random>
#include <string>

#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>

using namespace tandem;
using namespace tandem::mapping::richtext;

namespace {

std::string adf_text(std::string const& adf) { return to_text(from_adf(*json::parse(adf)).document); }
std::string adf_of(std::string const& text) { return json::to_text(to_adf(from_text(text)).adf); }
std::string html_text(std::string const& html) {
  auto read = from_html(html);
  return read ? to_text(read->document) : "error: " + read.error().message;
}

std::string without_blanks(std::string text) {
  for (std::string const blank : {" ", "\t"}) {
    for (auto at = text.find(blank); at != std::string::npos; at = text.find(blank, at)) text.erase(at, blank.size());
  }
  return text;
}

// Texts of a few awkward pieces in any order.
std::string random_text(std::mt19937& random) {
  static std::vector<std::string> const pieces{"a",  "word ",      "\n",  "\n\n",  "\r\n", "  ",   "\t", "é",
                                               "😀", "\"quoted\"", "<p>", "&amp;", "\\",   "\x01", "1. "};
  std::string text;
  auto const count = random() % 30;
  for (std::size_t i = 0; i < count; ++i) text += pieces[random() % pieces.size()];
  return text;
}

}  // namespace

TEST_CASE("plain text becomes paragraphs and hard breaks [C5]") {
  CHECK(adf_of("one") ==
        R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"one"}]}]})");
  CHECK(
      adf_of("one\ntwo\n\nthree") ==
      R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"one"},{"type":"hardBreak"},)"
      R"({"type":"text","text":"two"}]},{"type":"paragraph","content":[{"type":"text","text":"three"}]}]})");
  CHECK(adf_of("") == R"({"type":"doc","version":1,"content":[]})");
  CHECK(adf_of("a\r\nb\x01\x7f") == adf_of("a\nb"));  // control characters are stripped
}

TEST_CASE("a clean text survives the way through a document, ADF and HTML [C5]") {
  std::mt19937 random(20261123);
  for (int i = 0; i < 500; ++i) {
    auto const text = clean(random_text(random));
    CAPTURE(text);
    REQUIRE(clean(text) == text);
    CHECK(to_text(from_text(text)) == text);
    auto const adf = to_adf(from_text(text)).adf;
    CHECK(to_text(from_adf(adf).document) == text);
    auto const back = from_html(to_html(from_text(text)));
    REQUIRE(back.has_value());
    CHECK(back->losses.empty());
    // A blank line more or less is none: services drop empty paragraphs.
    CHECK(comparable(without_blanks(to_text(back->document))) == comparable(without_blanks(text)));
  }
}

TEST_CASE("a document that is too large is cut on a whole character with a visible mark [C5]") {
  std::string long_text;
  for (int i = 0; i < 4000; ++i) long_text += i % 40 == 39 ? "\n\n" : i % 7 == 6 ? "\n" : "Größe 😀 \"x\" ";
  for (std::size_t most = 200; most < 1400; ++most) {
    auto const cut = to_adf(from_text(long_text), most);
    CAPTURE(most);
    REQUIRE(cut.was_cut);
    auto const written = json::to_text(cut.adf);
    REQUIRE(written.size() <= most);
    REQUIRE(text::is_valid(written));
    REQUIRE(to_text(from_adf(cut.adf).document).ends_with("…"));
  }
  auto const whole = to_adf(from_text(std::string(29'000, 'x')));
  CHECK_FALSE(whole.was_cut);
  auto const cut = to_adf(from_text(std::string(40'000, 'x')));
  CHECK(cut.was_cut);
  CHECK(json::to_text(cut.adf).size() <= kMostAdfBytes);
  CHECK(json::to_text(cut.adf).size() > kMostAdfBytes - 300);  // and not needlessly short
}

TEST_CASE("ADF is read loosely: unknown nodes are descended into and losses are named [C5]") {
  auto const doc = [](std::string const& content) { return R"({"type":"doc","version":1,"content":[)" + content + "]}"; };
  CHECK(adf_text(doc(R"({"type":"paragraph","content":[{"type":"text","text":"a\nb"}]})")) == "a\nb");
  CHECK(
      adf_text(doc(
          R"({"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"x"}]},)"
          R"({"type":"orderedList","attrs":{"order":3},"content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"y"}]}]}]}]}]})")) ==
      "- x\n  3. y");
  CHECK(adf_text(doc(
            R"({"type":"paragraph","content":[{"type":"mention","attrs":{"id":"1","text":"@Ada"}},{"type":"text","text":" on "},)"
            R"({"type":"date","attrs":{"timestamp":"1700000000000"}},{"type":"emoji","attrs":{"shortName":":smile:"}}]})")) ==
        "@Ada on 2023-11-14:smile:");
  CHECK(
      adf_text(doc(
          R"({"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]},)"
          R"({"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}]}]})")) == "a | b");
  CHECK(
      adf_text(doc(R"({"type":"someNewThing","content":[{"type":"paragraph","content":[{"type":"text","text":"inside"}]}]})")) ==
      "inside");
  auto const read = from_adf(*json::parse(
      doc(R"({"type":"paragraph","content":[{"type":"text","text":"b","marks":[{"type":"strong"}]}]},{"type":"mediaSingle"})")));
  CHECK(read.losses.empty());  // a document holds both
  CHECK(describe(write_text(read.document).losses) == "formatting, images");
  CHECK(from_adf(json::Value()).document.empty());
  CHECK(from_adf(json::Value("wiki")).document.empty());
}

TEST_CASE("HTML of the Dynamics editor becomes text [C5]") {
  auto const [html, expected] = GENERATE(table<std::string, std::string>({
      {R"(<div class="ck-content" data-wrapper="true" dir="ltr"><p>one</p><p>two<br>three</p></div>)", "one\n\ntwo\nthree"},
      {"<div>one</div><div>two</div>", "one\ntwo"},
      {"<p>a<br></p><p>b</p>", "a\n\nb"},
      {"<p>a   b\n  c</p>", "a b c"},
      {"<p>a&nbsp;b &lt;c&gt; &amp; d</p>", "a b <c> & d"},
      {"<ul><li>x</li><li><p>y</p><ol><li>z</li></ol></li></ul>", "- x\n- y\n  1. z"},
      {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a | b\nc | d"},
      {R"(<p>see <a href="https://example.test/x">here</a></p>)", "see here (https://example.test/x)"},
      {R"(<p><a href="https://example.test/x">https://example.test/x</a></p>)", "https://example.test/x"},
      {R"-(<p><a href="javascript:alert(1)">here</a></p>)-", "here"},
      {"<p>x</p><script>alert(1)</script><style>p{}</style>", "x"},
      {"<pre>a\n  b</pre>", "a\n  b"},
      {"<p>Größe 😀</p>", "Größe 😀"},
      {"<p><![if !supportLists]><span>1.</span><![endif]> one</p><![if !vml]><p>two</p><![endif]>", "1. one\n\ntwo"},
      {"<p>a <![CDATA[b]]> <! c</p>", "a <![CDATA[b]]> <! c"},
      {R"(<p><img src="/api/data/v9.0/msdyn_richtextfiles(1)/msdyn_imageblob/$value?size=full" alt=""></p>)", "[image]"},
      {"<p>unclosed <b>bold", "unclosed bold"},
      {"<div><p></p></div>", ""},
      {"<p>&nbsp;</p>", ""},
  }));
  CAPTURE(html);
  CHECK(html_text(html) == expected);
}

TEST_CASE("HTML that the parser gives up on is an error, never an empty or shortened text [C5][C6]") {
  auto const nested = [](std::size_t levels) {
    std::string html;
    for (std::size_t i = 0; i < levels; ++i) html += "<div>";
    return html + "deep";
  };
  CHECK(html_text(nested(200)) == "deep");
  for (std::size_t const levels : {256U, 300U, 5000U}) CHECK_FALSE(from_html(nested(levels)).has_value());
  CHECK_FALSE(from_html("before " + nested(300)).has_value());
  CHECK_FALSE(from_html("<p>" + std::string(5U << 20U, 'x') + "</p>").has_value());
}

TEST_CASE("only what an editor wrote is taken for HTML [C5]") {
  auto const [text, rich, expected] = GENERATE(table<std::string, bool, bool>({
      {"<div><p>x</p></div>", false, true},
      {"  <p class=\"a\">x</p>", false, true},
      {"<html><body>x</body></html>", false, true},
      {"<!DOCTYPE html><p>x", false, true},
      {"plain", false, false},
      {"a < b and c > d", false, false},
      {"<b> is how to print bold", false, false},
      {"<customer> called", false, false},
      {"text with <p>tags</p> inside", false, false},
      {"text with <p>tags</p> inside", true, true},
      {"5 &lt; 6", true, true},
      {"line one\nline two", true, false},
      {"R&D; more", true, true},
      {"R&D", true, false},
  }));
  CAPTURE(text, rich);
  CHECK(looks_like_html(text, rich) == expected);
}

TEST_CASE("what is text in a document is escaped in HTML [C5][S2]") {
  CHECK(
      to_html(from_text("a <script>\nb & \"c\"\n\nd")) ==
      R"(<div class="ck-content" data-wrapper="true" dir="ltr"><p>a &lt;script&gt;<br>b &amp; &quot;c&quot;</p><p>d</p></div>)");
}

TEST_CASE("texts that a service stored with other blank lines or line ends count as equal [C7]") {
  CHECK(comparable("a\r\n\r\n\r\nb  \n") == comparable("a\n\nb"));
  CHECK(comparable("a\nb") != comparable("a\n\nb"));
}

TEST_CASE("an id of a line break goes back with it, and an attribute or mark that no document holds is named [C5]") {
  auto const [node, losses] = GENERATE(table<std::string, std::string>({
      {R"({"type":"paragraph","content":[{"type":"text","text":"a"},{"type":"hardBreak","attrs":{"localId":"b1"}},{"type":"text","text":"c"}]})",
       ""},
      {R"({"type":"paragraph","attrs":{"localId":"p1"},"content":[{"type":"date","attrs":{"timestamp":"0","localId":"d1"}}]})",
       ""},
      {R"({"type":"codeBlock","attrs":{"language":"c","wrap":true},"content":[{"type":"text","text":"x"}]})", "attributes"},
      {R"({"type":"codeBlock","marks":[{"type":"breakout","attrs":{"mode":"wide"}}],"content":[{"type":"text","text":"x"}]})",
       "layout"},
      {R"({"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":"https://a.b","collection":"c"}}]}]})",
       "attributes"},
      {R"({"type":"panel","attrs":{"panelType":"custom","panelColor":"#fff"},"content":[{"type":"paragraph"}]})",
       "panel colours"},
  }));
  CAPTURE(node);
  auto const adf = *json::parse(R"({"type":"doc","version":1,"content":[)" + node + "]}");
  auto const read = from_adf(adf);
  CHECK(describe(read.losses) == losses);
  if (losses.empty()) CHECK(to_adf(read.document).adf == adf);
}
