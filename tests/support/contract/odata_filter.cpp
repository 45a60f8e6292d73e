#include "support/contract/odata_filter.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "support/contract/edm.hpp"

namespace tandem::test::contract {

bool is_custom(std::string_view name) {
  bool const lookup = name.starts_with('_');
  if (lookup) name.remove_prefix(1);
  auto const cut = name.find('_');
  if (cut == std::string_view::npos || cut < 2 || cut > 8 || cut + 1 == name.size()) return false;
  if (!std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(cut),
                   [](unsigned char c) { return std::isalnum(c); }))
    return false;
  return !lookup || (name.ends_with("_value") && name.find('_', cut + 1) != std::string_view::npos && name.size() > cut + 7);
}

std::string type_of_path(Csdl const& csdl, std::string_view type, std::string_view path) {
  std::string current(type);
  while (true) {
    auto const slash = path.find('/');
    auto const name = path.substr(0, slash);
    if (name == "$count" && slash == std::string_view::npos) return "Edm.Int32";
    std::string next;
    if (auto const* property = csdl.property(current, name)) {
      next = property->type;
    } else if (auto const* navigation = csdl.navigation(current, name)) {
      next = slash == std::string_view::npos ? *navigation : element_of(*navigation);
    } else if (is_custom(name)) {
      return "?";
    } else {
      return {};
    }
    if (slash == std::string_view::npos) return next;
    current = next;
    path = path.substr(slash + 1);
  }
}

namespace {

constexpr std::string_view kNamespace = "Microsoft.Dynamics.CRM.";

class FilterParser {
 public:
  FilterParser(Csdl const& csdl, std::string_view type, std::string_view text, std::function<void(std::string)> const& fault)
      : csdl_(csdl), type_(type), text_(text), fault_(fault) {}

  void parse() {
    either();
    blank();
    if (!stopped_ && at_ < text_.size()) stop("stands after the expression's end");
  }

 private:
  void stop(std::string const& why) {
    if (!stopped_)
      fault_(fmt::format("$filter: {} at \"{}\" (dataverse §7)", why, text_.substr(std::min(at_, text_.size()), 24)));
    stopped_ = true;
  }
  void blank() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    blank();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void want(char c) {
    if (!take(c)) stop(fmt::format("\"{}\" is missing", c));
  }
  static bool in_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '/' || c == '$' || c == '@';
  }
  std::string_view word_ahead() {
    blank();
    auto end = at_;
    while (end < text_.size() && in_word(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }
  bool take_word(std::string_view word) {
    if (word_ahead() != word) return false;
    at_ += word.size();
    return true;
  }

  void either() {
    both();
    while (!stopped_ && take_word("or")) both();
  }
  void both() {
    term();
    while (!stopped_ && take_word("and")) term();
  }
  void term() {
    if (stopped_) return;
    if (take_word("not")) return term();
    if (take('(')) {
      either();
      return want(')');
    }
    comparison();
  }

  void comparison() {
    auto const word = std::string(word_ahead());
    if (word.empty()) return stop("a property name is missing");
    if (word.starts_with(kNamespace)) return query_function(word);
    at_ += word.size();
    if (word == "contains" || word == "startswith" || word == "endswith") return text_function(word);
    if (word.ends_with("/any") || word.ends_with("/all")) return lambda(word);
    auto const left = type_of(word);
    blank();
    auto const verb = std::string(word_ahead());
    if (verb != "eq" && verb != "ne" && verb != "gt" && verb != "ge" && verb != "lt" && verb != "le") {
      if (left == "Edm.Boolean") return;
      return stop("an operator is missing after " + word);
    }
    at_ += verb.size();
    auto const literal = take_literal();
    if (stopped_ || left == "?") return;
    if (literal == "null" && (verb == "eq" || verb == "ne")) return;
    if (auto const why = literal_fault(csdl_, left, literal)) stop(fmt::format("{} {} {}: {}", word, verb, literal, *why));
  }

  std::string type_of(std::string const& path) {
    auto within = std::string_view(path);
    std::string_view type = type_;
    std::string bound;
    if (!variable_.empty() && within.starts_with(variable_ + "/")) {
      within.remove_prefix(variable_.size() + 1);
      type = variable_type_;
    }
    auto found = type_of_path(csdl_, type, within);
    if (found.empty()) stop(fmt::format("{} is no property of {}", within, type));
    return found;
  }

  void text_function(std::string const& name) {
    want('(');
    auto const path = std::string(word_ahead());
    at_ += path.size();
    auto const type = type_of(path);
    if (!stopped_ && type != "?" && type != "Edm.String") stop(name + " takes a text column");
    want(',');
    auto const literal = take_literal();
    if (!stopped_ && !literal.starts_with('\'')) stop(name + " takes a text");
    want(')');
  }

  void lambda(std::string const& word) {
    auto const path = word.substr(0, word.size() - 4);
    auto const* const navigation = csdl_.navigation(type_, path);
    if (navigation == nullptr || !is_collection(*navigation)) return stop(path + " is no collection");
    want('(');
    auto const name = std::string(word_ahead());
    at_ += name.size();
    want(':');
    variable_ = name;
    variable_type_ = element_of(*navigation);
    either();
    variable_.clear();
    want(')');
  }

  // Microsoft.Dynamics.CRM.In(PropertyName='title',PropertyValues=["a","b"])
  void query_function(std::string const& word) {
    at_ += word.size();
    want('(');
    do {
      auto const name = std::string(word_ahead());
      at_ += name.size();
      want('=');
      if (stopped_) return;
      if (name == "PropertyName") {
        auto const literal = take_literal();
        if (!stopped_ && literal.size() > 2) type_of(literal.substr(1, literal.size() - 2));
      } else if (name == "PropertyValue" || name == "PropertyValues" || name.starts_with("PropertyValue")) {
        if (take('[')) {
          auto const close = text_.find(']', at_);
          if (close == std::string_view::npos) return stop("] is missing");
          at_ = close + 1;
        } else {
          take_literal();
        }
      } else {
        return stop(name + " is no parameter of a query function");
      }
    } while (!stopped_ && take(','));
    want(')');
  }

  std::string take_literal() {
    blank();
    auto const start = at_;
    if (at_ < text_.size() && text_[at_] == '\'') {
      take_quoted();
    } else {
      while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != ')' && text_[at_] != ',' && text_[at_] != '\'') ++at_;
      if (at_ < text_.size() && text_[at_] == '\'') take_quoted();  // Microsoft.Dynamics.CRM.AttributeTypeCode'Picklist'
    }
    if (at_ == start) stop("a value is missing");
    return std::string(text_.substr(start, at_ - start));
  }
  void take_quoted() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '\'') continue;
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
        ++at_;
        continue;
      }
      ++at_;
      return;
    }
    stop("a quotation mark is missing");
  }

  Csdl const& csdl_;
  std::string_view type_;
  std::string_view text_;
  std::function<void(std::string)> const& fault_;
  std::size_t at_ = 0;
  bool stopped_ = false;
  std::string variable_, variable_type_;
};

}  // namespace

void check_filter(Csdl const& csdl, std::string_view type, std::string_view filter,
                  std::function<void(std::string)> const& fault) {
  FilterParser(csdl, type, filter, fault).parse();
}

}  // namespace tandem::test::contract
