#include "crash/scenes.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/webhook/payload.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/event/outbox.hpp>

namespace tandem::test {

using sandbox::ServiceName;

std::string text_of(CasesItem const& item) {
  constexpr char const* kFour = R"({ "column": "title", "field": "summary" }, { "column": "description", "field": "description" },
    { "column": "prioritycode", "field": "priority", "values": { "1": "High", "2": "Medium", "3": "Low" } },
    { "column": "followupby", "field": "duedate" })";
  return fmt::format(
      R"({{ "name": "{}", "mode": "{}", "jira": {{ "project": "SUP", "issueType": "Task", "defaults": {{ "labels": ["dynamics"] }} }},
    "dynamics": {{ "module": "customer-service", "entity": "incident", "filter": "{}" }}, "autoCreate": {}, {}
    "timeZone": "Europe/Berlin", "mappings": [{} {}] }})",
      item.name, item.mode, item.filter, item.creates, item.members, item.mappings,
      item.mapped ? kFour : R"({ "column": "title", "field": "summary" })");
}

StoryOptions world_of(CasesItem const& item) {
  StoryOptions options;
  options.item_text = text_of(item);
  return options;
}

Scenario scenario_of(std::string part, std::string name, CasesItem const& item, std::function<void(Scene&)> edits,
                     std::vector<std::string> shows) {
  Scenario scenario;
  scenario.part = std::move(part);
  scenario.name = std::move(name);
  scenario.world = world_of(item);
  scenario.prepare = [edits = std::move(edits)](Story& story) {
    Scene scene(story);
    edits(scene);
  };
  scenario.shows = std::move(shows);
  return scenario;
}

std::string document(std::vector<std::string> const& paragraphs) {
  std::string blocks;
  for (auto const& text : paragraphs) {
    blocks += (blocks.empty() ? "" : ",") +
              (R"({"type":"paragraph","content":[{"type":"text","text":)" + json::to_text(json::Value(text)) + "}]}");
  }
  return R"({"type":"doc","version":1,"content":[)" + blocks + "]}";
}

Scene& Scene::pass(Millis time) {
  story_.world().advance(time);
  return *this;
}

Scene& Scene::configure(std::string_view name, json::Value value) {
  story_.configure(name, std::move(value));
  return *this;
}

Scene& Scene::linked() {
  story_.run_well();
  return pass(std::chrono::minutes{20});
}

Scene& Scene::linked_with_holds() {
  auto const ran = story_.run();
  REQUIRE(ran.record.has_value());
  REQUIRE((ran.record->exit == 0 || ran.record->exit == 6));
  return pass(std::chrono::minutes{20});
}

std::string Scene::record(std::size_t which) {
  for (auto const& one : story_.cases()) {
    if (one.number.starts_with(fmt::format("CAS-{:05}", 1001 + which))) return one.id;
  }
  FAIL("no such case");
  return {};
}

json::Value Scene::issue(std::size_t which) { return story_.issue_of(record(which), item_); }

Scene& Scene::in_dynamics(std::string const& body, std::size_t which) {
  story_.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record(which) + ")", body);
  return *this;
}

Scene& Scene::in_jira(std::string const& fields, std::size_t which) {
  story_.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key(which), R"({"fields":)" + fields + "}");
  return *this;
}

Scene& Scene::update_in_jira(std::string const& update, std::size_t which) {
  story_.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key(which), R"({"update":)" + update + "}");
  return *this;
}

Scene& Scene::transition(std::string const& id, std::string const& fields, std::size_t which) {
  story_.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key(which) + "/transitions",
              fmt::format(R"_({{"transition":{{"id":"{}"}},"fields":{}}})_", id, fields));
  return *this;
}

Scene& Scene::resolve(int reason, std::size_t which) {
  story_.edit(
      "alice", ServiceName::dataverse, "POST", "/api/data/v9.2/CloseIncident",
      fmt::format(R"_({{"IncidentResolution":{{"subject":"By Alice","incidentid@odata.bind":"/incidents({})"}},"Status":{}}})_",
                  record(which), reason));
  return *this;
}

Scene& Scene::note(json::Object columns, std::size_t which) {
  columns.set("objectid_incident@odata.bind", "/incidents(" + record(which) + ")");
  story_.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/annotations", json::to_text(columns));
  return *this;
}

