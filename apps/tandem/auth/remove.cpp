// `auth remove`: forget settings, secrets and cached tokens. Links and the rest of the store stay, and still belong to the same
// organisation and site (SPEC A11).
#include <memory>

#include <fmt/format.h>

#include <tandem/connection/stored_connection.hpp>

#include "auth/auth.hpp"
#include "cli/context.hpp"
#include "cli/terminal.hpp"

namespace tandem::cli {

void register_auth_remove(App& app) {
  auto yes = std::make_shared<bool>(false);
  app.command("auth remove", "Forget the connection's settings, secrets and tokens.")
      .details(
          "Items, links and history stay in the state directory; a later `auth set` for the same systems takes them up again.")
      .flag("-y,--yes", *yes, "Do not ask; needed where there is no terminal.")
      .example("tandem auth remove --yes", "Take the credentials off this machine.")
      .exits({3, 7, 8, 11})
      .run([yes](Context& context) -> Result<int> {
        TANDEM_TRY(auto* const store, context.open_for_writing());
        connection::ConnectionStore kept(*store);
        TANDEM_TRY(auto const stored, kept.load());
        if (!stored) {
          return fail(Error{ErrorKind::config,
                            fmt::format("the connection \"{}\" has no settings", context.connection_name()),
                            {{"cure", "there is nothing to remove"}}});
        }
        if (!*yes) {
          if (!can_ask())
            return fail(
                Error{ErrorKind::refused, "nothing was removed: there is no terminal to ask on", {{"cure", "give --yes"}}});
          TANDEM_TRY(auto const answer,
                     ask(fmt::format("Forget the credentials of \"{}\"? Type yes", context.connection_name())));
          if (answer != "yes") return fail(ErrorKind::refused, "nothing was removed");
        }
        TANDEM_CHECK(kept.remove());
        context.out().line(fmt::format("The credentials of \"{}\" are removed.", context.connection_name()));
        context.out().result(json::Object{{"connection", context.connection_name()}, {"removed", true}});
        return 0;
      });
}

}  // namespace tandem::cli
