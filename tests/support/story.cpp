#include "support/story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/connection/tokens/token_cache.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/mapping/schema_cache.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/check.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/retry_table.hpp>

#include "support/crashing_store.hpp"

namespace tandem::test {

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().to_line());
  return std::move(*result);
}

sandbox::WorldOptions world_options(StoryOptions const& options) {
  sandbox::WorldOptions out;
  out.fixed_now = parse_instant("2026-11-02T09:00:00Z");
  out.records = options.records;
  out.world = options.world;
  return out;
}

// A store whose commits may be refused, as by a full disk: nothing of such a commit is kept.
class GatedStore final : public store::Store {
 public:
  GatedStore(store::Store& inner, std::function<Result<Unit>()> const& gate) : inner_(inner), gate_(gate) {}
  Result<Unit> read(std::function<Result<Unit>(store::Reader&)> const& body) override { return inner_.read(body); }
  Result<Unit> write(std::function<Result<Unit>(store::Writer&)> const& body) override {
    if (gate_) TANDEM_CHECK(gate_());
    return inner_.write(body);
  }

 private:
  store::Store& inner_;
  std::function<Result<Unit>()> const& gate_;
};

json::Value field_of(json::Value const& issue, std::string_view name) { return issue["fields"][name]; }

// The story outlives its wires: what it watches for may change meanwhile.
std::function<void(http::Request const&)> watch_over(sandbox::World& world, std::string const& beginning,
                                                     std::function<void()> const& happens, std::function<void()> const& at_each) {
  return [&](http::Request const& request) {
    if (at_each) at_each();
    if (beginning.empty()) return;
    auto const route = world.urls().route(request.url);
    if (route && (request.method + " " + route->target).starts_with(beginning)) happens();
  };
}

}  // namespace

std::string example_item() {
  std::ifstream file(std::string(TANDEM_SOURCE_DIR) + "/examples/items/support-cases.json");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::filesystem::path test_directory(std::string const& name) {
  auto const* chosen = std::getenv("TANDEM_TEST_TMP");
  std::filesystem::path root = chosen != nullptr ? chosen : "/dev/shm";
  if (!std::filesystem::is_directory(root)) root = std::filesystem::temp_directory_path();
  auto const path = root / ("tandem-test-" + name + "-" + random_uuid());
  std::filesystem::create_directory(path);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

Story::Story(StoryOptions options)
    : box_(must(sandbox::make_world(world_options(options)))),
      watch_(*box_.world),
      path_(test_directory("story")),
      clock_(std::make_unique<StoryClock>(*box_.world)),
      tokens_(connection::memory_token_cache()) {
  // The sandbox's Dataverse has its organisation as a row: WhoAmI names it.
  auto const first = connection();
  organisation_id_ = must(first->dataverse().who_am_i()).organization_id;
  auto const text = options.item_text.empty() ? example_item() : options.item_text;
  auto parsed = mapping::parse_item(text);
  if (!parsed.item) FAIL("the story's item cannot be read");
  item_ = *parsed.item;
  mapping::BaselineChoice baseline;
  baseline.kind = options.baseline ? mapping::BaselineChoice::Kind::at : mapping::BaselineChoice::Kind::all;
  if (options.baseline) baseline.at = *options.baseline;
  stored_ = mapping::planned_apply(std::nullopt, item_, baseline, box_.world->now()).stored;
  schema_ = must(connection::fetch_schema(*first, item_.entity, item_.project, item_.issue_type));
  auto const faults = mapping::validate(item_, *schema_, text);
  for (auto const& fault : faults) WARN(fault.path << ": " << fault.message);
  if (!faults.empty()) FAIL("the story's item does not fit its world");
  for (auto const& more : options.more_items) add_item(*first, more, baseline);
  forget_requests();
}

void Story::add_item(connection::Connection& connection, std::string const& text, mapping::BaselineChoice const& baseline) {
  auto parsed = mapping::parse_item(text);
  if (!parsed.item) FAIL("a further item of the story cannot be read");
  auto schema = must(connection::fetch_schema(connection, parsed.item->entity, parsed.item->project, parsed.item->issue_type));
  auto const faults = mapping::validate(*parsed.item, schema, text);
  for (auto const& fault : faults) WARN(fault.path << ": " << fault.message);
  if (!faults.empty()) FAIL("a further item of the story does not fit its world");
  auto stored = mapping::planned_apply(std::nullopt, *parsed.item, baseline, box_.world->now()).stored;
  more_.push_back({std::move(*parsed.item), std::move(stored), std::move(schema)});
}

std::vector<sync::RunItem> Story::run_items(store::Store& store) const {
  // As for the program: what a run read anew and kept counts.
  auto const schema_of = [&](std::string const& name, connection::Schema const& first) {
    std::optional<connection::Schema> kept;
    must(store.read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(kept, mapping::load_schema(reader, name));
      return Unit{};
    }));
    return kept.value_or(first);
  };
  std::vector<sync::RunItem> items{{must(mapping::compile(item_, schema_of(item_.name, *schema_))), stored_}};
  for (auto const& more : more_)
    items.push_back({must(mapping::compile(more.item, schema_of(more.item.name, more.schema))), more.stored});
  return items;
}

