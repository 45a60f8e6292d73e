// prove(): does this connection work? For `auth set` (SPEC A4) and the first half of `auth check` (A5). Writes nothing to either
 // system.
//
// Ordered steps: URL shapes -> Entra reached -> token -> Dataverse reached -> aud -> WhoAmI -> application user -> privileges -> modules
// -> Jira reached -> myself; then what is known of the life of the credentials. After a failed step of one
// system its later steps are `not_needed`; the other system is still asked. Open the connection with memory_token_cache(), so
// that the secret itself is proved and not a token of an older one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/connection/connection.hpp>

namespace tandem::connection {

enum class Outcome { ok, failed, not_needed };
std::string_view name_of(Outcome outcome);

struct ProofStep {
  // "urls", "reach-entra", "token", "reach-dataverse", "audience", "who-am-i", "application-user", "privileges", "modules",
  // "reach-jira", "jira", "client-secret-life" …; of an item: "read incident", "BROWSE_PROJECTS"
  std::string name;
  Outcome outcome = Outcome::ok;
  std::string detail;  // what was found: an identity, a count, the service's refusal
  std::string cure;  // what to do; "" unless failed
  std::string item{};  // whose need it is; "" = the connection itself
};

struct Proof {
  std::vector<ProofStep> steps;
  // The first failure: its kind decides the exit code (a host name that does not resolve is config; AADSTS, 401 and 403 are
  // auth), its message is one line that names the cure. None = proved.
  std::optional<Error> error;

  Settings settings;  // as given, with organization_id and jira_account_id learnt
  std::string organization_name;  // "" when it may not be read
  std::string dataverse_user;  // systemuserid
  std::string jira_user;  // display name and e-mail
  std::vector<dataverse::Module> modules;
  std::size_t entities = 0;  // tables that metadata lists
  std::vector<dataverse::Client::EntityName> tables;  // those entities
  std::vector<dataverse::RolePrivilege> privileges;  // of the application user
  bool privileges_known = false;
  std::int64_t organization_file_bytes = 0;  // the most of a note's file, as base64; 0 = unknown
  std::optional<std::size_t> readable_entities;  // of these, readable by our role; none when privileges cannot be asked
};

Proof prove(Connection& connection);

}  // namespace tandem::connection
