// The issue panel as lines for a terminal (SPEC D4): readable at 80 columns, without colour, whatever the texts hold.
//
// Each fact has a line of its own, the label first and foreign text last, so that right-to-left text cannot disturb what stands beside it;
// control and bidirectional characters are escaped. Only addresses are ever longer than the width.
#pragma once

#include <string>
#include <vector>

#include <tandem/link/panel.hpp>

#include "cli/table.hpp"

namespace tandem::cli {

struct PanelLine {
  std::string text;
  Style style = Style::plain;
};

std::vector<PanelLine> panel_lines(link::Panel const& panel, std::size_t width = 80);

}  // namespace tandem::cli
