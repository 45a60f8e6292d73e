// Every command of tandem by its registering function, in the order of `tandem --help`.
#pragma once

#include "cli/app.hpp"

namespace tandem::cli {

void register_auth(App& app);        // auth set, check, show, remove
void register_items(App& app);       // items apply, list, show, enable, disable, …
void register_link(App& app);        // link search, add, list, show, …
void register_sync_once(App& app);
void register_push_event(App& app);
void register_status(App& app);
void register_explain(App& app);
void register_history(App& app);
void register_undo(App& app);
void register_version(App& app);
void register_help(App& app);        // help exit-codes, environment, config
void register_completion(App& app);  // completion bash, zsh, fish; and __complete, which these ask

void register_all(App& app);

}  // namespace tandem::cli
