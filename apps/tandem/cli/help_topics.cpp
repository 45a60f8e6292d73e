// The topics of `tandem help`: what is the same for every command.
#include <fmt/format.h>

#include <tandem/mapping/reason.hpp>

#include "cli/config.hpp"
#include "cli/exit.hpp"
#include "cli/fold.hpp"
#include "cli/help.hpp"

namespace tandem::cli {

namespace {

std::string exit_codes_topic() {
  std::string out = "Exit codes. An unknown code is a failure.\n\n";
  for (auto const& [code, meaning, cure] : exit_meanings())
    entry(out, fmt::format("{}", code), cure == "nothing" ? std::string(meaning) : fmt::format("{} → {}", meaning, cure));
  out += "\nSeveral outcomes in one run: 11, 1, 4, 2, 5, 7, 6, 0, in this order.\n";
  return out;
}

std::string environment_topic() {
  std::string out =
      paragraph("Environment variables. A flag beats the variable, the variable beats the configuration file.") + "\n";
  for (auto const& setting : all_settings()) entry(out, variable_of(setting.key), setting.text);
  out += "\n";
  entry(out, "TANDEM_CONFIG", "The configuration file (--config).");
  entry(out, "TANDEM_CLIENT_SECRET, TANDEM_JIRA_TOKEN", "For `auth set`, where no other source of the secret is given.");
  entry(out, "TANDEM_WEBHOOK_SIGNATURE, TANDEM_WEBHOOK_TOKEN, TANDEM_DELIVERY_ID",
        "For push-event: the webhook's proof and the delivery's id.");
  entry(out, "TANDEM_KEY", "The key that seals secrets and tokens: 32 bytes as base64.");
  entry(out, "TANDEM_KEY_FILE", "A file with that key; else $XDG_CONFIG_HOME/tandem/keys/STORE-ID.key, made on first use.");
  entry(out, "HTTPS_PROXY, NO_PROXY", "The proxy towards both systems, and the hosts that do without it.");
  entry(out, "STATE_DIRECTORY, CREDENTIALS_DIRECTORY", "As systemd sets them: where state is kept, where secret files are.");
  entry(out, "XDG_STATE_HOME, XDG_CONFIG_HOME", "Where state and configuration are, without the above.");
  entry(out, "NO_COLOR, TERM", "No colours when NO_COLOR is set or TERM is dumb.");
  return out;
}

std::string config_topic() {
  std::string out =
      "The configuration file: --config FILE, else TANDEM_CONFIG, else\n"
      "$XDG_CONFIG_HOME/tandem/config.json. JSON; comments and trailing commas are\n"
      "allowed; an unknown key is an error. For example:\n\n"
      "  {\n"
      "    // four requests at a time are enough for us\n"
      "    \"jobs\": 4,\n"
      "    \"deadline\": \"9m\",\n"
      "    \"historyDays\": 365\n"
      "  }\n\nKeys, with the default in brackets:\n\n";
  for (auto const& setting : all_settings()) {
    entry(out, setting.key,
          setting.fallback.empty() ? std::string(setting.text) : fmt::format("{} [{}]", setting.text, setting.fallback));
  }
  out += "\n" + paragraph("Switches meant for one run (--dry-run, --rebind, --allow-mass-change …) have no key, on purpose.");
  return out;
}

std::string files_topic() {
  std::string out = "Files and directories. NAME is the connection's name: default.\n\nState, by --state-dir, else as shown:\n";
  entry(out, "$STATE_DIRECTORY/NAME", "Where systemd names a directory; else");
  entry(out, "$XDG_STATE_HOME/tandem/NAME", "or, without that variable,");
  entry(out, "~/.local/state/tandem/NAME",
        "the connection's store (LMDB: data.mdb, lock.mdb, checked) and run.lock. For its owner only: mode 0700.");
  out += "\nConfiguration:\n";
  entry(out, "$XDG_CONFIG_HOME/tandem/config.json", "Settings; else ~/.config/tandem/config.json. See tandem help config.");
  entry(out, "$XDG_CONFIG_HOME/tandem/keys/STORE-ID.key",
        "The key that seals secrets, made on first use; not there with TANDEM_KEY or TANDEM_KEY_FILE. Keep a copy apart from the "
        "store.");
  entry(out, "$CREDENTIALS_DIRECTORY", "Where files of secrets are looked for by their names, under systemd.");
  out += "\nItems:\n";
  entry(out, "NAME.json", "An item file for tandem items apply -f; tandem-item(5) has every key.");
  entry(out, "tandem-item.schema.json",
        "Its JSON Schema, put beside the file by items draft and items export; installed in share/tandem.");
  out += "\n" + paragraph(
                    "Backing up: tandem status --backup FILE copies the store while it is used. A store that is lost can be made "
                    "anew from both systems: tandem link rebuild --help.");
  out +=
      "\n" +
      paragraph("One machine owns a store: never put it on a network file system, and give each container a store of its own.");
  return out;
}

std::string reasons_topic() {
  std::string out =
      paragraph("Reasons: why something was not done, or not as it was. `tandem explain` finds the one that applies.") + "\n";
  for (auto const& reason : all_reasons())
    entry(out, reason.code,
          reason.cure == "Nothing." ? std::string(reason.sentence) : fmt::format("{} → {}", reason.sentence, reason.cure));
  return out;
}

}  // namespace

std::vector<Topic> const& topics() {
  static std::vector<Topic> const all{
      {"exit-codes", "what each exit code means and what to do", exit_codes_topic},
      {"environment", "the environment variables that are read", environment_topic},
      {"files", "where state, configuration and keys are kept", files_topic},
      {"config", "the configuration file and its keys", config_topic},
      {"reasons", "every reason for which something is not done", reasons_topic},
  };
  return all;
}

}  // namespace tandem::cli
