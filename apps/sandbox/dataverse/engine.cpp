#include "dataverse/engine.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox::dataverse {

namespace {
constexpr std::string_view kIds = "9d2c7c1e-55aa-5b5e-8f0b-6d0f5a3f1e21";         // namespace of generated ids
constexpr std::string_view kPrivilegeIds = "0b6f8c52-1c5d-5a1f-9d7e-2f4a6b8c0d12";  // namespace of privilege ids
}  // namespace

std::int64_t Engine::now_seconds() const { return tandem::epoch_millis(tandem::floor_seconds(clock.now())); }

std::string Engine::next_id(std::string_view kind) { return tandem::uuid5(kIds, fmt::format("{}/{}/{}", seed, kind, ++ids)); }

FilterContext Engine::context(std::string user_id) const {
  return {schema, database, settings.dialect, tandem::epoch_millis(clock.now()), std::move(user_id), settings.version_in_filter};
}

Presenter Engine::presenter(std::string base, std::size_t page_size) const {
  return {schema,          database, settings.locale, organization.currency_symbol, settings.utc_offset_minutes,
          std::move(base), page_size};
}

Response no_content() {
  Response response{204, {}, ""};
  return response.with("OData-Version", "4.0");
}

Response json_answer(int status, tandem::json::Value const& body) {
  Response response{status, {}, tandem::json::to_text(body)};
  response.with("Content-Type", "application/json; odata.metadata=minimal").with("OData-Version", "4.0");
  return response;
}

std::string privilege_id(std::string_view name) { return tandem::uuid5(kPrivilegeIds, tandem::text::ascii_lower(name)); }

std::string privilege_name(std::string_view kind, Table const& table) {
  return fmt::format("prv{}{}", kind, table.privilege_name);
}

std::vector<std::string> privilege_names(Schema const& schema) {
  std::vector<std::string> out = {"prvReadEntity",
                                  "prvReadAttribute",
                                  "prvReadOptionSet",
                                  "prvReadRelationship",
                                  "prvDeleteQueueItem",
                                  "prvActOnBehalfOfAnotherUser",
                                  "prvOverrideCreatedOnCreatedBy",
                                  "prvBypassCustomPlugins"};
  for (auto const& table : schema.tables()) {
    for (auto const& kind : table->privileges) out.push_back(privilege_name(kind, *table));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool holds_privilege(Engine const& engine, Caller const& caller, std::string_view name) {
  return !caller.application || !engine.settings.revoked.contains(tandem::text::ascii_lower(name));
}

namespace {

Refusal missing_privilege(Engine const& engine, Caller const& caller, std::string_view printed, std::string_view name,
                          Table const* table, std::string_view entity) {
  auto const held = privilege_names(engine.schema).size() - engine.settings.revoked.size();
  auto const on = table == nullptr ? std::string() : fmt::format(" on OTC={} for entity '{}'", table->type_code, entity);
  return {403, "0x80040220",
          fmt::format(
              "Principal user (Id={}, type=8, roleCount=1, privilegeCount={}, accessMode=4), is missing {} privilege (Id={}){}. "
              "context.Caller={}",
              caller.user_id, held, printed, privilege_id(name), on, caller.user_id)};
}

}  // namespace

Checked<std::monostate> need(Engine const& engine, Caller const& caller, std::string_view kind, Table const& table) {
  auto const name = privilege_name(kind, table);
  if (holds_privilege(engine, caller, name)) return std::monostate{};
  // The service prints the table's part in lower case: prvReadincident.
  auto const printed = fmt::format("prv{}{}", kind, tandem::text::ascii_lower(table.privilege_name));
  return tl::unexpected(missing_privilege(engine, caller, printed, name, &table, table.name));
}

Checked<std::monostate> need_global_read(Engine const& engine, Caller const& caller, Table const& table) {
  SANDBOX_TRY([[maybe_unused]] auto const held, need(engine, caller, "Read", table));
  if (depth_of(engine, caller, "Read", table) == "Global") return std::monostate{};
  auto const printed = fmt::format("prvRead{}", tandem::text::ascii_lower(table.privilege_name));
  return tl::unexpected(missing_privilege(engine, caller, printed, privilege_name("Read", table), &table, table.name));
}

Checked<std::monostate> need_named(Engine const& engine, Caller const& caller, std::string_view name, std::string_view entity) {
  if (holds_privilege(engine, caller, name)) return std::monostate{};
  return tl::unexpected(missing_privilege(engine, caller, name, name, nullptr, entity));
}

std::string depth_of(Engine const& engine, Caller const& caller, std::string_view kind, Table const& table) {
  auto const depth = engine.settings.depths.find(tandem::text::ascii_lower(privilege_name(kind, table)));
  return !caller.application || depth == engine.settings.depths.end() ? "Global" : depth->second;
}

Predicate visible_rows(Engine const& engine, Caller const& caller, Table const& table, std::string_view kind) {
  // There is one business unit: Local and Deep reach everything.
  if (table.owner < 0 || depth_of(engine, caller, kind, table) != "Basic") return [](Row const&) -> Truth { return true; };
  return [owner = table.owner, user = caller.user_id](Row const& row) -> Truth {
    auto const* reference = row.reference(owner);
    return reference != nullptr && reference->id == user;
  };
}

}  // namespace sandbox::dataverse
