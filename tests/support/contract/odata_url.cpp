#include "support/contract/odata_url.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "support/contract/edm.hpp"
#include "support/contract/odata_filter.hpp"

namespace tandem::test::contract {

std::vector<std::string> split_outside(std::string_view text, char separator) {
  std::vector<std::string> out;
  int depth = 0;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == separator && depth == 0 && !quoted)) {
      if (i > start || i < text.size()) out.emplace_back(text.substr(start, i - start));
      start = i + 1;
      continue;
    }
    if (text[i] == '\'') quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
  }
  return out;
}

namespace {

constexpr std::string_view kNamespace = "Microsoft.Dynamics.CRM.";

class Resolver {
 public:
  Resolver(Csdl const& csdl, Findings& findings) : csdl_(csdl), findings_(findings) {}

  Target resolve(std::string_view path) {
    Target target;
    target.kind = Target::Kind::service;
    if (path.empty() || path == "$metadata") return target;
    bool first = true;
    for (auto const& segment : split_outside(path, '/')) {
      auto const open = segment.find('(');
      auto const name = segment.substr(0, open);
      auto const arguments = open == std::string::npos ? std::string() : segment.substr(open + 1, segment.size() - open - 2);
      if (open != std::string::npos && !segment.ends_with(')')) return fault(segment, "a bracket is not closed");
      target =
          first ? begin(name, arguments, open != std::string::npos) : step(target, name, arguments, open != std::string::npos);
      if (target.kind == Target::Kind::unknown) return target;
      first = false;
    }
    return target;
  }

 private:
  Target fault(std::string_view segment, std::string const& why) {
    findings_.add("path", fmt::format("{}: {}", segment, why));
    return {};
  }

  Target begin(std::string const& name, std::string const& arguments, bool bracket) {
    Target target;
    if (name == "$batch") {
      target.kind = Target::Kind::batch;
      return target;
    }
    if (auto const* set = csdl_.set(name)) return of_set(name, set->type, arguments, bracket);
    if (auto const* operation = csdl_.operation(name, "")) return called(name, *operation, arguments, bracket, "");
    if (is_custom(name)) return of_set(name, "", arguments, bracket);
    return fault(name, "the metadata document has no such entity set, function or action");
  }

  Target of_set(std::string const& name, std::string const& type, std::string const& key, bool bracket) {
    Target target{bracket ? Target::Kind::entity : Target::Kind::entities, type, name, "", nullptr};
    if (!bracket) return target;
    if (is_guid(key)) return target;
    for (auto const& part : split_outside(key, ',')) {
      auto const equal = part.find('=');
      if (equal == std::string::npos) return fault(name + "(" + key + ")", "a key is a GUID or name='value' (dataverse §7)");
      auto const column = part.substr(0, equal);
      auto const found = type.empty() ? std::string("?") : type_of_path(csdl_, type, column);
      if (found.empty()) return fault(column, "is no property of " + type);
      if (found != "?") {
        if (auto const why = literal_fault(csdl_, found, part.substr(equal + 1))) return fault(part, *why);
      }
    }
    return target;
  }

  Target step(Target const& from, std::string const& name, std::string const& arguments, bool bracket) {
    using Kind = Target::Kind;
    if (name == "$value" && from.kind == Kind::property) return from;
    if (name == "$count" && from.kind == Kind::entities) return {Kind::count, "Edm.Int32", "", "", nullptr};
    if (name == "$ref" && (from.kind == Kind::entity || from.kind == Kind::entities))
      return {Kind::reference, from.type, from.set, "", nullptr};
    if (name.starts_with(kNamespace)) return qualified(from, name.substr(kNamespace.size()), arguments, bracket);
    if (from.kind != Kind::entity) return fault(name, "nothing can follow here");
    if (from.type.empty()) return {Kind::property, "", "", "", nullptr};
    if (auto const* navigation = csdl_.navigation(from.type, name)) {
      std::string set;
      if (auto const* source = csdl_.set(from.set)) {
        if (auto const to = source->targets.find(name); to != source->targets.end()) set = to->second;
      }
      auto const many = is_collection(*navigation) && !bracket;
      if (bracket && !is_collection(*navigation)) return fault(name, "is a single one: it takes no key");
      Target target = bracket ? of_set(set, element_of(*navigation), arguments, true) : Target{};
      target.kind = target.kind == Kind::unknown && bracket ? Kind::unknown : many ? Kind::entities : Kind::entity;
      target.type = element_of(*navigation);
      target.set = set;
      return target;
    }
    if (auto const type = type_of_path(csdl_, from.type, name); !type.empty()) return {Kind::property, type, "", "", nullptr};
    return fault(name, fmt::format("is no property of {}", from.type));
  }

  // A cast to a derived type, or an operation that is bound to what stands before.
  Target qualified(Target const& from, std::string const& name, std::string const& arguments, bool bracket) {
    bool const many = from.kind == Target::Kind::entities;
    auto const bound = many ? "Collection(" + from.type + ")" : from.type;
    if (auto const* operation = csdl_.operation(name, bound)) return called(name, *operation, arguments, bracket, bound);
    if (!from.type.empty() && csdl_.derives(name, from.type)) {
      Target cast = from;
      cast.type = name;
      return cast;
    }
    return fault(name, fmt::format("is neither a type below {} nor an operation bound to it", bound));
  }

