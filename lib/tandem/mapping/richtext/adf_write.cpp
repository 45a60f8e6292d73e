#include <algorithm>
#include <string>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/cut.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

using Kind = Block::Kind;

// Where a block stands; the schema allows other blocks in each place.
enum class Place : std::uint8_t { root, item, quote, panel, cell, expand, nested_expand };

constexpr int kDeepest = 8;  // levels of blocks: JSON readers, ours too, stop at some depth

bool is_list(Kind kind) {
  return kind == Kind::bullet_list || kind == Kind::ordered_list || kind == Kind::task_list || kind == Kind::decision_list;
}

// The schema's content of each place (adf-schema.json: listItem_node, blockquote_node, panel_node, table_cell_content, …).
bool may_stand(Kind kind, Place place) {
  if (kind == Kind::paragraph || kind == Kind::code || kind == Kind::bullet_list || kind == Kind::ordered_list) return true;
  switch (place) {
    case Place::root:
    case Place::expand: return true;
    case Place::item: return kind == Kind::task_list;
    case Place::quote: return false;
    case Place::panel:
      return kind == Kind::heading || kind == Kind::task_list || kind == Kind::rule || kind == Kind::decision_list;
    case Place::cell: return kind != Kind::table;
    case Place::nested_expand: return kind != Kind::table && kind != Kind::expand;
  }
  return false;
}

bool is_panel(std::string_view name) {
  for (auto const* known : {"info", "note", "tip", "warning", "error", "success", "custom"}) {
    if (name == known) return true;
  }
  return false;
}

json::Value node(std::string_view type, json::Object attrs, json::Array content) {
  json::Object out{{"type", type}};
  if (!attrs.empty()) out.set("attrs", std::move(attrs));
  if (!content.empty()) out.set("content", std::move(content));
  return out;
}

class Writer {
 public:
  explicit Writer(Losses& losses) : losses_(losses) {}

  json::Array blocks(std::vector<Block> const& all, Place place, int depth) {
    json::Array out;
    for (auto const& one : all) block(one, place, depth, out);
    return out;
  }

 private:
  void lost(std::string const& what) { ++losses_[what]; }

  // A place that must not stay empty.
  json::Array filled(std::vector<Block> const& all, Place place, int depth) {
    auto out = blocks(all, place, depth);
    if (out.empty()) out.push_back(node("paragraph", {}, {}));
    return out;
  }

  void block(Block const& block, Place place, int depth, json::Array& out) {
    if (block.original) {
      out.push_back(*block.original);
      return;
    }
    if (depth >= kDeepest && !block.blocks.empty()) {
      lost("nesting");
      lines(block, out);
      return;
    }
    if (!may_stand(block.kind, place)) {
      lost("nesting");
      instead(block, place, depth, out);
      return;
    }
    json::Object attrs;
    if (!block.id.empty()) attrs.set("localId", text_of(block.id));
    switch (block.kind) {
      case Kind::paragraph: out.push_back(node("paragraph", std::move(attrs), line(block.inlines))); return;
      case Kind::heading:
        attrs.set("level", std::clamp(block.number, 1, 6));
        out.push_back(node("heading", std::move(attrs), line(block.inlines)));
        return;
      case Kind::code: out.push_back(code(block, std::move(attrs))); return;
      case Kind::rule: out.push_back(node("rule", std::move(attrs), {})); return;
      case Kind::bullet_list:
      case Kind::ordered_list: list(block, std::move(attrs), depth, out); return;
      case Kind::task_list:
      case Kind::decision_list: tasks(block, out); return;
      case Kind::quote:
        out.push_back(node("blockquote", std::move(attrs), filled(block.blocks, Place::quote, depth + 1)));
        return;
      case Kind::panel:
        attrs.set("panelType", is_panel(block.name) ? block.name : "info");
        out.push_back(node("panel", std::move(attrs), filled(block.blocks, Place::panel, depth + 1)));
        return;
      case Kind::expand: {
        bool const nested = place == Place::cell || place == Place::expand;
        attrs.set("title", text_of(block.name));
        out.push_back(node(nested ? "nestedExpand" : "expand", std::move(attrs),
                           filled(block.blocks, nested ? Place::nested_expand : Place::expand, depth + 1)));
        return;
      }
      case Kind::table: table(block, std::move(attrs), depth, out); return;
      case Kind::item:
      case Kind::row:
      case Kind::cell:
      case Kind::media:
      case Kind::card:
      case Kind::unknown: instead(block, place, depth, out); return;
    }
  }

