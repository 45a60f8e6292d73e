// Generated documents for the tests of rich text: any tree of blocks that ADF can hold, and hostile HTML. A function of the seed.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <tandem/mapping/richtext/document.hpp>

namespace tandem::test {

// TANDEM_SEED, else a new one; told, so that a failure can be had again.
inline std::uint64_t told_seed(std::string const& of) {
  auto const* given = std::getenv("TANDEM_SEED");
  auto const seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::cout << of << ": TANDEM_SEED=" << seed << '\n';
  return seed;
}

class Documents {
 public:
  using Block = mapping::richtext::Block;
  using Inline = mapping::richtext::Inline;
  using Kind = Block::Kind;
  explicit Documents(std::uint64_t seed) : random_(seed) {}

  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

  mapping::richtext::Document document() {
    mapping::richtext::Document out;
    for (auto left = pick(7); left > 0; --left) out.blocks.push_back(block(0));
    return out;
  }

  Block block(int depth) {
    static constexpr Kind kKinds[] = {Kind::paragraph, Kind::paragraph,   Kind::heading,      Kind::code,
                                      Kind::rule,      Kind::bullet_list, Kind::ordered_list, Kind::task_list,
                                      Kind::quote,     Kind::panel,       Kind::expand,       Kind::table};
    Block out;
    out.kind = depth > 2 ? Kind::paragraph : kKinds[pick(12)];
    switch (out.kind) {
      case Kind::paragraph: out.inlines = line(); break;
      case Kind::heading:
        out.inlines = line();
        out.number = static_cast<int>(1 + pick(6));
        break;
      case Kind::code:
        out.name = one_of({"", "cpp", "c#", "plain text", "\"><b>"});
        out.inlines.push_back({Inline::Kind::text, one_of({"int x;\n  y <z>", "a & b", "\ttab"}), {}, {}});
        break;
      case Kind::bullet_list:
      case Kind::ordered_list:
      case Kind::task_list: list(out, depth); break;
      case Kind::quote:
      case Kind::panel:
      case Kind::expand:
        out.name = out.kind == Kind::panel ? one_of({"info", "note", "warning"}) : out.kind == Kind::expand ? word() : "";
        for (auto left = 1 + pick(3); left > 0; --left) out.blocks.push_back(block(depth + 1));
        break;
      case Kind::table: table(out, depth); break;
      default: break;
    }
    return out;
  }

  std::string hostile_html() {
    static std::vector<std::string> const pieces{"<p>",
                                                 "</p>",
                                                 "<div>",
                                                 "</div>",
                                                 "<b>",
                                                 "</i>",
                                                 "<ul><li>",
                                                 "</ul>",
                                                 "<ol start=7>",
                                                 "<table><tr><td>",
                                                 "</td>",
                                                 "<td colspan=99999>",
                                                 "</table>",
                                                 "<a href=\"javascript:x()\">",
                                                 "</a>",
                                                 "<a href='https://example.test/?a=1&b=2'>",
                                                 "<img src=\"cid:image001.png@01DA\" alt=\"Shot\">",
                                                 "<br>",
                                                 "<br/>",
                                                 "&nbsp;",
                                                 "&lt;script&gt;",
                                                 "&#0;",
                                                 "&#x10FFFF;",
                                                 "&unknown;",
                                                 "&",
                                                 "<",
                                                 ">",
                                                 "<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]-->",
                                                 "<![if !supportLists]>",
                                                 "<![endif]>",
                                                 "<!--",
                                                 "-->",
                                                 "<o:p></o:p>",
                                                 "<style>p{color:red}</style>",
                                                 "<script>alert('x')</script>",
                                                 "<pre>  a\n b</pre>",
                                                 "<h1>",
                                                 "</h1>",
                                                 "<span style=\"font-weight:bold;color:#f00\">",
                                                 "</span>",
                                                 "<svg onload=alert(1)>",
                                                 "<input type=checkbox checked>",
                                                 "<blockquote>",
                                                 "text",
                                                 " words and more ",
                                                 "\n",
                                                 "\t",
                                                 "ü",
                                                 "😀",
                                                 "\xff",
                                                 "<p class=\"MsoNormal\"",
                                                 "'",
                                                 "\"",
                                                 "<hr>",
                                                 "[x] done",
                                                 "<li>",
                                                 "<details><summary>",
                                                 "<font color=red>",
                                                 "<td>",
                                                 "</tr>",
                                                 "<code>",
                                                 "<html><head><title>t</title></head><body>"};
    std::string out;
    for (auto left = pick(60); left > 0; --left) out += pieces[pick(pieces.size())];
    return out;
  }

 private:
  std::string one_of(std::vector<std::string> const& all) { return all[pick(all.size())]; }
  std::string word() {
    return one_of({"word", "two words", "Größe", "😀", "a<b>&\"c'", "- dash", "1. one", "x\\y", "[x]", "日本語", "e\xCC\x81"});
  }

  std::vector<Inline> line() {
    std::vector<Inline> out;
    for (auto left = pick(5); left > 0; --left) {
      if (pick(6) == 0) {
        out.push_back({Inline::Kind::line_break, {}, {}, {}});
        continue;
      }
      mapping::richtext::Marks marks;
      switch (pick(9)) {
        case 0: marks.strong = true; break;
        case 1: marks.em = marks.strong = true; break;
        case 2: marks.code = true; break;
        case 3: marks.strike = true; break;
        case 4: marks.underline = true; break;
        case 5:
          marks.script = pick(2) == 0 ? mapping::richtext::Marks::Script::sub : mapping::richtext::Marks::Script::sup;
          break;
        default: break;
      }
      if (pick(6) == 0) marks.href = "https://example.test/?a=1&b=" + std::to_string(pick(9));
      out.push_back({Inline::Kind::text, word(), marks, {}});
    }
    return out;
  }

  void list(Block& list, int depth) {
    list.number = list.kind == Kind::ordered_list ? static_cast<int>(pick(12)) : 0;
    if (list.kind == Kind::task_list) list.id = "list-" + std::to_string(pick(1000));
    for (auto left = 1 + pick(3); left > 0; --left) {
      Block item;
      item.kind = Kind::item;
      item.on = list.kind == Kind::task_list && pick(2) == 0;
      if (list.kind == Kind::task_list) item.id = "item-" + std::to_string(pick(1000));
      item.blocks.push_back(mapping::richtext::paragraph(line()));
      if (depth < 2 && pick(3) == 0) {
        Block nested;
        nested.kind = list.kind == Kind::task_list ? Kind::task_list : pick(2) == 0 ? Kind::bullet_list : Kind::ordered_list;
        this->list(nested, depth + 1);
        item.blocks.push_back(std::move(nested));
      }
      list.blocks.push_back(std::move(item));
    }
  }

  void table(Block& table, int depth) {
    auto const columns = 2 + pick(2);
    for (auto rows = 1 + pick(3); rows > 0; --rows) {
      Block row;
      row.kind = Kind::row;
      for (std::size_t i = 0; i < columns; ++i) {
        Block cell;
        cell.kind = Kind::cell;
        cell.on = rows == 1;
        if (pick(5) == 0) cell.columns = 2;
        for (auto left = 1 + pick(2); left > 0; --left) cell.blocks.push_back(block(depth + 2));
        row.blocks.push_back(std::move(cell));
      }
      table.blocks.push_back(std::move(row));
    }
  }

  std::mt19937_64 random_;
};

}  // namespace tandem::test
