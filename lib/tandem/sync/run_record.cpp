#include <tandem/sync/run_record.hpp>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tandem/base/json/count.hpp>

namespace tandem::sync {

namespace {

using Runs = store::Table<RunRecord>;
constexpr Runs kRuns{"runs"};
constexpr Runs kEventRuns{"event_runs"};

std::uint64_t sequence_of(std::string_view key) {
  std::uint64_t sequence = 0;
  std::from_chars(key.data(), key.data() + key.size(), sequence);
  return sequence;
}

// Keys grow: the newest run is the last one. The table is bounded by keep_run().
Result<std::vector<std::string>> keys_of(Runs const& runs, store::Reader& reader) {
  std::vector<std::string> keys;
  TANDEM_CHECK(reader.scan(runs.name(), "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    keys.emplace_back(key);
    return true;
  }));
  return keys;
}

Result<Unit> keep_in(Runs const& runs, store::Store& store, RunRecord const& run, std::size_t keep) {
  return store.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const keys, keys_of(runs, writer));
    auto const next = keys.empty() ? 1 : sequence_of(keys.back()) + 1;
    TANDEM_CHECK(runs.put(writer, fmt::format("{:020}", next), run));
    for (std::size_t i = 0; i + keep < keys.size() + 1; ++i) TANDEM_CHECK(runs.erase(writer, keys[i]));
    return Unit{};
  });
}

Result<std::vector<RunRecord>> last_of(Runs const& table, store::Reader& reader, std::size_t most) {
  TANDEM_TRY(auto keys, keys_of(table, reader));
  std::reverse(keys.begin(), keys.end());
  if (keys.size() > most) keys.resize(most);
  std::vector<RunRecord> runs;
  for (auto const& key : keys) {
    TANDEM_TRY(auto run, table.get(reader, key));
    if (run) runs.push_back(std::move(*run));
  }
  return runs;
}

// Null where nothing was told: most runs of a service account without points know nothing of Jira.
json::Value limits_json(http::LimitSeen const& seen) { return seen.told() ? seen.to_json() : json::Value(); }

}  // namespace

std::string_view name_of(RunScope scope) {
  switch (scope) {
    case RunScope::all: return "all";
    case RunScope::items: return "items";
    case RunScope::issue: return "issue";
  }
  return "";
}

json::Value ItemRun::to_json() const {
  json::Object reasons;
  for (auto const& [code, count] : skipped) reasons.set(code, count);
  return json::Object{{"item", item},         {"seen", seen},
                      {"created", created},   {"adopted", adopted},
                      {"updated", updated},   {"unchanged", unchanged},
                      {"records", records},   {"held", held},
                      {"broken", broken},     {"failed", failed},
                      {"waiting", waiting},   {"marks", marks},
                      {"comments", comments}, {"notes", notes},
                      {"files", files},       {"valuesLeft", values_left},
                      {"skipped", reasons},   {"older", older},
                      {"complete", complete}, {"behindMs", behind ? json::Value(std::int64_t{behind->count()}) : json::Value()},
                      {"error", error}};
}

Result<ItemRun> ItemRun::from_json(json::Value const& value) {
  ItemRun run;
  run.item = value["item"].text();
  run.seen = json::count_of(value["seen"]);
  run.created = json::count_of(value["created"]);
  run.adopted = json::count_of(value["adopted"]);
  run.updated = json::count_of(value["updated"]);
  run.records = json::count_of(value["records"]);
  run.held = json::count_of(value["held"]);
  run.broken = json::count_of(value["broken"]);
  run.unchanged = json::count_of(value["unchanged"]);
  run.failed = json::count_of(value["failed"]);
  run.waiting = json::count_of(value["waiting"]);
  run.marks = json::count_of(value["marks"]);
  run.comments = json::count_of(value["comments"]);
  run.notes = json::count_of(value["notes"]);
  run.files = json::count_of(value["files"]);
  run.values_left = json::count_of(value["valuesLeft"]);
  for (auto const& [code, count] : value["skipped"].members()) run.skipped[code] = json::count_of(count);
  run.older = json::count_of(value["older"]);
  run.complete = value["complete"].truthy();
  if (auto const behind = value["behindMs"].integer()) run.behind = Millis{*behind};
  run.error = value["error"].text();
  return run;
}

json::Value RunRecord::to_json() const {
  json::Array parts;
  for (auto const& item : items) parts.push_back(item.to_json());
  return json::Object{{"id", id},
                      {"startedAt", started_at ? json::Value(to_rfc3339(*started_at)) : json::Value()},
                      {"durationMs", std::int64_t{duration.count()}},
                      {"requests", requests},
                      {"exit", exit},
                      {"stopped", stopped},
                      {"error", error},
                      {"scope", name_of(scope)},
                      {"limits", json::Object{{"dataverse", limits_json(dataverse)}, {"jira", limits_json(jira)}}},
                      {"items", parts}};
}

Result<RunRecord> RunRecord::from_json(json::Value const& value) {
  RunRecord run;
  run.id = value["id"].text();
  run.started_at = parse_instant(value["startedAt"].text());
  run.duration = Millis{value["durationMs"].integer().value_or(0)};
  run.requests = json::count_of(value["requests"]);
  run.exit = static_cast<int>(value["exit"].integer().value_or(1));
  run.stopped = value["stopped"].truthy();
  run.error = value["error"].text();
  for (auto const scope : {RunScope::items, RunScope::issue}) {
    if (value["scope"].text() == name_of(scope)) run.scope = scope;
  }
  run.dataverse = http::LimitSeen::from_json(value["limits"]["dataverse"]);
  run.jira = http::LimitSeen::from_json(value["limits"]["jira"]);
  for (auto const& part : value["items"].items()) {
    TANDEM_TRY(auto item, ItemRun::from_json(part));
    run.items.push_back(std::move(item));
  }
  return run;
}

Result<Unit> keep_run(store::Store& store, RunRecord const& run, std::size_t keep) { return keep_in(kRuns, store, run, keep); }
Result<Unit> keep_event_run(store::Store& store, RunRecord const& run, std::size_t keep) {
  return keep_in(kEventRuns, store, run, keep);
}
Result<std::vector<RunRecord>> last_runs(store::Reader& reader, std::size_t most) { return last_of(kRuns, reader, most); }
Result<std::vector<RunRecord>> last_event_runs(store::Reader& reader, std::size_t most) {
  return last_of(kEventRuns, reader, most);
}

Result<std::optional<std::pair<RunRecord, ItemRun>>> last_run_of(store::Reader& reader, std::string_view item) {
  TANDEM_TRY(auto const keys, keys_of(kRuns, reader));
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    TANDEM_TRY(auto run, kRuns.get(reader, *key));
    if (!run) continue;
    auto const found = std::find_if(run->items.begin(), run->items.end(), [&](ItemRun const& part) { return part.item == item; });
    if (found == run->items.end()) continue;
    auto part = *found;
    return std::optional(std::pair{std::move(*run), std::move(part)});
  }
  return std::optional<std::pair<RunRecord, ItemRun>>{};
}

}  // namespace tandem::sync
