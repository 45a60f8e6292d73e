// JQL words (contract §4 "JQL dates, escaping"): quoting with either quote, escapes, operators, and the list of reserved words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace sandbox::jira::jql {

struct Token {
  enum class Kind { word, quoted, sign, end };  // sign: = != < <= > >= ~ !~ ( ) ,
  Kind kind = Kind::end;
  std::string text;      // unescaped
  std::size_t at = 0;    // byte offset, for error texts
};

// An error text as the site words it, without the leading "Error in the JQL Query: ".
template <class T>
using Parsed = tl::expected<T, std::string>;

Parsed<std::vector<Token>> tokens_of(std::string_view query);
bool is_reserved(std::string_view word);
std::string place_of(std::string_view query, std::size_t at);  // " (line 1, character 11)"

}  // namespace sandbox::jira::jql
