#include "jira/jql/lexer.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <tandem/base/text/utf8.hpp>

namespace sandbox::jira::jql {

namespace {

constexpr std::string_view kReserved =
    "abort access add after alias all alter and any are as asc at audit avg be before begin between boolean break by byte catch "
    "cf char "
    "character check checkpoint collate collation column commit connect continue count create current date decimal declare "
    "decrement default "
    "defaults define delete delimiter desc difference distinct divide do double drop else empty encoding end equals escape "
    "exclusive exec "
    "execute exists explain false fetch file field first float for from function go goto grant greater group having identified "
    "if immediate "
    "in increment index initial inner inout input insert int integer intersect intersection into is isempty isnull it join last "
    "left less "
    "like limit lock long max min minus mode modify modulo more multiply next no noaudit not notin nowait null number object of "
    "on option or "
    "order outer output power previous prior privileges public raise raw remainder rename resource return returns revoke right "
    "row rowid "
    "rownum rows select session set share size sqrt start strict string subtract such sum synonym table that the their then "
    "there these they "
    "this to trans transaction trigger true uid union unique update user validate values view was when whenever where while will "
    "with";

constexpr std::string_view kReservedSigns = "+.;?|*/%^$#@[]{}`&";

tl::unexpected<std::string> wrong(std::string text) { return tl::unexpected<std::string>(std::move(text)); }

class Lexer {
 public:
  explicit Lexer(std::string_view query) : query_(query) {}

  Parsed<std::vector<Token>> run() {
    std::vector<Token> out;
    while (true) {
      while (at_ < query_.size() && (query_[at_] == ' ' || query_[at_] == '\t' || query_[at_] == '\n' || query_[at_] == '\r'))
        ++at_;
      if (at_ >= query_.size()) break;
      auto token = next();
      if (!token) return wrong(std::move(token).error());
      out.push_back(std::move(*token));
    }
    out.push_back({Token::Kind::end, "", query_.size()});
    return out;
  }

 private:
  Parsed<Token> next() {
    char const c = query_[at_];
    if (c == '"' || c == '\'') return quoted(c);
    if (std::string_view("=<>~!(),").find(c) != std::string_view::npos) return sign();
    return word();
  }

  Parsed<Token> sign() {
    auto const start = at_;
    auto const two = query_.substr(at_, 2);
    for (auto const known : {"!=", "<=", ">=", "!~"}) {
      if (two == known) {
        at_ += 2;
        return Token{Token::Kind::sign, std::string(two), start};
      }
    }
    ++at_;
    return Token{Token::Kind::sign, std::string(1, query_[start]), start};  // a lonely "!" is the word `not`
  }

  // One escape after the backslash at at_.
  Parsed<std::string> escape() {
    auto const start = at_;
    ++at_;
    char const c = at_ < query_.size() ? query_[at_] : '\0';
    ++at_;
    switch (c) {
      case '"':
      case '\'':
      case '\\':
      case ' ': return std::string(1, c);
      case 't': return std::string("\t");
      case 'n': return std::string("\n");
      case 'r': return std::string("\r");
      case 'u': {
        unsigned value = 0;
        auto const digits = query_.substr(at_, 4);
        auto const parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() == 4 && parsed.ptr == digits.data() + 4) {
          at_ += 4;
          std::string out;
          tandem::text::append(out, static_cast<char32_t>(value));
          return out;
        }
        break;
      }
      default: break;
    }
    return wrong(
        "'" + std::string(query_.substr(start, 2)) +
        "' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX." +
        place_of(query_, start));
  }

  Parsed<Token> quoted(char quote) {
    auto const start = at_;
    ++at_;
    std::string text;
    while (at_ < query_.size() && query_[at_] != quote) {
      if (query_[at_] == '\\') {
        auto part = escape();
        if (!part) return wrong(std::move(part).error());
        text += *part;
      } else {
        text += query_[at_++];
      }
    }
    if (at_ >= query_.size()) return wrong("The quoted string '" + text + "' has not been completed." + place_of(query_, start));
    ++at_;
    return Token{Token::Kind::quoted, std::move(text), start};
  }

  Parsed<Token> word() {
    auto const start = at_;
    if (tandem::text::equal_ignoring_case(query_.substr(at_, 3), "cf[")) {
      auto const end = query_.find(']', at_);
      if (end != std::string_view::npos) {
        at_ = end + 1;
        return Token{Token::Kind::word, std::string(query_.substr(start, at_ - start)), start};
      }
    }
    std::string text;
    while (at_ < query_.size()) {
      char const c = query_[at_];
      if (std::string_view(" \t\r\n=<>~!(),\"'").find(c) != std::string_view::npos) break;
      if (c == '\\') {
        auto part = escape();
        if (!part) return wrong(std::move(part).error());
        text += *part;
        continue;
      }
      bool const decimal = c == '.' && !text.empty() && text.find_first_not_of("-0123456789") == std::string::npos;
      bool const relative = c == '+' && text.empty();
      if (kReservedSigns.find(c) != std::string_view::npos && !decimal && !relative) {
        return wrong("The character '" + std::string(1, c) +
                     "' is a reserved JQL character. You must enclose it in a string or use the escape '\\u00" + hex(c) +
                     "' instead." + place_of(query_, at_));
      }
      text += c;
      ++at_;
    }
    return Token{Token::Kind::word, std::move(text), start};
  }

  static std::string hex(char c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    auto const value = static_cast<unsigned char>(c);
    return {kDigits[value >> 4U], kDigits[value & 15U]};
  }

  std::string_view query_;
  std::size_t at_ = 0;
};

}  // namespace

std::string place_of(std::string_view query, std::size_t at) {
  auto const before = query.substr(0, at);
  auto const line = 1 + std::count(before.begin(), before.end(), '\n');
  auto const start = before.rfind('\n');
  auto const column = at - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return " (line " + std::to_string(line) + ", character " + std::to_string(column) + ")";
}

bool is_reserved(std::string_view word) {
  static std::set<std::string, std::less<>> const words = [] {
    std::set<std::string, std::less<>> out;
    for (auto rest = kReserved; !rest.empty();) {
      auto const end = std::min(rest.find(' '), rest.size());
      out.emplace(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
  }();
  return words.count(tandem::text::ascii_lower(word)) > 0;
}

Parsed<std::vector<Token>> tokens_of(std::string_view query) { return Lexer(query).run(); }

}  // namespace sandbox::jira::jql
