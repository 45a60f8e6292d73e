#include <tandem/sync/metadata.hpp>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/mapping/schema_cache.hpp>
#include <tandem/sync/status/transition_memory.hpp>

namespace tandem::sync {

namespace {

constexpr std::string_view kReadTable = "metadata_read";
constexpr std::chrono::hours kOld{24};
constexpr std::chrono::minutes kFresh{5};  // younger than this, they explain no value that is left alone

bool may_be_metadata(Reason reason) {
  switch (reason) {
    case Reason::unmatched_value:
    case Reason::not_convertible:
    case Reason::out_of_range:
    case Reason::rejected:
    case Reason::status_unmatched:
    case Reason::status_ambiguous:
    case Reason::no_transition:
    case Reason::transition_refused:
    case Reason::reason_not_of_state: return true;
    default: return false;
  }
}

Error as_changed(Error error) {
  auto const code = code_of(Reason::metadata_changed);
  error.message = fmt::format("{}: {}; put back what was changed, or change the item file and apply it", code, error.message);
  error.context.emplace_back("reason", code);
  return error;
}

// Of tables and fields a cycle uses what is stored of them; the rest may differ.
bool same_content(connection::Schema const& a, connection::Schema const& b) {
  return json::to_text(a.to_json()) == json::to_text(b.to_json());
}

Result<Unit> keep(RunContext& run, RunItem const& item, connection::Schema const* schema) {
  auto const now = run.dataverse_now();
  if (run.options.dry_run || !now) return Unit{};
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    if (schema != nullptr) TANDEM_CHECK(mapping::save_schema(writer, item.name(), *schema));
    return writer.put(kReadTable, item.name(), to_rfc3339(*now));
  });
}

}  // namespace

void Suspecting::planned(Plan const& plan) {
  for (auto const& left : plan.left) {
    if (!may_be_metadata(left.report.reason)) continue;
    suspects_[plan.item].push_back({plan.record, plan.number, false});
    break;
  }
  next_.planned(plan);
}

void Suspecting::skipped(Skipped const& one) {
  if (may_be_metadata(one.reason)) suspects_[one.item].push_back({one.record, one.number, false});
  next_.skipped(one);
}

void Suspecting::failed(Skipped const& one) {
  if (may_be_metadata(one.reason)) suspects_[one.item].push_back({one.record, one.number, true});
  next_.failed(one);
}

Result<bool> wants_metadata(RunContext const& run, RunItem const& item, Result<Unit> const& outcome, bool suspects) {
  if (!outcome) {
    auto const kind = outcome.error().kind;
    return kind == ErrorKind::remote || kind == ErrorKind::config || kind == ErrorKind::not_found;
  }
  auto const now = run.dataverse_now();
  if (!now) return false;
  std::optional<std::string> read_at;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(read_at, reader.get(kReadTable, item.name()));
    return Unit{};
  }));
  auto const at = parse_instant(read_at.value_or(""));
  if (!at && !suspects) {  // they came with the item: counted from now on
    if (!run.options.dry_run)
      TANDEM_CHECK(
          run.store().write([&](store::Writer& writer) { return writer.put(kReadTable, item.name(), to_rfc3339(*now)); }));
    return false;
  }
  // Of an age that cannot be told (never read, or the clock went back) they are old.
  auto const age = at && *at <= *now ? *now - *at : Millis{kOld};
  return age >= Millis{kOld} || (suspects && age >= Millis{kFresh});
}

Result<std::optional<RunItem>> with_new_metadata(RunContext& run, RunItem const& item) {
  auto const& definition = item.compiled->item;
  TANDEM_TRY(auto const carried, mapping::carried_entity(definition));
  TANDEM_TRY(auto schema,
             connection::fetch_schema(run.in.connection, definition.entity, definition.project, definition.issue_type, carried));
  if (same_content(schema, item.compiled->schema)) {
    TANDEM_CHECK(keep(run, item, nullptr));
    return std::optional<RunItem>{};
  }
  if (schema.entity && (!schema.project || !schema.issue_type)) {
    return fail(as_changed(Error{ErrorKind::config,
                                 fmt::format("item {}: Jira shows no {} in the project {}; run `tandem items validate`",
                                             item.name(), definition.issue_type, definition.project),
                                 {}}));
  }
  mapping::status::TransitionNames names;
  if (schema.project) {
    TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const transitions, known_transitions(reader, schema));
      names = names_of(transitions);
      return Unit{};
    }));
  }
  auto compiled = mapping::compile(definition, schema, std::move(names));
  if (!compiled) return fail(as_changed(std::move(compiled).error()));
  // What does not fit but does not keep the item from running is told by the records that meet it.
  for (auto const& fault : mapping::validate(definition, schema, ""))
    run.in.log(Level::warn, "metadata_changed", {{"item", item.name()}, {"at", fault.path}, {"fault", fault.message}});
  TANDEM_CHECK(keep(run, item, &schema));
  return std::optional(RunItem{std::move(*compiled), item.stored});
}

}  // namespace tandem::sync
