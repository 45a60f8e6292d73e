#include <tandem/mapping/value/people.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping::value {

namespace {

bool is_email(std::string_view text) {
  auto const at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.find(' ') == std::string_view::npos;
}

template <class Found>
Found refuse(Reason reason, std::string detail) {
  Found found;
  found.refused = Report{reason, std::move(detail)};
  return found;
}

template <class Found>
Found unknown(Needs needs, std::string const& shown) {
  auto found = refuse<Found>(Reason::not_looked_up, fmt::format("{} was not looked up", shown));
  found.needs = std::move(needs);
  return found;
}

std::string shown_of(Person const& person) { return person.name.empty() ? person.id : person.name; }

void add(Needs& all, Needs const& more) {
  all.users.insert(more.users.begin(), more.users.end());
  all.users_of_email.insert(more.users_of_email.begin(), more.users_of_email.end());
  all.users_of_name.insert(more.users_of_name.begin(), more.users_of_name.end());
  all.accounts.insert(more.accounts.begin(), more.accounts.end());
  all.accounts_of_email.insert(more.accounts_of_email.begin(), more.accounts_of_email.end());
}

}  // namespace

Read PeopleMatcher::accounts_of(People const& column) const {
  People out;
  for (auto const& person : column.people) {
    auto found = account_of(person);
    if (!found.person) return {std::nullopt, std::move(found.refused), {}};
    if (std::find(out.people.begin(), out.people.end(), *found.person) == out.people.end())
      out.people.push_back(std::move(*found.person));
  }
  return given(std::move(out));
}

Read PeopleMatcher::users_of(People const& field) const {
  People out;
  for (auto const& person : field.people) {
    auto found = user_of(person);
    if (!found.person) return {std::nullopt, std::move(found.refused), {}};
    if (std::find(out.people.begin(), out.people.end(), *found.person) == out.people.end())
      out.people.push_back(std::move(*found.person));
  }
  return given(std::move(out));
}

void PeopleMatcher::ask_accounts(People const& column, Needs& needs) const {
  for (auto const& person : column.people) add(needs, account_of(person).needs);
}
void PeopleMatcher::ask_users(People const& field, Needs& needs) const {
  for (auto const& person : field.people) add(needs, user_of(person).needs);
}

std::string const* PeopleMatcher::in_table(std::string_view key) const {
  auto const folded = text::folded(key);
  if (folded.empty()) return nullptr;
  for (auto const& [from, to] : users_.table) {
    if (text::folded(from) == folded) return &to;
  }
  return nullptr;
}

PeopleMatcher::Found PeopleMatcher::account_of(Person const& user) const {
  auto const shown = shown_of(user);
  for (auto const& key : {user.id, user.name}) {
    if (auto const* account = in_table(key)) return {Person{*account, {}, {}}, std::nullopt, {}};
  }
  bool const by_address =
      std::any_of(users_.table.begin(), users_.table.end(), [](auto const& row) { return is_email(row.first); });
  if (as_text_) {
    if (users_.by_email && is_email(user.id)) return account_of_email(user.id, shown);
    return refuse<Found>(Reason::unmatched_user, fmt::format("\"{}\" is not in users.table{}", shown,
                                                             users_.by_email ? " and is no e-mail address" : ""));
  }
  if (!users_.by_email && !by_address)
    return refuse<Found>(Reason::unmatched_user, fmt::format("{} is not in users.table", shown));
  if (!directory_->users_refused.empty()) return refuse<Found>(Reason::not_looked_up, directory_->users_refused);
  auto const known = directory_->users.find(user.id);
  if (known == directory_->users.end()) {
    Needs needs;
    needs.users.insert(user.id);
    return unknown<Found>(std::move(needs), shown);
  }
  // An owner may be a team, which is no user.
  if (known->second.empty())
    return refuse<Found>(Reason::unmatched_user, fmt::format("{} is no user of Dynamics that can be read", shown));
  auto const& email = known->second.front().email;
  if (auto const* account = in_table(email)) return {Person{*account, {}, {}}, std::nullopt, {}};
  if (!users_.by_email) return refuse<Found>(Reason::unmatched_user, fmt::format("{} is not in users.table", shown));
  if (!is_email(email)) return refuse<Found>(Reason::hidden_email, fmt::format("{} has no e-mail address in Dynamics", shown));
  return account_of_email(email, shown);
}

