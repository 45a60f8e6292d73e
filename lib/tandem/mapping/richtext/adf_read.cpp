#include <tandem/mapping/richtext/adf.hpp>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tandem/base/time/instant.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

// Gathers text with line and paragraph ends; several in a row count once, the stronger one.
class Reader {
 public:
  ReadAdf finish() && { return {from_text(out_), std::move(losses_)}; }

  void blocks(json::Array const& nodes) {
    for (auto const& node : nodes) block(node);
  }

 private:
  void lost(std::string const& what) { ++losses_[what]; }

  void end(std::size_t feeds) { pending_ = std::max(pending_, feeds); }
  void put(std::string_view text) {
    if (text.empty()) return;
    if (!out_.empty()) out_.append(pending_, '\n');
    pending_ = 0;
    out_ += text;
  }

  void inlines(json::Array const& nodes) {
    for (auto const& node : nodes) inline_node(node);
  }

  void inline_node(json::Value const& node) {
    auto const type = node["type"].text();
    auto const& attrs = node["attrs"];
    if (type == "text") {
      if (!node["marks"].items().empty()) lost("formatting");
      put(node["text"].text());
    } else if (type == "hardBreak") {
      put("\n");
    } else if (type == "mention") {
      lost("mentions");
      put(attrs["text"].text_or("@" + attrs["id"].scalar_text()));
    } else if (type == "emoji") {
      put(attrs["text"].text_or(attrs["shortName"].text()));
    } else if (type == "date") {
      put(day(attrs["timestamp"].scalar_text()));
    } else if (type == "status") {
      lost("statuses");
      put(attrs["text"].text());
    } else if (type == "inlineCard") {
      put(attrs["url"].text());
    } else if (node.has("content")) {
      lost("unknown content");
      inlines(node["content"].items());
    } else {
      lost(type.starts_with("media") ? "images" : "unknown content");
      put(attrs["text"].text_or(attrs["url"].text()));
    }
  }

  // Milliseconds as a string; UTC (contract).
  static std::string day(std::string const& millis) {
    std::int64_t value = 0;
    auto const parsed = std::from_chars(millis.data(), millis.data() + millis.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != millis.data() + millis.size()) return millis;
    constexpr std::int64_t kMost = 253402300799999;  // the year 9999
    if (value < -kMost || value > kMost) return millis;
    return to_rfc3339(from_epoch_millis(value)).substr(0, 10);
  }

  void block(json::Value const& node) {
    auto const type = node["type"].text();
    auto const& content = node["content"].items();
    if (type == "paragraph" || type == "heading" || type == "codeBlock") {
      if (type != "paragraph") lost(type == "heading" ? "headings" : "code blocks");
      end(2);
      if (content.empty()) pending_ += 2;  // an empty paragraph is a blank line more
      inlines(content);
      end(2);
    } else if (type == "bulletList" || type == "orderedList" || type == "taskList" || type == "decisionList") {
      lost("lists");
      list(node);
    } else if (type == "table") {
      lost("tables");
      end(2);
      for (auto const& row : content) table_row(row);
      end(2);
    } else if (type == "rule") {
      lost("rules");
      end(2);
      put("---");
      end(2);
    } else if (type == "blockCard" || type == "embedCard") {
      end(2);
      put(node["attrs"]["url"].text());
      end(2);
    } else if (type.starts_with("media")) {
      lost("images");
    } else if (node.has("text") || type == "hardBreak") {
      inline_node(node);
    } else {
      lost(type == "blockquote" ? "quotes" : type == "panel" ? "panels" : "unknown content");
      blocks(content);
    }
  }

  void list(json::Value const& node) {
    bool const ordered = node["type"].text() == "orderedList";
    auto number = node["attrs"]["order"].integer().value_or(1);
    end(depth_ == 0 ? 2 : 1);
    ++depth_;
    for (auto const& item : node["content"].items()) {
      end(1);
      std::string const indent(2 * (depth_ - 1), ' ');
      auto const type = item["type"].text();
      if (type.ends_with("List")) {  // a nested task list stands beside its items
        list(item);
        continue;
      }
      put(indent + (ordered ? fmt::format("{}. ", number++) : type == "taskItem" ? task_mark(item) : "- "));
      list_item(item["content"].items());
    }
    --depth_;
    end(depth_ == 0 ? 2 : 1);
  }
  static std::string task_mark(json::Value const& item) { return item["attrs"]["state"].text() == "DONE" ? "[x] " : "[ ] "; }

  void list_item(json::Array const& content) {
    bool first = true;
    for (auto const& child : content) {
      auto const type = child["type"].text();
      if (type == "paragraph") {
        if (!first) end(1);
        inlines(child["content"].items());
      } else if (type.ends_with("List")) {
        list(child);
      } else if (type == "text" || type == "hardBreak" || !child.has("content")) {
        inline_node(child);
      } else {
        block(child);
      }
      first = false;
    }
  }

  void table_row(json::Value const& row) {
    end(1);
    bool first = true;
    for (auto const& cell : row["content"].items()) {
      Reader inner;
      inner.depth_ = depth_;
      inner.blocks(cell["content"].items());
      put((first ? "" : " | ") + one_line(inner.out_));
      for (auto const& [what, count] : inner.losses_) losses_[what] += count;
      first = false;
    }
  }

  std::string out_;
  std::size_t pending_ = 0;
  std::size_t depth_ = 0;
  Losses losses_;
};

}  // namespace

ReadAdf from_adf(json::Value const& adf) {
  Reader reader;
  reader.blocks(adf["content"].items());
  return std::move(reader).finish();
}

}  // namespace tandem::mapping::richtext
