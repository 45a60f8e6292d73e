#include "cli/config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>

#include "cli/files.hpp"
#include "cli/suggest.hpp"

namespace tandem::cli {

namespace {

constexpr std::array<SettingSpec, 40> kSettings{{
    {"connection", Kind::text, "NAME", "default", "The connection to use."},
    {"stateDir", Kind::text, "DIR", "",
     "Where connections keep their state; else $STATE_DIRECTORY, $XDG_STATE_HOME/tandem, ~/.local/state/tandem."},
    {"output", Kind::output_format, "table|json", "table", "The form of the results on stdout."},
    {"logFormat", Kind::log_format, "text|json", "text", "The form of what goes to stderr; json: one object a line."},
    {"quiet", Kind::boolean, "", "false", "Only results and faults."},
    {"verbose", Kind::integer, "", "0", "Tell more: once per run, twice per record.", 0, 2},
    {"noColor", Kind::boolean, "", "false", "No colours (so does NO_COLOR)."},
    {"noProgress", Kind::boolean, "", "false", "No progress line on a terminal."},
    {"lockTimeout", Kind::duration, "DURATION", "",
     "How long to wait for another run; else 0 for sync-once and 30s for other writers."},
    {"deadline", Kind::duration, "DURATION", "4m30s", "End the run cleanly after this time."},
    {"jobs", Kind::integer, "N", "8", "Requests at the same time, at most.", 1, 64},
    {"connectTimeout", Kind::duration, "DURATION", "10s", "How long a connection to a service may take to come about."},
    {"requestTimeout", Kind::duration, "DURATION", "120s", "How long one request may take as a whole."},
    {"traceHttp", Kind::text, "FILE", "",
     "Append a JSON line to FILE for each request: no bodies, no credentials, headers and parameters by an allow-list."},
    {"settleAfter", Kind::duration, "DURATION", "120s",
     "How old an unanswered write must be before its absence counts as not done."},
    {"overlap", Kind::duration, "DURATION", "10m", "How far each change feed looks back again."},
    {"sweepEvery", Kind::duration, "DURATION", "24h", "How often every link is read again."},
    {"tries", Kind::integer, "N", "5", "Failures of one record before it is parked.", 1, 100},
    {"pauses", Kind::duration_range, "FIRST..MOST", "5m..6h", "Pauses between those tries, doubling."},
    {"maxFlips", Kind::integer, "N", "6", "Changes of one field in an hour before it is held.", 1, 1000},
    {"historyDays", Kind::integer, "DAYS", "90", "How long the history is kept.", 1, 36500},
    {"metricsFile", Kind::text, "FILE", "", "After each sync-once, replace FILE by its metrics, in Prometheus' text format."},
    {"summaryFile", Kind::text, "FILE", "", "After each sync-once, append its summary to FILE, in Markdown."},
    {"onFailure", Kind::text, "COMMAND", "",
     "Run this by sh -c when sync-once ended with an exit code that needs a person; the summary is its stdin."},
    {"onFailureTimeout", Kind::duration, "DURATION", "1m", "How long that command may take."},
    {"orgUrl", Kind::text, "URL", "", "The Dataverse organisation: https://ORG.crm4.dynamics.com"},
    {"tenantId", Kind::text, "ID", "", "The Entra tenant: a GUID or a domain."},
    {"clientId", Kind::text, "ID", "", "The application (client) ID of the app registration."},
    {"authorityHost", Kind::text, "URL", "", "The Entra host; else by the cloud of the organisation URL."},
    {"certificateAlgorithm", Kind::text, "PS256|RS256", "",
     "How assertions are signed with the certificate; else PS256, which Microsoft recommends."},
    {"jiraUrl", Kind::text, "URL", "", "The Jira site: https://SITE.atlassian.net"},
    {"jiraEmail", Kind::text, "MAIL", "", "The e-mail address of the Jira account."},
    {"jiraCloudId", Kind::text, "ID", "",
     "The site's cloud ID, for a scoped token or a service account at the gateway; else it is asked of the site."},
    {"jiraGatewayUrl", Kind::text, "URL", "", "The gateway for scoped tokens; else https://api.atlassian.com"},
    {"mediaHost", Kind::text, "HOST", "", "Where Jira's files may be fetched from; else api.media.atlassian.com"},
    {"jiraClientId", Kind::text, "ID", "",
     "The client ID of a Jira service account's OAuth credential, instead of an API token."},
    {"jiraTokenUrl", Kind::text, "URL", "", "Where its tokens come from; else https://auth.atlassian.com/oauth/token"},
    {"caFile", Kind::text, "FILE", "", "A private certificate authority (PEM) to trust as well."},
    {"clientSecretExpires", Kind::text, "DATE", "",
     "When the client secret expires (2026-12-31); `status` warns 30 days before."},
    {"jiraTokenExpires", Kind::text, "DATE", "", "When the Jira token expires."},
}};

std::optional<Pauses> parse_pauses(std::string_view text) {
  auto const dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  auto const first = parse_duration(text.substr(0, dots));
  auto const most = parse_duration(text.substr(dots + 2));
  if (!first || !most || first->count() == 0 || *most < *first) return std::nullopt;
  return Pauses{*first, *most};
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  return std::nullopt;
}

// What is accepted instead; "" when the text is fine.
std::string fault_of(SettingSpec const& spec, std::string_view text) {
  switch (spec.kind) {
    case Kind::text: return {};
    case Kind::integer: {
      auto const value = parse_integer(text);
      if (value && *value >= spec.least && *value <= spec.most) return {};
      return fmt::format("a whole number from {} to {}", spec.least, spec.most);
    }
    case Kind::duration: return parse_duration(text) ? "" : "a duration such as 90s, 4m30s or 12h";
    case Kind::duration_range: return parse_pauses(text) ? "" : "two durations such as 5m..6h, the smaller one first";
    case Kind::boolean: return parse_boolean(text) ? "" : "true or false";
    case Kind::output_format: return text == "table" || text == "json" ? "" : "table or json";
    case Kind::log_format: return text == "text" || text == "json" ? "" : "text or json";
  }
  return {};
}

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (auto const& spec : kSettings) keys.emplace_back(spec.key);
  return keys;
}

}  // namespace

