// Markdown: tables of foreign text, as GitHub and others show them. A cell is one line; nothing in it can end the cell, begin markup or HTML,
// become a link, or call a person by "@". Source: GitHub Flavored Markdown Spec. Checked 2026-11.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tandem::cli {

// For text outside and inside of tables; cut at 200 characters.
std::string markdown_text(std::string_view text);

// "| a | b |" lines with their heading; columns whose title begins with '>' are set to the right. Cells are escaped here.
std::string markdown_table(std::vector<std::string> const& titles, std::vector<std::vector<std::string>> const& rows);

}  // namespace tandem::cli
