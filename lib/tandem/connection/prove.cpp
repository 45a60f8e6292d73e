#include <tandem/connection/prove.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/entra/claims.hpp>
#include <tandem/connection/http/url.hpp>

namespace tandem::connection {
namespace {

// Dataverse's own application id: the audience of a version 2 token (entra.md §2).
constexpr std::string_view kDataverseApp = "00000007-0000-0000-c000-000000000000";

constexpr Millis kDay{24 * 3'600'000};
constexpr std::int64_t kWarnedDays = 30;  // SPEC A10

// The last moment of "2026-12-31".
std::optional<Instant> end_of(std::string const& date) {
  return date.empty() ? std::nullopt : parse_instant(date + "T23:59:59Z");
}

// Errors of the connection read "what is wrong; what to do".
std::pair<std::string, std::string> split_cure(std::string const& message) {
  auto const at = message.find("; ");
  return at == std::string::npos ? std::pair(message, std::string()) : std::pair(message.substr(0, at), message.substr(at + 2));
}

// While credentials are entered, what cannot be reached by name or does not answer as the service does is a wrong setting (exit
// 3).
Error as_setting(Error error) {
  bool const wrong_address =
      error.find("reason") == "dns" || error.kind == ErrorKind::remote || error.kind == ErrorKind::not_found;
  if (wrong_address) error.kind = ErrorKind::config;
  return error;
}

bool fits(std::string_view audience, std::string const& organisation_url) {
  if (text::equal_ignoring_case(audience, kDataverseApp)) return true;
  auto const url = http::parse_url(audience);
  auto const own = http::parse_url(organisation_url);
  return url && own && url->origin() == own->origin();
}

class Prover {
 public:
  explicit Prover(Connection& connection) : connection_(connection) { proof_.settings = connection.settings(); }

  Proof run() {
    auto const& settings = connection_.settings();
    ok("urls", fmt::format("{}, {}, {}", settings.effective_authority(), settings.organisation_url, settings.jira_base_url()));
    if (token() && who_am_i()) {
      application_user();
      if (privileges()) list_modules();
      not_needed("modules");
    } else {
      for (auto const* const name :
           {"reach-entra", "token", "reach-dataverse", "audience", "who-am-i", "application-user", "privileges", "modules"})
        not_needed(name);
    }
    jira();
    for (auto const* const name : {"reach-jira", "jira"}) not_needed(name);
    lives();
    return std::move(proof_);
  }

 private:
  void ok(std::string name, std::string detail) { proof_.steps.push_back({std::move(name), Outcome::ok, std::move(detail), {}}); }
  void failed(std::string name, Error error) {
    error = as_setting(std::move(error));
    auto [detail, cure] = split_cure(error.message);
    proof_.steps.push_back({std::move(name), Outcome::failed, std::move(detail), std::move(cure)});
    if (!proof_.error) proof_.error = std::move(error);
  }
  void not_needed(std::string_view name) {
    auto const told = std::any_of(proof_.steps.begin(), proof_.steps.end(), [&](auto const& step) { return step.name == name; });
    if (!told) proof_.steps.push_back({std::string(name), Outcome::not_needed, {}, {}});
  }

  // Nothing came back: no name, no connection, no TLS, no way through the proxy.
  static bool unreached(Error const& error) { return !error.find("reason").empty(); }
  void reached(std::string const& service) { ok("reach-" + service, "it answers"); }
  void reached(std::string const& service, Error const& error) {
    if (unreached(error)) return failed("reach-" + service, error);
    reached(service);
  }

  bool token() {
    auto got = connection_.tokens().token();
    if (!got) {
      // What is wrong on this machine (no token file, a certificate that cannot be read) says nothing of Entra.
      if (got.error().kind != ErrorKind::config) reached("entra", got.error());
      if (!unreached(got.error())) failed("token", std::move(got).error());
      return false;
    }
    reached("entra");
    claims_ = entra::claims_of(*got);
    ok("token", fmt::format("{} gave a token for tenant {}", connection_.settings().effective_authority(),
                            connection_.settings().tenant_id));
    return true;
  }