Story::Worked Story::work(std::function<void(sync::RunContext&, sync::LinkItems const&)> const& body, CrashPoint* crash) {
  auto const wire = std::make_shared<SandboxTransport>(*box_.world, crash);
  auto const connection = connect(wire);
  store::OpenOptions open;
  open.sync = false;
  auto const lmdb = must(store::LmdbStore::open(path_ / "store", open));
  CrashPoint never;
  CrashingStore store(*lmdb, crash != nullptr ? *crash : never);
  if (!beginning_.empty() || at_each_) wire->watch = watch_over(*box_.world, beginning_, happens_, at_each_);
  Worked worked;
  sync::RunOptions options;
  options.jobs = 1;
  sync::RunInput const input{*connection, store, log_, *clock_, worked.told, {}, organisation_id_};
  sync::RunContext run(input, options, "work");
  body(run, {run_items(*lmdb), {}});
  worked.late = wire->late;
  worked.steps = (crash != nullptr ? *crash : never).steps();
  return worked;
}

Story::~Story() {
  box_.world->observe({});
  if (auto const departures = watch_.report(); !departures.empty()) FAIL_CHECK("against the contracts:\n" << departures);
  std::filesystem::remove_all(path_);
}

void Story::own_store() {
  auto const from = path_ / "store" / "data.mdb";
  path_ = test_directory("story");
  if (!std::filesystem::exists(from)) return;
  std::filesystem::create_directory(path_ / "store");
  std::filesystem::permissions(path_ / "store", std::filesystem::perms::owner_all);
  std::filesystem::copy_file(from, path_ / "store" / "data.mdb");
}

void Story::forget_tokens() { tokens_ = connection::memory_token_cache(); }

void Story::rebase(Instant baseline) {
  mapping::BaselineChoice choice;
  choice.kind = mapping::BaselineChoice::Kind::at;
  choice.at = baseline;
  stored_ = mapping::planned_apply(stored_, item_, choice, box_.world->now()).stored;
}

void Story::apply(std::string const& item_text) {
  auto parsed = mapping::parse_item(item_text);
  if (!parsed.item) FAIL("the story's item cannot be read");
  item_ = *parsed.item;
  stored_ = mapping::planned_apply(stored_, item_, {}, box_.world->now()).stored;
}

std::unique_ptr<connection::Connection> Story::connection(CrashPoint* crash) {
  return connect(std::make_shared<SandboxTransport>(*box_.world, crash));
}

