#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

using Kind = Block::Kind;

// Milliseconds as a string; UTC (contract).
std::string day(std::string const& millis) {
  std::int64_t value = 0;
  auto const parsed = std::from_chars(millis.data(), millis.data() + millis.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != millis.data() + millis.size()) return millis;
  constexpr std::int64_t kMost = 253402300799999;  // the year 9999
  if (value < -kMost || value > kMost) return millis;
  return to_rfc3339(from_epoch_millis(value)).substr(0, 10);
}

int whole(json::Value const& value, int least, int most, int other) {
  auto const number = value.integer();
  return number && *number >= least && *number <= most ? static_cast<int>(*number) : other;
}

std::string media_name(json::Value const& media, bool image) {
  auto const name = one_line(media["attrs"]["alt"].text());
  auto const* const what = image ? "image" : "attachment";
  return name.empty() ? fmt::format("[{}]", what) : fmt::format("[{}: {}]", what, name);
}

class Reader {
 public:
  Losses losses;

  std::vector<Block> blocks(json::Array const& nodes) {
    std::vector<Block> out;
    for (auto const& node : nodes) {
      // Inline content where blocks belong is found in real documents: it makes a paragraph.
      if (is_inline(node["type"].text())) {
        if (out.empty() || !loose_) out.push_back(paragraph(std::vector<Inline>{}));
        inline_node(node, out.back().inlines);
        loose_ = true;
        continue;
      }
      loose_ = false;
      out.push_back(block(node));
    }
    loose_ = false;
    return out;
  }

