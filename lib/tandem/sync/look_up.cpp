#include <tandem/sync/look_up.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/connection/dataverse/client.hpp>
#include <tandem/sync/make_missing.hpp>

namespace tandem::sync {

namespace {

using mapping::value::Directory;
using mapping::value::JiraAccount;
using mapping::value::Needs;
using mapping::value::SystemUser;

constexpr std::size_t kPerQuery = 50;  // users in one query
constexpr int kMostRounds = 4;         // user -> address -> account, and one to see that nothing is left

// A refusal is remembered and told with each value; what ends the run ends it.
Result<Unit> refuse(Error error, std::string const& what, std::string& place) {
  if (ends_run(error.kind) && error.kind != ErrorKind::auth) return fail(std::move(error));
  place = fmt::format("{}: {}", what, error.message);
  return Unit{};
}

dataverse::Query users_query() {
  dataverse::Query query;
  query.set_name = "systemusers";
  query.primary_id = "systemuserid";
  query.select = {"fullname", "internalemailaddress", "isdisabled"};
  return query;
}

SystemUser user_of(dataverse::Record const& record) {
  auto const text = [&](std::string_view column) {
    auto const* value = record.column(column);
    return value != nullptr ? std::string(value->text()) : std::string();
  };
  auto const* disabled = record.column("isdisabled");
  return {record.id, text("fullname"), text("internalemailaddress"), disabled == nullptr || !disabled->truthy()};
}

Result<std::vector<SystemUser>> users_where(RunContext& run, std::string filter) {
  auto query = users_query();
  query.filter = std::move(filter);
  std::vector<SystemUser> users;
  TANDEM_TRY(auto page, run.dataverse().query(query));
  for (;;) {
    for (auto const& record : page.records) users.push_back(user_of(record));
    if (page.next_link.empty()) return users;
    TANDEM_TRY(page, run.dataverse().next(page, query));
  }
}

// Users by id, many in one query; those that the answer does not name do not exist or are no users (teams).
Result<Unit> look_up_users(RunContext& run, Directory& directory, std::set<std::string> const& wanted) {
  std::vector<std::string> const ids(wanted.begin(), wanted.end());
  for (std::size_t at = 0; at < ids.size() && directory.users_refused.empty(); at += kPerQuery) {
    std::vector<std::string> const part(ids.begin() + static_cast<std::ptrdiff_t>(at),
                                        ids.begin() + static_cast<std::ptrdiff_t>(std::min(at + kPerQuery, ids.size())));
    auto found = users_where(run, dataverse::in_list("systemuserid", part));
    if (!found) return refuse(std::move(found).error(), "users of Dynamics cannot be read", directory.users_refused);
    for (auto const& id : part) directory.users[id];
    for (auto& user : *found) {
      auto& list = directory.users[user.id];
      list.push_back(std::move(user));
    }
  }
  return Unit{};
}

Result<Unit> look_up_users_by(RunContext& run, Directory& directory, std::string const& column,
                              std::set<std::string> const& wanted, Directory::By<SystemUser>& place) {
  for (auto const& key : wanted) {
    if (!directory.users_refused.empty()) return Unit{};
    auto found = users_where(run, fmt::format("{} eq {}", column, dataverse::quoted(key)));
    if (!found) return refuse(std::move(found).error(), "users of Dynamics cannot be read", directory.users_refused);
    place[key] = std::move(*found);
  }
  return Unit{};
}

JiraAccount account_of(jira::User user) {
  return {std::move(user.account_id), std::move(user.display_name), std::move(user.email), user.active};
}

Result<Unit> look_up_accounts(RunContext& run, Directory& directory, Needs const& needs) {
  for (auto const& email : needs.accounts_of_email) {
    if (!directory.accounts_refused.empty()) return Unit{};
    auto found = run.jira().find_users(email);
    if (!found) return refuse(std::move(found).error(), "users of Jira cannot be searched", directory.accounts_refused);
    auto& list = directory.accounts_of_email[email];
    for (auto& user : *found) list.push_back(account_of(std::move(user)));
  }
  for (auto const& id : needs.accounts) {
    if (!directory.accounts_refused.empty()) return Unit{};
    auto found = run.jira().user(id);
    if (!found) return refuse(std::move(found).error(), "users of Jira cannot be read", directory.accounts_refused);
    auto& list = directory.accounts[id];
    if (*found) list.push_back(account_of(std::move(**found)));
  }
  return Unit{};
}

// Rows of a table by their primary name. Two tell that the name is not unique; more need not be counted.
Result<Unit> look_up_rows(RunContext& run, Directory& directory, Needs const& needs) {
  std::optional<dataverse::Entity> entity;
  for (auto const& [table, name] : needs.rows) {
    if (directory.rows_refused.contains(table)) continue;
    auto const refusing = [&](Error error) {
      return refuse(std::move(error), fmt::format("rows of {} cannot be read", table), directory.rows_refused[table]);
    };
    if (!entity || entity->logical_name != table) {
      auto found = run.dataverse().entity(table);
      if (!found) {
        TANDEM_CHECK(refusing(std::move(found).error()));
        continue;
      }
      entity = std::move(*found);
      if (!entity) {
        directory.rows_refused[table] = fmt::format("there is no table {} that can be read", table);
        continue;
      }
    }
    dataverse::Query query;
    query.set_name = entity->set_name;
    query.primary_id = entity->primary_id;
    query.select = {entity->primary_id};
    query.filter = fmt::format("{} eq {}", entity->primary_name, dataverse::quoted(name));
    query.page_size = 2;
    auto page = run.dataverse().query(query);
    if (!page) {
      TANDEM_CHECK(refusing(std::move(page).error()));
      continue;
    }
    auto& rows = directory.rows[{table, name}];
    rows.set_name = entity->set_name;
    for (auto const& record : page->records) rows.ids.push_back(record.id);
  }
  return Unit{};
}

}  // namespace

Result<Unit> look_up(RunContext& run, mapping::CompiledItem const& item, std::function<void(Needs&)> const& ask) {
  auto& directory = *item.directory;
  for (int round = 0; round < kMostRounds; ++round) {
    Needs needs;
    ask(needs);
    if (needs.empty()) return Unit{};
    TANDEM_CHECK(run.go_on());
    TANDEM_CHECK(look_up_users(run, directory, needs.users));
    TANDEM_CHECK(look_up_users_by(run, directory, "internalemailaddress", needs.users_of_email, directory.users_of_email));
    TANDEM_CHECK(look_up_users_by(run, directory, "fullname", needs.users_of_name, directory.users_of_name));
    TANDEM_CHECK(look_up_accounts(run, directory, needs));
    TANDEM_CHECK(look_up_rows(run, directory, needs));
    if (!needs.parts.empty()) TANDEM_CHECK(make_missing(run, item, needs.parts));
  }
  return Unit{};
}

Result<Unit> look_up_for(RunContext& run, mapping::CompiledItem const& item, std::vector<Row> const& rows) {
  return look_up(run, item, [&](Needs& needs) {
    for (auto const& row : rows) {
      for (auto const& rule : item.rules) {
        if (!rule->writes_jira(item.item.mode) || (row.link && rule->mapping.on_create_only)) continue;
        auto const query_name = rule->column.query_name();
        auto const* raw = row.record.column(query_name);
        if (raw == nullptr) continue;
        if (row.base) {
          auto const held = row.base->fields.find(rule->key());
          if (held != row.base->fields.end() && held->second.column == *raw) continue;
        }
        auto const label = row.record.formatted.find(query_name);
        rule->ask_for_jira(*raw, label != row.record.formatted.end() ? std::string_view(label->second) : std::string_view(),
                           needs);
      }
    }
  });
}

Result<Unit> look_up_for(RunContext& run, mapping::CompiledItem const& item, std::vector<jira::Issue> const& issues) {
  return look_up(run, item, [&](Needs& needs) {
    for (auto const& issue : issues) {
      for (auto const& rule : item.rules) {
        if (rule->mapping.direction == mapping::Direction::to_jira) continue;
        if (auto const* raw = issue.field(rule->field.id)) rule->ask_for_column(*raw, needs);
      }
    }
  });
}

}  // namespace tandem::sync
