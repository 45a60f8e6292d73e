#include "cli/fold.hpp"

#include <vector>

namespace tandem::cli {

namespace {

constexpr std::size_t kTextColumn = 28;

// Calls take(word) for each word between blanks.
template <class Take>
void each_word(std::string_view text, Take const& take) {
  while (!text.empty()) {
    auto const blank = text.find(' ');
    take(text.substr(0, blank));
    if (blank == std::string_view::npos) return;
    text.remove_prefix(blank + 1);
  }
}

// The pieces of a command line that belong together: an option with its value, a quotation, "&&" with what follows.
std::vector<std::string> pieces_of(std::string_view command) {
  std::vector<std::string> pieces;
  char quote = 0;
  std::string word;
  auto const finish = [&] {
    bool const begins = pieces.empty() || word.starts_with("-") || word == "&&" || word == "||" || word == "|";
    if (begins)
      pieces.push_back(word);
    else
      pieces.back() += " " + word;
    word.clear();
  };
  for (char const c : command) {
    if (quote == 0 && c == ' ') {
      finish();
      continue;
    }
    if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    else if (c == quote)
      quote = 0;
    word += c;
  }
  finish();
  return pieces;
}

}  // namespace

std::string paragraph(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t used = 0;
  each_word(text, [&](std::string_view word) {
    bool const fold = used > 0 && used + 1 + word.size() > width;
    if (used > 0) out += fold ? '\n' : ' ';
    used = fold ? word.size() : used + (used > 0 ? 1 : 0) + word.size();
    out += word;
  });
  return out + "\n";
}

void entry(std::string& out, std::string_view left, std::string_view text) {
  std::string line = "  " + std::string(left);
  if (line.size() + 2 > kTextColumn) {
    out += line + "\n";
    line.clear();
  }
  line.resize(kTextColumn, ' ');
  bool first = true;
  each_word(text, [&](std::string_view word) {
    if (!first && line.size() + 1 + word.size() > kHelpWidth) {
      out += line + "\n";
      line.assign(kTextColumn, ' ');
      first = true;
    }
    if (!first) line += ' ';
    line += word;
    first = false;
  });
  while (!line.empty() && line.back() == ' ') line.pop_back();
  out += line + "\n";
}

std::string folded_command(std::string_view command) {
  bool const crontab = !command.empty() && (command.front() == '*' || (command.front() >= '0' && command.front() <= '9'));
  if (crontab || command.size() + 2 <= kHelpWidth) return "  " + std::string(command) + "\n";
  std::string out;
  std::string line = " ";
  bool first = true;
  for (auto const& piece : pieces_of(command)) {
    // Room for " \" behind it.
    if (!first && line.size() + 1 + piece.size() + 2 > kHelpWidth) {
      out += line + " \\\n";
      line = "     ";
    }
    line += " " + piece;
    first = false;
  }
  return out + line + "\n";
}

}  // namespace tandem::cli
