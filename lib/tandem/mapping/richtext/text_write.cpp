#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

using Kind = Block::Kind;

// Gathers text with the line feeds that block ends owe; several in a row count once, the stronger one.
class Writer {
 public:
  WrittenText finish() && { return {clean(out_), std::move(losses_)}; }

  void blocks(std::vector<Block> const& all) {
    for (auto const& one : all) block(one);
  }

 private:
  void lost(std::string const& what) { ++losses_[what]; }
  void end(std::size_t feeds) { pending_ = std::max(pending_, feeds); }
  // Feeds between blocks within a list are single.
  [[nodiscard]] std::size_t gap() const { return indent_.empty() ? 2 : 1; }
  void put(std::string_view text) {
    if (text.empty()) return;
    if (!out_.empty()) out_.append(pending_, '\n');
    if (pending_ > 0 || out_.empty()) out_ += indent_;
    pending_ = 0;
    for (;;) {
      auto const feed = text.find('\n');
      out_ += text.substr(0, feed);
      if (feed == std::string_view::npos) return;
      out_ += '\n' + indent_;
      text.remove_prefix(feed + 1);
    }
  }

  void line(std::vector<Inline> const& inlines) {
    std::size_t i = 0;
    while (i < inlines.size()) {
      auto const& part = inlines[i];
      if (part.kind == Inline::Kind::text && !part.marks.href.empty()) {
        i = link(inlines, i);
        continue;
      }
      run(part);
      ++i;
    }
  }
  void run(Inline const& part) {
    switch (part.kind) {
      case Inline::Kind::line_break: put("\n"); return;
      case Inline::Kind::text:
        if (part.marks.any()) lost("formatting");
        break;
      case Inline::Kind::mention: lost("mentions"); break;
      case Inline::Kind::emoji: lost("emoji"); break;
      case Inline::Kind::date: lost("dates"); break;
      case Inline::Kind::status: lost("statuses"); break;
      case Inline::Kind::card: lost("cards"); break;
      case Inline::Kind::media: lost("images"); break;
      case Inline::Kind::unknown: lost("unknown content"); break;
    }
    put(part.text);
  }
  // A linked run, and its address where the text does not show it.
  std::size_t link(std::vector<Inline> const& inlines, std::size_t i) {
    auto const& href = inlines[i].marks.href;
    std::string shown;
    for (; i < inlines.size() && inlines[i].kind == Inline::Kind::text && inlines[i].marks.href == href; ++i) {
      shown += inlines[i].text;
      run(inlines[i]);
    }
    auto const text = text::trimmed(shown);
    if (text != href && "mailto:" + std::string(text) != href && std::string(text) + "/" != href) put(fmt::format(" ({})", href));
    lost("links");
    return i;
  }

  void block(Block const& block) {
    switch (block.kind) {
      case Kind::paragraph:
        end(gap());
        if (block.inlines.empty()) pending_ += gap();  // an empty paragraph is a blank line more
        line(block.inlines);
        end(gap());
        return;
      case Kind::heading:
      case Kind::code:
        lost(block.kind == Kind::heading ? "headings" : "code blocks");
        end(gap());
        line(block.inlines);
        end(gap());
        return;
      case Kind::bullet_list:
      case Kind::ordered_list:
      case Kind::task_list:
      case Kind::decision_list: list(block); return;
      case Kind::table: table(block); return;
      case Kind::rule:
        lost("rules");
        end(gap());
        put("---");
        end(gap());
        return;
      case Kind::media:
      case Kind::card:
        lost(block.kind == Kind::media ? "images" : "cards");
        end(gap());
        put(block.name);
        end(gap());
        blocks(block.blocks);  // a caption
        return;
      case Kind::expand:
        end(gap());
        put(block.name);
        end(gap());
        break;
      case Kind::unknown:
        if (!shows_text(block)) {
          end(gap());
          put(block.name);
        }
        break;
      default: break;
    }
    if (auto const what = name_of(block.kind); !what.empty()) lost(what);
    line(block.inlines);
    blocks(block.blocks);
    end(gap());
  }
  static std::string name_of(Kind kind) {
    switch (kind) {
      case Kind::quote: return "quotes";
      case Kind::panel: return "panels";
      case Kind::expand: return "expands";
      case Kind::unknown: return "unknown content";
      default: return {};
    }
  }
  static bool shows_text(Block const& block) {
    return std::any_of(block.blocks.begin(), block.blocks.end(), [](Block const& child) { return shows_anything(child); }) ||
           !block.inlines.empty();
  }

  void list(Block const& list) {
    // What from_text() would not take for a list again.
    if (list.kind == Kind::decision_list || (indent_.empty() && list.blocks.size() < 2)) lost("lists");
    auto number = list.number;
    end(gap());
    for (auto const& item : list.blocks) {
      end(1);
      bool const bare = item.blocks.empty() || is_list(item.blocks.front().kind);
      if (!(bare && list.kind == Kind::task_list && !item.blocks.empty())) {
        put(list.kind == Kind::ordered_list ? fmt::format("{}. ", number++)
            : list.kind == Kind::task_list  ? (item.on ? "[x] " : "[ ] ")
                                            : "- ");
        fresh_ = true;
      }
      indent_ += "  ";
      for (auto const& child : item.blocks) {
        if (fresh_ && (child.kind == Kind::paragraph || child.kind == Kind::heading || child.kind == Kind::code)) {
          if (child.kind != Kind::paragraph) lost(child.kind == Kind::heading ? "headings" : "code blocks");
          line(child.inlines);
          end(1);
        } else {
          end(1);
          block(child);
        }
        fresh_ = false;
      }
      indent_.resize(indent_.size() - 2);
    }
    end(gap());
  }
  static bool is_list(Kind kind) {
    return kind == Kind::bullet_list || kind == Kind::ordered_list || kind == Kind::task_list || kind == Kind::decision_list;
  }

  void table(Block const& table) {
    lost("tables");
    end(gap());
    for (auto const& row : table.blocks) {
      end(1);
      bool first = true;
      for (auto const& cell : row.blocks) {
        Writer inner;
        inner.blocks(cell.blocks);
        auto written = std::move(inner).finish();
        put((first ? "" : " | ") + one_line(written.text));
        add(losses_, written.losses);
        first = false;
      }
    }
    end(gap());
  }

  std::string out_, indent_;
  std::size_t pending_ = 0;
  bool fresh_ = false;  // a list marker was put, its text follows on the same line
  Losses losses_;
};

}  // namespace

WrittenText write_text(Document const& document) {
  Writer writer;
  writer.blocks(document.blocks);
  return std::move(writer).finish();
}

std::string to_text(Document const& document) { return write_text(document).text; }

std::string what_it_holds(Document const& part) {
  auto const written = write_text(part);
  auto const line = one_line(written.text);
  return fmt::format("\"{}\" holds {}", text::printable(text::cut_code_points(line, 60)), describe(written.losses));
}

}  // namespace tandem::mapping::richtext