std::unique_ptr<connection::Connection> Story::connect(std::shared_ptr<http::Transport> wire) {
  auto const& urls = box_.world->urls();
  connection::Settings settings;
  settings.organisation_url = urls.dataverse;
  settings.tenant_id = box_.credentials.tenant_id;
  settings.client_id = box_.credentials.client_id;
  settings.authority_host = urls.entra;
  settings.jira_url = urls.jira;
  settings.jira_email = box_.credentials.jira_email;
  connection::Credentials credentials;
  credentials.client_secret = Secret(box_.credentials.client_secret);
  credentials.jira_token = Secret(box_.credentials.jira_token);
  auto* const world = box_.world.get();
  connection::Surroundings around{.clock = *clock_,
                                  .log = log_,
                                  .wire = std::move(wire),
                                  .stop = {},
                                  .deadline = {},
                                  .jobs = 1,
                                  .jitter = [] { return 0.5; },
                                  .proxy = "",
                                  .no_proxy = "",
                                  .wall = [this, world] { return world->now() + wall_shift_; }};
  return must(connection::Connection::open(std::move(settings), std::move(credentials), tokens_, std::move(around)));
}

Story::Ran Story::run(sync::RunOptions options, CrashPoint* crash) {
  options.jobs = 1;
  auto const wire = std::make_shared<SandboxTransport>(*box_.world, crash);
  if (!beginning_.empty() || at_each_) wire->watch = watch_over(*box_.world, beginning_, happens_, at_each_);
  auto const connection = connect(wire);
  store::OpenOptions open;
  open.sync = false;
  if (options.dry_run && std::filesystem::exists(path_ / "store" / "data.mdb")) open.access = store::Access::read_only;
  auto const lmdb = must(store::LmdbStore::open(path_ / "store", open));
  CrashPoint never;
  GatedStore gated(*lmdb, commit_gate_);
  CrashingStore store(gated, crash != nullptr ? *crash : never);
  auto const items = run_items(*lmdb);
  Ran ran{fail(ErrorKind::internal, "not run"), {}, {}, 0};
  std::function<bool()> stop;
  if (stop_after_) stop = [this, until = box_.world->now() + *stop_after_] { return box_.world->now() >= until; };
  sync::RunInput const input{*connection, store, log_, *clock_, ran.told, stop, organisation_id_};
  ran.record = sync::run_cycle(input, options, items);
  ran.late = wire->late;
  ran.steps = (crash != nullptr ? *crash : never).steps();
  return ran;
}

sync::RunRecord Story::run_well(sync::RunOptions options) {
  auto ran = run(options);
  for (auto const& failure : ran.told.failures) UNSCOPED_INFO("failed: " << failure.number << " " << failure.detail);
  for (auto const& held : ran.told.holds)
    UNSCOPED_INFO("held: " << held.number << " " << code_of(held.reason) << " " << held.detail);
  for (auto const& left : ran.told.left)
    UNSCOPED_INFO("left: " << left.number << " " << code_of(left.reason) << " " << left.detail);
  if (!ran.record) FAIL(ran.record.error().to_line());
  for (auto const& item : ran.record->items) UNSCOPED_INFO("item: " << item.error);
  UNSCOPED_INFO("run: " << ran.record->error);
  REQUIRE(ran.record->exit == 0);
  return *ran.record;
}

json::Value Story::edit(std::string_view as, sandbox::ServiceName side, std::string method, std::string target,
                        std::string body) {
  sandbox::Request request{
      std::move(method), std::move(target), {{"Content-Type", "application/json"}, {"If-Match", "*"}}, std::move(body)};
  auto const answer = box_.world->edit(as, side, request);
  INFO(request.target << " -> " << answer.status << " " << answer.body);
  REQUIRE(answer.status / 100 == 2);
  return answer.body.empty() ? json::Value() : must(json::parse(answer.body));
}

void Story::configure(std::string_view name, json::Value value) {
  auto const known = must(box_.world->configure(name, value));
  INFO(name);
  REQUIRE(known);
}

std::uint64_t Story::requests() const { return box_.world->log().total(); }

std::vector<std::string> Story::writes() const {
  std::vector<std::string> out;
  for (auto const& entry : box_.world->log().entries()) {
    bool const reads = entry.method == "GET" || entry.path.find("bulkfetch") != std::string::npos ||
                       entry.path.find("search/jql") != std::string::npos || entry.path.ends_with("/workflows") ||
                       entry.service == sandbox::ServiceName::entra;
    if (!reads) out.push_back(entry.method + " " + entry.path);
  }
  return out;
}

