// What the auth commands share: printing of a proof and of settings.
#pragma once

#include <span>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/connection/prove.hpp>
#include <tandem/connection/settings.hpp>

#include "cli/app.hpp"
#include "cli/output.hpp"

namespace tandem::cli {

void register_auth_set(App& app);
void register_auth_check(App& app);
void register_auth_show(App& app);
void register_auth_remove(App& app);

// The steps as a table.
void print_steps(Output& output, connection::Proof const& proof);
// Whom we are, and the modules with how many tables can be read (SPEC A4).
void print_identity(Output& output, connection::Proof const& proof);
json::Object steps_json(connection::Proof const& proof);

// A setting and its name as an operator knows it, in the order of `auth show`.
struct NamedSetting {
  char const* key;                                 // of cli/config.hpp: "orgUrl"
  char const* label;                               // "organisation URL"
  std::string connection::Settings::*member;
};
std::span<NamedSetting const> named_settings();

}  // namespace tandem::cli
