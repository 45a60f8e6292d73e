#include "jira/jql/compile.hpp"

#include <algorithm>
#include <charconv>

#include <tandem/base/text/utf8.hpp>

#include "jira/adf/text.hpp"
#include "jira/jql/date.hpp"
#include "jira/jql/fields.hpp"
#include "jira/jql/functions.hpp"
#include "jira/jql/history.hpp"
#include "jira/jql/order.hpp"
#include "jira/jql/text_match.hpp"
#include "jira/jql/values.hpp"

namespace sandbox::jira::jql {

namespace {

bool is_negative(std::string_view sign) { return sign == "!=" || sign == "not in" || sign == "is not" || sign == "!~"; }
bool is_order(std::string_view sign) { return sign == "<" || sign == "<=" || sign == ">" || sign == ">="; }
bool is_equality(std::string_view sign) { return sign == "=" || sign == "!=" || sign == "in" || sign == "not in"; }

template <class T>
bool compare(T const& a, std::string_view sign, T const& b) {
  if (sign == "<") return a < b;
  if (sign == "<=") return !(b < a);
  if (sign == ">") return b < a;
  if (sign == ">=") return !(a < b);
  bool const equal = !(a < b) && !(b < a);
  return sign == "=" ? equal : !equal;
}

class Compiler {
 public:
  Compiler(Site const& site, Reader const& reader) : site_(site), reader_(reader) {}

  Test test_of(Clause const& clause) {
    switch (clause.kind) {
      case Clause::Kind::all_of: {
        auto tests = parts(clause);
        return [tests](Issue const& issue) {
          return std::all_of(tests.begin(), tests.end(), [&](Test const& test) { return test(issue); });
        };
      }
      case Clause::Kind::any_of: {
        auto tests = parts(clause);
        return [tests](Issue const& issue) {
          return std::any_of(tests.begin(), tests.end(), [&](Test const& test) { return test(issue); });
        };
      }
      case Clause::Kind::none_of: {
        auto test = test_of(clause.parts.front());
        return [test](Issue const& issue) { return !test(issue); };
      }
      case Clause::Kind::words: {
        std::string all;
        for (auto const& word : clause.words) all += word + " ";
        return [query = TextQuery(all)](Issue const& issue) { return query.matches(all_text(issue)); };
      }
      case Clause::Kind::field: return field_test(clause);
    }
    return [](Issue const&) { return false; };
  }

  std::vector<std::string> errors;

 private:
  std::vector<Test> parts(Clause const& clause) {
    std::vector<Test> out;
    for (auto const& part : clause.parts) out.push_back(test_of(part));
    return out;
  }

  Test fault(std::string text) {
    errors.push_back(std::move(text));
    return [](Issue const&) { return false; };
  }
  Test unsupported(Clause const& clause) {
    return fault("The operator '" + clause.sign + "' is not supported by the '" + clause.field + "' field.");
  }

  Test field_test(Clause const& clause) {
    auto const named = named_field(site_, clause.field);
    if (tandem::text::equal_ignoring_case(clause.field, "issueLinkType")) return link_type_test(clause);
    if (!named) return fault("Field '" + clause.field + "' does not exist or you do not have permission to view it.");
    if (named->text) return text_test(clause, [](Issue const& issue) { return all_text(issue); });
    auto const& field = *named->field;
    if (clause.sign == "changed" || clause.sign.starts_with("was")) {
      auto test = history_test(site_, reader_, clause, field);
      return test ? std::move(*test) : fault(std::move(test).error());
    }
    if (field.id == "issuekey") return key_test(clause);
    if (clause.sign == "is" || clause.sign == "is not" || clause.operands.front().kind == Operand::Kind::empty)
      return empty_test(clause, field);
    if (holds_ids(field)) return id_test(clause, field);
    if (is_date(field)) return date_test(clause, field);
    if (is_number(field)) return number_test(clause, field);
    if (field.id == "comment") {
      return text_test(clause, [](Issue const& issue) {
        std::string out;
        for (auto const& comment : issue.comments) out += adf_text(comment.body) + "\n";
        return out;
      });
    }
    if (field.kind() == Kind::url && is_equality(clause.sign)) return exact_test(clause, field);
    return text_test(clause, [&field](Issue const& issue) {
      auto const& value = issue.value(field.id);
      return value.is_object() ? adf_text(value) : std::string(value.text());
    });
  }

  Test empty_test(Clause const& clause, Field const& field) {
    if (clause.sign != "is" && clause.sign != "is not" && clause.sign != "=" && clause.sign != "!=") return unsupported(clause);
    bool const wanted = clause.sign == "is" || clause.sign == "=";
    return [this_site = &site_, &field, wanted](Issue const& issue) { return is_empty(*this_site, issue, field) == wanted; };
  }

