// Table: rows for a terminal. Columns are as wide as their widest cell (by display width); control characters are escaped.
//
// When the terminal is narrower, columns marked `may_wrap` are folded onto more lines; where that is not enough, they stand below their row, each
// with its title, and at last all but the first column do. Ids, keys and names are never cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::cli {

enum class Style : std::uint8_t { plain, good, bad, warning, faint, strong };

struct Cell {
  std::string text;
  Style style = Style::plain;
  Cell(std::string value, Style look = Style::plain) : text(std::move(value)), style(look) {}
  Cell(std::string_view value, Style look = Style::plain) : text(value), style(look) {}
  Cell(char const* value, Style look = Style::plain) : text(value), style(look) {}
};

struct Column {
  std::string title;
  bool may_wrap = false;  // long sentences; put them last
  bool right = false;  // numbers
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  Table& row(std::vector<Cell> cells);  // missing cells are empty
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // `width` 0 = unlimited (not a terminal). Each line ends with a new line and has no blanks before it.
  [[nodiscard]] std::string render(std::size_t width, bool colour) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths_of(std::vector<std::size_t> const& grid, std::size_t width) const;
  [[nodiscard]] std::vector<std::size_t> grid_for(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// `text` in the colour of `style`, or as it is. REQUIRES: no control characters in `text`.
std::string styled(std::string_view text, Style style, bool colour);

}  // namespace tandem::cli
