// Screen: the whole terminal at stdout as a place to draw on, for as long as the object lives.
//
// Drawn on the alternate screen with the cursor hidden; the destructor gives the terminal back as it was, with what stood on it. What has more
// lines than the window is cut there, and its last line says so.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/environment.hpp"

namespace tandem::cli {

struct WindowSize {
  std::size_t columns = 80, rows = 24;
  friend bool operator==(WindowSize const&, WindowSize const&) = default;
};

// Whether stdout is a terminal whose cursor can be moved.
bool can_draw(Environment const& environment);

// The first `rows` lines of `text`; where there are more, the last of them says how many are not shown. Lines that are wider than the window are
// counted as the rows that they fill.
std::string fitted(std::string_view text, WindowSize size);

class Screen {
 public:
  Screen();
  ~Screen();
  Screen(Screen const&) = delete;
  Screen& operator=(Screen const&) = delete;
  [[nodiscard]] WindowSize size() const;
  // In one write, without clearing first, so that nothing flickers. False when the terminal is gone.
  bool draw(std::string_view text);
};

}  // namespace tandem::cli
