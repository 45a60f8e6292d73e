#include "cli/version.hpp"

#include <memory>

#include <openssl/crypto.h>

#include <tandem/store/lmdb_store.hpp>

#include "cli/context.hpp"
#include "commands.hpp"

namespace tandem::cli {

std::string version_line() { return std::string("tandem ") + TANDEM_VERSION; }

json::Object version_object() {
  return {{"version", TANDEM_VERSION},
          {"compiler", __VERSION__},
          {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
          {"storeSchema", store::kSchemaVersion}};
}

void register_version(App& app) {
  app.command("version", "Print the version of tandem and of the libraries that it runs with.")
      .example("tandem version --output json", "For a fault report.")
      .run([](Context& context) -> Result<int> {
        auto const object = version_object();
        context.out().result(object);
        context.out().line(version_line());
        Table table({{"part"}, {"version"}});
        for (auto const& [name, value] : object) {
          if (name != "version") table.row({name, value.scalar_text()});
        }
        context.out().table(table);
        return 0;
      });
}

}  // namespace tandem::cli
