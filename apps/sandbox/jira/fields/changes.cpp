#include "jira/fields/changes.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>

#include "jira/adf/wiki.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira {

namespace {

using Text = std::optional<std::string>;
constexpr std::array<char const*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "2020-06-12" -> "12/Jun/20", as the changelog shows a date field that is not the due date.
std::string worded_date(std::string_view text) {
  auto const date = tandem::parse_date(text);
  if (!date) return std::string(text);
  return fmt::format("{}/{}/{:02}", static_cast<unsigned>(date->day()), kMonths[static_cast<unsigned>(date->month()) - 1],
                     static_cast<int>(date->year()) % 100);
}

struct Words {
  Text id, text;
};

std::string joined(std::vector<std::string> const& parts, std::string_view between) {
  std::string out;
  for (auto const& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return out;
}

std::string option_word(Field const& field, std::string_view id) {
  auto const* option = find_option(field.options, id);
  return option == nullptr ? std::string(id) : option->value.name;
}

Words list_words(json::Value const& stored, auto const& word) {
  std::vector<std::string> ids, names;
  for (auto const& id : stored.items()) {
    ids.push_back(id.scalar_text());
    names.push_back(word(id.scalar_text()));
  }
  if (ids.empty()) return {std::nullopt, ""};
  return {"[" + joined(ids, ", ") + "]", joined(names, ",")};
}

std::string user_word(Site const& site, std::string_view id) {
  auto const* account = site.definition.account(id);
  return account == nullptr ? std::string(id) : account->display_name;
}

// Both sides of the history line for the kinds that have one line per edit.
Words words_of(Site const& site, Issue const& issue, Field const& field, json::Value const& stored, int version) {
  if (stored.is_null()) return {std::nullopt, field.kind() == Kind::labels ? Text("") : std::nullopt};
  auto const& definition = site.definition;
  switch (field.kind()) {
    case Kind::rich: {
      json::Object reference{
          {"id", "ari:cloud:jira:" + definition.cloud_id + ":issuefieldvalue/" + std::to_string(issue.id) + "/" + field.id},
          {"version", std::to_string(version)}};
      return {json::to_text(reference), adf_to_wiki(stored)};
    }
    case Kind::date:
      if (field.id == "duedate") return {std::string(stored.text()), std::string(stored.text()) + " 00:00:00.0"};
      return {std::string(stored.text()), worded_date(stored.text())};
    case Kind::moment: {
      auto const text = stamp(tandem::from_epoch_millis(stored.integer().value_or(0)), "UTC");
      return {text, worded_date(text.substr(0, 10)) + " " + text.substr(11, 5)};
    }
    case Kind::labels: {
      std::vector<std::string> labels;
      for (auto const& label : stored.items()) labels.emplace_back(label.text());
      return {std::nullopt, joined(labels, " ")};
    }
    case Kind::priority: {
      auto const* found = definition.priority(stored.text());
      return {std::string(stored.text()), found == nullptr ? Text() : Text(found->name.name)};
    }
    case Kind::resolution: {
      auto const* found = definition.resolution(stored.text());
      return {std::string(stored.text()), found == nullptr ? Text() : Text(found->name.name)};
    }
    case Kind::option: return {std::string(stored.text()), option_word(field, stored.text())};
    case Kind::options: return list_words(stored, [&](std::string const& id) { return option_word(field, id); });
    case Kind::cascading: {
      auto const* parent = find_option(field.options, stored["id"].text());
      if (parent == nullptr) return {};
      std::string text = "Parent values: " + parent->value.name + "(" + parent->id + ")";
      if (auto const* child = find_option(parent->children, stored["child"].text()))
        text += "Level 1 values: " + child->value.name + "(" + child->id + ")";
      return {std::nullopt, text};
    }
    case Kind::user: return {std::string(stored.text()), user_word(site, stored.text())};
    case Kind::users: return list_words(stored, [&](std::string const& id) { return user_word(site, id); });
    case Kind::parent: {
      auto const* other = site.store.find(stored.text());
      return {std::string(stored.text()), other == nullptr ? Text() : Text(other->key)};
    }
    case Kind::sprint: {
      auto words = list_words(stored, [&](std::string const& id) {
        for (auto const& sprint : definition.sprints) {
          if (std::to_string(sprint.id) == id) return sprint.name;
        }
        return id;
      });
      if (stored.items().size() == 1) words.id = stored.at(0).scalar_text();
      return words;
    }
    case Kind::app: return {std::nullopt, stored.is_string() ? std::string(stored.text()) : json::to_text(stored)};
    default: return {std::nullopt, stored.scalar_text()};
  }
}

// Components and versions write one item for each that came or went.
std::vector<Change> element_changes(Site const& site, Issue const& issue, Field const& field, json::Value const& before,
                                    json::Value const& after) {
  auto const* project = site.definition.project(issue.project);
  auto const word = [&](std::string_view id) -> std::string {
    if (project == nullptr) return std::string(id);
    for (auto const& component : project->components) {
      if (field.kind() == Kind::components && component.id == id) return component.name;
    }
    for (auto const& version : project->versions) {
      if (field.kind() == Kind::versions && version.id == id) return version.name;
    }
    return std::string(id);
  };
  auto name = field.name.name;
  if (field.id == "components") name = "Component";
  if (field.id == "fixVersions") name = "Fix Version";
  if (field.id == "versions") name = "Version";
  auto const has = [](json::Value const& list, json::Value const& id) {
    return std::find(list.items().begin(), list.items().end(), id) != list.items().end();
  };
  std::vector<Change> out;
  auto const add = [&](json::Value const& id, bool came) {
    Change change;
    change.field = name;
    change.field_type = field.custom() ? "custom" : "jira";
    change.field_id = field.id;
    (came ? change.to : change.from) = id.scalar_text();
    (came ? change.to_text : change.from_text) = word(id.scalar_text());
    out.push_back(std::move(change));
  };
  for (auto const& id : before.items()) {
    if (!has(after, id)) add(id, false);
  }
  for (auto const& id : after.items()) {
    if (!has(before, id)) add(id, true);
  }
  return out;
}

std::vector<Change> tracking_changes(json::Value const& before, json::Value const& after) {
  std::vector<Change> out;
  for (auto const& [key, field] : {std::pair{"remaining", "timeestimate"}, std::pair{"original", "timeoriginalestimate"}}) {
    if (before[key] == after[key]) continue;
    Change change;
    change.field = change.field_id = field;
    if (!before[key].is_null()) change.from = change.from_text = before[key].scalar_text();
    if (!after[key].is_null()) change.to = change.to_text = after[key].scalar_text();
    out.push_back(std::move(change));
  }
  return out;
}

int edits_of(Issue const& issue, std::string_view field_id) {
  int count = 0;
  for (auto const& history : issue.histories) {
    for (auto const& item : history.items) count += item.field_id == field_id ? 1 : 0;
  }
  return count;
}

}  // namespace

std::vector<Change> changes_of(Site const& site, Issue const& issue, Field const& field, json::Value const& before,
                               json::Value const& after) {
  if (before == after) return {};
  if (field.kind() == Kind::components || field.kind() == Kind::versions)
    return element_changes(site, issue, field, before, after);
  if (field.kind() == Kind::time_tracking) return tracking_changes(before, after);
  int const version = edits_of(issue, field.id) + 1;
  auto const was = words_of(site, issue, field, before, version);
  auto const is = words_of(site, issue, field, after, version + 1);
  Change change;
  change.field = field.custom() ? field.name.name : field.id;
  change.field_type = field.custom() ? "custom" : "jira";
  if (field.id == "parent") {
    change.field = "Parent";  // without a field id, as captured
  } else {
    change.field_id = field.id;
  }
  change.from = was.id;
  change.from_text = was.text;
  change.to = is.id;
  change.to_text = is.text;
  change.of_user = field.kind() == Kind::user;
  return {std::move(change)};
}

Change status_change(Site const& site, std::string_view from, std::string_view to) {
  Change out;
  out.field = out.field_id = "status";
  out.from = std::string(from);
  out.to = std::string(to);
  if (auto const* status = site.definition.status(from)) out.from_text = status->name.name;
  if (auto const* status = site.definition.status(to)) out.to_text = status->name.name;
  return out;
}

}  // namespace sandbox::jira