std::span<SettingSpec const> all_settings() { return kSettings; }

SettingSpec const* find_setting(std::string_view key) {
  auto const found = std::find_if(kSettings.begin(), kSettings.end(), [&](auto const& spec) { return spec.key == key; });
  return found == kSettings.end() ? nullptr : &*found;
}

std::string flag_of(std::string_view key) {
  std::string out = "--";
  for (char const c : key) {
    if (c >= 'A' && c <= 'Z') {
      out += '-';
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c;
    }
  }
  return out;
}

std::string variable_of(std::string_view key) {
  std::string out = "TANDEM_";
  for (char const c : key) {
    if (c >= 'A' && c <= 'Z') out += '_';
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

Result<Config> Config::load(std::map<std::string, std::string> const& flags, std::optional<std::string> file,
                            Environment const& environment) {
  Config config;
  for (auto const& spec : kSettings)
    config.settings_[std::string(spec.key)] = {std::string(spec.fallback), Origin::fallback, "default"};
  std::vector<std::string> faults;
  bool usage = false;
  auto const take = [&](SettingSpec const& spec, std::string text, Origin origin, std::string where) {
    auto const accepted = fault_of(spec, text);
    if (!accepted.empty()) {
      faults.push_back(fmt::format("{} is \"{}\", but takes {}", where, text, accepted));
      usage = usage || origin == Origin::flag;
      return;
    }
    config.settings_[std::string(spec.key)] = {std::move(text), origin, std::move(where)};
  };

  bool const named = file.has_value() || environment.get("TANDEM_CONFIG").has_value();
  auto path = file ? *file : environment.get("TANDEM_CONFIG").value_or("");
  if (!named) {
    auto const home = environment.config_home();
    if (home) path = *home + "/tandem/config.json";
  }
  if (!path.empty()) {
    TANDEM_TRY(auto const text, read_file_if_there(path, 1U << 20U));
    if (!text && named) {
      return fail(Error{ErrorKind::config,
                        fmt::format("the configuration file {} does not exist", path),
                        {{"cure", "correct --config or TANDEM_CONFIG"}}});
    }
    if (text) {
      config.file_ = path;
      auto parsed = json::parse(*text, {.bytes = 1U << 20U, .depth = 16, .comments = true});
      if (!parsed) {
        return fail(Error{
            ErrorKind::config,
            fmt::format("{}:{}:{}: {}", path, parsed.error().find("line"), parsed.error().find("column"), parsed.error().message),
            {}});
      }
      if (!parsed->is_object()) return fail(ErrorKind::config, fmt::format("{}: an object with settings is expected", path));
      for (auto const& [key, value] : parsed->members()) {
        auto const where = fmt::format("{}:{}", path, json::position_of(*text, value.offset()).line);
        auto const* const spec = find_setting(key);
        if (spec == nullptr) {
          faults.push_back(fmt::format("{}: unknown setting \"{}\"{}", where, key, did_you_mean(key, all_keys())));
        } else if (value.is_object() || value.is_array() || value.is_null()) {
          faults.push_back(fmt::format("{}: {} takes a single value", where, key));
        } else {
          take(*spec, value.scalar_text(), Origin::file, where);
        }
      }
    }
  }
  for (auto const& spec : kSettings) {
    if (auto const value = environment.get(variable_of(spec.key))) take(spec, *value, Origin::environment, variable_of(spec.key));
  }
  for (auto const& [key, value] : flags) {
    auto const* const spec = find_setting(key);
    if (spec == nullptr) return fail(ErrorKind::internal, "no setting is called " + key);
    take(*spec, value, Origin::flag, flag_of(key));
  }
  if (faults.empty()) return config;
  std::string all;
  for (auto const& fault : faults) all += (all.empty() ? "" : "; ") + fault;
  return fail(usage ? ErrorKind::usage : ErrorKind::config, all);
}

Setting const& Config::setting(std::string_view key) const {
  auto const found = settings_.find(key);
  static Setting const none{};
  return found == settings_.end() ? none : found->second;
}
std::int64_t Config::integer(std::string_view key) const { return parse_integer(text(key)).value_or(0); }
Millis Config::duration(std::string_view key) const { return parse_duration(text(key)).value_or(Millis{0}); }
bool Config::boolean(std::string_view key) const { return parse_boolean(text(key)).value_or(false); }
Pauses Config::pauses() const { return parse_pauses(text("pauses")).value_or(Pauses{}); }

}  // namespace tandem::cli
