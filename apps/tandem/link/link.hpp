// What the link commands share: the way to both systems, the items, and what a run tells a person.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <tandem/sync/find_links.hpp>
#include <tandem/sync/link_items.hpp>
#include <tandem/sync/run_context.hpp>

#include "cli/app.hpp"
#include "cli/context.hpp"

namespace tandem::cli {

void register_link_search(App& app);
void register_link_add(App& app);
void register_link_list(App& app);
void register_link_show(App& app);
void register_link_open(App& app);
void register_link_refresh(App& app);
void register_link_remove(App& app);
void register_link_rebuild(App& app);
void register_link_resolve(App& app);

// Keeps what was refused or failed, for warnings and for the exit code.
class LinkObserver final : public sync::Observer {
 public:
  void skipped(sync::Skipped const& one) override { notes.push_back(one); }
  void failed(sync::Skipped const& one) override { notes.push_back(one); }
  std::vector<sync::Skipped> notes;
};

// Store, connection, items and run of one command, for as long as it works. A writer holds the run lock.
class LinkSession {
 public:
  static Result<std::unique_ptr<LinkSession>> open(Context& context, bool writing);

  store::Store& store;
  std::unique_ptr<connection::Connection> connection;
  sync::LinkItems items;
  std::string organisation;
  LinkObserver observer;
  sync::RunOptions options;
  sync::RunInput input;
  sync::RunContext run;

  LinkSession(Context& context, store::Store& opened, std::unique_ptr<connection::Connection> with, sync::LinkItems all,
              std::string organisation_id, bool writing);
};

// One warning per thing that was refused; items that cannot be used, too.
void warn(Context& context, LinkSession const& session);
json::Array notes_json(std::vector<sync::Skipped> const& notes);

// Asks a person; true without asking where nobody can be asked or --yes was given. Errors: cancelled.
Result<bool> confirmed(Context& context, std::string const& question, bool yes);

// "3 minutes ago" by the service's clock; "" when it is not known.
std::string age(std::optional<Instant> const& at, std::optional<Instant> const& now);
// "2026-11-02 09:00 UTC".
std::string readable(Instant at);

}  // namespace tandem::cli
