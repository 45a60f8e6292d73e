// Events in process: each payload is read, kept and drained as `push-event` does it, and its outcome and reason are seen (SPEC F).
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/connection/jira/webhook/payload.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/event/find_issues.hpp>
#include <tandem/sync/history_query.hpp>
#include <tandem/sync/run_record.hpp>

#include "scenario/pairs.hpp"
#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;
using sync::event::End;

namespace {

using Lines = std::vector<std::string>;

Lines lines_of(std::vector<sync::event::EventOutcome> const& events) {
  Lines out;
  for (auto const& event : events) {
    out.push_back(fmt::format("{} {}{}", event.issue_key, name_of(event.end),
                              event.reason ? " " + std::string(code_of(*event.reason)) : std::string{}));
  }
  return out;
}

// A story whose twelve cases are issues already, and what arrives there.
class Events {
 public:
  explicit Events(StoryOptions const& options = {}) : story(options) {
    story.run_well();
    story.world().advance(1min);
    story.forget_requests();
  }

  void change(std::function<Result<Unit>(store::Writer&)> const& body) const {
    auto opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    auto const done = (*opened)->write(body);
    if (!done) FAIL(done.error().to_line());
  }
  // Keeps a payload's hints, without any request.
  void take(std::string const& payload) const {
    auto const reading = jira::webhook::read_payload(payload);
    INFO(payload);
    if (!reading) FAIL(reading.error().to_line());
    change([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& hint : reading->hints) TANDEM_CHECK(sync::event::append(writer, sync::event::queued(hint)));
      return Unit{};
    });
  }
  // A run that only handles events, as push-event's: what came of each, "SUP-1 unchanged no-change", in order.
  std::vector<std::string> drain() {
    auto const ran = story.run({.drain_events = true, .only_events = true});
    if (!ran.record) FAIL(ran.record.error().to_line());
    last = ran.told.events;
    return lines_of(last);
  }
  std::vector<std::string> push(std::string const& payload) {
    take(payload);
    return drain();
  }
  std::size_t waiting() {
    std::size_t count = 0;
    auto const done = story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(count, sync::event::count_waiting(reader));
      return Unit{};
    });
    REQUIRE(done.has_value());
    return count;
  }
  json::Value issue(std::size_t at) { return story.issues().at(at); }
  link::Link link_of(json::Value const& issue) {
    std::vector<link::Link> links;
    auto const done = story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(links, link::find_by_issue(reader, issue["id"].text()));
      return Unit{};
    });
    REQUIRE(done.has_value());
    REQUIRE(links.size() == 1);
    return links.front();
  }
  void edit_record(std::string const& record, std::string const& body) {
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record + ")", body);
  }

  Story story;
  std::vector<sync::event::EventOutcome> last;
};

// The story's item, so that it mirrors files.
std::string item_with_files() {
  auto text = example_item();
  std::string const off = R"("attachments": { "enabled": false })";
  return text.replace(text.find(off), off.size(), R"("attachments":{"enabled":true})");
}

std::string updated(json::Value const& issue, std::string const& more = "") {
  return fmt::format(R"({{"webhookEvent":"jira:issue_updated","timestamp":1790000000000,"issue":{{"id":"{}","key":"{}"{}}}}})",
                     issue["id"].text(), issue["key"].text(), more);
}

std::string key_of(json::Value const& issue) { return std::string(issue["key"].text()); }

}  // namespace

TEST_CASE("a re-read that is older than the event tells of is tried again, then waits until Jira shows that version [F2]") {
  Events world;
  auto const issue = world.issue(0);
  auto const later = to_jira_time(world.story.world().now() + 10min);
  auto const payload = updated(issue, fmt::format(R"(,"fields":{{"updated":"{}"}})", later));
  CHECK(world.push(payload) == Lines{key_of(issue) + " queued stale-read"});
  CHECK(world.story.requests() >= 4);  // it was read again, more than once
  CHECK(world.waiting() == 1);
  CHECK(world.drain() == Lines{key_of(issue) + " queued stale-read"});
  world.story.world().advance(11min);
  world.story.edit("alice", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key_of(issue), R"({"fields":{"labels":["x"]}})");
  CHECK(world.drain().front().find("queued") == std::string::npos);
  CHECK(world.waiting() == 0);
}

