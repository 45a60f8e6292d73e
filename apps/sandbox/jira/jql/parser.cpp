#include "jira/jql/parser.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

namespace sandbox::jira::jql {

namespace {

using tandem::text::equal_ignoring_case;

tl::unexpected<std::string> wrong(std::string text) { return tl::unexpected<std::string>(std::move(text)); }

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

  Parsed<Query> query() {
    Query out;
    if (!peek_word("order") && peek().kind != Token::Kind::end) {
      auto where = any_of();
      if (!where) return wrong(std::move(where).error());
      out.where = std::move(*where);
      out.bounded = true;
    }
    if (peek_word("order")) {
      auto order = order_by();
      if (!order) return wrong(std::move(order).error());
      out.order = std::move(*order);
    }
    if (peek().kind != Token::Kind::end) return unexpected("Expecting either 'OR' or 'AND'");
    return out;
  }

  Parsed<std::vector<OrderKey>> order_by() {
    take();
    if (!take_word("by")) return unexpected("Expecting 'by'");
    std::vector<OrderKey> out;
    do {
      auto name = field_name();
      if (!name) return wrong(std::move(name).error());
      OrderKey key{std::move(*name), false};
      if (take_word("desc"))
        key.descending = true;
      else
        take_word("asc");
      out.push_back(std::move(key));
    } while (take_sign(","));
    return out;
  }

  // Index of the first token of a trailing ORDER BY, or of the end.
  [[nodiscard]] std::size_t words_end() const {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (is_word(tokens_[i], "order") && is_word(tokens_[i + 1], "by")) return i;
    }
    return tokens_.size() - 1;
  }
  [[nodiscard]] std::vector<Token> const& tokens() const { return tokens_; }
  void skip_to(std::size_t at) { at_ = at; }

 private:
  static bool is_word(Token const& token, std::string_view word) {
    return token.kind == Token::Kind::word && equal_ignoring_case(token.text, word);
  }
  [[nodiscard]] Token const& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  [[nodiscard]] bool peek_word(std::string_view word, std::size_t ahead = 0) const { return is_word(peek(ahead), word); }
  Token const& take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  bool take_word(std::string_view word) {
    if (!peek_word(word)) return false;
    ++at_;
    return true;
  }
  bool take_sign(std::string_view sign) {
    if (peek().kind != Token::Kind::sign || peek().text != sign) return false;
    ++at_;
    return true;
  }

  tl::unexpected<std::string> unexpected(std::string const& expecting) const {
    auto const& token = peek();
    if (token.kind == Token::Kind::end) return wrong(expecting + " before the end of the query.");
    return wrong(expecting + " but got '" + token.text + "'." + place_of(text_, token.at));
  }
  tl::unexpected<std::string> reserved(Token const& token) const {
    return wrong("'" + token.text + "' is a reserved JQL word. You must surround it in quotation marks to use it in a query." +
                 place_of(text_, token.at));
  }

  Parsed<Clause> any_of() {
    return chain(Clause::Kind::any_of, "or", [this] { return all_of(); });
  }
  Parsed<Clause> all_of() {
    return chain(Clause::Kind::all_of, "and", [this] { return single(); });
  }

  template <class Part>
  Parsed<Clause> chain(Clause::Kind kind, std::string_view join, Part const& part) {
    auto first = part();
    if (!first) return first;
    if (!peek_word(join)) return first;
    Clause out;
    out.kind = kind;
    out.parts.push_back(std::move(*first));
    while (take_word(join)) {
      auto next = part();
      if (!next) return next;
      out.parts.push_back(std::move(*next));
    }
    return out;
  }

  Parsed<Clause> single() {
    constexpr int kDeepest = 64;
    if (++depth_ > kDeepest) return wrong("The query is nested too deeply.");
    auto out = single_at_depth();
    --depth_;
    return out;
  }

  Parsed<Clause> single_at_depth() {
    if (take_word("not") || take_sign("!")) {
      auto inner = single();
      if (!inner) return inner;
      Clause out;
      out.kind = Clause::Kind::none_of;
      out.parts.push_back(std::move(*inner));
      return out;
    }
    if (take_sign("(")) {
      auto inner = any_of();
      if (!inner) return inner;
      if (!take_sign(")")) return unexpected("Expecting ')'");
      return inner;
    }
    return field_clause();
  }

  Parsed<std::string> field_name() {
    auto const& token = peek();
    if (token.kind == Token::Kind::quoted) return take().text;
    if (token.kind != Token::Kind::word) return unexpected("Expecting a field name");
    if (is_reserved(token.text)) return reserved(token);
    return take().text;
  }