  // The phrases of an issue's links: issueLinkType = "is blocked by", or the name of a type, which means both directions.
  Test link_type_test(Clause const& clause) {
    if (is_order(clause.sign) || clause.sign == "~" || clause.sign == "!~" || clause.sign == "changed" ||
        clause.sign.starts_with("was"))
      return unsupported(clause);
    bool const negative = is_negative(clause.sign);
    if (clause.operands.front().kind == Operand::Kind::empty)
      return [negative](Issue const& issue) { return issue.links.empty() != negative; };
    std::vector<std::string> wanted;
    for (auto const& operand : clause.operands) wanted.push_back(operand.text);
    return [this_site = &site_, wanted, negative](Issue const& issue) {
      bool const any = std::any_of(issue.links.begin(), issue.links.end(), [&](std::int64_t id) {
        auto const* link = this_site->store.link(id);
        auto const* type = link == nullptr ? nullptr : this_site->definition.link_type(link->type);
        if (type == nullptr) return false;
        auto const& phrase = link->source == issue.id ? type->outward : type->inward;
        return std::any_of(wanted.begin(), wanted.end(), [&](std::string const& text) {
          return tandem::text::equal_ignoring_case(text, phrase) || tandem::text::equal_ignoring_case(text, type->name);
        });
      });
      return any != negative;
    };
  }

  // `issue in function(…)`, one or several of them among the keys.
  Test function_test(Clause const& clause) {
    std::vector<Test> tests;
    for (auto const& operand : clause.operands) {
      if (operand.kind == Operand::Kind::function) {
        auto test = issue_function(site_, operand);
        if (!test) return fault(std::move(test).error());
        tests.push_back(std::move(*test));
      } else if (auto const* issue = site_.store.find(operand.text)) {
        tests.emplace_back([id = issue->id](Issue const& other) { return other.id == id; });
      }
    }
    return [tests, negative = is_negative(clause.sign)](Issue const& issue) {
      return std::any_of(tests.begin(), tests.end(), [&](Test const& test) { return test(issue); }) != negative;
    };
  }

  Test key_test(Clause const& clause) {
    if (clause.sign == "is" || clause.sign == "is not" || clause.sign == "~" || clause.sign == "!~") return unsupported(clause);
    bool const functions = std::any_of(clause.operands.begin(), clause.operands.end(),
                                       [](Operand const& operand) { return operand.kind == Operand::Kind::function; });
    if (functions) return is_order(clause.sign) ? unsupported(clause) : function_test(clause);
    std::vector<std::int64_t> ids;
    std::vector<Issue const*> issues;
    for (auto const& operand : clause.operands) {
      auto const* issue = site_.store.find(operand.text);
      if (issue == nullptr && site_.settings.strict_keys) {
        return fault("An issue with key '" + operand.text + "' does not exist for field '" + clause.field + "'.");
      }
      if (issue != nullptr) {
        ids.push_back(issue->id);
        issues.push_back(issue);
      } else {
        // A deleted issue may still be in the index under its id.
        std::int64_t id = 0;
        auto const* last = operand.text.data() + operand.text.size();
        auto const parsed = std::from_chars(operand.text.data(), last, id);
        if (parsed.ec == std::errc{} && parsed.ptr == last) ids.push_back(id);
      }
    }
    if (is_order(clause.sign)) {
      // Keys are compared by their numbers within one project.
      if (issues.empty()) return [](Issue const&) { return false; };
      return [sign = clause.sign, project = issues.front()->project, number = issues.front()->number](Issue const& issue) {
        return issue.project == project && compare(issue.number, sign, number);
      };
    }
    return [ids, negative = is_negative(clause.sign)](Issue const& issue) {
      return (std::find(ids.begin(), ids.end(), issue.id) != ids.end()) != negative;
    };
  }

  Test id_test(Clause const& clause, Field const& field) {
    if (!is_equality(clause.sign)) return unsupported(clause);
    std::set<std::string, std::less<>> wanted;
    bool empty_too = false;
    for (auto const& operand : clause.operands) {
      if (operand.kind == Operand::Kind::empty) {
        empty_too = true;
        continue;
      }
      if (field.kind() == Kind::resolution && tandem::text::equal_ignoring_case(operand.text, "Unresolved")) {
        empty_too = true;
        continue;
      }
      auto ids = operand_ids(site_, reader_, field, clause.field, operand);
      if (!ids) return fault(std::move(ids).error());
      wanted.insert(ids->begin(), ids->end());
    }
    bool const negative = is_negative(clause.sign);
    return [this_site = &site_, &field, wanted, empty_too, negative](Issue const& issue) {
      auto const held = ids_of_issue(*this_site, issue, field);
      if (held.empty()) return empty_too && !negative;
      bool const any =
          std::any_of(held.begin(), held.end(), [&](std::string_view id) { return wanted.find(id) != wanted.end(); });
      return any != negative;
    };
  }

