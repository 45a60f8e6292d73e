#include "cli/table.hpp"

#include <algorithm>
#include <numeric>

#include <tandem/base/text/utf8.hpp>

namespace tandem::cli {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWrapped = 20;  // a narrower wrapped column reads worse than a long line

// Folds at blanks so that no line is wider than `width`; a longer word keeps its line to itself.
std::vector<std::string> folded_lines(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    auto const blank = text.find(' ');
    auto const word = text.substr(0, blank);
    auto const need = text::display_width(lines.back()) + (lines.back().empty() ? 0 : 1) + text::display_width(word);
    if (!lines.back().empty() && need > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
    if (blank == std::string_view::npos) break;
    text.remove_prefix(blank + 1);
  }
  return lines;
}

}  // namespace

std::string styled(std::string_view text, Style style, bool colour) {
  std::string out(text);
  if (!colour || text.empty()) return out;
  switch (style) {
    case Style::plain: return out;
    case Style::good: return "\x1b[32m" + out + "\x1b[0m";
    case Style::bad: return "\x1b[31m" + out + "\x1b[0m";
    case Style::warning: return "\x1b[33m" + out + "\x1b[0m";
    case Style::faint: return "\x1b[2m" + out + "\x1b[0m";
    case Style::strong: return "\x1b[1m" + out + "\x1b[0m";
  }
  return out;
}

Table& Table::row(std::vector<Cell> cells) {
  cells.resize(columns_.size(), Cell(""));
  for (auto& cell : cells) cell.text = text::printable(cell.text);
  rows_.push_back(std::move(cells));
  return *this;
}

std::string Table::render(std::size_t width, bool colour) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto widest = text::display_width(columns_[i].title);
    for (auto const& cells : rows_) widest = std::max(widest, text::display_width(cells[i].text));
    widths.push_back(widest);
  }
  auto const total =
      std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + kGap * (widths.empty() ? 0 : widths.size() - 1);
  for (std::size_t i = columns_.size(), over = width != 0 && total > width ? total - width : 0; i-- > 0 && over > 0;) {
    if (!columns_[i].may_wrap || widths[i] <= kLeastWrapped) continue;
    auto const less = std::min(over, widths[i] - kLeastWrapped);
    widths[i] -= less;
    over -= less;
  }

  std::string out;
  auto const print = [&](std::vector<Cell> const& cells) {
    std::vector<std::vector<std::string>> pieces;
    std::size_t height = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      pieces.push_back(columns_[i].may_wrap ? folded_lines(cells[i].text, widths[i]) : std::vector{cells[i].text});
      height = std::max(height, pieces.back().size());
    }
    for (std::size_t row = 0; row < height; ++row) {
      std::string line;
      std::size_t blanks = 0;  // owed before the next text, so that no line ends with blanks
      for (std::size_t i = 0; i < cells.size(); ++i) {
        auto const piece = row < pieces[i].size() ? std::string_view(pieces[i][row]) : std::string_view{};
        auto const shown = text::display_width(piece);
        auto const room = widths[i] > shown ? widths[i] - shown : 0;
        if (columns_[i].right) blanks += room;
        if (!piece.empty()) {
          line.append(blanks, ' ');
          line += styled(piece, cells[i].style, colour);
          blanks = 0;
        }
        blanks += (columns_[i].right ? 0 : room) + (piece.empty() ? shown : 0) + kGap;
      }
      out += line + "\n";
    }
  };
  std::vector<Cell> titles;
  titles.reserve(columns_.size());
  for (auto const& column : columns_) titles.emplace_back(column.title, Style::strong);
  print(titles);
  for (auto const& cells : rows_) print(cells);
  return out;
}

}  // namespace tandem::cli
