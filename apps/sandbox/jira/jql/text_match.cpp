#include "jira/jql/text_match.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

namespace sandbox::jira::jql {

namespace {

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80 || c == '_';
}

std::vector<std::string> words_of(std::string_view text) {
  auto const folded = tandem::text::folded(text);
  std::vector<std::string> out;
  std::string word;
  for (char const c : folded) {
    if (in_word(c)) {
      word += c;
    } else if (!word.empty()) {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

std::string joined(std::vector<std::string> const& words) {
  std::string out = " ";
  for (auto const& word : words) out += word + " ";
  return out;
}

}  // namespace

TextQuery::TextQuery(std::string_view operand) {
  std::string part;
  bool phrase = false, star = false;
  auto const finish = [&] {
    if (phrase) {
      words_.push_back({joined(words_of(part)), false, true});
    } else {
      auto pieces = words_of(part);
      for (std::size_t i = 0; i < pieces.size(); ++i)
        words_.push_back({std::move(pieces[i]), star && i + 1 == pieces.size(), false});
    }
    part.clear();
    star = false;
  };
  for (std::size_t i = 0; i < operand.size(); ++i) {
    char const c = operand[i];
    if (c == '\\' && i + 1 < operand.size()) {
      part += operand[++i];
    } else if (c == '"') {
      finish();
      phrase = !phrase;
    } else if (!phrase && c == '*') {
      star = true;
    } else if (!phrase && c == ' ') {
      finish();
    } else {
      part += c;
    }
  }
  finish();
}

bool TextQuery::matches(std::string_view text) const {
  auto const words = words_of(text);
  auto const all = joined(words);
  return !words_.empty() && std::all_of(words_.begin(), words_.end(), [&](Word const& wanted) {
    if (wanted.phrase) return all.find(wanted.text) != std::string::npos;
    return std::any_of(words.begin(), words.end(), [&](std::string const& word) {
      return wanted.prefix ? std::string_view(word).starts_with(wanted.text) : word == wanted.text;
    });
  });
}

}  // namespace sandbox::jira::jql