TEST_CASE("an event of an issue whose key changed follows the new key, and its marks are written anew [F9]") {
  Events world;
  auto const issue = world.issue(0);
  auto link = world.link_of(issue);
  link.issue_key = "OLD-7";
  link.note_hash = link.remote_hash = "of the old key";
  world.change([&](store::Writer& writer) { return link::put_link(writer, link); });
  auto const payload = fmt::format(
      R"({{"webhookEvent":"jira:issue_updated","issue_event_type_name":"issue_moved","issue":{{"id":"{}","key":"{}"}}}})",
      link.issue, key_of(issue));
  world.push(payload);
  CHECK(world.last.at(0).waiting.hint.kinds == Lines{"issue-moved"});
  auto const after = world.link_of(issue);
  CHECK(after.issue_key == key_of(issue));
  CHECK_FALSE(after.owed.any());
  CHECK(after.note_hash != link.note_hash);
  CHECK(after.remote_hash != link.remote_hash);
}

TEST_CASE("a link whose marks already say what they should owes them no more, without a write [F9][E6]") {
  Events world;
  auto const issue = world.issue(0);
  auto link = world.link_of(issue);
  link.owed.remote_link = link.owed.link_note = true;  // the issue moved, and moved back
  world.change([&](store::Writer& writer) { return link::put_link(writer, link); });
  world.story.run_well();
  CHECK_FALSE(world.link_of(issue).owed.any());
  CHECK(world.story.writes().empty());
}

TEST_CASE("an event of an issue whose only item is disabled ends with that reason and no write [F8]") {
  Events world;
  auto const issue = world.issue(0);
  auto link = world.link_of(issue);
  world.change([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(link::erase_link(writer, link));
    link.item = "switched-off";
    return link::put_link(writer, link);
  });
  CHECK(world.push(updated(issue)) == Lines{key_of(issue) + " skipped item-disabled"});
  CHECK(world.story.writes().empty());
  CHECK(world.waiting() == 0);
}

TEST_CASE("a link with an open write is not looked at by an event: it waits until that is settled [F5][R2]") {
  Events world;
  auto const issue = world.issue(0);
  auto const link = world.link_of(issue);
  world.edit_record(link.record, R"({"title":"Edited once"})");
  Fault lost;
  lost.when = Fault::When::before;
  lost.what = Fault::Do::drop;
  lost.match.method = "PUT";
  lost.match.path = "/rest/api/3/issue/";
  lost.nth = 1;
  world.story.world().set_faults({lost});
  CHECK(world.push(updated(issue)) == Lines{key_of(issue) + " queued open-intent"});
  CHECK(world.drain() == Lines{key_of(issue) + " queued open-intent"});
  CHECK(world.waiting() == 1);
  world.story.world().advance(3min);
  CHECK(world.drain() == Lines{key_of(issue) + " updated"});
  CHECK(world.waiting() == 0);
  CHECK(world.issue(0)["fields"]["summary"].text() == "Edited once");
}

TEST_CASE("an event of an issue whose record is gone says so and writes nothing [F2][D12]") {
  Events world;
  auto const issue = world.issue(0);
  auto const link = world.link_of(issue);
  world.story.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/incidents(" + link.record + ")");
  CHECK(world.push(updated(issue)) == Lines{key_of(issue) + " skipped record-missing"});
  CHECK(world.story.writes().empty());
  CHECK(world.waiting() == 0);
}

TEST_CASE("an event that is no deletion, of an issue that cannot be seen, breaks nothing [D12]") {
  Events world;
  auto const issue = world.issue(0);
  world.story.edit("alice", ServiceName::jira, "DELETE", "/rest/api/3/issue/" + key_of(issue));
  CHECK(world.push(updated(issue)) == Lines{key_of(issue) + " skipped issue-missing"});
  CHECK(world.link_of(issue).state == link::State::active);
  CHECK(world.push(fmt::format(R"({{"webhookEvent":"jira:issue_deleted","issue":{{"id":"{}"}}}})", issue["id"].text())) ==
        Lines{key_of(issue) + " broken issue-missing"});
  CHECK(world.link_of(issue).state == link::State::broken);
}