  // The nearest thing that may stand here.
  void instead(Block const& block, Place place, int depth, json::Array& out) {
    if (block.kind == Kind::heading) {
      auto inlines = block.inlines;
      for (auto& part : inlines) part.marks.strong = part.kind == Inline::Kind::text;
      out.push_back(node("paragraph", {}, line(inlines)));
    } else if (block.kind == Kind::rule) {
      out.push_back(node("paragraph", {}, line(paragraph("---").inlines)));
    } else if (block.kind == Kind::table || is_list(block.kind)) {
      lines(block, out);
    } else {
      if (!block.name.empty() && block.kind != Kind::panel)
        out.push_back(node("paragraph", {}, line(paragraph(block.name).inlines)));
      if (!block.inlines.empty()) out.push_back(node("paragraph", {}, line(block.inlines)));
      for (auto const& child : block.blocks) this->block(child, place, depth, out);
    }
  }
  // As plain lines.
  void lines(Block const& block, json::Array& out) {
    for (auto const& one : from_text(to_text({{block}})).blocks) {
      out.push_back(node("paragraph", {}, line(is_list(one.kind) ? broken(to_text({{one}})) : one.inlines)));
    }
  }
  static std::vector<Inline> broken(std::string_view text) {
    std::vector<Inline> out;
    for (;;) {
      auto const feed = text.find('\n');
      if (feed != 0 && !text.empty()) out.push_back({Inline::Kind::text, std::string(text.substr(0, feed)), {}, {}});
      if (feed == std::string_view::npos) return out;
      out.push_back({Inline::Kind::line_break, {}, {}, {}});
      text.remove_prefix(feed + 1);
    }
  }

  void list(Block const& list, json::Object attrs, int depth, json::Array& out) {
    json::Array items;
    for (auto const& item : list.blocks) {
      json::Object own;
      if (!item.id.empty()) own.set("localId", text_of(item.id));
      items.push_back(node("listItem", std::move(own), filled(item.blocks, Place::item, depth + 1)));
    }
    if (items.empty()) return;
    bool const ordered = list.kind == Kind::ordered_list;
    if (ordered && list.number != 1) attrs.set("order", std::max(list.number, 0));
    out.push_back(node(ordered ? "orderedList" : "bulletList", std::move(attrs), std::move(items)));
  }