std::vector<Story::Case> Story::cases() {
  std::vector<Case> out;
  auto const state = box_.world->dataverse().state();
  for (auto const& row : state["rows"]["incident"].items()) {
    out.push_back(
        {std::string(row["incidentid"].text()), std::string(row["title"].text()), std::string(row["ticketnumber"].text()), row});
  }
  return out;
}

json::Array Story::issues() {
  auto const state = box_.world->jira().state();
  return state["issues"].items();
}

json::Value Story::issue_of(std::string_view record, std::string_view item) {
  for (auto const& issue : issues()) {
    if (issue["properties"]["tandem.link"]["links"][item.empty() ? item_.name : item]["record"].text() == record) return issue;
  }
  return {};
}

json::Array Story::link_notes() {
  json::Array out;
  auto const state = box_.world->dataverse().state();
  for (auto const& row : state["rows"]["annotation"].items()) {
    if (row["notetext"].text().find("Issue ID: ") != std::string_view::npos) out.push_back(row);
  }
  return out;
}

std::string Story::outcome() {
  std::map<std::string, std::vector<std::string>> by_record;
  for (auto const& issue : issues()) {
    json::Object shown;
    for (auto const* name : {"summary", "description", "labels", "duedate"}) shown.set(name, field_of(issue, name));
    shown.set("priority", field_of(issue, "priority")["name"]);
    auto const& entry = issue["properties"]["tandem.link"]["links"][item_.name];
    json::Array links;
    for (auto const& link : issue["remoteLinks"].items()) {
      links.push_back(
          json::Object{{"title", link["object"]["title"]}, {"url", link["object"]["url"]}, {"status", link["object"]["status"]}});
    }
    shown.set("remoteLinks", std::move(links));
    shown.set("kind", entry["kind"]);
    by_record[std::string(entry["record"].text())].push_back("issue " + json::to_canonical(shown));
  }
  for (auto const& one : cases()) {
    json::Object shown;
    for (auto const* name : {"title", "description", "prioritycode", "followupby", "productserialnumber"})
      shown.set(name, one.row[name]);
    by_record[one.id].push_back("record " + json::to_canonical(shown));
  }
  for (auto const& note : link_notes()) by_record[std::string(note["_objectid_value"].text())].push_back("note");
  std::string out;
  for (auto& [record, lines] : by_record) {
    std::sort(lines.begin(), lines.end());
    out += record + "\n";
    for (auto const& line : lines) out += "  " + line + "\n";
  }
  return out;
}

Result<Unit> Story::with_store(std::function<Result<Unit>(store::Reader&)> const& body) {
  store::OpenOptions open;
  open.access = store::Access::read_only;
  TANDEM_TRY(auto const store, store::LmdbStore::open(path_ / "store", open));
  return store->read(body);
}

std::string Story::store_faults(std::size_t links) {
  std::string faults;
  auto const done = with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const problems, sync::check_store(reader));
    for (auto const& problem : problems) faults += problem + "\n";
    TANDEM_TRY(auto const count, link::count_links(reader, item_.name));
    if (count != links) faults += fmt::format("{} links instead of {}\n", count, links);
    TANDEM_TRY(auto const intents, sync::open_intents(reader));
    if (!intents.empty()) faults += fmt::format("{} open intents\n", intents.size());
    TANDEM_TRY(auto const retries, sync::retries_of(reader, item_.name, "", 1000));
    if (!retries.empty()) faults += fmt::format("{} queued records ({})\n", retries.size(), retries.front().reason);
    TANDEM_TRY(auto const owing, link::links_that_owe(reader, item_.name, "", 1000));
    if (!owing.empty()) faults += fmt::format("{} links owe a mark\n", owing.size());
    return Unit{};
  });
  return done ? faults : done.error().to_line();
}

}  // namespace tandem::test