TEST_CASE("payloads without half of what Jira sends today lead to their issues all the same [F1][F2]") {
  Events world;
  auto const one = world.issue(0), two = world.issue(1);
  auto const id = [](json::Value const& issue) { return std::string(issue["id"].text()); };
  struct Row {
    char const* what;
    std::string payload;
    std::vector<std::string> issues;
  };
  Row const rows[] = {
      {"a link of two issues, by ids alone",
       fmt::format(
           R"({{"webhookEvent":"issuelink_created","timestamp":1,"issueLink":{{"id":5,"sourceIssueId":{},"destinationIssueId":{}}}}})",
           id(one), id(two)),
       {key_of(one), key_of(two)}},
      {"a worklog, by its issue's id",
       fmt::format(R"({{"webhookEvent":"worklog_created","timestamp":1,"worklog":{{"id":"7","issueId":"{}"}}}})", id(one)),
       {key_of(one)}},
      {"a comment without a user",
       fmt::format(R"({{"webhookEvent":"comment_created","timestamp":1,"comment":{{"id":"9"}},"issue":{{"id":"{}"}}}})", id(two)),
       {key_of(two)}},
      {"a comment of Server, whose address names the issue",
       fmt::format(
           R"({{"webhookEvent":"comment_created","timestamp":1,"comment":{{"self":"http://j/rest/api/2/issue/{}/comment/9","id":"9"}}}})",
           id(two)),
       {key_of(two)}},
      {"Automation, Jira format",
       fmt::format(R"({{"issue":{{"id":{},"key":"{}","fields":{{}}}}}})", id(one), key_of(one)),
       {key_of(one)}},
      {"Automation, Automation format",
       fmt::format(R"({{"self":"x","id":{},"key":"{}","changelog":{{"histories":null}},"fields":{{}}}})", id(one), key_of(one)),
       {key_of(one)}},
      {"Automation, a body of one's own", fmt::format(R"({{"issue":"{}"}})", key_of(one)), {key_of(one)}},
      {"an old one without changelog and event type",
       fmt::format(R"({{"webhookEvent":"jira:issue_updated","issue":{{"id":"{}"}}}})", id(two)),
       {key_of(two)}},
      {"an empty changelog",
       fmt::format(R"({{"webhookEvent":"jira:issue_updated","changelog":{{"items":[]}},"issue":{{"id":"{}"}}}})", id(two)),
       {key_of(two)}},
  };
  for (auto const& row : rows) {
    INFO(row.what);
    Lines wanted;
    for (auto const& key : row.issues) wanted.push_back(key + " unchanged no-change");
    CHECK(world.push(row.payload) == wanted);
    CHECK(world.waiting() == 0);
  }
  CHECK(world.story.writes().empty());
}

TEST_CASE("what the sandbox itself delivers for each kind of edit is read, and ends for a linked issue [F1][F5][L3]") {
  Events world;
  world.story.world().webhooks().add({"test", sandbox::Hook::Kind::held, ""});
  auto const issue = world.issue(0);
  auto const path = "/rest/api/3/issue/" + key_of(issue);
  world.story.edit("alice", ServiceName::jira, "PUT", path, R"({"fields":{"labels":["seen"]}})");
  world.story.edit(
      "alice", ServiceName::jira, "POST", path + "/comment",
      R"({"body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Hi"}]}]}})");
  world.story.edit("alice", ServiceName::jira, "POST", path + "/worklog", R"({"timeSpent":"1h"})");
  std::size_t taken = 0;
  for (auto const& delivery : world.story.world().due_webhooks({})) {
    world.take(*delivery.body);
    ++taken;
  }
  CHECK(taken >= 4);
  CHECK(world.waiting() == 1);  // of one issue
  auto const outcomes = world.drain();
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes.front().starts_with(key_of(issue) + " unchanged"));
  CHECK(world.last.at(0).waiting.hint.comments.size() == 1);
}

