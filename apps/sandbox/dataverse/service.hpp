// Dataverse Web API v9.2 in a box (dataverse.md, checklist §25), over tables that the world file declares.
//
// `/main.aspx` is a page for people (record_page.hpp). World part: worlds/README.md. Switches: settings.hpp. `edit_as` takes a login of "people" and has every privilege.
#pragma once

#include <map>
#include <string>

#include "dataverse/engine.hpp"
#include "dataverse/limits.hpp"
#include "dataverse/schema_change.hpp"
#include "world/service.hpp"
#include "world/urls.hpp"

namespace sandbox::dataverse {

class DataverseService final : public Service {
 public:
  DataverseService(VirtualClock& clock, Urls const& urls, std::uint64_t seed);

  Response handle(Request const& request) override;
  tandem::Result<tandem::Unit> load(tandem::json::Value const& part) override;
  // {"organization":…,"rows":{"incident":[{every column that is not null}]}}: rows by id, `privilege` left out.
  [[nodiscard]] tandem::json::Value state() const override;
  tandem::Result<bool> configure(std::string_view name, tandem::json::Value const& value) override;
  [[nodiscard]] tandem::json::Object switches() const override;
  Response edit_as(std::string_view as, Request const& request) override;

  // Adds `count` rows by the world's "grow" recipe, deterministically.
  tandem::Result<tandem::Unit> grow(std::size_t count);
  [[nodiscard]] Engine const& engine() const { return engine_; }

 private:
  Checked<Response> dispatch(Request const& request, Caller const& caller);
  Checked<Response> batch(Request const& request, Caller const& caller);
  Response finish(Checked<Response> answer, Request const& request);

  Engine engine_;
  std::map<std::string, std::string> people_;  // login -> systemuserid
  tandem::json::Value grow_recipe_;
  std::string grow_user_;
  Limits limits_;
  SchemaChanges changes_;
};

}  // namespace sandbox::dataverse
