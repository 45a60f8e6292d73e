// Page: the board as one self-contained HTML page for a web server or a file share (`status --html`).
//
// It holds no script and asks nothing of anybody: no font, image, link or style from elsewhere; its content policy allows the one style that it
// carries (by its digest) and nothing else. All values are escaped. Readable from 360 pixels on, light and dark.
#pragma once

#include <string>
#include <string_view>

#include "board/board.hpp"

namespace tandem::cli {

// `version`: "tandem 0.1.0".
std::string page_of(Board const& board, std::string_view version);

}  // namespace tandem::cli
