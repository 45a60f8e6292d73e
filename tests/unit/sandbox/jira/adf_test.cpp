#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "fixture.hpp"
#include "jira/adf/grammar.hpp"
#include "jira/adf/rules.hpp"
#include "jira/adf/text.hpp"
#include "jira/adf/wiki.hpp"

namespace json = tandem::json;
using jira_test::parsed;

namespace {

json::Value doc(std::string_view content) {
  return parsed(R"({"type":"doc","version":1,"content":)" + std::string(content) + "}");
}

}  // namespace

TEST_CASE("documents that the grammar takes [L1]", "[sandbox][jira][adf]") {
  auto const content = GENERATE(values<std::string>({
      "[]",
      R"([{"type":"paragraph"}])",
      R"([{"type":"paragraph","content":[]}])",
      R"([{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"strong"},{"type":"em"},{"type":"link","attrs":{"href":"https://x"}}]}]}])",
      R"([{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"code"},{"type":"link","attrs":{"href":"https://x"}}]}]}])",
      R"([{"type":"paragraph","marks":[{"type":"alignment","attrs":{"align":"center"}}],"content":[{"type":"hardBreak"},{"type":"emoji","attrs":{"shortName":":x:"}}]}])",
      R"([{"type":"heading","attrs":{"level":6},"content":[{"type":"text","text":"h"}]}])",
      R"([{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph"},{"type":"orderedList","attrs":{"order":3},"content":[{"type":"listItem","content":[{"type":"paragraph"}]}]}]}]}])",
      R"([{"type":"codeBlock","attrs":{"language":"c"},"content":[{"type":"text","text":"x"}]},{"type":"rule"},{"type":"blockquote","content":[{"type":"paragraph"}]}])",
      R"([{"type":"panel","attrs":{"panelType":"info"},"content":[{"type":"paragraph"}]}])",
      R"([{"type":"table","attrs":{"layout":"default"},"content":[{"type":"tableRow","content":[{"type":"tableHeader","attrs":{},"content":[{"type":"paragraph"}]},{"type":"tableCell","attrs":{"colspan":2,"colwidth":[10]},"content":[{"type":"paragraph"}]}]}]}])",
      R"([{"type":"taskList","attrs":{"localId":"a"},"content":[{"type":"taskItem","attrs":{"localId":"b","state":"DONE"},"content":[{"type":"text","text":"x"}]}]}])",
      R"([{"type":"expand","attrs":{"title":"t"},"content":[{"type":"nestedExpand","attrs":{},"content":[{"type":"paragraph"}]}]}])",
      R"([{"type":"mediaSingle","attrs":{"layout":"center","width":50},"content":[{"type":"media","attrs":{"type":"file","id":"u","collection":""}},{"type":"caption"}]}])",
      R"([{"type":"mediaSingle","attrs":{"layout":"center","width":500,"widthType":"pixel"},"content":[{"type":"media","attrs":{"type":"external","url":"https://x"}}]}])",
      R"([{"type":"layoutSection","content":[{"type":"layoutColumn","attrs":{"width":50},"content":[{"type":"paragraph"}]},{"type":"layoutColumn","attrs":{"width":50},"content":[{"type":"paragraph"}]}]}])",
      R"([{"type":"paragraph","content":[{"type":"mention","attrs":{"id":"1","text":"@A"}},{"type":"date","attrs":{"timestamp":"1"}},{"type":"status","attrs":{"text":"s","color":"red"}},{"type":"inlineCard","attrs":{"url":"https://x"}}]}])",
  }));
  CAPTURE(content);
  auto const fault = sandbox::jira::adf_fault(doc(content));
  CHECK(fault.value_or("") == "");
}

TEST_CASE("documents that the grammar refuses, with the place [L1]", "[sandbox][jira][adf]") {
  auto const [content, place] = GENERATE(table<std::string, std::string>({
      {R"([{"type":"text","text":"a"}])", "content/0/a node of type 'text' is not allowed here"},
      {R"([{"type":"paragraph","content":[{"type":"text","text":""}]}])", "content/0/content/0/text"},
      {R"([{"type":"paragraph","content":[{"type":"paragraph"}]}])", "content/0/content/0/a node"},
      {R"([{"type":"heading","attrs":{"level":7}}])", "content/0/attrs/level"},
      {R"([{"type":"heading"}])", "content/0/attrs are missing"},
      {R"([{"type":"heading","attrs":{"level":1,"x":1}}])", "content/0/attrs/x: unknown"},
      {R"([{"type":"bulletList","content":[]}])", "content/0/content: wrong number"},
      {R"([{"type":"bulletList"}])", "content/0/content is missing"},
      {R"([{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"heading","attrs":{"level":1}}]}]}])",
       "content/0/content/0/content/0/a node"},
      {R"([{"type":"blockquote","content":[{"type":"table","content":[]}]}])", "content/0/content/0/a node"},
      {R"([{"type":"codeBlock","content":[{"type":"text","text":"x","marks":[{"type":"strong"}]}]}])",
       "content/0/content/0/marks"},
      {R"([{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"strong"},{"type":"code"}]}]}])",
       "content/0/content/0/marks"},
      {R"([{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"bold"}]}]}])", "content/0/content/0/marks"},
      {R"([{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{}}]}]}])",
       "content/0/content/0/marks/link/attrs/href is missing"},
      {R"([{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"textColor","attrs":{"color":"red"}}]}]}])",
       "content/0/content/0/marks/textColor"},
      {R"([{"type":"paragraph","extra":1}])", "content/0/extra: unknown"},
      {R"([{"type":"layoutSection","content":[{"type":"layoutColumn","attrs":{"width":50},"content":[{"type":"paragraph"}]}]}])",
       "content/0/content: wrong number"},
      {R"([{"type":"tableRow","content":[]}])", "content/0/a node"},
      {R"([{"type":"status","attrs":{"text":"s","color":"red"}}])", "content/0/a node"},
      {R"([{"type":"paragraph","content":[{"type":"date","attrs":{"timestamp":1}}]}])", "content/0/content/0/attrs/timestamp"},
      {R"([{"type":"paragraph","content":"x"}])", "content/0/content: not a list"},
      {R"([1])", "content/0/"},
  }));
  CAPTURE(content);
  CHECK_THAT(sandbox::jira::adf_fault(doc(content)).value_or(""), Catch::StartsWith(place));
}

