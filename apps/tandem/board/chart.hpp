// Chart: stacked bars as inline SVG, one bar for each cycle of the history or, of a long one, for several cycles.
//
// The drawing stretches with the page and holds no text; scale and times stand beside it as text of the page, so that they can be read at any
// width. Each bar tells its numbers as a title, and the whole as a label for those who do not see it. No script, no style attribute.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "board/words.hpp"

namespace tandem::cli {

// A cycle with the event runs since the one before it; or several neighbouring cycles.
struct CyclePoint {
  std::optional<Instant> from, to;
  std::size_t cycles = 0;
  Millis longest{0};
  Totals totals;
  std::uint64_t stopped = 0;  // runs and items that ended with an error
};

inline constexpr std::size_t kMostBars = 240;

// Oldest first, at most `most`.
std::vector<CyclePoint> points_of(Board const& board, std::size_t most = kMostBars);

struct Bar {
  std::vector<double> parts;  // from the ground up, one for each series
  std::string title;
};

struct Chart {
  std::string name;  // "Cycle time"
  std::string scale;  // what the top of it is: "longest 12s"
  std::vector<std::string> series;  // names; one needs no legend
  std::vector<Bar> bars;
  std::string first, last;  // times below its ends
};

// A <figure>. All texts are escaped here.
std::string to_svg(Chart const& chart);
// For text and attribute values of HTML; control and bidirectional characters become visible.
std::string escaped(std::string_view text);

// Cycle time, changes and failures.
std::array<Chart, 3> charts_of(Board const& board);

}  // namespace tandem::cli