TEST_CASE(
    "a run that only handles events is kept where it wrote something, apart from the cycles, and names itself in the history "
    "[R7]") {
  Events world;
  auto const issue = world.issue(0);
  auto const runs = [&](bool events) {
    std::vector<sync::RunRecord> out;
    auto const done = world.story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(out, events ? sync::last_event_runs(reader, 10) : sync::last_runs(reader, 10));
      return Unit{};
    });
    REQUIRE(done.has_value());
    return out;
  };
  world.push(updated(issue));
  CHECK(runs(true).empty());  // nothing came of it
  world.edit_record(world.link_of(issue).record, R"({"title":"By an event"})");
  CHECK(world.push(updated(issue)) == Lines{key_of(issue) + " updated"});
  auto const kept = runs(true);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].id.starts_with(sync::kEventRun));
  CHECK(kept[0].items.at(0).updated == 1);
  CHECK(runs(false).size() == 1);
  sync::HistoryAnswer answer;
  auto const done = world.story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(answer, sync::find_history(reader, {.run = kept[0].id}));
    return Unit{};
  });
  REQUIRE(done.has_value());
  CHECK(std::any_of(answer.entries.begin(), answer.entries.end(),
                    [](sync::HistoryEntry const& entry) { return entry.action == "edited-issue"; }));
}

TEST_CASE("a run for an event is kept too where it wrote a record or a note, and nothing in Jira [R7]") {
  auto text = two_way();
  text.replace(text.find(R"("comments": { "enabled": false })"), 32, R"("comments": { "enabled": true  })");
  Events world({.item_text = text});
  auto const issue = world.issue(0);
  auto const kept = [&] {
    std::vector<sync::RunRecord> out;
    auto const done = world.story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(out, sync::last_event_runs(reader, 10));
      return Unit{};
    });
    REQUIRE(done.has_value());
    return out;
  };
  auto const low = issue["fields"]["priority"]["name"].text() == "Low";
  world.story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key_of(issue),
                   fmt::format(R"({{"fields":{{"priority":{{"name":"{}"}}}}}})", low ? "High" : "Low"));
  CHECK(world.push(updated(issue)) == Lines{key_of(issue) + " updated"});
  REQUIRE(kept().size() == 1);
  CHECK(kept().front().items.at(0).records == 1);
  world.story.world().advance(1min);
  world.story.edit(
      "bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key_of(issue) + "/comment",
      R"({"body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Hi"}]}]}})");
  world.push(updated(issue));
  REQUIRE(kept().size() == 2);
  CHECK(kept().front().items.at(0).notes == 1);
}

TEST_CASE("the issue of a file is found by one search and a direct read, also while the index lags, for an hour [F8]") {
  Events world;
  auto const issue = world.issue(3);
  world.story.configure("jira.searchLag", "5m");
  world.story.world().advance(10min);
  world.story.world().webhooks().add({"test", sandbox::Hook::Kind::held, ""});
  auto const attached = world.story.world().now();
  sandbox::Request const upload{
      "POST",
      "/rest/api/3/issue/" + key_of(issue) + "/attachments",
      {{"Content-Type", "multipart/form-data; boundary=b"}, {"X-Atlassian-Token", "no-check"}},
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n"};
  REQUIRE(world.story.world().edit("alice", ServiceName::jira, upload).status == 200);
  std::string payload;
  for (auto const& delivery : world.story.world().due_webhooks({})) {
    if (delivery.event == "attachment_created") payload = *delivery.body;
  }
  auto const reading = jira::webhook::read_payload(payload);
  REQUIRE(reading.has_value());
  auto const& hint = reading->hints.at(0);
  REQUIRE_FALSE(hint.names_issue());
  REQUIRE(hint.at.has_value());
  CHECK(*hint.at - attached < 1s);

  // While no item mirrors files the event ends without any request.
  world.story.forget_requests();
  CHECK(world.push(payload) == Lines{" skipped attachments-off"});
  CHECK(world.story.requests() == 0);

  world.story.apply(item_with_files());
  world.take(payload);
  world.take(R"({"webhookEvent":"attachment_created","timestamp":1,"attachment":{"id":"999999","created":1793610600000}})");
  CHECK(world.drain() == Lines{" queued attachment-issue-unknown", " queued attachment-issue-unknown"});
  world.story.world().advance(6min);
  world.story.forget_requests();
  CHECK(world.drain() == Lines{key_of(issue) + " updated", " queued attachment-issue-unknown"});
  world.story.world().advance(50min);
  CHECK(world.drain() == Lines{" queued attachment-issue-unknown"});
  world.story.world().advance(5min);
  CHECK(world.drain() == Lines{" skipped attachment-issue-unknown"});
  CHECK(world.waiting() == 0);
  world.take(R"({"webhookEvent":"attachment_deleted","timestamp":1,"attachment":{"id":"999999"}})");
  CHECK(world.drain() == Lines{" skipped unneeded-event"});
}
