// Directory: what a run has looked up of both systems beyond their metadata, so that the pure rules can match users and rows.
//
// Plain data. A rule that lacks something says what it needs (`Needs`); the cycle asks the services, enters the answers here and plans
// then. Nothing is forgotten within a run. Threads: filled only while nobody reads it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/model/field.hpp>

namespace tandem::mapping::value {

struct SystemUser {
  std::string id;  // lower-case GUID of the systemuser
  std::string name, email;
  bool enabled = true;
};
struct JiraAccount {
  std::string id;  // accountId, the only identity (contract: jira.md §6)
  std::string name;
  std::string email;  // "" where privacy settings hide it
  bool active = true;
};

// A component or version that a rule may make (`createMissing`), by the name that it was asked for.
struct Part {
  std::string id;  // of a pending one "name:" and its name
  std::string name;  // as Jira writes it
  bool made = false;  // in this run
  bool pending = false;  // it would be made now, but a dry run makes nothing
  std::string refused;  // why there is none, for people; "" when there is one
};
using PartName = std::pair<jira::PartKind, std::string>;

// What rules want to know.
struct Needs {
  std::set<std::string> users;  // systemusers by id
  std::set<std::string> users_of_email, users_of_name;  // systemusers by address or full name
  std::set<std::string> accounts;  // Jira accounts by id
  std::set<std::string> accounts_of_email;  // Jira accounts by address
  std::set<std::pair<std::string, std::string>> rows;  // rows by table and name
  std::set<PartName> parts;  // of the item's project: made where Jira has none of that name

  [[nodiscard]] bool empty() const {
    return users.empty() && users_of_email.empty() && users_of_name.empty() && accounts.empty() && accounts_of_email.empty() &&
           rows.empty() && parts.empty();
  }
};

struct Directory {
  template <class T>
  using By = std::map<std::string, std::vector<T>>;

  By<SystemUser> users, users_of_email, users_of_name;  // an empty list: asked for, and there is none
  By<JiraAccount> accounts, accounts_of_email;
  struct Rows {
    std::string set_name;
    std::vector<std::string> ids;
  };
  std::map<std::pair<std::string, std::string>, Rows> rows;  // by table and name
  std::map<PartName, Part> parts;
  // Why a system could not be asked, for people; "" while it could.
  std::string users_refused, accounts_refused;
  std::map<std::string, std::string> rows_refused;  // by table

  // Addresses are compared without case.
  static std::string key_of_email(std::string_view email) { return text::ascii_lower(text::trimmed(email)); }
};

}  // namespace tandem::mapping::value
