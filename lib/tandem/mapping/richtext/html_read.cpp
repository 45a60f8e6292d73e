#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_element.hpp>
#include <tandem/mapping/richtext/html_lines.hpp>
#include <tandem/mapping/richtext/html_tree.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/richtext/xml_library.hpp>

namespace tandem::mapping::richtext {

namespace {

using Kind = Block::Kind;

template <std::size_t N>
bool is_one_of(std::string_view name, std::array<std::string_view, N> const& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 8> kSkipped{"script", "style", "head", "title", "template", "noscript", "meta", "link"};
constexpr std::array<std::string_view, 9> kParagraphs{"p",    "section",  "article", "figure", "form",
                                                      "main", "fieldset", "details", "center"};
constexpr std::array<std::string_view, 13> kLines{"div",     "tr", "body",    "dt",    "dd",         "header", "footer",
                                                  "address", "dl", "caption", "aside", "figcaption", "summary"};
constexpr std::array<std::string_view, 7> kMedia{"img", "video", "audio", "object", "embed", "iframe", "svg"};

// Walks the tree (at most 256 levels: the parser saw to that).
class Walker {
 public:
  Losses losses;

  std::vector<Block> flow(xmlNode* first, Marks const& marks) {
    Lines lines;
    walk(first, marks, lines);
    return std::move(lines).finish();
  }

 private:
  void lost(std::string const& what) { ++losses[what]; }

  void walk(xmlNode* node, Marks const& marks, Lines& lines) {
    for (; node != nullptr; node = node->next) {
      if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
        lines.text(content_of(node), marks, span_of(node));
      } else if (node->type == XML_ENTITY_REF_NODE) {
        lines.text(fmt::format("&{};", name_of(node)), marks, span_of(node));
      } else if (node->type == XML_ELEMENT_NODE) {
        element(node, marks, lines);
      }
    }
  }

  void element(xmlNode* node, Marks marks, Lines& lines) {
    auto const name = name_of(node);
    if (is_one_of(name, kSkipped) || is_hidden(node)) return;
    if (take_style(node, marks)) lost("colours");
    if (name == "br") {
      lines.line_break();
    } else if (name == "hr") {
      Block rule;
      rule.kind = Kind::rule;
      rule.source = span_of(node);
      lines.block(std::move(rule));
    } else if (is_one_of(name, kMedia)) {
      media(node, name, lines);
    } else if (name == "a") {
      link(node, marks, lines);
    } else if (name == "ul" || name == "ol") {
      lines.block(list(node, marks));
    } else if (name == "li") {  // outside of any list
      lines.block(stray_item(node, marks));
    } else if (name == "table") {
      table(node, marks, lines);
    } else if (name == "pre") {
      lines.block(code(node));
    } else if (name == "blockquote") {
      Block quote;
      quote.kind = Kind::quote;
      quote.source = span_of(node);
      quote.blocks = flow(node->children, marks);
      if (!quote.blocks.empty()) lines.block(std::move(quote));
    } else if (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6') {
      heading(node, name[1] - '0', marks, lines);
    } else {
      container(node, name, marks, lines);
    }
  }

  void container(xmlNode* node, std::string_view name, Marks const& marks, Lines& lines) {
    bool const paragraph = is_one_of(name, kParagraphs);
    bool const line = !paragraph && is_one_of(name, kLines);
    if (paragraph) lines.end_paragraph();
    if (line) lines.end_line();
    walk(node->children, marks, lines);
    if (paragraph) lines.end_paragraph(name == "p");
    if (line) lines.end_line();
  }

  void media(xmlNode* node, std::string_view name, Lines& lines) {
    // A picture of one dot only counts who reads the mail.
    if (name == "img" && attribute(node, "width") == "1" && attribute(node, "height") == "1") return;
    lost("images");
    auto shown = one_line(attribute(node, "alt"));
    if (shown.empty()) shown = file_name(attribute(node, "src"));
    auto const what = name == "img" || name == "svg" ? "image" : name;
    lines.media(shown.empty() ? fmt::format("[{}]", what) : fmt::format("[{}: {}]", what, shown), span_of(node));
  }

  void link(xmlNode* node, Marks marks, Lines& lines) {
    auto const target = std::string(text::trimmed(attribute(node, "href")));
    if (is_safe_link(target)) {
      marks.href = target;
    } else if (!target.empty() && !target.starts_with('#')) {
      lost("links");
    }
    walk(node->children, marks, lines);
  }

  void heading(xmlNode* node, int level, Marks const& marks, Lines& lines) {
    auto blocks = flow(node->children, marks);
    for (auto& block : blocks) {
      if (block.kind == Kind::paragraph) {
        block.kind = Kind::heading;
        block.number = level;
      }
      lines.block(std::move(block));
    }
  }

  Block list(xmlNode* node, Marks const& marks) {
    Block list;
    list.kind = name_of(node) == "ol" ? Kind::ordered_list : Kind::bullet_list;
    list.source = span_of(node);
    if (list.kind == Kind::ordered_list) list.number = number(attribute(node, "start"), 0, 999'999, 1);
    bool const tasks = attribute(node, "class").find("todo-list") != std::string::npos;
    for (auto* child = node->children; child != nullptr; child = child->next) {
      bool const text = child->type == XML_TEXT_NODE && !text::trimmed(content_of(child)).empty();
      if (child->type != XML_ELEMENT_NODE && !text) continue;
      auto const name = text ? std::string_view() : name_of(child);
      if (name == "li") {
        list.blocks.push_back(item(child->children, marks));
        list.blocks.back().on = tasks && has_tick(child->children);
        list.blocks.back().source = span_of(child);
        continue;
      }
      // A list right below a list belongs to the item before it; anything else is an item that lost its tag.
      xmlNode alone = *child;
      alone.next = nullptr;
      auto blocks = flow(&alone, marks);
      if (blocks.empty()) continue;
      bool const nested = (name == "ul" || name == "ol") && !list.blocks.empty();
      if (!nested) {
        list.blocks.emplace_back();
        list.blocks.back().kind = Kind::item;
      }
      auto& into = list.blocks.back().blocks;
      into.insert(into.end(), std::make_move_iterator(blocks.begin()), std::make_move_iterator(blocks.end()));
    }
    if (tasks)
      list.kind = Kind::task_list;
    else
      take_ticks(list);
    return list;
  }

  Block item(xmlNode* children, Marks const& marks) {
    Block item;
    item.kind = Kind::item;
    item.blocks = flow(children, marks);
    return item;
  }
  Block stray_item(xmlNode* node, Marks const& marks) {
    Block list;
    list.kind = Kind::bullet_list;
    list.source = span_of(node);
    list.blocks.push_back(item(node->children, marks));
    list.blocks.back().source = span_of(node);
    return list;
  }

  static bool has_tick(xmlNode* node) {
    for (; node != nullptr; node = node->next) {
      if (node->type != XML_ELEMENT_NODE || name_of(node) == "ul" || name_of(node) == "ol") continue;
      if (name_of(node) == "input" && xml().has_attribute(node, xml_text("checked")) != nullptr) return true;
      if (has_tick(node->children)) return true;
    }
    return false;
  }

  void table(xmlNode* node, Marks const& marks, Lines& lines) {
    Block table;
    table.kind = Kind::table;
    table.source = span_of(node);
    std::size_t widest = 0;
    rows(node->children, marks, table, lines);
    for (auto const& row : table.blocks) widest = std::max(widest, row.blocks.size());
    if (widest > 1) {
      lines.block(std::move(table));
      return;
    }
    // One column is how mails lay out their text.
    for (auto& row : table.blocks) {
      for (auto& cell : row.blocks) {
        for (auto& block : cell.blocks) lines.block(std::move(block));
      }
    }
  }
  void rows(xmlNode* node, Marks const& marks, Block& table, Lines& lines) {
    for (; node != nullptr; node = node->next) {
      if (node->type != XML_ELEMENT_NODE) continue;
      auto const name = name_of(node);
      if (name == "tr") {
        Block row;
        row.kind = Kind::row;
        row.source = span_of(node);
        cells(node->children, marks, row);
        if (!row.blocks.empty()) table.blocks.push_back(std::move(row));
      } else if (name == "thead" || name == "tbody" || name == "tfoot") {
        rows(node->children, marks, table, lines);
      } else if (name == "td" || name == "th") {
        Block row;
        row.kind = Kind::row;
        row.blocks.push_back(cell(node, marks));
        table.blocks.push_back(std::move(row));
      } else if (name != "colgroup" && name != "col") {
        lines.end_paragraph();
        walk(node->children, marks, lines);
        lines.end_paragraph();
      }
    }
  }
  void cells(xmlNode* node, Marks const& marks, Block& row) {
    for (; node != nullptr; node = node->next) {
      if (node->type == XML_ELEMENT_NODE && (name_of(node) == "td" || name_of(node) == "th"))
        row.blocks.push_back(cell(node, marks));
    }
  }
  Block cell(xmlNode* node, Marks const& marks) {
    Block cell;
    cell.kind = Kind::cell;
    cell.source = span_of(node);
    cell.on = name_of(node) == "th";
    cell.columns = number(attribute(node, "colspan"), 1, 1000, 1);
    cell.rows = number(attribute(node, "rowspan"), 1, 1000, 1);
    cell.blocks = flow(node->children, marks);
    return cell;
  }

  static Block code(xmlNode* node) {
    Block code;
    code.kind = Kind::code;
    code.source = span_of(node);
    std::string text;
    gather(node, code.name, text);
    text = clean_code(text);
    if (!text.empty()) code.inlines.push_back({Inline::Kind::text, std::move(text), {}, {}});
    return code;
  }
  static void gather(xmlNode* node, std::string& language, std::string& text) {
    if (language.empty()) language = language_of(attribute(node, "class"));
    for (auto* child = node->children; child != nullptr; child = child->next) {
      if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) text += content_of(child);
      if (child->type != XML_ELEMENT_NODE) continue;
      if (name_of(child) == "br")
        text += '\n';
      else
        gather(child, language, text);
    }
  }
};

struct FreeContext {
  void operator()(htmlParserCtxt* context) const { xml().free_context(context); }
};

}  // namespace

void FreeTree::operator()(xmlDoc* tree) const { xml().free_tree(tree); }

Result<Tree> parse_html(std::string const& given) {
  auto const html = without_conditions(given);
  if (has_too_many_attributes(html)) {
    return fail(ErrorKind::remote, fmt::format("a tag of the rich text has more than {} attributes", kMostAttributes));
  }
  TANDEM_TRY(auto const* const library, load_xml());
  std::unique_ptr<htmlParserCtxt, FreeContext> const context(library->new_context());
  if (!context) return fail(ErrorKind::internal, "no memory for the HTML parser");
  constexpr int kOptions =
      HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER | HTML_PARSE_NODEFDTD;
  Tree tree(library->read_memory(context.get(), html.data(), static_cast<int>(html.size()), nullptr, "UTF-8", kOptions));
  // The parser switches its events off when it gives up (more than 256 levels, a huge text) and still returns a document.
  if (!tree || context->disableSAX != 0 || context->lastError.level == XML_ERR_FATAL) {
    return fail(ErrorKind::remote, "the rich text is nested too deeply or cannot be read");
  }
  return tree;
}

ReadHtml read_tree(xmlNode* root) {
  Walker walker;
  ReadHtml read;
  read.document.blocks = walker.flow(root, {});
  read.losses = std::move(walker.losses);
  return read;
}

Result<ReadHtml> from_html(std::string_view given) {
  if (given.size() > kMostHtmlBytes) {
    return fail(ErrorKind::remote, fmt::format("the rich text is larger than {} bytes", kMostHtmlBytes));
  }
  auto const html = readable(given);
  if (html.empty()) return ReadHtml{};
  TANDEM_TRY(auto const tree, parse_html(html));
  auto read = read_tree(xml().root(tree.get()));
  if (!shows_anything(read.document)) {
    read.document.blocks.clear();
    if (read.losses.empty() && shows_text(html)) return fail(ErrorKind::remote, "the rich text was read as empty");
  }
  return read;
}

}  // namespace tandem::mapping::richtext
