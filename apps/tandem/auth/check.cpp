// `auth check`: does the stored connection work, step by step (SPEC A5)? Writes nothing, to neither system nor store.
#include <tandem/connection/entra/token_cache.hpp>
#include <tandem/connection/prove.hpp>

#include "auth/auth.hpp"
#include "cli/context.hpp"

namespace tandem::cli {

void register_auth_check(App& app) {
  app.command("auth check", "Walk through the stored connection, step by step, with a cure for what fails.")
      .details("Reads only; nothing is written to either system.")
      .example("tandem auth check", "Both systems, every step.")
      .example("tandem auth check --output json", "For a monitor; exit 4 when a credential is refused.")
      .exits({3, 4, 5, 11})
      .run([](Context& context) -> Result<int> {
        TANDEM_CHECK(context.open_for_reading());
        TANDEM_TRY(auto const opened, context.open_connection(TokenUse::fresh));
        context.out().status_line("asking both systems who we are …");
        auto const proof = connection::prove(*opened);
        context.out().status_line("");
        print_steps(context.out(), proof);
        if (!proof.error) {
          context.out().line("");
          print_identity(context.out(), proof);
        }
        auto report = steps_json(proof);
        report.set("connection", context.connection_name());
        context.out().result(report);
        if (proof.error) return fail(*proof.error);
        return 0;
      });
}

}  // namespace tandem::cli
