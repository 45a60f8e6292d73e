// PeopleMatcher: users of one system as users of the other (SPEC C2, last row; experimental).
//
// First the item's table (by systemuser id, by e-mail address, by full name), then, with `byEmail`, the address through both systems. No
// match, several, or a hidden address is a reason, and the field is left alone. Identity is the account id there and the systemuser id (or,
// for a text column, the text) here: names and addresses only lead to it (contract: jira.md §6).
#pragma once

#include <memory>
#include <optional>

#include <tandem/mapping/item.hpp>
#include <tandem/mapping/value/codec.hpp>
#include <tandem/mapping/value/directory.hpp>

namespace tandem::mapping::value {

class PeopleMatcher {
 public:
  // `as_text`: the column is a text, which holds an address or a name, instead of a lookup.
  PeopleMatcher(Users users, std::shared_ptr<Directory const> directory, bool as_text)
      : users_(std::move(users)), directory_(std::move(directory)), as_text_(as_text) {}

  [[nodiscard]] Read accounts_of(People const& column) const;
  [[nodiscard]] Read users_of(People const& field) const;
  // What is not known yet and would be needed for the above.
  void ask_accounts(People const& column, Needs& needs) const;
  void ask_users(People const& field, Needs& needs) const;

 private:
  // One person found, or why not; `needs` is what to look up first.
  struct Found {
    std::optional<Person> person;
    std::optional<Report> refused;
    Needs needs;
  };
  [[nodiscard]] Found account_of(Person const& user) const;
  [[nodiscard]] Found account_of_email(std::string const& email, std::string const& shown) const;
  [[nodiscard]] Found user_of(Person const& account) const;
  [[nodiscard]] Found user_of_key(std::string const& key, std::string const& shown) const;
  [[nodiscard]] Found user_of_email(std::string const& email, std::string const& shown) const;
  [[nodiscard]] Found only(std::vector<SystemUser> const& found, std::string const& shown) const;
  [[nodiscard]] std::string const* in_table(std::string_view key) const;

  Users users_;
  std::shared_ptr<Directory const> directory_;
  bool as_text_;
};

}  // namespace tandem::mapping::value