PeopleMatcher::Found PeopleMatcher::account_of_email(std::string const& email, std::string const& shown) const {
  if (!directory_->accounts_refused.empty()) return refuse<Found>(Reason::not_looked_up, directory_->accounts_refused);
  auto const key = Directory::key_of_email(email);
  auto const known = directory_->accounts_of_email.find(key);
  if (known == directory_->accounts_of_email.end()) {
    Needs needs;
    needs.accounts_of_email.insert(key);
    return unknown<Found>(std::move(needs), shown);
  }
  // The search also finds beginnings of names and addresses: only who shows this very address is the one.
  std::vector<JiraAccount const*> exact, hidden;
  for (auto const& account : known->second) {
    if (!account.active) continue;
    if (account.email.empty())
      hidden.push_back(&account);
    else if (Directory::key_of_email(account.email) == key)
      exact.push_back(&account);
  }
  if (exact.size() == 1) return {Person{exact.front()->id, exact.front()->name, email}, std::nullopt, {}};
  if (exact.size() > 1)
    return refuse<Found>(Reason::ambiguous, fmt::format("{} accounts of Jira have the address of {}", exact.size(), shown));
  if (!hidden.empty())
    return refuse<Found>(Reason::hidden_email,
                         fmt::format("Jira finds {}, but hides the address, so it may be another person", shown));
  return refuse<Found>(Reason::unmatched_user, fmt::format("no active account of Jira has the address of {} ({})", shown, email));
}

PeopleMatcher::Found PeopleMatcher::user_of(Person const& account) const {
  std::optional<Found> first;
  for (auto const& [key, id] : users_.table) {
    if (id != account.id) continue;
    auto found = user_of_key(key, shown_of(account));
    if (found.person || !found.needs.empty()) return found;
    if (!first) first = std::move(found);
  }
  if (first) return std::move(*first);
  if (!users_.by_email) return refuse<Found>(Reason::unmatched_user, fmt::format("{} is not in users.table", shown_of(account)));
  if (is_email(account.email)) return user_of_email(account.email, shown_of(account));
  // The field's answer holds no address; the account itself may show one.
  if (!directory_->accounts_refused.empty()) return refuse<Found>(Reason::not_looked_up, directory_->accounts_refused);
  auto const known = directory_->accounts.find(account.id);
  if (known == directory_->accounts.end()) {
    Needs needs;
    needs.accounts.insert(account.id);
    return unknown<Found>(std::move(needs), shown_of(account));
  }
  if (known->second.empty() || !is_email(known->second.front().email))
    return refuse<Found>(Reason::hidden_email, fmt::format("Jira shows no e-mail address of {}", shown_of(account)));
  return user_of_email(known->second.front().email, shown_of(account));
}

// A key of the table: what a text column holds; for a lookup an id, else an address or a full name that leads to one.
PeopleMatcher::Found PeopleMatcher::user_of_key(std::string const& key, std::string const& shown) const {
  if (as_text_) return {Person{key, key, {}}, std::nullopt, {}};
  if (is_uuid(key)) return {Person{text::ascii_lower(key), {}, {}}, std::nullopt, {}};
  if (is_email(key)) return user_of_email(key, shown);
  if (!directory_->users_refused.empty()) return refuse<Found>(Reason::not_looked_up, directory_->users_refused);
  auto const known = directory_->users_of_name.find(key);
  if (known != directory_->users_of_name.end()) return only(known->second, shown);
  Needs needs;
  needs.users_of_name.insert(key);
  return unknown<Found>(std::move(needs), shown);
}

PeopleMatcher::Found PeopleMatcher::user_of_email(std::string const& email, std::string const& shown) const {
  if (as_text_) return {Person{email, email, {}}, std::nullopt, {}};
  if (!directory_->users_refused.empty()) return refuse<Found>(Reason::not_looked_up, directory_->users_refused);
  auto const key = Directory::key_of_email(email);
  auto const known = directory_->users_of_email.find(key);
  if (known != directory_->users_of_email.end()) return only(known->second, shown);
  Needs needs;
  needs.users_of_email.insert(key);
  return unknown<Found>(std::move(needs), shown);
}

PeopleMatcher::Found PeopleMatcher::only(std::vector<SystemUser> const& found, std::string const& shown) const {
  std::vector<SystemUser const*> enabled;
  for (auto const& user : found) {
    if (user.enabled) enabled.push_back(&user);
  }
  if (enabled.size() == 1) return {Person{enabled.front()->id, enabled.front()->name, {}}, std::nullopt, {}};
  if (enabled.empty()) return refuse<Found>(Reason::unmatched_user, fmt::format("no enabled user of Dynamics matches {}", shown));
  return refuse<Found>(Reason::ambiguous, fmt::format("{} users of Dynamics match {}", enabled.size(), shown));
}

}  // namespace tandem::mapping::value
