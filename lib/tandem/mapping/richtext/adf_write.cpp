#include <tandem/mapping/richtext/adf.hpp>

#include <string>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

constexpr std::string_view kMark = "…";

json::Value text_node(std::string text) { return json::Object{{"type", "text"}, {"text", std::move(text)}}; }
json::Value line_break() { return json::Object{{"type", "hardBreak"}}; }

// Bytes of a node within its parent's array, its comma included.
std::size_t cost(json::Value const& node) { return json::to_text(node).size() + 1; }

json::Value paragraph(json::Array content) {
  json::Object node{{"type", "paragraph"}};
  if (!content.empty()) node.set("content", std::move(content));
  return node;
}
// Of `{"type":"paragraph","content":[]}` and its comma: what a paragraph costs beside its content.
std::size_t paragraph_cost() {
  static std::size_t const bytes = cost(json::Object{{"type", "paragraph"}, {"content", json::Array{}}});
  return bytes;
}

// The longest beginning of `text`, on a whole character, that fits as a text node together with the mark; "" when not even one does.
std::string fitting(std::string_view text, std::size_t budget) {
  auto const empty_node = cost(text_node(std::string(kMark)));
  if (budget < empty_node) return {};
  budget -= empty_node;
  std::size_t used = 0;
  auto rest = text;
  while (!rest.empty()) {
    auto ahead = rest;
    text::next(ahead);
    auto const bytes = rest.substr(0, rest.size() - ahead.size());
    auto const written = json::to_text(json::Value(bytes)).size() - 2;  // without its quotes: escapes are counted
    if (used + written > budget) break;
    used += written;
    rest = ahead;
  }
  return std::string(text.substr(0, text.size() - rest.size()));
}

class Writer {
 public:
  explicit Writer(std::size_t most) : left_(most) {
    auto const frame = cost(document({}));
    auto const reserve = paragraph_cost() + cost(text_node(std::string(kMark)));
    left_ = left_ > frame + reserve ? left_ - frame - reserve : 0;
  }

  // False when the document had to end here.
  bool add(Block const& block) {
    if (!take(paragraph_cost())) return false;
    json::Array content;
    for (auto const& part : block.inlines) {
      bool const fits = part.kind == Inline::Kind::line_break ? add_break(content) : add_text(content, part.text);
      if (fits) continue;
      end_with_mark(content);
      blocks_.push_back(paragraph(std::move(content)));
      ended_ = true;
      return false;
    }
    blocks_.push_back(paragraph(std::move(content)));
    return true;
  }

  WrittenAdf finish(bool was_cut) {
    if (was_cut && !ended_) blocks_.push_back(paragraph({text_node(std::string(kMark))}));
    return {document(std::move(blocks_)), was_cut};
  }

 private:
  static json::Value document(json::Array content) {
    return json::Object{{"type", "doc"}, {"version", 1}, {"content", std::move(content)}};
  }
  bool take(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  bool add_break(json::Array& content) {
    auto node = line_break();
    if (!take(cost(node))) return false;
    content.push_back(std::move(node));
    return true;
  }
  bool add_text(json::Array& content, std::string const& text) {
    auto node = text_node(text);
    if (take(cost(node))) {
      content.push_back(std::move(node));
      return true;
    }
    if (auto part = fitting(text, left_); !part.empty()) content.push_back(text_node(std::move(part)));
    return false;
  }
  // Room for the mark is reserved from the start.
  static void end_with_mark(json::Array& content) {
    if (!content.empty() && content.back()["type"].text() == "text") {
      auto const text = std::string(content.back()["text"].text());
      content.back() = text_node(text + std::string(kMark));
    } else {
      content.push_back(text_node(std::string(kMark)));
    }
  }

  std::size_t left_;
  json::Array blocks_;
  bool ended_ = false;
};

}  // namespace

WrittenAdf to_adf(Document const& document, std::size_t most_bytes) {
  Writer writer(most_bytes);
  for (auto const& block : document.blocks) {
    if (!writer.add(block)) return writer.finish(true);
  }
  return writer.finish(false);
}

}  // namespace tandem::mapping::richtext
