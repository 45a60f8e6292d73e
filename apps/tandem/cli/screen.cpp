#include "cli/screen.hpp"

#include <cerrno>

#include <algorithm>
#include <vector>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "cli/terminal.hpp"

namespace tandem::cli {

namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l", kLeave = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H", kClearLine = "\x1b[K", kClearBelow = "\x1b[J";

bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

// Columns without the colours: "\x1b[31m".
std::size_t shown_width(std::string_view line) {
  std::size_t width = 0;
  while (!line.empty()) {
    auto const escape = line.find('\x1b');
    width += text::display_width(line.substr(0, escape));
    if (escape == std::string_view::npos) break;
    auto const end = line.find('m', escape);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return width;
}

std::size_t rows_of(std::string_view line, std::size_t columns) {
  auto const width = shown_width(line);
  return width == 0 ? 1 : (width + columns - 1) / columns;
}

}  // namespace

bool can_draw(Environment const& environment) {
  return is_terminal(STDOUT_FILENO) && environment.get("TERM").value_or("dumb") != "dumb";
}

std::string fitted(std::string_view text, WindowSize size) {
  auto const columns = std::max<std::size_t>(size.columns, 1);
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::size_t used = 0;
  std::size_t shown = 0;
  std::size_t rows_before = 0;  // of all but the last line that has room
  while (shown < lines.size() && used + rows_of(lines[shown], columns) <= size.rows) {
    rows_before = used;
    used += rows_of(lines[shown++], columns);
  }
  bool const cut = shown < lines.size();
  if (cut && shown > 0 && used == size.rows) {  // room for the line that says so
    --shown;
    used = rows_before;
  }
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) out += std::string(lines[i]) + "\n";
  if (cut && used < size.rows)
    out += std::string(
               text::cut_code_points(fmt::format("... {} more lines: make the window higher", lines.size() - shown), columns)) +
           "\n";
  return out;
}

Screen::Screen() { static_cast<void>(write_all(kEnter)); }
Screen::~Screen() { static_cast<void>(write_all(kLeave)); }

WindowSize Screen::size() const {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

bool Screen::draw(std::string_view text) {
  std::string frame(kHome);
  auto const lines = fitted(text, size());
  for (std::size_t from = 0; from < lines.size();) {
    auto const end = lines.find('\n', from);
    if (from > 0) frame += "\r\n";  // between lines only: one after the last row would scroll
    frame.append(lines, from, end - from);
    frame += kClearLine;
    from = end + 1;
  }
  frame += kClearBelow;
  return write_all(frame);
}

}  // namespace tandem::cli