json::Value Scene::note_holding(std::string_view text) {
  auto const state = story_.world().dataverse().state();
  for (auto const& row : state["rows"]["annotation"].items()) {
    if (row["notetext"].text().find(text) != std::string_view::npos || row["filename"].text() == text) return row;
  }
  FAIL("no note holds " << text);
  return {};
}

Scene& Scene::edit_note(std::string_view holding, std::string const& columns) {
  story_.edit("alice", ServiceName::dataverse, "PATCH",
              "/api/data/v9.2/annotations(" + std::string(note_holding(holding)["annotationid"].text()) + ")", columns);
  return *this;
}

Scene& Scene::delete_note(std::string_view holding) {
  story_.edit("alice", ServiceName::dataverse, "DELETE",
              "/api/data/v9.2/annotations(" + std::string(note_holding(holding)["annotationid"].text()) + ")");
  return *this;
}

Scene& Scene::comment(std::string const& text, json::Object extra, std::size_t which, std::string_view as) {
  extra.set("body", mapping::richtext::to_adf(mapping::richtext::from_text(text)).adf);
  story_.edit(as, ServiceName::jira, "POST", "/rest/api/3/issue/" + key(which) + "/comment", json::to_text(extra));
  return *this;
}

std::string Scene::comment_holding(std::string_view text, std::size_t which) {
  auto const whole = issue(which);
  for (auto const& one : whole["comments"].items()) {
    if (json::to_text(one["body"]).find(text) != std::string::npos) return std::string(one["id"].text());
  }
  FAIL("no comment holds " << text);
  return {};
}

Scene& Scene::edit_comment(std::string_view holding, std::string const& text, std::size_t which) {
  auto const body = mapping::richtext::to_adf(mapping::richtext::from_text(text)).adf;
  story_.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key(which) + "/comment/" + comment_holding(holding, which),
              json::to_text(json::Object{{"body", body}}));
  return *this;
}

Scene& Scene::delete_comment(std::string_view holding, std::size_t which) {
  story_.edit("bob", ServiceName::jira, "DELETE",
              "/rest/api/3/issue/" + key(which) + "/comment/" + comment_holding(holding, which));
  return *this;
}

Scene& Scene::attach(std::string const& name, std::string const& bytes, std::size_t which) {
  json::Object const file{{"filename", name}, {"base64", to_base64(bytes)}};
  story_.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key(which) + "/attachments",
              json::to_text(json::Object{{"files", json::Array{file}}}));
  return *this;
}

Scene& Scene::new_case(std::string const& title) {
  auto const cases = story_.cases();
  auto const customer = cases.front().row["_customerid_value"].text();
  story_.edit(
      "alice", ServiceName::dataverse, "POST", "/api/data/v9.2/incidents",
      fmt::format(R"_({{"title":"{}","casetypecode":2,"customerid_account@odata.bind":"/accounts({})"}})_", title, customer));
  return *this;
}

Scene& Scene::delete_record(std::size_t which) {
  story_.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/incidents(" + record(which) + ")");
  return *this;
}

Scene& Scene::delete_issue(std::size_t which) {
  story_.edit("alice", ServiceName::jira, "DELETE", "/rest/api/3/issue/" + key(which));
  return *this;
}

Scene& Scene::drained() {
  story_.run_well({.drain_events = true, .only_events = true});
  return pass(std::chrono::minutes{20});
}

Scene& Scene::run_only() {
  REQUIRE(story_.run().record.has_value());
  return *this;
}

Scene& Scene::faults(std::vector<sandbox::Fault> faults) {
  story_.world().set_faults(std::move(faults));
  return *this;
}

Scene& Scene::change_link(std::function<void(link::Link&)> const& change) {
  auto const opened = store::LmdbStore::open(story_.store_path() / "store", {.sync = false});
  REQUIRE(opened.has_value());
  REQUIRE((*opened)->write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto held, link::find_by_record(writer, item_, record()));
    change(*held);
    return link::put_link(writer, *held);
  }));
  return *this;
}

Scene& Scene::event(std::string const& payload) {
  auto const reading = jira::webhook::read_payload(payload);
  if (!reading) FAIL(reading.error().to_line());
  auto const opened = store::LmdbStore::open(story_.store_path() / "store", {.sync = false});
  REQUIRE(opened.has_value());
  REQUIRE((*opened)->write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& hint : reading->hints) TANDEM_CHECK(sync::event::append(writer, sync::event::queued(hint)));
    return Unit{};
  }));
  return *this;
}

}  // namespace tandem::test
