// Recorded ADF documents of real sites and libraries. They are not part of the project: TANDEM_CAPTURES names their folder.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>

using namespace tandem;
using namespace tandem::mapping::richtext;

namespace {

void find_documents(json::Value const& value, std::vector<json::Value const*>& out) {
  if (value["type"].text() == "doc" && value.has("content")) {
    out.push_back(&value);
    return;
  }
  for (auto const& [key, member] : value.members()) find_documents(member, out);
  for (auto const& element : value.items()) find_documents(element, out);
}

// Every word that Jira shows of a node.
void find_words(json::Value const& node, std::vector<std::string>& out) {
  auto const type = node["type"].text();
  if (type == "text") out.emplace_back(node["text"].text());
  if (type == "mention" || type == "status" || type == "emoji") out.emplace_back(node["attrs"]["text"].text());
  if (type == "inlineCard" || type == "blockCard") out.emplace_back(node["attrs"]["url"].text());
  if (type == "expand" || type == "nestedExpand") out.emplace_back(node["attrs"]["title"].text());
  for (auto const& child : node["content"].items()) find_words(child, out);
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (char const c : clean(text)) {
    if (c != ' ' && c != '\n' && c != '\t') out += c;
  }
  return out;
}

// A document as Jira means it: without what says nothing (defaults, empty members, blank ids of lists that require one), runs of equal marks as
// one, marks in one order.
json::Value meant(json::Value const& node) {
  json::Object out;
  for (auto const& [name, value] : node.members()) {
    if (name == "content") {
      json::Array content;
      for (auto const& child : value.items()) {
        auto own = meant(child);
        auto* before = content.empty() ? nullptr : content.back().if_object();
        bool const joins = own["type"].text() == "text" && before != nullptr && content.back()["type"].text() == "text" &&
                           content.back()["marks"] == own["marks"];
        if (joins)
          before->set("text", std::string(content.back()["text"].text()) + std::string(own["text"].text()));
        else if (own["type"].text() != "text" || !own["text"].text().empty())
          content.push_back(std::move(own));
      }
      if (!content.empty()) out.set(name, std::move(content));
    } else if (name == "attrs") {
      json::Object attrs;
      for (auto const& [attribute, held] : value.members()) {
        bool const one = (attribute == "order" || attribute == "colspan" || attribute == "rowspan") && held.scalar_text() == "1";
        bool const feed = attribute == "text" && node["type"].text() == "hardBreak";
        bool const counted =
            attribute == "localId" && held.text().starts_with('t') && held.text().size() < 4;  // tasks require one
        bool const blank = held.is_null() || (held.is_string() && held.text().empty());
        if (!one && !feed && !counted && !blank) attrs.set(attribute, held);
      }
      if (!attrs.empty()) out.set(name, std::move(attrs));
    } else if (name == "marks") {
      std::vector<std::string> marks;
      for (auto const& mark : value.items()) marks.push_back(json::to_canonical(mark));
      std::sort(marks.begin(), marks.end());
      json::Array all(marks.begin(), marks.end());
      if (!all.empty()) out.set(name, std::move(all));
    } else {
      out.set(name, value);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("every recorded ADF document shows its words in HTML and in plain text, and goes back as it was [C5]") {
  auto const* folder = std::getenv("TANDEM_CAPTURES");
  if (folder == nullptr) {
    std::cout << "SKIPPED: TANDEM_CAPTURES is not set: no recorded ADF document was read\n";
    return;
  }
  std::size_t count = 0, lossless = 0;
  for (auto const& entry : std::filesystem::directory_iterator(std::string(folder) + "/jira/adf")) {
    CAPTURE(entry.path().filename().string());
    std::ifstream file(entry.path(), std::ios::binary);
    auto const parsed = json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
    REQUIRE(parsed.has_value());
    std::vector<json::Value const*> documents;
    find_documents(*parsed, documents);
    for (auto const* adf : documents) {
      ++count;
      auto const read = from_adf(*adf);
      auto const text = write_text(read.document);
      auto const html = write_html(read.document);
      auto const back = from_html(html.html);
      REQUIRE(back.has_value());
      auto const in_text = without_blanks(text.text);
      auto const in_html = without_blanks(to_text(back->document));
      std::vector<std::string> words;
      find_words(*adf, words);
      for (auto const& word : words) {
        CAPTURE(word);
        CHECK(in_text.find(without_blanks(word)) != std::string::npos);
        CHECK(in_html.find(without_blanks(word)) != std::string::npos);
      }
      // What neither form can show is named.
      auto const written = json::to_text(*adf);
      if (written.find("\"type\":\"mention\"") != std::string::npos) {
        CHECK(text.losses.count("mentions") == 1);
        CHECK(html.losses.count("mentions") == 1);
      }
      if (written.find("\"type\":\"media") != std::string::npos) CHECK(html.losses.count("images") == 1);
      if (written.find("\"type\":\"textColor\"") != std::string::npos) CHECK(read.losses.count("colours") == 1);
      auto const made = to_adf(read.document, SIZE_MAX);
      INFO(written);
      INFO(json::to_text(made.adf));
      // Whatever does not come back is named as a loss.
      if (read.losses.empty() && made.losses.empty()) {
        ++lossless;
        CHECK(json::to_canonical(meant(made.adf)) == json::to_canonical(meant(*adf)));
      }
      CHECK((!made.losses.empty() || fingerprint(from_adf(made.adf).document) == fingerprint(read.document)));
    }
  }
  CHECK(count >= 20);
  CHECK(lossless >= 10);
}
