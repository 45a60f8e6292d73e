// A stage for rehearsals: a story of one item, and one pair of it that is rehearsed as the command does it (SPEC G8).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/status/rehearse.hpp>

#include "support/links.hpp"

namespace tandem::test {

using namespace std::chrono_literals;
using sandbox::ServiceName;
using StepEnd = sync::RehearsedStep::End;

inline std::string name_column(std::string const& entity) {
  if (entity == "incident") return "title";
  if (entity == "opportunity") return "name";
  return entity == "new_ticket" ? "new_name" : "subject";
}

inline std::string item_of(std::string const& entity, std::string const& type) {
  bool const is_case = entity == "incident";
  return fmt::format(
      R"({{ "name": "support-cases", "mode": "two-way", "jira": {{ "project": "SUP", "issueType": "{}", "defaults": {{ {} }} }},
    "dynamics": {{ "module": "custom", "entity": "{}" }}, "autoCreate": true,
    "status": {{ "enabled": true, "map": [{}] }}, "mappings": [{{ "column": "{}", "field": "summary" }}] }})",
      type, type == "Bug" ? R"("Severity": "Minor")" : "", entity,
      is_case ? R"({ "dynamics": "On Hold", "jira": "Waiting" })" : "", name_column(entity));
}

inline std::string set_of(std::string const& entity) { return entity == "opportunity" ? "opportunities" : entity + "s"; }

class Stage {
 public:
  explicit Stage(std::string const& entity = "incident", std::string const& type = "Task", std::vector<std::string> more = {},
                 std::string const& text = "")
      : story({.item_text = text.empty() ? item_of(entity, type) : text, .more_items = std::move(more)}), entity_(entity) {
    if (entity != "incident") {
      json::Object made{{name_column(entity), "Call back"}};
      if (entity == "lead") made.set("lastname", "Keller");
      if (entity == "new_ticket") made.set("statuscode", 100);
      story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/" + set_of(entity), json::to_text(made));
    }
    story.run_well();
    story.world().advance(20min);
    auto const issue = story.issues().back();
    record_ = issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text();
    key_ = issue["key"].text();
  }

  json::Value row() {
    auto const state = story.world().dataverse().state();
    for (auto const& one : state["rows"][entity_].items()) {
      if (one[entity_ + "id"].text() == record_ || one["activityid"].text() == record_) return one;
    }
    return {};
  }
  json::Value issue() {
    for (auto const& one : story.issues()) {
      if (one["key"].text() == key_) return one;
    }
    return {};
  }
  std::string status() { return std::string(issue()["fields"]["status"]["name"].text()); }
  std::int64_t reason() { return row()["statuscode"].integer().value_or(-1); }
  std::size_t resolutions() {
    std::size_t count = 0;
    auto const state = story.world().dataverse().state();
    for (auto const& one : state["rows"]["incidentresolution"].items())
      count += one["_incidentid_value"].text() == record_ ? 1 : 0;
    return count;
  }
  void in_dynamics(std::string const& body) {
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/" + set_of(entity_) + "(" + record_ + ")", body);
  }
  void in_jira(std::string const& transition, std::string const& fields = "{}") {
    story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key_ + "/transitions",
               fmt::format(R"({{"transition":{{"id":"{}"}},"fields":{}}})", transition, fields));
  }
  link::Base base() {
    link::Base out;
    REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const link, link::find_by_record(reader, "support-cases", record_));
      TANDEM_TRY(auto const base, link::find_base(reader, link->id));
      out = *base;
      return Unit{};
    }));
    return out;
  }
  void in_store(std::function<Result<Unit>(store::Writer&, link::Link const&)> const& change) {
    auto opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    REQUIRE((*opened)->write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(auto const link, link::find_by_record(writer, "support-cases", record_));
      return change(writer, *link);
    }));
  }
  // As the command does it. `stops` at that many steps, when it is given.
  Result<sync::Rehearsed> rehearse(std::function<void(sync::RehearsedStep const&)> walked = {},
                                   std::optional<std::size_t> stops = {}, std::string const& reference = "",
                                   std::string const& name = "support-cases") {
    Result<sync::Rehearsed> out = fail(ErrorKind::internal, "not rehearsed");
    story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
      out = [&]() -> Result<sync::Rehearsed> {
        std::size_t steps = 0;
        bool back = false;
        sync::RunInput const input{run.in.connection,     run.in.store,    run.in.log,
                                   run.in.clock,          run.in.observer, [&] { return stops && steps >= *stops && !back; },
                                   run.in.organisation_id};
        sync::RunContext own(input, run.options, "rehearsal");
        TANDEM_TRY(auto const* const item, items.named(name));
        TANDEM_TRY(auto const link, sync::find_rehearsal_pair(own, items, *item, reference.empty() ? record_ : reference));
        TANDEM_TRY(earlier, sync::put_back_earlier(own, *item, link));
        TANDEM_TRY(prepared, sync::prepare_rehearsal(own, *item, link));
        prepared->item = nullptr;
        auto asked = *prepared;
        asked.item = item;
        return sync::rehearse(own, asked,
                              {[&](sync::RehearsedStep const& step) {
                                 ++steps;
                                 if (walked) walked(step);
                               },
                               {},
                               [&] { back = true; }});
      }();
    });
    return out;
  }
  // Both sides, the base and the store as before, and the next cycles write nothing.
  void stands(json::Value const& row_before, json::Value const& issue_before, link::Base const& base_before) {
    CHECK(row()["statecode"] == row_before["statecode"]);
    CHECK(row()["statuscode"] == row_before["statuscode"]);
    CHECK(status() == issue_before["fields"]["status"]["name"].text());
    CHECK(issue()["fields"]["resolution"]["name"] == issue_before["fields"]["resolution"]["name"]);
    auto now = base();
    CHECK(now.status.dynamics_status == base_before.status.dynamics_status);
    CHECK(now.status.dynamics_state == base_before.status.dynamics_state);
    CHECK(now.status.jira_status == base_before.status.jira_status);
    CHECK(now.fields.size() == base_before.fields.size());
    CHECK(story.store_faults(story.issues().size()) == "");
    writes_nothing();
  }
  void writes_nothing() {
    for (int i = 0; i < 2; ++i) {
      story.world().advance(10min);
      story.forget_requests();
      story.run_well();
      CHECK(story.writes().empty());
    }
  }

  Story story;
  std::optional<sync::PreparedRehearsal> prepared;
  std::optional<sync::PutBack> earlier;
  std::string record_, key_;

 private:
  std::string entity_;
};

inline std::string told(Result<sync::Rehearsed> const& done) {
  if (!done) return done.error().to_line();
  std::string out;
  for (auto const& step : done->steps) {
    auto const report = [](std::optional<Report> const& one) {
      return one ? fmt::format(" {} {}", code_of(one->reason), one->detail) : std::string();
    };
    out += fmt::format("{} {}: {} {} -> {} ({}){}; {} {} -> {} ({}){}{}\n", step.place, name_of(step.end), name_of(step.set.end),
                       step.set.before, step.set.after, step.set.way, report(step.set.refused), name_of(step.follows.end),
                       step.follows.before, step.follows.after, step.follows.way, report(step.follows.refused),
                       report(step.refused));
  }
  if (done->stopped) out += "stopped: " + done->stopped->to_line() + "\n";
  if (done->not_back) out += "not back: " + done->not_back->to_line() + "\n";
  return out;
}

inline std::vector<StepEnd> ends(sync::Rehearsed const& done) {
  std::vector<StepEnd> out;
  for (auto const& step : done.steps) out.push_back(step.end);
  return out;
}

}  // namespace tandem::test
