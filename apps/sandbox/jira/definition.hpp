// What an administrator set up: accounts, projects, types, workflows, screens, fields, options. Loaded from the world file, then read only, but
// for components and versions, which requests may add.
//
// Nothing of it is known to the code: every id and name is the world's. Names are Labels since Jira shows them in the reader's language.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <tandem/base/json/value.hpp>

#include "jira/fields/kind.hpp"

namespace sandbox::jira {

namespace json = tandem::json;

// A display name with its translations by language ("de").
struct Label {
  std::string name;
  std::map<std::string, std::string, std::less<>> translations;
  [[nodiscard]] std::string const& in(std::string_view language) const;
  [[nodiscard]] bool is(std::string_view text) const;  // any of them, ignoring ASCII case
};

struct Account {
  std::string login;  // the world's name for edit_as; never sent
  std::string id;  // accountId
  std::string email, display_name, time_zone = "UTC", locale = "en_US", type = "atlassian";
  std::string app_type;  // "service" of a service account; "" = a person
  std::string token;  // classic API token, for the site
  std::string scoped_token;  // for the gateway path /ex/jira/{cloudId} alone
  std::vector<std::string> scopes;  // of the scoped token; empty = all
  std::vector<std::string> groups, roles;  // names: who reads restricted comments
  bool active = true, shows_email = true, connector = false;
  std::vector<std::string> denied, granted;  // permissions: not held, and held beyond what everybody has
};

// A service account's OAuth 2.0 client (contract §1, client credentials).
struct OauthClient {
  std::string id, secret, account;  // account id
  std::vector<std::string> scopes;
};

struct Option {
  std::string id;
  Label value;
  bool disabled = false;
  std::vector<Option> children;
};

struct Field {
  std::string id, key;
  Label name;
  FieldType const* type = nullptr;
  std::int64_t custom_id = 0;  // of customfield_N
  std::vector<Option> options;
  std::vector<std::string> projects;  // project ids of its context; empty = everywhere
  std::string scope;  // the project id of a team-managed project's own field; "" = global
  std::string uri;  // schema.custom when it is not the type's own (team-managed variants, contract §6)
  [[nodiscard]] bool custom() const { return !type->custom.empty(); }
  [[nodiscard]] Kind kind() const { return type->kind; }
  [[nodiscard]] bool used_in(std::string_view project_id) const;
};

struct Status {
  std::string id;
  Label name;
  std::string description, category;  // new | indeterminate | done | undefined
  std::string scope;  // the team-managed project that owns it; "" = global
};
struct StatusCategory {
  int id = 0;
  std::string_view key, color;
  Label name;
};
struct Priority {
  std::string id;
  Label name;
  std::string description, color = "#707070";
};
struct Resolution {
  std::string id;
  Label name;
  std::string description;
};
struct IssueType {
  std::string id;
  Label name;
  std::string description;
  bool subtask = false;
  int avatar = 10318;
  int hierarchy = 0;  // 1 = epics
  std::string scope, entity_id;  // of a team-managed project's own type
  [[nodiscard]] int level() const { return subtask ? -1 : hierarchy; }
};

struct ScreenField {
  std::string id;
  bool required = false;
};
using Screen = std::vector<ScreenField>;

struct Transition {
  std::string id;
  Label name;
  std::vector<std::string> from;  // status ids; empty = from any (global)
  std::string to;
  Screen screen;
  std::vector<std::string> only_for;  // logins; empty = everybody. Hidden from others (a condition)
  bool conditional = false, hidden = false;  // hidden: a condition that nobody fulfils (only other apps fire it)
  // Post function: undefined = keep, "" = clear, else the resolution's id.
  std::optional<std::string> resolution;
};
struct Workflow {
  std::string name, initial;
  std::vector<Transition> transitions;
};

struct ProjectType {  // an issue type as one project has it
  std::string type;  // IssueType id
  std::string workflow;
  Screen create, edit;
  json::Object defaults;  // field id -> value as a client would send it
};
struct Component {
  std::string id, name, description;
};
struct Version {
  std::string id, name, description, release_date;
  bool archived = false, released = false;
};
struct Project {
  std::string id, key, name, type_key = "software", lead;
  bool private_project = false;
  bool team_managed = false;  // style "next-gen", simplified
  std::vector<std::string> members;  // logins who see it; empty = everybody
  std::string description, uuid;
  std::vector<ProjectType> types;
  std::vector<std::string> priorities;  // ids; empty = all
  std::vector<Component> components;
  std::vector<Version> versions;
  [[nodiscard]] ProjectType const* type(std::string_view type_id) const;
};
struct Group {
  std::string id, name;
};
struct LinkType {
  std::string id, name, inward, outward;
};
struct Role {
  std::string id, name;
};
struct Sprint {
  std::int64_t id = 0;
  std::string name, state;
};

struct Definition {
  std::string base_url, cloud_id, title;
  // Deques: pointers stay valid while the file is read.
  std::deque<Account> accounts;
  std::deque<Field> fields;  // system fields first
  std::deque<Status> statuses;
  std::deque<Priority> priorities;
  std::deque<Resolution> resolutions;
  std::deque<IssueType> types;
  std::deque<Project> projects;
  std::map<std::string, Workflow, std::less<>> workflows;
  std::vector<Group> groups;
  std::vector<Sprint> sprints;
  std::vector<LinkType> link_types;
  std::vector<Role> roles;
  std::vector<OauthClient> oauth_clients;
  std::string default_priority;

  void index_fields();  // call when `fields` is complete: they are looked up all the time
  [[nodiscard]] Account const* account(std::string_view account_id) const;
  [[nodiscard]] Account const* by_login(std::string_view login) const;
  [[nodiscard]] Account const* connector() const;
  [[nodiscard]] Field const* field(std::string_view id) const;
  [[nodiscard]] Status const* status(std::string_view id) const;
  [[nodiscard]] Priority const* priority(std::string_view id) const;
  [[nodiscard]] Resolution const* resolution(std::string_view id) const;
  [[nodiscard]] IssueType const* type(std::string_view id) const;
  [[nodiscard]] LinkType const* link_type(std::string_view id) const;
  [[nodiscard]] Project const* project(std::string_view id) const;
  [[nodiscard]] Project const* project_by(std::string_view id_or_key) const;  // the key is case-sensitive
  [[nodiscard]] Workflow const* workflow(Project const& project, std::string_view type_id) const;

 private:
  std::unordered_map<std::string_view, Field const*> fields_by_id_;  // into `fields`
};

StatusCategory const& category_of(std::string_view key);
Option const* find_option(std::vector<Option> const& options, std::string_view id);

}  // namespace sandbox::jira
