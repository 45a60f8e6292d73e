// JQL text to a tree. Names are not looked up here (jql/compile.hpp does).
//
// A query of bare words alone is a text search, whatever the words ("this is not jql" finds nothing and is no error: contract §4).
#pragma once

#include <vector>

#include "jira/jql/lexer.hpp"

namespace sandbox::jira::jql {

struct Operand {
  enum class Kind { value, empty, function };
  Kind kind = Kind::value;
  std::string text;  // the value, or the function's name
  bool quoted = false;
  std::vector<std::string> args;
};

// What narrows a history search: `AFTER date`, `BEFORE`, `ON`, `DURING (a, b)`, `BY user`, `FROM value`, `TO value`.
struct Predicate {
  std::string name;  // lower case
  std::vector<Operand> operands;
};

struct Clause {
  enum class Kind { all_of, any_of, none_of, field, words };
  Kind kind = Kind::all_of;
  std::vector<Clause> parts;  // all_of, any_of; none_of has one
  std::string field;  // as written: "project", "cf[10050]", "Case number"
  std::string sign;  // = != < <= > >= ~ !~ in "not in" is "is not" was "was not" "was in" "was not in" changed
  std::vector<Operand> operands;  // one, or the list of in / not in; none for changed
  std::vector<Predicate> predicates;  // of was and changed
  std::vector<std::string> words;  // of a text search
};

struct OrderKey {
  std::string field;
  bool descending = false;
};

struct Query {
  bool bounded = false;  // has a restriction
  Clause where;
  std::vector<OrderKey> order;
};

Parsed<Query> parse(std::string_view text);

}  // namespace sandbox::jira::jql
