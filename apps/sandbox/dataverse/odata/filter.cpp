#include "dataverse/odata/filter.hpp"

#include <fmt/format.h>

namespace sandbox::dataverse::odata {
namespace {

constexpr std::string_view kNamespace = "Microsoft.Dynamics.CRM.";

bool is_comparison(std::string_view word) {
  return word == "eq" || word == "ne" || word == "gt" || word == "ge" || word == "lt" || word == "le";
}

// 5 lt x is x gt 5.
std::string mirrored(std::string const& op) {
  if (op == "gt") return "lt";
  if (op == "lt") return "gt";
  if (op == "ge") return "le";
  if (op == "le") return "ge";
  return op;
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, std::string_view text, Dialect dialect)
      : tokens_(std::move(tokens)), text_(text), dialect_(dialect) {}

  Checked<Filter> run() {
    SANDBOX_TRY(auto filter, any_of());
    if (peek().kind != Token::Kind::end) return syntax_error();
    return filter;
  }

 private:
  Token const& peek() const { return tokens_[at_]; }
  Token const& peek_next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool word_is(std::string_view word) const { return peek().kind == Token::Kind::word && peek().text == word; }
  bool punctuation_is(std::string_view sign) const { return peek().kind == Token::Kind::punctuation && peek().text == sign; }
  bool accept_word(std::string_view word) { return word_is(word) && (take(), true); }
  bool accept(std::string_view sign) { return punctuation_is(sign) && (take(), true); }
  tl::unexpected<Refusal> syntax_error() const {
    return tl::unexpected(bad_query(dialect_, fmt::format("Syntax error at position {} in '{}'.", peek().at, text_)));
  }

  static Filter of(Filter::Kind kind) {
    Filter out;
    out.kind = kind;
    return out;
  }

  Checked<Filter> any_of() {
    if (++depth_ > kMostDepth) return refuse(400, "0x80060888", "The query's nesting is too deep.");
    SANDBOX_TRY(auto first, all_of());
    if (word_is("or")) {
      Filter group = of(Filter::Kind::any);
      group.parts.push_back(std::move(first));
      while (accept_word("or")) {
        SANDBOX_TRY(auto next, all_of());
        group.parts.push_back(std::move(next));
      }
      first = std::move(group);
    }
    --depth_;
    return first;
  }

  Checked<Filter> all_of() {
    SANDBOX_TRY(auto first, unary());
    if (!word_is("and")) return first;
    Filter group = of(Filter::Kind::all);
    group.parts.push_back(std::move(first));
    while (accept_word("and")) {
      SANDBOX_TRY(auto next, unary());
      group.parts.push_back(std::move(next));
    }
    return group;
  }

  Checked<Filter> unary() {
    if (accept_word("not")) {
      if (++depth_ > kMostDepth) return refuse(400, "0x80060888", "The query's nesting is too deep.");
      SANDBOX_TRY(auto inner, unary());
      --depth_;
      Filter out = of(Filter::Kind::negate);
      out.parts.push_back(std::move(inner));
      return out;
    }
    if (accept("(")) {
      SANDBOX_TRY(auto inner, any_of());
      if (!accept(")")) return syntax_error();
      return inner;
    }
    bool const is_call =
        peek().kind == Token::Kind::word && peek_next().kind == Token::Kind::punctuation && peek_next().text == "(";
    if (is_call) return call();
    return comparison();
  }

  Checked<Filter> call() {
    auto const name = take().text;
    take();  // "("
    if (name.starts_with(kNamespace)) return function(name.substr(kNamespace.size()));
    if (name != "contains" && name != "startswith" && name != "endswith") {
      return tl::unexpected(bad_query(dialect_, fmt::format("An unknown function with name '{}' was found.", name)));
    }
    Filter out = of(Filter::Kind::text_call);
    out.op = name;
    SANDBOX_TRY(out.path, path());
    if (!accept(",")) return syntax_error();
    SANDBOX_TRY(out.literal, literal());
    if (out.literal.kind != Literal::Kind::text) return syntax_error();
    if (!accept(")")) return syntax_error();
    // contains(…) eq true is the same as contains(…)
    if (word_is("eq") && peek_next().text == "true") {
      take();
      take();
    }
    return out;
  }

