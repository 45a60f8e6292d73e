#include "items/discovery.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/mapping/value/kinds.hpp>

namespace tandem::cli {

namespace {

tl::unexpected<Error> unknown(std::string message, std::string cure) {
  return fail(Error{ErrorKind::not_found, std::move(message), {{"cure", std::move(cure)}}});
}

}  // namespace

Search::Search(std::optional<std::string> const& text) {
  std::string word;
  for (char const c : text::folded(text.value_or("")) + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words_.push_back(std::exchange(word, {}));
    }
  }
}

bool Search::finds(std::initializer_list<std::string_view> texts) const {
  return std::all_of(words_.begin(), words_.end(), [&](std::string const& word) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](std::string_view text) { return text::folded(text).find(word) != std::string::npos; });
  });
}

Result<std::string> named_once(std::optional<std::string> const& argument, std::optional<std::string> const& flag,
                               std::string_view flag_name, std::string_view hint) {
  if (argument && flag && *argument != *flag)
    return fail(ErrorKind::usage,
                fmt::format("\"{}\" and {} \"{}\" say different things; give one", *argument, flag_name, *flag));
  auto const name = std::string(text::trimmed(argument ? *argument : flag.value_or("")));
  if (name.empty()) return fail(ErrorKind::usage, fmt::format("{} is missing: {}", flag_name, hint));
  return name;
}

Result<std::unique_ptr<connection::Connection>> connect(Context& context) {
  TANDEM_TRY([[maybe_unused]] auto* const store, context.open_for_reading());
  return context.open_connection();
}

Result<dataverse::Entity> live_entity(connection::Connection& connection, std::string const& name) {
  // The service compares names as they are; people do not.
  TANDEM_TRY(auto entity, connection.dataverse().entity(text::ascii_lower(name)));
  if (entity) return std::move(*entity);
  TANDEM_TRY(auto const existing, connection.dataverse().entity_names());
  std::vector<std::string> names;
  std::string hint;
  for (auto const& one : existing) {
    names.push_back(one.logical_name);
    // Its label or its set name is a good guess at what was meant.
    if (text::folded(one.label) == text::folded(name) || one.set_name == name)
      hint = fmt::format("; did you mean \"{}\"?", one.logical_name);
  }
  if (hint.empty()) hint = mapping::did_you_mean(name, names);
  return unknown(fmt::format("there is no table \"{}\" that the application user may see{}", name, hint),
                 "`tandem items entities` lists the tables");
}

Result<jira::Project> live_project(connection::Connection& connection, std::string const& key) {
  TANDEM_TRY(auto project, connection.jira().project(key));
  if (project) return std::move(*project);
  return unknown(fmt::format("there is no project \"{}\" that this Jira account may browse", key),
                 "give the project's key, such as SUP, or grant the account \"Browse projects\"");
}

Result<jira::IssueType> live_issue_type(connection::Connection& connection, jira::Project const& project,
                                        std::string const& name) {
  TANDEM_TRY(auto const types, connection.jira().issue_types(project.id));
  std::vector<std::string> names;
  for (auto const& type : types) names.push_back(type.name);
  for (auto const& type : types) {
    if (type.id == name || type.name == name) return type;
  }
  for (auto const& type : types) {
    if (text::folded(type.name) == text::folded(name)) return type;
  }
  if (types.empty()) {
    return unknown(fmt::format("this Jira account may create nothing in {}", project.key),
                   "grant it \"Create issues\" in the project's permission scheme");
  }
  return unknown(fmt::format("the project {} has no issue type \"{}\"; it has {}{}", project.key, name, mapping::listed(names),
                             mapping::did_you_mean(name, names)),
                 fmt::format("`tandem items issue-types {}` lists them", project.key));
}

Result<dataverse::Module> live_module(std::vector<dataverse::Module> const& modules, std::string const& name,
                                      std::string const& entity) {
  std::vector<std::string> names;
  for (auto const& module : modules) {
    names.push_back(module.name);
    if (module.name != name && text::folded(module.label) != text::folded(name)) continue;
    bool const inside = entity.empty() || module.any_entity ||
                        std::find(module.entities.begin(), module.entities.end(), entity) != module.entities.end();
    if (inside) return module;
    return unknown(fmt::format("the module {} has no table {}; it has {}", module.name, entity, mapping::listed(module.entities)),
                   "the module \"custom\" allows any table");
  }
  return unknown(
      fmt::format("there is no module \"{}\"; there are {}{}", name, mapping::listed(names), mapping::did_you_mean(name, names)),
      "`tandem items modules` lists them with their tables");
}

std::string type_of(dataverse::Attribute const& column) {
  std::string out = column.type;
  auto const add = [&](std::string const& part) { out += (part.empty() ? "" : ", ") + part; };
  if (!column.format.empty() && column.format != "Text" && column.format != "DateAndTime") add(column.format);
  add(column.behavior);
  if (column.max_length) add(fmt::format("at most {}", *column.max_length));
  if (column.min_value && column.max_value) add(fmt::format("{} to {}", *column.min_value, *column.max_value));
  if (column.precision) add(fmt::format("{} decimals", *column.precision));
  if (!column.targets.empty()) add(fmt::format("of {}", fmt::join(column.targets, ", ")));
  return out;
}

std::string type_of(jira::Field const& field) {
  auto const plain = field.items.empty() ? field.type : fmt::format("{} of {}", field.type, field.items);
  return field.custom.empty() ? plain : fmt::format("{} ({})", plain, field.custom);
}

std::string writable(dataverse::Attribute const& column) {
  if (column.updatable) return "yes";
  return column.creatable ? "on create" : "no";
}

bool is_required(dataverse::Attribute const& column) {
  return column.required == "ApplicationRequired" || column.required == "SystemRequired";
}

std::string remark(dataverse::Attribute const& column) {
  if (column.secured) return "secured by a column security profile: cannot be mapped";
  if (!column.readable) return "cannot be read";
  return mapping::support_of(column).why;
}

std::string counted(std::size_t shown, std::size_t all, std::string_view one, std::string_view many, bool searched) {
  if (searched) return fmt::format("{} of {} {}", shown, all, many);
  return fmt::format("{} {}", all, all == 1 ? one : many);
}

}  // namespace tandem::cli