  Target called(std::string const& name, Operation const& operation, std::string const& arguments, bool bracket,
                std::string const& bound) {
    Target target{Target::Kind::operation, operation.returns, "", name, &operation};
    if (operation.action && bracket) return fault(name, "an action's parameters stand in its body");
    std::vector<std::string> given;
    for (auto const& argument : split_outside(arguments, ',')) {
      auto const equal = argument.find('=');
      auto const parameter = argument.substr(0, equal);
      auto const declared = std::find_if(operation.parameters.begin(), operation.parameters.end(),
                                         [&](Parameter const& one) { return one.name == parameter; });
      if (equal == std::string::npos || declared == operation.parameters.end())
        return fault(name, parameter + " is no parameter");
      auto const value = argument.substr(equal + 1);
      if (!value.starts_with('@')) {
        if (auto const why = literal_fault(csdl_, declared->type, value)) return fault(name, parameter + " " + *why);
      }
      given.push_back(parameter);
    }
    if (operation.action) return target;
    for (std::size_t i = bound.empty() ? 0 : 1; i < operation.parameters.size(); ++i) {
      auto const& wanted = operation.parameters[i];
      if (!wanted.nullable && std::find(given.begin(), given.end(), wanted.name) == given.end()) {
        return fault(name, "parameter " + wanted.name + " is missing");
      }
    }
    return target;
  }

  Csdl const& csdl_;
  Findings& findings_;
};

class OptionChecker {
 public:
  OptionChecker(Csdl const& csdl, Findings& findings) : csdl_(csdl), findings_(findings) {}

  Selection select(std::string const& at, std::string_view type, std::string const& text) {
    Selection out;
    for (auto const& part : split_outside(text, ',')) {
      auto const name = std::string(text::trimmed(part));
      out.columns.push_back(name);
      // Newer than the document (dataverse §5).
      if (name == "blockedmimetypes" || name == "allowedmimetypes") continue;
      if (type.empty() || csdl_.property(type, name) != nullptr || is_custom(name)) continue;
      if (csdl_.navigation(type, name) != nullptr && !csdl_.derives(type, "MetadataBase")) {
        findings_.add(at, name + ": a lookup is selected as _name_value (dataverse §7)");
      } else if (csdl_.navigation(type, name) == nullptr) {
        findings_.add(at, fmt::format("{} is no property of {}", name, type));
      }
    }
    return out;
  }

  void order(std::string const& at, std::string_view type, std::string const& text) {
    for (auto const& part : split_outside(text, ',')) {
      auto const blank = part.find(' ');
      auto const name = part.substr(0, blank);
      auto const direction = blank == std::string::npos ? std::string("asc") : part.substr(blank + 1);
      if (direction != "asc" && direction != "desc") findings_.add(at, direction + " is no direction");
      if (!type.empty() && type_of_path(csdl_, type, name).empty())
        findings_.add(at, fmt::format("{} is no property of {}", name, type));
    }
  }

  void expand(std::string const& at, std::string_view type, std::string const& text) {
    for (auto const& part : split_outside(text, ',')) {
      auto const open = part.find('(');
      auto name = part.substr(0, open);
      if (name.ends_with("/$ref")) name.resize(name.size() - 5);
      auto const* const navigation = csdl_.navigation(type, name);
      if (type.empty()) continue;
      if (navigation == nullptr) {
        if (!is_custom(name)) findings_.add(at, fmt::format("{} is no navigation property of {}", name, type));
        continue;
      }
      if (open == std::string::npos) continue;
      auto const inner = part.substr(open + 1, part.size() - open - 2);
      for (auto const& option : split_outside(inner, ';')) {
        auto const equal = option.find('=');
        one(at + "/" + name, element_of(*navigation), option.substr(0, equal),
            equal == std::string::npos ? std::string() : option.substr(equal + 1), true);
      }
    }
  }

  Selection one(std::string const& parent, std::string_view type, std::string const& name, std::string const& value,
                bool nested) {
    auto const at = parent + " " + name;
    if (name == "$select") return select(at, type, value);
    if (name == "$filter") {
      if (!type.empty()) check_filter(csdl_, type, value, [&](std::string const& why) { findings_.add(at, why); });
    } else if (name == "$orderby") {
      order(at, type, value);
    } else if (name == "$expand") {
      expand(at, type, value);
    } else if (name == "$top") {
      if (literal_fault(csdl_, "Edm.Int32", value)) findings_.add(at, "is no number");
    } else if (name == "$count") {
      if (value != "true" && value != "false") findings_.add(at, "is true or false");
    } else if (nested || (name != "$apply" && name != "$skiptoken" && name != "$deltatoken" && !name.starts_with('@'))) {
      findings_.add(at, "is no option that the service knows (dataverse §7)");
    }
    return {};
  }

 private:
  Csdl const& csdl_;
  Findings& findings_;
};

}  // namespace

Target resolve(Csdl const& csdl, std::string_view path, Findings& findings) { return Resolver(csdl, findings).resolve(path); }

Selection check_options(Csdl const& csdl, Target const& target, std::vector<std::pair<std::string, std::string>> const& options,
                        Findings& findings) {
  using Kind = Target::Kind;
  Selection out;
  bool const rows = target.kind == Kind::entities || target.kind == Kind::entity || target.kind == Kind::operation ||
                    target.kind == Kind::count;
  auto const type = element_of(target.type);
  for (auto const& [name, value] : options) {
    if (!rows && !name.starts_with('@')) {
      findings.add("query " + name, "has no meaning here");
      continue;
    }
    if (target.kind != Kind::entities && target.kind != Kind::count &&
        (name == "$filter" || name == "$orderby" || name == "$top")) {
      findings.add("query " + name, "stands only where many rows are asked for");
      continue;
    }
    auto selection = OptionChecker(csdl, findings).one("query", type, name, value, false);
    if (name == "$select") out = std::move(selection);
  }
  return out;
}

}  // namespace tandem::test::contract