  Parsed<Clause> field_clause() {
    auto name = field_name();
    if (!name) return wrong(std::move(name).error());
    Clause out;
    out.kind = Clause::Kind::field;
    out.field = std::move(*name);
    auto sign = operation();
    if (!sign) return wrong(std::move(sign).error());
    out.sign = std::move(*sign);
    if (out.sign == "changed") return with_predicates(std::move(out));
    bool const history = out.sign.starts_with("was");
    bool const list = out.sign.ends_with("in");
    if (list && peek().kind == Token::Kind::sign && peek().text == "(") {
      auto operands = operand_list();
      if (!operands) return wrong(std::move(operands).error());
      out.operands = std::move(*operands);
      return history ? with_predicates(std::move(out)) : Parsed<Clause>(std::move(out));
    }
    auto operand = one_operand();
    if (!operand) return wrong(std::move(operand).error());
    if (list && operand->kind != Operand::Kind::function) return wrong("Operator '" + out.sign + "' requires a list of values.");
    bool const is = out.sign == "is" || out.sign == "is not";
    if (is && operand->kind != Operand::Kind::empty) return wrong("The operator '" + out.sign + "' takes EMPTY or NULL only.");
    out.operands.push_back(std::move(*operand));
    return history ? with_predicates(std::move(out)) : Parsed<Clause>(std::move(out));
  }

  // "(a, b)". REQUIRES: the next token is "(".
  Parsed<std::vector<Operand>> operand_list() {
    take();
    std::vector<Operand> out;
    do {
      auto operand = one_operand();
      if (!operand) return wrong(std::move(operand).error());
      out.push_back(std::move(*operand));
    } while (take_sign(","));
    if (!take_sign(")")) return unexpected("Expecting ')' or ','");
    return out;
  }

  Parsed<Clause> with_predicates(Clause out) {
    constexpr std::string_view kNames[] = {"after", "before", "on", "during", "by", "from", "to"};
    while (true) {
      auto const* name = std::find_if(std::begin(kNames), std::end(kNames), [&](auto word) { return peek_word(word); });
      if (name == std::end(kNames)) return out;
      take();
      Predicate predicate{std::string(*name), {}};
      if (peek().kind == Token::Kind::sign && peek().text == "(") {
        auto operands = operand_list();
        if (!operands) return wrong(std::move(operands).error());
        predicate.operands = std::move(*operands);
      } else {
        auto operand = one_operand();
        if (!operand) return wrong(std::move(operand).error());
        predicate.operands.push_back(std::move(*operand));
      }
      if (predicate.name == "during" && predicate.operands.size() != 2) return wrong("The predicate 'during' takes two dates.");
      out.predicates.push_back(std::move(predicate));
    }
  }

  Parsed<std::string> operation() {
    for (auto const* sign : {"=", "!=", "<", "<=", ">", ">=", "~", "!~"}) {
      if (take_sign(sign)) return std::string(sign);
    }
    if (take_word("in")) return std::string("in");
    if (peek_word("not") && peek_word("in", 1)) {
      at_ += 2;
      return std::string("not in");
    }
    if (take_word("is")) return std::string(take_word("not") ? "is not" : "is");
    if (take_word("changed")) return std::string("changed");
    if (take_word("was")) {
      std::string out = take_word("not") ? "was not" : "was";
      if (take_word("in")) out += " in";
      return out;
    }
    return unexpected("Expecting operator");
  }

  Parsed<Operand> one_operand() {
    Operand out;
    auto const& token = peek();
    if (token.kind == Token::Kind::quoted) {
      out.text = take().text;
      out.quoted = true;
      return out;
    }
    if (token.kind != Token::Kind::word) return unexpected("Expecting either a value, list or function");
    if (peek_word("empty") || peek_word("null")) {
      take();
      out.kind = Operand::Kind::empty;
      return out;
    }
    bool const function = peek(1).kind == Token::Kind::sign && peek(1).text == "(";
    if (!function && is_reserved(token.text)) return reserved(token);
    out.text = take().text;
    if (!function) return out;
    out.kind = Operand::Kind::function;
    take();
    while (!take_sign(")")) {
      if (peek().kind != Token::Kind::word && peek().kind != Token::Kind::quoted) return unexpected("Expecting ')'");
      out.args.push_back(take().text);
      take_sign(",");
    }
    return out;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Parsed<Query> parse(std::string_view text) {
  auto tokens = tokens_of(text);
  if (!tokens) return wrong(std::move(tokens).error());
  Parser parser(text, std::move(*tokens));
  auto out = parser.query();
  if (out) return out;
  // Nothing but bare words (and an ORDER BY): a search for these words.
  auto const end = parser.words_end();
  bool const words = end > 0 && std::all_of(parser.tokens().begin(), parser.tokens().begin() + static_cast<std::ptrdiff_t>(end),
                                            [](Token const& token) { return token.kind == Token::Kind::word; });
  if (!words) return out;
  Query search;
  search.bounded = true;
  search.where.kind = Clause::Kind::words;
  for (std::size_t i = 0; i < end; ++i) search.where.words.push_back(parser.tokens()[i].text);
  if (end + 1 < parser.tokens().size()) {
    parser.skip_to(end);
    auto order = parser.order_by();
    if (!order) return wrong(std::move(order).error());
    search.order = std::move(*order);
  }
  return search;
}

}  // namespace sandbox::jira::jql
