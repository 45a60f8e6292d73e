// prove(): does this connection work? For `auth set` (SPEC A4) and the first half of `auth check` (A5). Writes nothing to either
 // system.
//
// Ordered steps: token -> aud -> WhoAmI -> application user -> privileges -> modules -> Jira myself. After a failed step of one
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
  std::string name;  // "token", "audience", "who-am-i", "application-user", "privileges", "modules", "jira"
  Outcome outcome = Outcome::ok;
  std::string detail;  // what was found: an identity, a count, the service's refusal
  std::string cure;  // what to do; "" unless failed
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
  std::optional<std::size_t> readable_entities;  // of these, readable by our role; none when privileges cannot be asked
};

Proof prove(Connection& connection);

}  // namespace tandem::connection