  // A token's audience matters only to Dataverse: a strange one is a fault when Dataverse refuses it.
  bool who_am_i() {
    auto const& url = connection_.settings().organisation_url;
    auto const audiences = fmt::format("{}", fmt::join(claims_.audiences, ", "));
    bool const strange = !claims_.audiences.empty() && std::none_of(claims_.audiences.begin(), claims_.audiences.end(),
                                                                    [&](auto const& one) { return fits(one, url); });
    auto identity = connection_.dataverse().who_am_i();
    if (!identity && unreached(identity.error())) {
      reached("dataverse", identity.error());
      return false;
    }
    reached("dataverse");
    bool const refused = !identity && identity.error().kind == ErrorKind::auth;
    if (strange && refused) {
      failed(
          "audience",
          Error{ErrorKind::auth, fmt::format("the token is for {}, not for {}; check the organisation URL", audiences, url), {}});
    } else {
      ok("audience", claims_.audiences.empty() ? "the token does not say" : audiences);
    }
    if (!identity) {
      failed("who-am-i", std::move(identity).error());
      return false;
    }
    proof_.dataverse_user = identity->user_id;
    proof_.settings.organization_id = identity->organization_id;
    if (auto const organization = connection_.dataverse().organization(identity->organization_id)) {
      proof_.organization_name = organization->name;
      proof_.organization_file_bytes = organization->max_upload_file_size;
    }
    ok("who-am-i",
       proof_.organization_name.empty()
           ? fmt::format("organisation {}", identity->organization_id)
           : fmt::format("organisation {} ({})", text::printable(proof_.organization_name), identity->organization_id));
    return true;
  }

  void application_user() {
    auto const user = connection_.dataverse().get("systemusers", "systemuserid", proof_.dataverse_user,
                                                  {"fullname", "applicationid", "isdisabled"});
    if (!user || !*user) {
      ok("application-user", fmt::format("{} (its row may not be read)", proof_.dataverse_user));
      return;
    }
    auto const* const name = (*user)->column("fullname");
    auto const* const disabled = (*user)->column("isdisabled");
    if (disabled != nullptr && disabled->truthy()) {
      failed("application-user",
             Error{ErrorKind::auth, "the application user is disabled; activate it in the Power Platform admin center", {}});
      return;
    }
    ok("application-user", text::printable(name == nullptr ? proof_.dataverse_user : std::string(name->text())));
  }

  bool privileges() {
    auto names = connection_.dataverse().entity_names();
    if (!names && names.error().find("status") == "403") {
      ok("privileges",
         "the role may not read metadata: item files must carry their own \"schema\" (see `tandem items export --help`)");
      return false;
    }
    if (!names) {
      failed("privileges", std::move(names).error());
      return false;
    }
    proof_.tables = std::move(*names);
    proof_.entities = proof_.tables.size();
    auto const granted = connection_.dataverse().user_privileges(proof_.dataverse_user);
    if (!granted) {
      ok("privileges", fmt::format("{} tables are listed; the role's privileges cannot be asked", proof_.entities));
      return true;
    }
    if (granted->empty()) {
      failed(
          "privileges",
          Error{ErrorKind::auth,
                "the application user has no security role; give it one in the Power Platform admin center, Application users, "
                "Edit security roles",
                {}});
      return false;
    }
    proof_.privileges = *granted;
    proof_.privileges_known = true;
    std::set<std::string, std::less<>> held;
    for (auto const& privilege : *granted) held.insert(privilege.id);
    auto const readable = std::count_if(proof_.tables.begin(), proof_.tables.end(), [&](auto const& entity) {
      auto const read = entity.privileges.find("Read");
      return read != entity.privileges.end() && held.contains(text::ascii_lower(read->second.id));
    });
    proof_.readable_entities = static_cast<std::size_t>(readable);
    ok("privileges", fmt::format("{} of {} tables can be read", readable, proof_.entities));
    return true;
  }