  json::Value tasks(Block const& list) {
    bool const task = list.kind == Kind::task_list;
    json::Array items;
    for (auto const& item : list.blocks) {
      std::vector<Inline> text;
      std::vector<Block const*> nested;
      for (auto const& child : item.blocks) {
        if (task && child.kind == Kind::task_list) {
          nested.push_back(&child);
          continue;
        }
        if (!text.empty()) text.push_back({Inline::Kind::line_break, {}, {}, {}});
        bool const plain = child.kind == Kind::paragraph;
        if (!plain) lost("nesting");
        auto more = plain ? child.inlines : broken(to_text({{child}}));
        text.insert(text.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
      }
      if (nested.size() != item.blocks.size() || nested.empty()) {
        json::Object own{{"localId", id_or_next(item.id)},
                         {"state", task ? (item.on ? "DONE" : "TODO") : (item.on ? "DECIDED" : "UNDECIDED")}};
        items.push_back(node(task ? "taskItem" : "decisionItem", std::move(own), line(text)));
      }
      for (auto const* child : nested) {
        if (!child->blocks.empty()) items.push_back(tasks(*child));
      }
    }
    return node(task ? "taskList" : "decisionList", json::Object{{"localId", id_or_next(list.id)}}, std::move(items));
  }
  void tasks(Block const& list, json::Array& out) {
    if (!list.blocks.empty()) out.push_back(tasks(list));
  }
  // Ids are required; of what has none they are counted, so that equal documents are equal.
  std::string id_or_next(std::string const& id) { return id.empty() ? fmt::format("t{}", ++ids_) : text_of(id); }

  void table(Block const& table, json::Object attrs, int depth, json::Array& out) {
    json::Array rows;
    for (auto const& row : table.blocks) {
      json::Array cells;
      for (auto const& cell : row.blocks) {
        json::Object own;
        if (!cell.id.empty()) own.set("localId", text_of(cell.id));
        if (cell.columns > 1) own.set("colspan", cell.columns);
        if (cell.rows > 1) own.set("rowspan", cell.rows);
        cells.push_back(node(cell.on ? "tableHeader" : "tableCell", std::move(own), filled(cell.blocks, Place::cell, depth + 1)));
      }
      if (cells.empty()) continue;
      json::Object own;
      if (!row.id.empty()) own.set("localId", text_of(row.id));
      rows.push_back(node("tableRow", std::move(own), std::move(cells)));
    }
    if (!rows.empty()) out.push_back(node("table", std::move(attrs), std::move(rows)));
  }

  static json::Value code(Block const& block, json::Object attrs) {
    if (!block.name.empty()) attrs.set("language", text_of(block.name));
    std::string text;
    for (auto const& part : block.inlines) text += part.kind == Inline::Kind::line_break ? "\n" : part.text;
    text = text_of(text, true);
    json::Array content;
    if (!text.empty()) content.push_back(json::Object{{"type", "text"}, {"text", std::move(text)}});
    return node("codeBlock", std::move(attrs), std::move(content));
  }

  json::Array line(std::vector<Inline> const& inlines) {
    json::Array out;
    for (auto const& part : inlines) {
      if (part.original) {
        out.push_back(*part.original);
      } else if (part.kind == Inline::Kind::line_break) {
        out.push_back(json::Object{{"type", "hardBreak"}});
      } else if (auto text = text_of(part.text); !text.empty()) {
        json::Object own{{"type", "text"}, {"text", std::move(text)}};
        if (auto marks = marks_of(part.marks); !marks.empty()) own.set("marks", std::move(marks));
        out.push_back(std::move(own));
      }
    }
    return out;
  }

  // `code` combines only with links (schema: code_inline_node).
  json::Array marks_of(Marks const& marks) {
    json::Array out;
    auto const simple = [&](bool on, std::string_view type) {
      if (on && !marks.code) out.push_back(json::Object{{"type", type}});
    };
    if (!marks.href.empty()) {
      if (is_safe_link(marks.href)) {
        out.push_back(json::Object{{"type", "link"}, {"attrs", json::Object{{"href", text_of(marks.href)}}}});
      } else {
        lost("links");
      }
    }
    simple(marks.em, "em");
    simple(marks.strong, "strong");
    simple(marks.strike, "strike");
    if (marks.script != Marks::Script::none && !marks.code) {
      out.push_back(json::Object{{"type", "subsup"},
                                 {"attrs", json::Object{{"type", marks.script == Marks::Script::sub ? "sub" : "sup"}}}});
    }
    simple(marks.underline, "underline");
    if (marks.code) {
      auto others = marks;
      others.code = false;
      if (others.any()) lost("formatting");
      out.push_back(json::Object{{"type", "code"}});
    }
    return out;
  }

  // Without what ADF must not hold.
  static std::string text_of(std::string_view text, bool lines = false) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
      auto const c = text::next(text);
      if (c == '\n' && !lines) {
        out += ' ';
      } else if (!is_dropped(c)) {
        text::append(out, c);
      }
    }
    return out;
  }

  Losses& losses_;
  int ids_ = 0;
};

json::Value document_of(json::Array content) {
  return json::Object{{"type", "doc"}, {"version", 1}, {"content", std::move(content)}};
}

}  // namespace

json::Array adf_blocks(std::vector<Block> const& blocks, Losses& losses) { return Writer(losses).blocks(blocks, Place::root, 0); }

WrittenAdf to_adf(Document const& document, std::size_t most_bytes, std::string_view pointer) {
  WrittenAdf out;
  auto const write = [&](Document const& part) {
    out.losses.clear();
    out.adf = document_of(adf_blocks(part.blocks, out.losses));
    return json::to_text(out.adf).size() <= most_bytes;
  };
  if (write(document)) return out;
  write(cut(document, pointer, write));
  out.was_cut = true;
  return out;
}

}  // namespace tandem::mapping::richtext
