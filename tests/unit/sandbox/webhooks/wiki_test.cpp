// ADF as wiki markup, node by node (contract jira §13).
#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "jira/adf/wiki.hpp"

using namespace webhook_test;

namespace {
std::string wiki(std::string const& blocks) {
  return sandbox::jira::adf_to_wiki(parsed(R"({"type":"doc","version":1,"content":[)" + blocks + "]}"));
}
std::string paragraph(std::string const& inlines) { return R"({"type":"paragraph","content":[)" + inlines + "]}"; }
std::string text(std::string const& words, std::string const& marks = "") {
  return R"({"type":"text","text":")" + words + R"(","marks":[)" + marks + "]}";
}
}  // namespace

TEST_CASE("inline nodes and marks have their wiki form [jira §13]", "[webhooks]") {
  auto const [adf, expected] = GENERATE(table<std::string, std::string>({
      {text("a", R"({"type":"strong"})"), "*a*"},
      {text("a", R"({"type":"em"})"), "_a_"},
      {text("a", R"({"type":"strike"})"), "-a-"},
      {text("a", R"({"type":"underline"})"), "+a+"},
      {text("{code}", R"({"type":"code"})"), "{{{code}}}"},
      {text("2", R"({"type":"subsup","attrs":{"type":"sub"}})"), "~2~"},
      {text("a", R"({"type":"textColor","attrs":{"color":"#ff0000"}})"), "{color:#ff0000}a{color}"},
      {text("a", R"({"type":"link","attrs":{"href":"https://x"}})"), "[a|https://x]"},
      {text("see {code} and !a.png! now!"), R"(see \{code} and \!a.png\! now!)"},
      {text("[~bob] {me}"), R"(\[~bob] {me})"},
      {R"({"type":"mention","attrs":{"id":"7","text":"@Al"}})", "[~accountid:7]"},
      {R"({"type":"emoji","attrs":{"shortName":":x:","text":"X"}})", "X"},
      {R"({"type":"date","attrs":{"timestamp":"1718150400000"}})", "2024-06-12"},
      {R"({"type":"status","attrs":{"text":"done","color":"green"}})", "{color:#36B37E}*[ DONE ]*{color}"},
      {R"({"type":"inlineCard","attrs":{"url":"https://x"}})", "[https://x|https://x|smart-link]"},
      {R"({"type":"mediaInline","attrs":{"id":"u","collection":"","alt":"a.pdf"}})", "[^a.pdf]"},
      {R"({"type":"placeholder","attrs":{"text":"p"}})",
       R"({adf:display=inline}{"type":"placeholder","attrs":{"text":"p"}}{adf})"},
  }));
  CAPTURE(adf);
  CHECK(wiki(paragraph(adf)) == expected);
}

TEST_CASE("block nodes have their wiki form, or are carried whole [jira §13]", "[webhooks]") {
  auto const one = paragraph(text("one"));
  auto const item = [](std::string const& blocks) { return R"({"type":"listItem","content":[)" + blocks + "]}"; };
  auto const cell = [](std::string const& type, std::string const& blocks, std::string const& attrs = "{}") {
    return R"({"type":")" + type + R"(","attrs":)" + attrs + R"(,"content":[)" + blocks + "]}";
  };
  auto const node = [](std::string const& type, std::string const& attrs, std::string const& blocks) {
    return R"({"type":")" + type + R"(","attrs":)" + attrs + R"(,"content":[)" + blocks + "]}";
  };
  auto const merged =
      node("table", "{}", R"({"type":"tableRow","content":[)" + cell("tableCell", one, R"({"colspan":2})") + "]}");
  std::vector<std::pair<std::string, std::string>> const rows{
      {node("heading", R"({"level":3})", text("h")), "h3. h"},
      {node("codeBlock", R"({"language":"java"})", text("!x.y!")), "{code:java}!x.y!{code}"},
      {node("codeBlock", R"({"language":"cobol"})", text("x")), "{noformat}x{noformat}"},
      {node("codeBlock", "{}", text("x")), "{noformat}x{noformat}"},
      {node("blockquote", "{}", one + "," + one), "{quote}one\n\none{quote}"},
      {node("panel", R"({"panelType":"info"})", one), "{panel:bgColor=#deebff}\none\n{panel}"},
      {R"({"type":"rule"})", "----"},
      {node("expand", R"({"title":"T"})", one), "*T*\n\none"},
      {node("bulletList", "{}", item(one + "," + one) + "," + item(one)), "* one\none\n* one"},
      {node("taskList", "{}", node("taskItem", R"({"state":"TODO"})", text("t"))), "* t"},
      {R"({"type":"blockCard","attrs":{"url":"https://x"}})", "[https://x|https://x|smart-card]"},
      {node("mediaSingle", R"({"width":400,"widthType":"pixel"})",
            R"({"type":"media","attrs":{"type":"file","id":"u","alt":"a.png","width":9,"height":8}})"),
       "!a.png|width=400!"},
      {node("mediaGroup", "{}", R"({"type":"media","attrs":{"type":"file","id":"u"}})"), "!u|thumbnail!"},
      {node("table", "{}",
            R"({"type":"tableRow","content":[)" + cell("tableHeader", one) + "," + cell("tableHeader", "") +
                R"(]},{"type":"tableRow","content":[)" + cell("tableCell", one) + "," + cell("tableCell", one) + "]}"),
       "||one|| ||\n|one|one|"},
      {merged, "{adf:display=block}\n" + json::to_text(parsed(merged)) + "\n{adf}"},
      {R"({"type":"extension","attrs":{"extensionKey":"k"}})",
       "{adf:display=block}\n{\"type\":\"extension\",\"attrs\":{\"extensionKey\":\"k\"}}\n{adf}"},
  };
  for (auto const& [adf, expected] : rows) {
    CAPTURE(adf);
    CHECK(wiki(adf) == expected);
  }
  CHECK(wiki(one + "," + one) == "one\n\none");
}
