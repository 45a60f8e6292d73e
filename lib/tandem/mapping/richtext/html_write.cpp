// The tags that we write: div p br strong em u s code sub sup a h1-h6 ul ol li blockquote pre hr table tbody tr th td. The attributes: the
// frame's own, href, start, colspan, rowspan and `class="language-…"` of code.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

using Kind = Block::Kind;

class Writer {
 public:
  WrittenHtml finish() && { return {std::move(out_), std::move(losses_)}; }

  void frame(Document const& document) {
    // The frame of the Dynamics editor: with it the form shows the text in the editor's own style.
    out_ = R"(<div class="ck-content" data-wrapper="true" dir="ltr">)";
    blocks(document.blocks);
    out_ += "</div>";
  }
  void blocks(std::vector<Block> const& all) {
    for (auto const& one : all) block(one);
  }

 private:
  void lost(std::string const& what) { ++losses_[what]; }

  void escaped(std::string_view text) {
    while (!text.empty()) {
      auto const c = text::next(text);
      switch (c) {
        case '&': out_ += "&amp;"; break;
        case '<': out_ += "&lt;"; break;
        case '>': out_ += "&gt;"; break;
        case '"': out_ += "&quot;"; break;
        case '\'': out_ += "&#39;"; break;
        default:
          if (!is_dropped(c)) text::append(out_, c);
      }
    }
  }
  // A run of blanks would be shown as one: from the second on, and at the start of a line, they are non-breaking.
  void shown(std::string_view text) {
    while (!text.empty()) {
      auto const blank = text.find(' ');
      if (blank != 0) {
        escaped(text.substr(0, blank));
        after_blank_ = false;
      }
      if (blank == std::string_view::npos) return;
      out_ += after_blank_ ? "&nbsp;" : " ";
      after_blank_ = true;
      text.remove_prefix(blank + 1);
    }
  }

  void element(std::string_view tag, auto&& content) {
    out_ += fmt::format("<{}>", tag);
    content();
    out_ += fmt::format("</{}>", tag);
  }

  void line(std::vector<Inline> const& inlines) {
    after_blank_ = true;
    bool const anything = std::any_of(inlines.begin(), inlines.end(), [](Inline const& part) { return !part.text.empty(); });
    for (auto const& part : inlines) {
      switch (part.kind) {
        case Inline::Kind::line_break:
          out_ += "<br>";
          after_blank_ = true;
          continue;
        case Inline::Kind::text: marked(part); continue;
        case Inline::Kind::mention: lost("mentions"); break;
        case Inline::Kind::emoji: lost("emoji"); break;
        case Inline::Kind::date: lost("dates"); break;
        case Inline::Kind::status: lost("statuses"); break;
        case Inline::Kind::card: {
          lost("cards");
          auto link = part;
          link.marks.href = part.text;
          marked(link);
          continue;
        }
        case Inline::Kind::media: lost("images"); break;
        case Inline::Kind::unknown: lost("unknown content"); break;
      }
      shown(part.text);
    }
    if (!anything) out_ += "&nbsp;";  // an empty line keeps its height
  }

  void marked(Inline const& part) {
    std::vector<std::string_view> open;
    auto const& marks = part.marks;
    if (is_safe_link(marks.href)) {
      out_ += "<a href=\"";
      escaped(marks.href);
      out_ += "\">";
      open.emplace_back("a");
    } else if (!marks.href.empty()) {
      lost("links");
    }
    auto const tag = [&](bool on, std::string_view name) {
      if (!on) return;
      out_ += fmt::format("<{}>", name);
      open.push_back(name);
    };
    tag(marks.strong, "strong");
    tag(marks.em, "em");
    tag(marks.underline, "u");
    tag(marks.strike, "s");
    tag(marks.script == Marks::Script::sub, "sub");
    tag(marks.script == Marks::Script::sup, "sup");
    tag(marks.code, "code");
    shown(part.text);
    for (auto name = open.rbegin(); name != open.rend(); ++name) out_ += fmt::format("</{}>", *name);
  }