  Test date_test(Clause const& clause, Field const& field) {
    if (clause.sign == "~" || clause.sign == "!~") return unsupported(clause);
    std::vector<Instant> wanted;
    for (auto const& operand : clause.operands) {
      auto const at = read_date(operand, reading_of(site_, reader_));
      if (!at) {
        return fault("Date value '" + operand.text + "' for field '" + clause.field +
                     "' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', "
                     "or a period format e.g. '-5d', '4w 2d'.");
      }
      wanted.push_back(*at);
    }
    return [&field, sign = clause.sign, wanted, zone = reader_.zone](Issue const& issue) {
      auto const held = date_of(issue, field, zone);
      if (!held) return false;
      if (sign == "in" || sign == "not in")
        return (std::find(wanted.begin(), wanted.end(), *held) != wanted.end()) == (sign == "in");
      return compare(*held, sign, wanted.front());
    };
  }

  Test number_test(Clause const& clause, Field const& field) {
    if (clause.sign == "~" || clause.sign == "!~") return unsupported(clause);
    std::vector<double> wanted;
    for (auto const& operand : clause.operands) {
      double number = 0;
      auto const* last = operand.text.data() + operand.text.size();
      auto const parsed = std::from_chars(operand.text.data(), last, number);
      if (parsed.ec != std::errc{} || parsed.ptr != last)
        return fault("Value '" + operand.text + "' is invalid for the '" + clause.field + "' field.");
      wanted.push_back(number);
    }
    return [&field, sign = clause.sign, wanted](Issue const& issue) {
      auto const held = number_of(issue, field);
      if (!held) return false;
      bool const any = std::any_of(wanted.begin(), wanted.end(), [&](double number) { return compare(*held, "=", number); });
      if (sign == "in" || sign == "not in") return any == (sign == "in");
      return compare(*held, sign, wanted.front());
    };
  }

  Test exact_test(Clause const& clause, Field const& field) {
    std::vector<std::string> wanted;
    for (auto const& operand : clause.operands) wanted.push_back(operand.text);
    return [&field, wanted, negative = is_negative(clause.sign)](Issue const& issue) {
      auto const& value = issue.value(field.id);
      if (value.is_null()) return false;
      return (std::find(wanted.begin(), wanted.end(), value.text()) != wanted.end()) != negative;
    };
  }

  template <class TextOf>
  Test text_test(Clause const& clause, TextOf text_of) {
    if (clause.sign != "~" && clause.sign != "!~") return unsupported(clause);
    return [query = TextQuery(clause.operands.front().text), text_of, negative = clause.sign == "!~"](Issue const& issue) {
      return query.matches(text_of(issue)) != negative;
    };
  }

  Site const& site_;
  Reader const& reader_;
};

// Restrictions that every match fulfils: read from the top level of ANDs.
void note_hints(Site const& site, Reader const& reader, Clause const& clause, Compiled& out) {
  if (clause.kind == Clause::Kind::all_of) {
    for (auto const& part : clause.parts) note_hints(site, reader, part, out);
  }
  if (clause.kind != Clause::Kind::field) return;
  auto const named = named_field(site, clause.field);
  if (!named || named->field == nullptr) return;
  if (named->field->id == "updated" && (clause.sign == ">=" || clause.sign == ">")) {
    auto const at = read_date(clause.operands.front(), reading_of(site, reader));
    if (at && (!out.updated_from || *out.updated_from < *at)) out.updated_from = *at;
  }
  if (named->field->id == "issuekey" && (clause.sign == "=" || clause.sign == "in")) {
    std::vector<std::int64_t> ids;
    for (auto const& operand : clause.operands) {
      if (operand.kind != Operand::Kind::value) return;  // what a function gives is not known here
      std::int64_t id = 0;
      auto const* last = operand.text.data() + operand.text.size();
      auto const parsed = std::from_chars(operand.text.data(), last, id);
      if (auto const* issue = site.store.find(operand.text))
        ids.push_back(issue->id);
      else if (parsed.ec == std::errc{} && parsed.ptr == last)
        ids.push_back(id);
    }
    out.only_ids = std::move(ids);
  }
}

}  // namespace

Compilation compile(Site const& site, Reader const& reader, std::string_view jql) {
  auto const query = parse(jql);
  if (!query) return tl::unexpected(std::vector<std::string>{"Error in the JQL Query: " + query.error()});
  if (!query->bounded) {
    return tl::unexpected(
        std::vector<std::string>{"Unbounded JQL queries are not allowed here. Please add a search restriction to your query."});
  }
  constexpr std::size_t kMostOrderKeys = 7;
  if (query->order.size() > kMostOrderKeys) {
    return tl::unexpected(std::vector<std::string>{"The number of fields to order by is limited to 7."});
  }
  Compiler compiler(site, reader);
  Compiled out;
  out.where = compiler.test_of(query->where);
  for (auto const& key : query->order) {
    auto sort = sort_key(site, reader, key);
    if (!sort)
      compiler.errors.push_back("Not able to sort using field '" + key.field + "'.");
    else
      out.order.push_back(std::move(*sort));
  }
  if (!compiler.errors.empty()) return tl::unexpected(std::move(compiler.errors));
  note_hints(site, reader, query->where, out);
  return out;
}

}  // namespace sandbox::jira::jql
