// Document: the one form of rich text between ADF, HTML and plain text (SPEC C5).
//
// A tree of blocks whose leaves are runs of text with marks. What only ADF has (mentions, media, cards, macros, nodes that we do not know) is
// carried with its original node and with the text that a reader sees in its place. Readers say what they could not keep, writers say what
// their form cannot show.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>

namespace tandem::mapping::richtext {

struct Marks {
  enum class Script : std::uint8_t { none, sub, sup };
  bool strong = false, em = false, strike = false, underline = false, code = false;
  Script script = Script::none;
  std::string href;  // "" = no link
  [[nodiscard]] bool any() const { return strong || em || strike || underline || code || script != Script::none; }
  friend bool operator==(Marks const&, Marks const&) = default;
};

using Original = std::shared_ptr<json::Value const>;  // the ADF node as it was; null when there was none

struct Inline {
  enum class Kind : std::uint8_t { text, line_break, mention, emoji, date, status, card, media, unknown };
  Kind kind = Kind::text;
  std::string text;  // what a reader sees; never empty for Kind::text
  Marks marks{};  // of Kind::text
  Original original{};
  friend bool operator==(Inline const& a, Inline const& b);
};

// Which tokens of its HTML something was read from (html_locate.hpp); empty where nobody asked.
struct Span {
  std::uint32_t from = 0, to = 0;
  [[nodiscard]] bool empty() const { return from == to; }
};

struct Block {
  enum class Kind : std::uint8_t {
    paragraph,
    heading,  // number: 1-6
    bullet_list,
    ordered_list,  // number: of its first item
    task_list,  // its items: on = done
    decision_list,
    item,  // of a list: paragraphs, then nested lists
    quote,
    code,  // name: language; inlines are plain text with line feeds
    panel,  // name: info, note, tip, warning, error, success, custom
    rule,
    table,  // of rows of cells
    row,
    cell,  // on: a header cell
    expand,  // name: title
    media,  // name: what stands in its place
    card,  // name: address
    unknown  // blocks: what could be read of it
  };
  Kind kind = Kind::paragraph;
  int number = 0;
  bool on = false;
  int columns = 1, rows = 1;  // of a cell: how many it spans
  std::string name{}, id{};  // id: ADF's localId, "" = none
  std::vector<Inline> inlines{};
  std::vector<Block> blocks{};
  Original original{};
  Span source{};  // no part of what a block says: not compared
  friend bool operator==(Block const& a, Block const& b);
};

struct Document {
  std::vector<Block> blocks;
  [[nodiscard]] bool empty() const { return blocks.empty(); }
  friend bool operator==(Document const&, Document const&) = default;
};

// Whether a reader sees anything: text, an image, a rule…
bool shows_anything(Document const& document);
bool shows_anything(Block const& block);
// Media, mentions, macros and whatever else no other form can give back (SPEC C8).
bool holds_irreplaceable(Block const& block);

// Equal for a reader: ids, cuts between equally marked runs, blanks at line ends and empty paragraphs do not count.
std::string fingerprint(Block const& block);
std::string fingerprint(Document const& document);

Block paragraph(std::vector<Inline> inlines);
Block paragraph(std::string text);

// What could not be kept, by kind: {"images": 2, "formatting": 5}.
using Losses = std::map<std::string, int>;
void add(Losses& losses, Losses const& more);
std::string describe(Losses const& losses);  // "formatting, images (2)"; "" = lossless

// http, https and mailto are linked; anything else is text.
bool is_safe_link(std::string_view href);

}  // namespace tandem::mapping::richtext
