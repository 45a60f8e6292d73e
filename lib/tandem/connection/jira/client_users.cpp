// Accounts of the site (contract: jira.md §2, §6).
#include <fmt/format.h>

#include <tandem/base/text/percent.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/errors.hpp>
#include <tandem/connection/jira/rest.hpp>

namespace tandem::jira {
namespace {

User read_user(json::Value const& row) {
  return {std::string(row["accountId"].text()), std::string(row["displayName"].text()), std::string(row["emailAddress"].text()),
          !row.has("active") || row["active"].truthy()};
}

}  // namespace

Result<std::vector<User>> Client::find_users(std::string const& text) {
  auto const path = fmt::format("/user/search?query={}&maxResults=50", text::percent_encoded(text));
  TANDEM_TRY(auto const body, read(transport_, make_request(base_url_, "GET", path, "/user/search")));
  if (!body.is_array()) return fail(not_understood("/user/search"));
  std::vector<User> users;
  for (auto const& row : body.items()) {
    if (auto user = read_user(row); !user.account_id.empty()) users.push_back(std::move(user));
  }
  return users;
}

Result<std::optional<User>> Client::user(std::string const& account_id) {
  auto const path = fmt::format("/user?accountId={}", text::percent_encoded(account_id));
  TANDEM_TRY(auto const body, read_optional(transport_, make_request(base_url_, "GET", path, "/user")));
  if (!body) return std::optional<User>{};
  return std::optional<User>(read_user(*body));
}

}  // namespace tandem::jira
