#include <tandem/mapping/richtext/document.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping::richtext {

namespace {

bool same_original(Original const& a, Original const& b) { return a == b || (a && b && *a == *b); }

std::string name_of(Marks const& marks) {
  std::string out;
  if (marks.strong) out += 'b';
  if (marks.em) out += 'i';
  if (marks.strike) out += 's';
  if (marks.underline) out += 'u';
  if (marks.code) out += 'c';
  if (marks.script != Marks::Script::none) out += marks.script == Marks::Script::sub ? '_' : '^';
  return marks.href.empty() ? out : out + "@" + marks.href;
}

// Writes runs of equal marks as one; control characters, which no text holds, are the separators.
class Prints {
 public:
  std::string finish() && { return std::move(out_); }

  void block(Block const& block) {
    if (block.kind == Block::Kind::paragraph && !shows_anything(block)) return;
    out_ += '\x01';
    out_ += static_cast<char>('A' + static_cast<int>(block.kind));
    if (block.kind == Block::Kind::heading || block.kind == Block::Kind::ordered_list) out_ += std::to_string(block.number);
    if (block.kind == Block::Kind::item || block.kind == Block::Kind::cell) out_ += block.on ? '+' : '-';
    if (block.kind == Block::Kind::cell) out_ += fmt::format("{}x{}", block.columns, block.rows);
    out_ += block.name;
    out_ += '\x02';
    line(block.inlines);
    for (auto const& child : block.blocks) this->block(child);
    out_ += '\x03';
  }

 private:
  void line(std::vector<Inline> const& inlines) {
    std::string marks;
    auto const start = out_.size();
    for (auto const& part : inlines) {
      if (part.kind == Inline::Kind::line_break) {
        trim(start);
        out_ += '\n';
        continue;
      }
      auto const own = part.kind == Inline::Kind::text ? name_of(part.marks) : std::string();
      bool const blank = text::trimmed(part.text).empty();
      if (own != marks && !blank) {  // a blank looks the same whatever its marks
        marks = own;
        out_ += '\x04' + own + '\x05';
      }
      out_ += part.text;
    }
    trim(start);
    while (out_.size() > start && out_.back() == '\n') out_.pop_back();
  }
  void trim(std::size_t start) {
    while (out_.size() > start && (out_.back() == ' ' || out_.back() == '\t')) out_.pop_back();
  }

  std::string out_;
};

}  // namespace

bool operator==(Inline const& a, Inline const& b) {
  return a.kind == b.kind && a.text == b.text && a.marks == b.marks && same_original(a.original, b.original);
}

bool operator==(Block const& a, Block const& b) {
  return a.kind == b.kind && a.number == b.number && a.on == b.on && a.columns == b.columns && a.rows == b.rows &&
         a.name == b.name && a.id == b.id && a.inlines == b.inlines && a.blocks == b.blocks &&
         same_original(a.original, b.original);
}

bool shows_anything(Block const& block) {
  switch (block.kind) {
    case Block::Kind::rule:
    case Block::Kind::media:
    case Block::Kind::card:
    case Block::Kind::unknown: return true;
    case Block::Kind::task_list: return !block.blocks.empty();  // boxes to tick
    case Block::Kind::expand:
      if (!text::trimmed(block.name).empty()) return true;
      break;
    default: break;
  }
  for (auto const& part : block.inlines) {
    if (part.kind != Inline::Kind::line_break && !text::trimmed(part.text).empty()) return true;
  }
  return std::any_of(block.blocks.begin(), block.blocks.end(), [](Block const& child) { return shows_anything(child); });
}

bool shows_anything(Document const& document) {
  return std::any_of(document.blocks.begin(), document.blocks.end(), [](Block const& block) { return shows_anything(block); });
}

bool holds_irreplaceable(Block const& block) {
  if (block.kind == Block::Kind::media || block.kind == Block::Kind::unknown) return true;
  for (auto const& part : block.inlines) {
    if (part.kind == Inline::Kind::mention || part.kind == Inline::Kind::media || part.kind == Inline::Kind::unknown) return true;
  }
  return std::any_of(block.blocks.begin(), block.blocks.end(), holds_irreplaceable);
}

std::string fingerprint(Block const& block) {
  Prints prints;
  prints.block(block);
  return std::move(prints).finish();
}

std::string fingerprint(Document const& document) {
  Prints prints;
  for (auto const& block : document.blocks) prints.block(block);
  return std::move(prints).finish();
}

Block paragraph(std::vector<Inline> inlines) {
  Block block;
  block.inlines = std::move(inlines);
  return block;
}

Block paragraph(std::string text) {
  Block block;
  if (!text.empty()) block.inlines.push_back({Inline::Kind::text, std::move(text), {}, {}});
  return block;
}

void add(Losses& losses, Losses const& more) {
  for (auto const& [what, count] : more) losses[what] += count;
}

std::string describe(Losses const& losses) {
  std::string out;
  for (auto const& [what, count] : losses) {
    if (!out.empty()) out += ", ";
    out += count > 1 ? fmt::format("{} ({})", what, count) : what;
  }
  return out;
}

bool is_safe_link(std::string_view href) {
  auto const scheme = text::ascii_lower(href.substr(0, 8));
  if (!scheme.starts_with("http://") && !scheme.starts_with("https://") && !scheme.starts_with("mailto:")) return false;
  return std::none_of(href.begin(), href.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
}

}  // namespace tandem::mapping::richtext
