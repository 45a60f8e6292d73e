// The `~` operator: words of a text search against words of a text (contract §4: special characters escaped with a backslash).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandbox::jira::jql {

class TextQuery {
 public:
  explicit TextQuery(std::string_view operand);
  // Every word (or, with a trailing "*", a word's beginning) and every quoted phrase must be there; case and accents do not matter.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  struct Word {
    std::string text;
    bool prefix = false, phrase = false;
  };
  std::vector<Word> words_;
};

}  // namespace sandbox::jira::jql
