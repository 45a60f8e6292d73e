// `auth check`: does the stored connection work, step by step (SPEC A5)? Writes nothing, to neither system nor store.
#include <tandem/connection/check_needs.hpp>
#include <tandem/connection/prove.hpp>
#include <tandem/connection/tokens/token_cache.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/mapping/needs.hpp>
#include <tandem/mapping/schema_cache.hpp>

#include "auth/auth.hpp"
#include "cli/context.hpp"

namespace tandem::cli {

namespace {

Result<std::vector<connection::ItemNeeds>> needs_of_enabled(store::Store& store) {
  std::vector<connection::ItemNeeds> out;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const items, mapping::load_items(reader));
    for (auto const& [name, stored] : items) {
      if (!stored.enabled) continue;
      TANDEM_TRY(auto const item, mapping::item_of(stored));
      TANDEM_TRY(auto const schema, mapping::load_schema(reader, name));
      out.push_back(mapping::needs_of(item, schema && schema->entity ? &*schema->entity : nullptr));
    }
    return Unit{};
  }));
  return out;
}

}  // namespace

void register_auth_check(App& app) {
  app.command("auth check", "Walk through the stored connection, step by step, with a cure for what fails.")
      .details(
          "First the connection: addresses, token, who we are. Then, for each enabled item, what its two accounts may do.\n"
          "Reads only; nothing is written to either system.")
      .example("tandem auth check", "Both systems, every step.")
      .example("tandem auth check --output json", "For a monitor; exit 4 when a credential is refused.")
      .exits({3, 4, 5, 11})
      .run([](Context& context) -> Result<int> {
        TANDEM_TRY(auto* const store, context.open_for_reading());
        TANDEM_TRY(auto const needs, needs_of_enabled(*store));
        TANDEM_TRY(auto const opened, context.open_connection(TokenUse::fresh));
        context.out().status_line("asking both systems who we are ...");
        auto proof = connection::prove(*opened);
        connection::check_needs(*opened, needs, proof);
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
