#include "cli/table.hpp"

#include <algorithm>
#include <numeric>

#include <tandem/base/text/utf8.hpp>

namespace tandem::cli {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWrapped = 20;  // a narrower wrapped column reads worse than a line of its own
constexpr std::size_t kIndent = 2;         // of what stands below its row

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

std::size_t total_of(std::vector<std::size_t> const& widths) {
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + kGap * (widths.empty() ? 0 : widths.size() - 1);
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

std::vector<std::size_t> Table::widths_of(std::vector<std::size_t> const& grid, std::size_t width) const {
  std::vector<std::size_t> widths;
  for (auto const i : grid) {
    auto widest = text::display_width(columns_[i].title);
    for (auto const& cells : rows_) widest = std::max(widest, text::display_width(cells[i].text));
    widths.push_back(widest);
  }
  auto const total = total_of(widths);
  for (std::size_t at = grid.size(), over = width != 0 && total > width ? total - width : 0; at-- > 0 && over > 0;) {
    if (!columns_[grid[at]].may_wrap || widths[at] <= kLeastWrapped) continue;
    auto const less = std::min(over, widths[at] - kLeastWrapped);
    widths[at] -= less;
    over -= less;
  }
  return widths;
}

// The columns that stand side by side: all, else without the last ones that may fold, else the first alone.
std::vector<std::size_t> Table::grid_for(std::size_t width) const {
  std::vector<std::size_t> grid(columns_.size());
  std::iota(grid.begin(), grid.end(), std::size_t{0});
  while (width != 0 && grid.size() > 1 && total_of(widths_of(grid, width)) > width) {
    auto const last = std::find_if(grid.rbegin(), grid.rend() - 1, [&](std::size_t i) { return columns_[i].may_wrap; });
    if (last == grid.rend() - 1) return {0};
    grid.erase(last.base() - 1);
  }
  return grid;
}

std::string Table::render(std::size_t width, bool colour) const {
  auto const grid = grid_for(width);
  auto const widths = widths_of(grid, width);
  std::string out;
  auto const print = [&](std::vector<Cell> const& cells) {
    std::vector<std::vector<std::string>> pieces;
    std::size_t height = 1;
    for (std::size_t at = 0; at < grid.size(); ++at) {
      auto const& text = cells[grid[at]].text;
      pieces.push_back(columns_[grid[at]].may_wrap ? folded_lines(text, widths[at]) : std::vector{text});
      height = std::max(height, pieces.back().size());
    }
    for (std::size_t row = 0; row < height; ++row) {
      std::string line;
      std::size_t blanks = 0;  // owed before the next text, so that no line ends with blanks
      for (std::size_t at = 0; at < grid.size(); ++at) {
        auto const piece = row < pieces[at].size() ? std::string_view(pieces[at][row]) : std::string_view{};
        auto const shown = text::display_width(piece);
        auto const room = widths[at] > shown ? widths[at] - shown : 0;
        bool const right = columns_[grid[at]].right;
        if (right) blanks += room;
        if (!piece.empty()) {
          line.append(blanks, ' ');
          line += styled(piece, cells[grid[at]].style, colour);
          blanks = 0;
        }
        blanks += (right ? 0 : room) + (piece.empty() ? shown : 0) + kGap;
      }
      out += line + "\n";
    }
  };
  // What has no room beside the others stands below them, with its title.
  auto const print_below = [&](std::vector<Cell> const& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      bool const beside = std::find(grid.begin(), grid.end(), i) != grid.end();
      if (beside || cells[i].text.empty() || cells[i].text == "-") continue;
      std::size_t indent = kIndent;
      for (auto const& line :
           folded_lines(columns_[i].title + ": " + cells[i].text, width > 2 * kIndent ? width - 2 * kIndent : 1)) {
        out += std::string(indent, ' ') + styled(line, cells[i].style, colour) + "\n";
        indent = 2 * kIndent;
      }
    }
  };
  std::vector<Cell> titles;
  titles.reserve(columns_.size());
  for (auto const& column : columns_) titles.emplace_back(column.title, Style::strong);
  print(titles);
  for (auto const& cells : rows_) {
    print(cells);
    print_below(cells);
  }
  return out;
}

}  // namespace tandem::cli
