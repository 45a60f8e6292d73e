#include "support/contract/jira_fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/contract/edm.hpp"

namespace tandem::test::contract {

namespace {

void learn(std::string_view id, json::Value const& schema, Session& session) {
  if (id.empty() || !schema.is_object()) return;
  auto const custom = schema["custom"].text();
  session.fields[std::string(id)] = {schema["type"].text_or(""), schema["items"].text_or(""), schema["system"].text_or(""),
                                     std::string(custom.substr(custom.rfind(':') + 1))};
}

bool is_rich(std::string_view id, FieldKind const* kind) {
  return id == "description" || id == "environment" || (kind != nullptr && kind->custom == "textarea");
}

class Checker {
 public:
  Checker(Session const& session, Schema const& adf, Findings& findings) : session_(session), adf_(adf), findings_(findings) {}

  void rich_text(std::string const& path, json::Value const& value) {
    if (!value.is_object()) {
      findings_.add(path, "rich text is an ADF document in v3 (jira §6)");
    } else if (auto const failure = adf_.check(value)) {
      findings_.add(path + failure->at, "adf-schema.json: " + failure->keyword);
    }
  }

  // {"fields":{…},"update":{…}}
  void issue(std::string const& path, json::Value const& body) {
    for (auto const& [id, value] : body["fields"].members()) field(path + "/fields/" + id, id, value);
    for (auto const& [id, operations] : body["update"].members()) {
      for (std::size_t i = 0; i < operations.items().size(); ++i) {
        for (auto const& [verb, value] : operations.at(i).members()) {
          auto const at = fmt::format("{}/update/{}/{}/{}", path, id, i, verb);
          if (id == "comment") {
            if (value.has("body")) rich_text(at + "/body", value["body"]);
          } else if (verb == "set") {
            field(at, id, value);
          }
        }
      }
    }
  }

 private:
  // jira §6: what is written to a field of this kind. null empties any of them.
  void field(std::string const& path, std::string_view id, json::Value const& value) {
    auto const found = session_.fields.find(std::string(id));
    auto const* const kind = found == session_.fields.end() ? nullptr : &found->second;
    if (value.is_null()) return;
    if (is_rich(id, kind)) return rich_text(path, value);
    if (kind == nullptr) return;
    if (kind->type == "array") {
      if (!value.is_array()) return findings_.add(path, "a field of type array takes a list (jira §6)");
      for (std::size_t i = 0; i < value.items().size(); ++i) single(fmt::format("{}/{}", path, i), kind->items, value.at(i));
    } else {
      single(path, kind->type, value);
    }
  }

  void single(std::string const& path, std::string_view type, json::Value const& value) {
    auto const any_of = [&](std::initializer_list<char const*> names) {
      return std::any_of(names.begin(), names.end(), [&](char const* name) { return !value[name].scalar_text().empty(); });
    };
    if (type == "string" && !value.is_string()) findings_.add(path, "a field of type string takes a text (jira §6)");
    if (type == "number" && !value.is_number()) findings_.add(path, "a field of type number takes a number (jira §6)");
    if (type == "date" && !is_date(value.text())) findings_.add(path, "a field of type date takes yyyy-MM-dd (jira §6)");
    if (type == "datetime" && (value.text().size() < 20 || value.text()[10] != 'T')) {
      findings_.add(path, "a field of type datetime takes a time with its offset (jira §6)");
    }
    if ((type == "option" || type == "option-with-child") && !any_of({"id", "value"})) {
      findings_.add(path, "an option is written as {id} or {value} (jira §6)");
    }
    if ((type == "priority" || type == "resolution" || type == "component" || type == "version" || type == "issuetype") &&
        !any_of({"id", "name"})) {
      findings_.add(path, fmt::format("a {} is written as {{id}} or {{name}} (jira §6)", type));
    }
    if (type == "user" && !any_of({"accountId", "id"})) findings_.add(path, "a user is written as {accountId} (jira §6)");
  }

  Session const& session_;
  Schema const& adf_;
  Findings& findings_;
};

}  // namespace

void learn_fields(std::string_view endpoint, json::Value const& answer, Session& session) {
  if (endpoint == "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}") {
    for (auto const& field : answer["fields"].items()) learn(field["fieldId"].text(), field["schema"], session);
  } else if (endpoint == "/rest/api/3/issue/{issueIdOrKey}/editmeta") {
    for (auto const& [id, field] : answer["fields"].members()) learn(id, field["schema"], session);
  } else if (endpoint == "/rest/api/3/field") {
    for (auto const& field : answer.items()) learn(field["id"].text(), field["schema"], session);
  }
}

void check_field_values(std::string_view endpoint, json::Value const& body, Session const& session, Schema const& adf,
                        Findings& findings) {
  Checker checker(session, adf, findings);
  std::string const root = "request body";
  if (endpoint == "/rest/api/3/issue/bulk") {
    auto const& updates = body["issueUpdates"].items();
    for (std::size_t i = 0; i < updates.size(); ++i) checker.issue(fmt::format("{}/issueUpdates/{}", root, i), updates[i]);
  } else if (endpoint == "/rest/api/3/issue" || endpoint == "/rest/api/3/issue/{issueIdOrKey}" ||
             endpoint == "/rest/api/3/issue/{issueIdOrKey}/transitions") {
    checker.issue(root, body);
  } else if (endpoint.starts_with("/rest/api/3/issue/{issueIdOrKey}/comment")) {
    checker.rich_text(root + "/body", body["body"]);
  } else if (endpoint.starts_with("/rest/api/3/issue/{issueIdOrKey}/worklog")) {
    if (body.has("comment")) checker.rich_text(root + "/comment", body["comment"]);
  }
}

}  // namespace tandem::test::contract