TEST_CASE("the root is a doc of version 1 [L1]", "[sandbox][jira][adf]") {
  CHECK(sandbox::jira::adf_fault(parsed(R"({"type":"doc","version":2,"content":[]})")).has_value());
  CHECK(sandbox::jira::adf_fault(parsed(R"({"type":"doc","content":[]})")).has_value());
  CHECK(sandbox::jira::adf_fault(parsed(R"({"type":"doc","version":1})")).has_value());
  CHECK(sandbox::jira::adf_fault(parsed(R"({"type":"paragraph"})")).has_value());
  CHECK(sandbox::jira::adf_fault(parsed("[]")).has_value());
}

TEST_CASE("a document has plain words and wiki text [L1]", "[sandbox][jira][adf]") {
  auto const document = doc(
      R"([{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Title"}]},
          {"type":"paragraph","content":[{"type":"text","text":"bold","marks":[{"type":"strong"}]},{"type":"hardBreak"},{"type":"text","text":"link","marks":[{"type":"link","attrs":{"href":"https://x"}}]}]},
          {"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"one"}]},
            {"type":"orderedList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"two"}]}]}]}]}]},
          {"type":"codeBlock","attrs":{"language":"c"},"content":[{"type":"text","text":"int x;"}]},
          {"type":"paragraph","content":[{"type":"mention","attrs":{"id":"7","text":"@Al"}},{"type":"date","attrs":{"timestamp":"1718150400000"}}]}])");
  CHECK(sandbox::jira::adf_text(document) == "Title\nbold\nlink\none\ntwo\nint x;\n@Al2024-06-12");
  CHECK(sandbox::jira::adf_to_wiki(document) ==
        "h2. Title\n\n*bold*\n[link|https://x]\n\n* one\n*# two\n\n{code:c}int x;{code}\n\n[~accountid:7]2024-06-12");
}

// The published schema is compared where it is at hand: names of nodes and marks, names of attributes, and which are required.
TEST_CASE("the compact grammar knows the nodes, marks and attributes of the published schema [L1]", "[sandbox][jira][adf]") {
  auto const* folder = std::getenv("TANDEM_CONTRACTS");
  if (folder == nullptr) {
    std::cout << "SKIPPED: TANDEM_CONTRACTS is not set: the ADF grammar was not compared\n";
    return;
  }
  std::ifstream file(std::string(folder) + "/adf-schema.json");
  std::stringstream text;
  text << file.rdbuf();
  auto const schema = parsed(text.str());

  using Shapes = std::set<std::set<std::string>>;  // each alternative: its attributes, "!" on required ones
  std::map<std::string, Shapes> nodes, marks, known_nodes, known_marks;
  auto const shape_of = [](json::Value const& attrs) {
    std::set<std::string> out;
    std::set<std::string> required;
    for (auto const& name : attrs["required"].items()) required.emplace(name.text());
    for (auto const& [name, rule] : attrs["properties"].members()) out.insert(required.count(name) > 0 ? name + "!" : name);
    return out;
  };
  for (auto const& [name, definition] : schema["definitions"].members()) {
    bool const mark = name.ends_with("_mark");
    auto const& type = definition["properties"]["type"]["enum"];
    if (type.items().size() != 1 || (!mark && !name.ends_with("_node"))) continue;
    auto& shapes = (mark ? marks : nodes)[std::string(type.at(0).text())];
    auto const& attrs = definition["properties"]["attrs"];
    if (attrs.has("anyOf")) {
      for (auto const& one : attrs["anyOf"].items()) shapes.insert(shape_of(one));
    } else {
      shapes.insert(shape_of(attrs));
    }
  }
  auto const words = [](std::string_view rules) {
    std::set<std::string> out;
    std::istringstream stream{std::string(rules)};
    for (std::string word; stream >> word;) {
      if (word != "!") out.insert(word.substr(0, word.find(':')));
    }
    return out;
  };
  for (auto const& rule : sandbox::jira::adf::kNodes) known_nodes[std::string(rule.type)].insert(words(rule.attrs));
  for (auto const& rule : sandbox::jira::adf::kMarks) known_marks[std::string(rule.name)].insert(words(rule.text));
  // Pixel width is one alternative of two that differ in what they require alone.
  for (auto const& [type, shapes] : nodes) {
    CAPTURE(type);
    CHECK(known_nodes[type] == shapes);
  }
  CHECK(known_nodes.size() == nodes.size());
  CHECK(known_marks == marks);
}
