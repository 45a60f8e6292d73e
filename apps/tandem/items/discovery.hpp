// What the discovery commands share (SPEC B3): finding what was named, keeping what --search asks for, and words for metadata.
//
// All of them read live metadata and store nothing. Errors: not_found with the names that exist, beside what a service answers.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/connection/connection.hpp>

#include "cli/context.hpp"

namespace tandem::cli {

// `--search TEXT`: every word of it occurs in one of the texts; case and accents do not matter.
class Search {
 public:
  explicit Search(std::optional<std::string> const& text);
  [[nodiscard]] bool finds(std::initializer_list<std::string_view> texts) const;
  [[nodiscard]] bool given() const { return !words_.empty(); }

 private:
  std::vector<std::string> words_;
};

// A name may be given as an argument or by its flag; `hint` says what to give. Errors: usage, when both say something else, or when it is required and missing.
Result<std::string> named_once(std::optional<std::string> const& argument, std::optional<std::string> const& flag,
                               std::string_view flag_name, std::string_view hint);

Result<std::unique_ptr<connection::Connection>> connect(Context& context);
Result<dataverse::Entity> live_entity(connection::Connection& connection, std::string const& name);
Result<jira::Project> live_project(connection::Connection& connection, std::string const& key);
// By id, name, or name without case and accents.
Result<jira::IssueType> live_issue_type(connection::Connection& connection, jira::Project const& project,
                                        std::string const& name);

// By name or label. `entity` "": any will do, else the module must have that table.
Result<dataverse::Module> live_module(std::vector<dataverse::Module> const& modules, std::string const& name,
                                      std::string const& entity);

// "String, at most 200", "DateTime, UserLocal", "Decimal, 0 to 100, 2 decimals".
std::string type_of(dataverse::Attribute const& column);
// "string", "array of option (multiselect)".
std::string type_of(jira::Field const& field);
// "yes", "on create", "no".
std::string writable(dataverse::Attribute const& column);
bool is_required(dataverse::Attribute const& column);
// "" when it simply converts, else why not, or what is needed.
std::string remark(dataverse::Attribute const& column);

// "12 columns", "1 column"; with a search "3 of 12 columns".
std::string counted(std::size_t shown, std::size_t all, std::string_view one, std::string_view many, bool searched);

}  // namespace tandem::cli