  Block block(json::Value const& node) {
    auto const type = node["type"].text();
    auto const& attrs = node["attrs"];
    Block out;
    out.id = attrs["localId"].text();
    if (type == "paragraph" || type == "heading") {
      if (type == "heading") out.kind = Kind::heading;
      out.number = type == "heading" ? whole(attrs["level"], 1, 6, 1) : 0;
      if (!node["marks"].items().empty()) lost("alignment");
      check_attributes(node, {"level"});
      out.inlines = inlines(node["content"].items());
    } else if (type == "codeBlock") {
      check_layout(node);
      check_attributes(node, {"language"});
      out.kind = Kind::code;
      out.name = attrs["language"].text();
      for (auto const& child : node["content"].items()) code(child, out.inlines);
    } else if (type == "bulletList" || type == "orderedList") {
      out.kind = type == "bulletList" ? Kind::bullet_list : Kind::ordered_list;
      check_layout(node);
      check_attributes(node, {"order"});
      if (out.kind == Kind::ordered_list) out.number = whole(attrs["order"], 0, 999'999, 1);
      for (auto const& child : node["content"].items()) out.blocks.push_back(item(child));
    } else if (type == "taskList" || type == "decisionList") {
      out.kind = type == "taskList" ? Kind::task_list : Kind::decision_list;
      check_layout(node);
      check_attributes(node, {});
      tasks(node["content"].items(), out);
    } else if (type == "blockquote" || type == "panel" || type == "expand" || type == "nestedExpand") {
      out.kind = type == "blockquote" ? Kind::quote : type == "panel" ? Kind::panel : Kind::expand;
      out.name = type == "panel"            ? attrs["panelType"].text_or("info")
                 : out.kind == Kind::expand ? attrs["title"].text_or("")
                                            : "";
      if (attrs.has("panelColor") || attrs.has("panelIcon")) lost("panel colours");
      check_layout(node);
      check_attributes(node, {"panelType", "panelColor", "panelIcon", "panelIconId", "panelIconText", "title"});
      out.blocks = blocks(node["content"].items());
    } else if (type == "rule") {
      out.kind = Kind::rule;
      check_attributes(node, {});
    } else if (type == "table") {
      out.kind = Kind::table;
      if (attrs.has("width") || attrs.has("layout") || attrs.has("displayMode") || attrs["isNumberColumnEnabled"].truthy())
        lost("table layout");
      check_layout(node);
      check_attributes(node, {"width", "layout", "displayMode", "isNumberColumnEnabled"});
      for (auto const& child : node["content"].items()) out.blocks.push_back(row(child));
    } else {
      opaque(node, type, out);
    }
    return out;
  }

 private:
  void lost(std::string const& what) { ++losses[what]; }

  // Names a node's attributes that no document holds; `held` are those that one does, or that are named elsewhere.
  void check_attributes(json::Value const& node, std::initializer_list<std::string_view> held) {
    for (auto const& [name, value] : node["attrs"].members()) {
      bool const known = name == "localId" || value.is_null() || std::find(held.begin(), held.end(), name) != held.end();
      if (!known) lost("attributes");
    }
  }
  void check_layout(json::Value const& node) {
    if (!node["marks"].items().empty()) lost("layout");
  }

  static bool is_inline(std::string_view type) {
    return type == "text" || type == "hardBreak" || type == "mention" || type == "emoji" || type == "date" || type == "status" ||
           type == "inlineCard" || type == "mediaInline" || type == "placeholder" || type == "inlineExtension";
  }

  std::vector<Inline> inlines(json::Array const& nodes) {
    std::vector<Inline> out;
    for (auto const& node : nodes) inline_node(node, out);
    return out;
  }

  void inline_node(json::Value const& node, std::vector<Inline>& out) {
    auto const type = node["type"].text();
    auto const& attrs = node["attrs"];
    auto const keep = [&](Inline::Kind kind, std::string text) {
      out.push_back({kind, one_line(text), {}, std::make_shared<json::Value const>(node)});
    };
    if (type == "text") {
      text(node, out);
    } else if (type == "hardBreak") {
      // One with an id goes back with it.
      auto original = attrs["localId"].text().empty() ? Original{} : std::make_shared<json::Value const>(node);
      out.push_back({Inline::Kind::line_break, {}, {}, std::move(original)});
    } else if (type == "mention") {
      auto name = attrs["text"].text_or("");
      if (name.empty()) name = attrs["id"].scalar_text();
      keep(Inline::Kind::mention, name.starts_with('@') ? name : "@" + name);
    } else if (type == "emoji") {
      auto const shown = attrs["text"].text_or("");
      keep(Inline::Kind::emoji, shown.empty() ? attrs["shortName"].text_or("") : shown);
    } else if (type == "date") {
      keep(Inline::Kind::date, day(attrs["timestamp"].scalar_text()));
    } else if (type == "status") {
      keep(Inline::Kind::status, attrs["text"].text_or(""));
    } else if (type == "inlineCard") {
      keep(Inline::Kind::card, attrs["url"].text_or(attrs["data"]["url"].text_or("[card]")));
    } else if (type == "mediaInline" || type == "media") {
      keep(Inline::Kind::media, media_name(node, attrs["type"].text() == "image"));
    } else {
      auto shown = attrs["text"].text_or(attrs["url"].text_or(""));
      if (shown.empty() && node.has("content")) shown = to_text({Reader().blocks(node["content"].items())});
      if (shown.empty()) shown = node["text"].text_or("");
      keep(Inline::Kind::unknown, shown.empty() ? fmt::format("[{}]", type) : shown);
    }
  }

  void text(json::Value const& node, std::vector<Inline>& out) {
    auto const marks = marks_of(node["marks"].items());
    auto rest = node["text"].text();
    while (true) {
      auto const feed = rest.find('\n');
      auto const line = rest.substr(0, feed);
      if (!line.empty()) out.push_back({Inline::Kind::text, std::string(line), marks, {}});
      if (feed == std::string_view::npos) return;
      out.push_back({Inline::Kind::line_break, {}, {}, {}});
      rest.remove_prefix(feed + 1);
    }
  }

  Marks marks_of(json::Array const& nodes) {
    Marks marks;
    for (auto const& mark : nodes) {
      auto const type = mark["type"].text();
      if (type == "strong") {
        marks.strong = true;
      } else if (type == "em") {
        marks.em = true;
      } else if (type == "strike") {
        marks.strike = true;
      } else if (type == "underline") {
        marks.underline = true;
      } else if (type == "code") {
        marks.code = true;
      } else if (type == "subsup") {
        marks.script = mark["attrs"]["type"].text() == "sub" ? Marks::Script::sub : Marks::Script::sup;
      } else if (type == "link") {
        marks.href = mark["attrs"]["href"].text();
        if (mark["attrs"].has("title")) lost("link titles");
        check_attributes(mark, {"href", "title"});
      } else {
        lost(type == "textColor" || type == "backgroundColor" ? "colours" : type == "annotation" ? "annotations" : "formatting");
      }
    }
    return marks;
  }

  void code(json::Value const& node, std::vector<Inline>& out) {
    auto text = node["text"].text_or(node["type"].text() == "hardBreak" ? "\n" : "");
    if (!node["marks"].items().empty()) lost("formatting");
    if (text.empty()) return;
    if (out.empty()) {
      out.push_back({Inline::Kind::text, std::move(text), {}, {}});
    } else {
      out.back().text += text;
    }
  }

  Block item(json::Value const& node) {
    Block out;
    out.kind = Kind::item;
    out.id = node["attrs"]["localId"].text();
    if (node["type"].text() == "listItem") {
      check_attributes(node, {});
      out.blocks = blocks(node["content"].items());
    } else {
      out.blocks = blocks({node});
    }
    return out;
  }

  // A nested task list stands beside its items; here it belongs to the item before it.
  void tasks(json::Array const& nodes, Block& list) {
    for (auto const& node : nodes) {
      auto const type = node["type"].text();
      bool const nested = type == "taskList" || type == "decisionList";
      if (!nested || list.blocks.empty()) {
        Block item;
        item.kind = Kind::item;
        list.blocks.push_back(std::move(item));
      }
      auto& item = list.blocks.back();
      if (!nested) check_attributes(node, {"state"});
      if (nested) {
        item.blocks.push_back(block(node));
      } else if (type == "taskItem" || type == "decisionItem") {
        item.id = node["attrs"]["localId"].text();
        item.on = node["attrs"]["state"].text() == (type == "taskItem" ? "DONE" : "DECIDED");
        item.blocks.push_back(paragraph(inlines(node["content"].items())));
      } else {
        item.id = node["attrs"]["localId"].text();
        item.on = node["attrs"]["state"].text() == "DONE";
        item.blocks = blocks(type == "blockTaskItem" ? node["content"].items() : json::Array{node});
      }
    }
  }

  Block row(json::Value const& node) {
    Block out;
    out.kind = Kind::row;
    check_attributes(node, {});
    out.id = node["attrs"]["localId"].text();
    for (auto const& child : node["content"].items()) {
      Block cell;
      cell.kind = Kind::cell;
      cell.on = child["type"].text() == "tableHeader";
      auto const& attrs = child["attrs"];
      cell.id = attrs["localId"].text();
      cell.columns = whole(attrs["colspan"], 1, 1000, 1);
      cell.rows = whole(attrs["rowspan"], 1, 1000, 1);
      if (!attrs["background"].text().empty() || !attrs["colwidth"].items().empty() || attrs.has("valign")) lost("table layout");
      check_attributes(child, {"colspan", "rowspan", "background", "colwidth", "valign"});
      bool const is_cell = cell.on || child["type"].text() == "tableCell";
      cell.blocks = blocks(is_cell ? child["content"].items() : json::Array{child});
      out.blocks.push_back(std::move(cell));
    }
    return out;
  }

  // Media, cards, layouts, macros and what nobody knows yet: kept whole, with what a reader would see.
  void opaque(json::Value const& node, std::string_view type, Block& out) {
    auto const& attrs = node["attrs"];
    out.original = std::make_shared<json::Value const>(node);
    if (type == "mediaSingle" || type == "mediaGroup" || type == "media") {
      out.kind = Kind::media;
      auto const media = type == "media" ? json::Array{node} : node["content"].items();
      for (auto const& child : media) {
        if (child["type"].text() == "caption") {
          out.blocks.push_back(paragraph(inlines(child["content"].items())));
          continue;
        }
        out.name += (out.name.empty() ? "" : " ") + media_name(child, type != "mediaGroup");
      }
      if (out.name.empty()) out.name = "[image]";
    } else if (type == "blockCard" || type == "embedCard") {
      out.kind = Kind::card;
      out.name = attrs["url"].text_or(attrs["data"]["url"].text_or("[card]"));
    } else {
      out.kind = Kind::unknown;
      auto shown = one_line(attrs["text"].text_or(attrs["title"].text_or(attrs["url"].text_or(node["text"].text_or("")))));
      out.blocks = blocks(node["content"].items());
      if (!shown.empty()) out.blocks.insert(out.blocks.begin(), paragraph(shown));
      out.name = fmt::format("[{}]", type.empty() ? "unknown" : text::printable(type.substr(0, 40)));
    }
  }

  bool loose_ = false;
};

}  // namespace

ReadAdf from_adf(json::Value const& adf) {
  Reader reader;
  ReadAdf read;
  read.document.blocks = reader.blocks(adf["content"].items());
  read.losses = std::move(reader.losses);
  return read;
}

Block block_from_adf(json::Value const& node) {
  Document document{Reader().blocks({node})};
  return std::move(document.blocks.front());
}

}  // namespace tandem::mapping::richtext
