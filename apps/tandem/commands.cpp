#include "commands.hpp"

#include "event_drain.hpp"

namespace tandem::cli {

void register_all(App& app) {
  app.after_each(look_again);
  register_auth(app);
  register_items(app);
  register_link(app);
  register_sync_once(app);
  register_push_event(app);
  register_status(app);
  register_explain(app);
  register_history(app);
  register_undo(app);
  register_version(app);
  register_help(app);
  register_completion(app);
}

}  // namespace tandem::cli
