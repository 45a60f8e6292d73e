#include "dataverse/odata/lexer.hpp"

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox::dataverse::odata {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@' || c == '$'; }
bool is_word(char c) { return is_word_start(c) || is_digit(c) || c == '.'; }
bool is_literal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == ':' || c == '+';
}
constexpr std::string_view kPunctuation = "()[],/=:;*";

class Lexer {
 public:
  Lexer(std::string_view text, Aliases const& aliases, Dialect dialect) : text_(text), aliases_(aliases), dialect_(dialect) {}

  Checked<std::vector<Token>> run() {
    while (true) {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
      if (at_ >= text_.size()) break;
      if (!one()) return refuse_here();
    }
    out_.push_back({Token::Kind::end, "", text_.size()});
    return std::move(out_);
  }

 private:
  bool one() {
    char const c = text_[at_];
    if (c == '\'' || c == '"') {
      std::size_t const start = at_;
      auto const text = quoted(c);
      if (!text) return false;
      out_.push_back({c == '"' ? Token::Kind::json_text : Token::Kind::text, *text, start});
      return true;
    }
    if (kPunctuation.find(c) != std::string_view::npos) {
      out_.push_back({Token::Kind::punctuation, std::string(1, c), at_++});
      return true;
    }
    // A GUID may start with a letter: it is looked for before words.
    if (tandem::is_uuid(text_.substr(at_, 36)) && (at_ + 36 >= text_.size() || !is_literal(text_[at_ + 36]))) {
      out_.push_back({Token::Kind::guid, *tandem::normalized_uuid(text_.substr(at_, 36)), at_});
      at_ += 36;
      return true;
    }
    if (is_word_start(c)) return word();
    if (is_digit(c) || c == '-') return literal();
    return false;
  }

  std::optional<std::string> quoted(char quote) {
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      char const c = text_[at_];
      if (quote == '"' && c == '\\' && at_ + 1 < text_.size()) {
        out += text_[++at_];
      } else if (c != quote) {
        out += c;
      } else if (quote == '\'' && at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
        out += text_[++at_];
      } else {
        ++at_;
        return out;
      }
    }
    return std::nullopt;
  }

  bool word() {
    std::size_t const start = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    std::string name(text_.substr(start, at_ - start));
    if (name.front() == '@') {
      auto const alias = aliases_.find(name);
      if (alias == aliases_.end() || alias->second.starts_with('@')) return false;
      auto inner = tokens_of(alias->second, {}, dialect_);
      if (!inner) return false;
      inner->pop_back();
      for (auto& token : *inner) {
        token.at = start;
        out_.push_back(std::move(token));
      }
      return true;
    }
    if (at_ < text_.size() && text_[at_] == '\'' && name.find('.') != std::string::npos) {
      auto const value = quoted('\'');
      if (!value) return false;
      out_.push_back({Token::Kind::enumeration, *value, start});
      return true;
    }
    out_.push_back({Token::Kind::word, std::move(name), start});
    return true;
  }

  bool literal() {
    std::size_t const start = at_;
    while (at_ < text_.size() && is_literal(text_[at_])) ++at_;
    std::string text(text_.substr(start, at_ - start));
    if (tandem::parse_date(text))
      out_.push_back({Token::Kind::date, std::move(text), start});
    else if (tandem::parse_instant(text))
      out_.push_back({Token::Kind::date_time, std::move(text), start});
    else if (is_number(text))
      out_.push_back({Token::Kind::number, std::move(text), start});
    else {
      at_ = start;
      return false;
    }
    return true;
  }

  static bool is_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    bool digits = false, point = false;
    for (char const c : text) {
      if (is_digit(c))
        digits = true;
      else if (c == '.' && !point && digits)
        point = true;
      else
        return false;
    }
    return digits && text.size() <= 40;
  }

  Checked<std::vector<Token>> refuse_here() const {
    return tl::unexpected(bad_query(dialect_, fmt::format("Syntax error at position {} in '{}'.", at_, text_)));
  }

  std::string_view text_;
  Aliases const& aliases_;
  Dialect dialect_;
  std::size_t at_ = 0;
  std::vector<Token> out_;
};

}  // namespace

Checked<std::vector<Token>> tokens_of(std::string_view expression, Aliases const& aliases, Dialect dialect) {
  return Lexer(expression, aliases, dialect).run();
}

}  // namespace sandbox::dataverse::odata