  Checked<Filter> function(std::string name) {
    Filter out = of(Filter::Kind::function);
    out.op = std::move(name);
    while (!punctuation_is(")")) {
      auto const parameter = take();
      if (parameter.kind != Token::Kind::word || !accept("=")) return syntax_error();
      bool const one_value = parameter.text.starts_with("PropertyValue") && parameter.text != "PropertyValues";
      if (parameter.text == "PropertyName") {
        SANDBOX_TRY(auto const value, literal());
        out.path = {value.text};
      } else if (one_value) {
        SANDBOX_TRY(auto value, literal());
        out.values.push_back(std::move(value.text));
      } else if (parameter.text == "PropertyValues") {
        if (!accept("[")) return syntax_error();
        while (!accept("]")) {
          SANDBOX_TRY(auto value, literal());
          out.values.push_back(std::move(value.text));
          if (!accept(",") && !punctuation_is("]")) return syntax_error();
        }
      } else {
        return syntax_error();
      }
      if (!accept(",") && !punctuation_is(")")) return syntax_error();
    }
    take();  // ")"
    if (out.path.empty()) return syntax_error();
    return out;
  }

  Checked<Filter> comparison() {
    Filter out = of(Filter::Kind::compare);
    bool const path_first = is_path();
    if (path_first) {
      SANDBOX_TRY(out.path, path());
      bool const is_lambda = out.path.size() > 1 && (out.path.back() == "any" || out.path.back() == "all");
      if (is_lambda && punctuation_is("(")) return lambda(std::move(out.path));
      if (peek().kind != Token::Kind::word || !is_comparison(peek().text)) {
        out.kind = Filter::Kind::flag;  // a boolean column by itself
        return out;
      }
      out.op = take().text;
      if (is_path()) {
        SANDBOX_TRY(out.other, path());
      } else {
        SANDBOX_TRY(out.literal, literal());
      }
      return out;
    }
    SANDBOX_TRY(out.literal, literal());
    if (peek().kind != Token::Kind::word || !is_comparison(peek().text)) return syntax_error();
    out.op = mirrored(take().text);
    SANDBOX_TRY(out.path, path());
    return out;
  }

  // Incident_Tasks/any(t:t/subject eq 'x'): the names in it begin with the variable.
  Checked<Filter> lambda(Path collection) {
    if (++depth_ > kMostDepth) return refuse(400, "0x80060888", "The query's nesting is too deep.");
    Filter out = of(Filter::Kind::lambda);
    out.op = collection.back();
    collection.pop_back();
    out.path = std::move(collection);
    take();  // "("
    if (!accept(")")) {
      auto const variable = take();
      if (variable.kind != Token::Kind::word || !accept(":")) return syntax_error();
      variables_.push_back(variable.text);
      SANDBOX_TRY(auto inner, any_of());
      variables_.pop_back();
      if (!accept(")")) return syntax_error();
      out.parts.push_back(std::move(inner));
    } else if (out.op == "all") {
      return syntax_error();
    }
    --depth_;
    return out;
  }

  bool is_path() const {
    auto const& token = peek();
    return token.kind == Token::Kind::word && token.text != "null" && token.text != "true" && token.text != "false";
  }

  Checked<Path> path() {
    Path out;
    do {
      if (!is_path()) return syntax_error();
      out.push_back(take().text);
    } while (accept("/"));
    if (variables_.empty()) return out;
    if (out.size() < 2 || out.front() != variables_.back()) return syntax_error();
    out.erase(out.begin());
    return out;
  }

  Checked<Literal> literal() {
    auto const token = take();
    switch (token.kind) {
      case Token::Kind::number: return Literal{Literal::Kind::number, token.text};
      case Token::Kind::text:
      case Token::Kind::json_text: return Literal{Literal::Kind::text, token.text};
      case Token::Kind::guid: return Literal{Literal::Kind::guid, token.text};
      case Token::Kind::date: return Literal{Literal::Kind::date, token.text};
      case Token::Kind::date_time: return Literal{Literal::Kind::date_time, token.text};
      case Token::Kind::enumeration: return Literal{Literal::Kind::enumeration, token.text};
      case Token::Kind::word:
        if (token.text == "null") return Literal{Literal::Kind::null, ""};
        if (token.text == "true" || token.text == "false") return Literal{Literal::Kind::boolean, token.text};
        break;
      case Token::Kind::punctuation:
      case Token::Kind::end: break;
    }
    return tl::unexpected(bad_query(dialect_, fmt::format("Syntax error at position {} in '{}'.", token.at, text_)));
  }

  std::vector<Token> tokens_;
  std::string_view text_;
  Dialect dialect_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<std::string> variables_;  // of the lambdas that we are inside of
};

}  // namespace

Checked<Filter> parse_filter(std::string_view expression, Aliases const& aliases, Dialect dialect) {
  SANDBOX_TRY(auto tokens, tokens_of(expression, aliases, dialect));
  return Parser(std::move(tokens), expression, dialect).run();
}

}  // namespace sandbox::dataverse::odata