  void list_modules() {
    auto modules = connection_.dataverse().modules(proof_.tables);
    if (!modules) {
      failed("modules", std::move(modules).error());
      return;
    }
    proof_.modules = std::move(*modules);
    std::string labels;
    for (auto const& module : proof_.modules) labels += (labels.empty() ? "" : ", ") + text::printable(module.label);
    ok("modules", labels);
  }

  void jira() {
    auto me = connection_.jira().myself();
    if (!me) {
      reached("jira", me.error());
      if (me.error().kind == ErrorKind::auth) tell_account(me.error());
      if (!unreached(me.error())) failed("jira", std::move(me).error());
      return;
    }
    reached("jira");
    proof_.settings.jira_account_id = me->account_id;
    proof_.jira_user =
        text::printable(me->email.empty() ? me->display_name : fmt::format("{} <{}>", me->display_name, me->email));
    ok("jira", proof_.jira_user);
  }

  // The clients know of e-mail and token only.
  void tell_account(Error& error) {
    bool const scopes = error.message.find("scope") != std::string::npos && !connection_.settings().jira_cloud_id.empty() &&
                        error.find("status") == "401";
    bool const by_jira = !error.find("endpoint").empty();  // not by the token's issuer
    if (connection_.settings().jira_credential == JiraCredential::service_account && by_jira) {
      error.message =
          "Jira refuses the service account; give its OAuth credential the scopes read:jira-work, write:jira-work and "
          "read:jira-user, "
          "and the account access to this site, in admin.atlassian.com";
    } else if (scopes) {
      error.message =
          "Jira refuses the scoped token; make one with the scopes read:jira-work, write:jira-work and read:jira-user";
    }
  }

  // The services do not tell when a credential ends: a certificate says it itself, the rest the operator told us (SPEC A10).
  void lives() {
    auto const& settings = connection_.settings();
    switch (settings.entra_credential) {
      case EntraCredential::client_secret:
        life("client-secret-life", end_of(settings.client_secret_expires),
             "make a new client secret in Entra and give it with `tandem auth set`",
             "unknown: tell it with --client-secret-expires");
        break;
      case EntraCredential::certificate:
        if (auto const end = connection_.certificate_expires())
          proof_.settings.certificate_expires = to_rfc3339(*end).substr(0, 10);
        life("certificate-life", connection_.certificate_expires(),
             "upload a new certificate to the app registration and give it with --certificate", "unknown");
        break;
      case EntraCredential::federated_token: break;  // asked for anew each time
    }
    if (settings.jira_credential == JiraCredential::api_token)
      life("jira-token-life", end_of(settings.jira_token_expires),
           "make a new API token at id.atlassian.com and give it with `tandem auth set`",
           "unknown: tell it with --jira-token-expires");
  }

  void life(std::string name, std::optional<Instant> const& end, std::string const& cure, std::string const& unknown) {
    if (!end) {
      proof_.steps.push_back({std::move(name), Outcome::not_needed, unknown, {}});
      return;
    }
    auto const& times = connection_.times();
    auto const now = times.last(http::Service::jira).value_or(times.last(http::Service::entra).value_or(*end));
    auto const days = (epoch_millis(*end) - epoch_millis(now)) / kDay.count();
    auto const date = to_rfc3339(*end).substr(0, 10);
    if (*end <= now) {
      failed(std::move(name), Error{ErrorKind::auth, fmt::format("it ended on {}; {}", date, cure), {}});
    } else {
      ok(std::move(name), fmt::format("{} more days, until {}{}", days, date, days < kWarnedDays ? ": " + cure : ""));
    }
  }

  Connection& connection_;
  Proof proof_;
  entra::Claims claims_;
};

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok: return "ok";
    case Outcome::failed: return "failed";
    case Outcome::not_needed: break;
  }
  return "not needed";
}

Proof prove(Connection& connection) { return Prover(connection).run(); }

}  // namespace tandem::connection
