#include "commands.hpp"

namespace tandem::cli {

void register_all(App& app) {
  register_auth(app);
  if (register_items != nullptr) register_items(app);
  if (register_sync_once != nullptr) register_sync_once(app);
  if (register_status != nullptr) register_status(app);
  register_version(app);
  register_help(app);
}

}  // namespace tandem::cli