  void block(Block const& block) {
    switch (block.kind) {
      case Kind::paragraph: element("p", [&] { line(block.inlines); }); return;
      case Kind::heading: element(fmt::format("h{}", std::clamp(block.number, 1, 6)), [&] { line(block.inlines); }); return;
      case Kind::code: code(block); return;
      case Kind::rule: out_ += "<hr>"; return;
      case Kind::bullet_list:
      case Kind::ordered_list:
      case Kind::task_list:
      case Kind::decision_list: list(block); return;
      case Kind::quote: element("blockquote", [&] { blocks(block.blocks); }); return;
      case Kind::panel:
        lost("panels");
        element("blockquote", [&] { blocks(block.blocks); });
        return;
      case Kind::table: element("table", [&] { element("tbody", [&] { blocks(block.blocks); }); }); return;
      case Kind::row: element("tr", [&] { blocks(block.blocks); }); return;
      case Kind::cell: cell(block); return;
      case Kind::expand:
        lost("expands");
        if (!block.name.empty()) element("p", [&] { element("strong", [&] { line(paragraph(block.name).inlines); }); });
        blocks(block.blocks);
        return;
      case Kind::media:
        lost("images");
        element("p", [&] { line(paragraph(block.name).inlines); });
        blocks(block.blocks);
        return;
      case Kind::card: {
        lost("cards");
        auto text = paragraph(block.name);
        for (auto& part : text.inlines) part.marks.href = is_safe_link(block.name) ? block.name : "";
        element("p", [&] { line(text.inlines); });
        return;
      }
      case Kind::unknown:
        lost("unknown content");
        if (block.blocks.empty()) element("p", [&] { line(paragraph(block.name).inlines); });
        blocks(block.blocks);
        return;
      case Kind::item: blocks(block.blocks); return;
    }
  }

  void code(Block const& block) {
    std::string language;
    for (char const c : block.name) {
      bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '#' ||
                         c == '-' || c == '_' || c == '.';
      if (plain && language.size() < 40) language += c;
    }
    if (language != block.name) lost("code languages");
    // A line feed right after <pre> would not be shown.
    out_ += language.empty() ? "<pre><code>" : fmt::format("<pre><code class=\"language-{}\">", language);
    for (auto const& part : block.inlines) escaped(part.kind == Inline::Kind::line_break ? "\n" : part.text);
    out_ += "</code></pre>";
  }

  void list(Block const& list) {
    if (list.kind == Kind::decision_list) lost("decisions");
    bool const ordered = list.kind == Kind::ordered_list;
    out_ += !ordered ? "<ul>" : list.number == 1 ? "<ol>" : fmt::format("<ol start=\"{}\">", list.number);
    for (auto const& item : list.blocks) {
      out_ += "<li>";
      bool const tick = list.kind == Kind::task_list && (item.blocks.empty() || item.blocks.front().kind != Kind::task_list);
      if (tick) out_ += item.on ? "[x] " : "[ ] ";
      bool first = true;
      for (auto const& child : item.blocks) {
        // The item's own line stands in it bare, as the editor writes it.
        if (first && child.kind == Kind::paragraph)
          line(child.inlines);
        else
          block(child);
        first = false;
      }
      if (item.blocks.empty()) out_ += "&nbsp;";
      out_ += "</li>";
    }
    out_ += ordered ? "</ol>" : "</ul>";
  }

  void cell(Block const& cell) {
    out_ += cell.on ? "<th" : "<td";
    if (cell.columns > 1) out_ += fmt::format(" colspan=\"{}\"", cell.columns);
    if (cell.rows > 1) out_ += fmt::format(" rowspan=\"{}\"", cell.rows);
    out_ += '>';
    if (cell.blocks.size() == 1 && cell.blocks.front().kind == Kind::paragraph)
      line(cell.blocks.front().inlines);
    else
      blocks(cell.blocks);
    out_ += cell.on ? "</th>" : "</td>";
  }

  std::string out_;
  bool after_blank_ = true;
  Losses losses_;
};

}  // namespace

WrittenHtml write_html(Document const& document) {
  Writer writer;
  writer.frame(document);
  return std::move(writer).finish();
}

std::string to_html(Document const& document) { return write_html(document).html; }

std::string to_html_part(Document const& document) {
  Writer writer;
  writer.blocks(document.blocks);
  return std::move(writer).finish().html;
}

}  // namespace tandem::mapping::richtext
