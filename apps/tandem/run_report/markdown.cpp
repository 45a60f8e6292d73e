#include "run_report/markdown.hpp"

#include <tandem/base/text/utf8.hpp>

namespace tandem::cli {

namespace {

constexpr std::size_t kMostInCell = 200;  // characters

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// "a_b" is no markup, "_a_" is.
bool inside_word(std::string_view text, std::size_t at) {
  return at > 0 && at + 1 < text.size() && is_word(text[at - 1]) && is_word(text[at + 1]);
}

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string flat;
  for (char const c : text) flat += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  auto const cut = text::cut_code_points(flat, kMostInCell);
  auto const plain = std::string(cut) + (cut.size() == flat.size() ? "" : "…");
  std::string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    char const c = plain[i];
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '|': out += "&#124;"; break;
      case '@': out += "&#64;"; break;
      case '$': out += "&#36;"; break;  // mathematics, on GitHub
      case '\\':
      case '`':
      case '*':
      case '~':
      case '[':
      case ']':
      case '#':
      case '!': out += std::string("\\") + c; break;
      case '_': out += inside_word(plain, i) ? "_" : "\\_"; break;
      // Addresses become links by themselves.
      case ':': out += plain.compare(i, 3, "://") == 0 ? "&#58;" : ":"; break;
      case '.': out += i >= 3 && text::ascii_lower(plain.substr(i - 3, 3)) == "www" ? "&#46;" : "."; break;
      default: out += c;
    }
  }
  return text::printable(out);
}

std::string markdown_table(std::vector<std::string> const& titles, std::vector<std::vector<std::string>> const& rows) {
  std::string head = "|";
  std::string rule = "|";
  for (auto const& title : titles) {
    bool const right = title.starts_with('>');
    head += " " + (right ? title.substr(1) : title) + " |";
    rule += right ? "---:|" : "---|";
  }
  auto out = head + "\n" + rule + "\n";
  for (auto const& row : rows) {
    out += "|";
    for (auto const& cell : row) out += " " + markdown_text(cell) + " |";
    out += "\n";
  }
  return out;
}

}  // namespace tandem::cli
