// Explaining whether a case is closed (SPEC X3), and one comment, note or file (SPEC X1, H, I, F10): the first condition that does not hold.
#include <catch2/catch.hpp>

#include <functional>

#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/sync/explain_part.hpp>
#include <tandem/sync/explain_status.hpp>

#include "unit/sync/records.hpp"

using namespace tandem;
using namespace tandem::sync;
using namespace tandem::test;
namespace explain = tandem::sync::explain;
using explain::Answer;
using Where = link::Side;
using link::TwinKind;

namespace {

constexpr char const* kNote = "bbbbbbbb-0000-4000-8000-000000000001";

dataverse::Option option(std::int64_t value, std::string label, std::optional<std::int64_t> state = {}) {
  dataverse::Option out;
  out.value = value;
  out.label = std::move(label);
  out.state = state;
  return out;
}

// A case's usual states, over To Do 1, In Progress 2, Done 3.
connection::Schema schema() {
  auto out = case_schema();
  for (auto& one : out.entity->attributes) {
    if (one.logical_name == "statuscode")
      one.options = {option(1, "In Progress", 0), option(5, "Problem Solved", 1), option(6, "Cancelled", 2)};
    if (one.logical_name != "statecode") continue;
    for (auto const& [value, name, usual] :
         std::vector<std::tuple<int, std::string, int>>{{0, "Active", 1}, {1, "Resolved", 5}, {2, "Cancelled", 6}}) {
      auto state = option(value, name);
      state.invariant_name = name;
      state.default_status = usual;
      one.options.push_back(state);
    }
  }
  out.statuses = {
      {"1", "To Do", "new"}, {"2", "In Progress", "indeterminate"}, {"3", "Done", "done"}, {"4", "Escalated", "done"}};
  out.resolutions = {{"10", "Done"}, {"11", "Won't Do"}};
  return out;
}

// A linked pair under an item with everything on, whose issue has just become Done.
struct Pair {
  std::shared_ptr<mapping::CompiledItem const> item;
  mapping::StoredItem stored;
  explain::Facts facts;

  static std::shared_ptr<mapping::CompiledItem const> made(std::string const& more) {
    auto const text =
        R"({"name":"cases","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},"dynamics":{"module":"customer-service","entity":"incident"},)" +
        more + R"("mappings":[{"column":"title","field":"summary"}]})";
    auto read = mapping::parse_item(text);
    REQUIRE(read.item.has_value());
    auto compiled = mapping::compile(*read.item, schema());
    if (!compiled) FAIL(compiled.error().to_line());
    return *compiled;
  }
  explicit Pair(std::string const& more = R"("status":{"enabled":true,"resolve":{"subject":"Over: {key}","text":"{status}"}},)"
                                          R"("comments":{"enabled":true},"attachments":{"enabled":true},)")
      : item(made(more)), facts{*item, stored} {
    facts.record = record(R"({"title":"Printer","ticketnumber":"CAS-1","statecode":0,"statuscode":1,
      "createdon":"2026-11-02T09:00:00Z","modifiedon":"2026-11-02T10:00:00Z"})");
    facts.record_id = facts.record->id;
    facts.issue =
        issue(R"({"summary":"Printer","updated":"2026-11-02T11:00:00.000+0000","status":{"id":"3"},"resolution":null})");
    facts.issue_key = facts.issue->key;
    link::Link link;
    link.id = "l";
    link.item = "cases";
    link.record = facts.record_id;
    link.record_number = "CAS-1";
    link.issue = facts.issue->id;
    link.issue_key = facts.issue->key;
    link.made_at = parse_instant("2026-11-02T09:05:00Z");
    facts.link = link;
    link::Base base;
    base.status = {0, 1, "2"};
    facts.base = base;
    facts.missing_privileges.emplace();
  }
};

std::string decisive(explain::Effect const& effect) {
  auto const* const one = effect.decisive();
  return one == nullptr ? "" : one->asks;
}

struct Talk {
  Pair pair;
  explain::PartFacts part;

  explicit Talk(TwinKind kind = TwinKind::comment, std::string id = "7") {
    part.part = {kind, std::move(id)};
    part.rules.emplace();
    part.rules->comments.enabled = part.rules->files.enabled = true;
    part.rules->site = "site.example";
    part.both.emplace();
    part.both->link = *pair.facts.link;
    jira::Comment comment;
    comment.id = "7";
    comment.author = "Bob";
    comment.author_id = comment.editor_id = "bob";
    comment.created = comment.updated = parse_instant("2026-11-02T10:00:00Z");
    comment.body = mapping::richtext::to_adf(mapping::richtext::from_text("Hello")).adf;
    comment.properties = json::Object{};
    part.both->comments = {comment};
    dataverse::Note note;
    note.id = kNote;
    note.etag = "1";
    note.record = pair.facts.record_id;
    note.created = note.modified = parse_instant("2026-11-02T10:00:00Z");
    note.author = "Alice";
    note.author_id = note.editor_id = "alice";
    note.subject = "";
    note.text = "Hello from here";
    part.both->notes = {note};
    jira::Attachment file;
    file.id = "90";
    file.filename = "log.txt";
    file.author = "Bob";
    file.created = parse_instant("2026-11-02T10:00:00Z");
    file.size = 1000;
    part.both->files = {file};
  }
  link::Twin twin(Where original) {
    link::Twin out;
    out.original = original;
    out.jira = "7";
    out.note = kNote;
    out.original_version = original == Where::jira ? "2026-11-02T10:00:00Z" : "1";
    return out;
  }
  explain::Effect effect() const { return explain::effect_of(pair.facts, part); }
};

}  // namespace

TEST_CASE("closing a case asks its conditions in order, and the first that does not hold decides [X3]") {
  struct Row {
    char const* what;
    std::function<void(Pair&)> change;
    char const* decides;  // "" = the case is closed
    std::optional<Reason> reason;
  };
  Row const rows[] = {
      {"all hold", [](Pair&) {}, "", {}},
      {"not linked", [](Pair& pair) { pair.facts.link.reset(); }, "record and issue are linked", Reason::not_linked},
      {"an open write", [](Pair& pair) { pair.facts.intent = Intent{}; }, "no earlier write is unsettled", Reason::open_intent},
      {"no issue", [](Pair& pair) { pair.facts.issue.reset(); }, "the issue can be read", Reason::issue_missing},
      {"a status of another project",
       [](Pair& pair) {
         pair.facts.issue->fields.set("status", json::Object{{"id", "77"}});
       },
       "the issue's status is matched", Reason::status_unmatched},
      {"an unsure status",
       [](Pair& pair) {
         pair.facts.issue->fields.set("status", json::Object{{"id", "4"}});
       },
       "the issue's status is matched", Reason::status_unsure},
      {"an open one",
       [](Pair& pair) {
         pair.facts.issue->fields.set("status", json::Object{{"id", "1"}});
       },
       "it stands for a closed case",
       {}},
      {"as it was", [](Pair& pair) { pair.facts.base->status.jira_status = "3"; },
       "the issue's status changed since both sides last agreed", Reason::no_change},
      {"closed already",
       [](Pair& pair) {
         pair.facts.record->columns.set("statecode", 1);
         pair.facts.record->columns.set("statuscode", 5);
       },
       "the case is not closed yet",
       {}},
      {"a privilege", [](Pair& pair) { pair.facts.missing_privileges = {"prvCreateIncidentResolution"}; },
       "the application user may close cases", Reason::status_privilege},
      {"privileges that are not told", [](Pair& pair) { pair.facts.missing_privileges.reset(); }, "", {}},
      {"refused before",
       [](Pair& pair) {
         pair.facts.retry.emplace();
         pair.facts.retry->reason = "open-activities";
         pair.facts.retry->detail = "2 are open";
       },
       "Dynamics did not refuse it the last time", Reason::open_activities},
      {"another failure",
       [](Pair& pair) {
         pair.facts.retry.emplace();
         pair.facts.retry->reason = "issue-missing";
       },
       "",
       {}},
  };
  for (auto const& row : rows) {
    INFO(row.what);
    Pair pair;
    row.change(pair);
    auto const effect = explain::case_close(pair.facts);
    CHECK(decisive(effect) == row.decides);
    if (auto const* const one = effect.decisive()) {
      CHECK(one->reason == row.reason);
      CHECK_FALSE(one->cure.empty());
    }
  }
}

TEST_CASE("closing a case tells by which rule the status is matched, and what the resolution will say [X3][G2][G5]") {
  Pair pair;
  auto const effect = explain::case_close(pair.facts);
  CHECK(effect.outcome == "the next run resolves the case by CloseIncident as \"Problem Solved\"");
  std::string found;
  for (auto const& one : effect.conditions) found += one.found + "\n";
  CHECK(found.find("\"Done\" stands for \"Problem Solved\", by synonym (good)") != std::string::npos);
  CHECK(found.find("subject \"Over: " + pair.facts.issue_key + "\", text \"Done\"") != std::string::npos);
  pair.facts.issue->fields.set("resolution", json::Object{{"id", "11"}});
  CHECK(explain::case_close(pair.facts).outcome == "the next run sets the case to \"Cancelled\" by an update");
  Pair off(R"("status":{"enabled":false},)");
  CHECK(decisive(explain::case_close(off.facts)) == "status is on");
}

TEST_CASE("a comment or a note asks its conditions in order, and the first that does not hold decides [X1][H1][H4][F10]") {
  struct Row {
    char const* what;
    Where side;
    std::function<void(Talk&)> change;
    char const* decides;  // "" = it is copied
    std::optional<Reason> reason;
  };
  Row const rows[] = {
      {"a comment", Where::jira, [](Talk&) {}, "", {}},
      {"a note", Where::dynamics, [](Talk&) {}, "", {}},
      {"gone", Where::jira, [](Talk& talk) { talk.part.both->comments.clear(); }, "it is there", {}},
      {"could not be read",
       Where::jira,
       [](Talk& talk) {
         talk.part.both.reset();
         talk.part.error = Error{ErrorKind::transient, "no route", {}};
       },
       "it can be read",
       {}},
      {"a copy",
       Where::dynamics,
       [](Talk& talk) { talk.part.both->twins = {talk.twin(Where::jira)}; },
       "it is somebody's own, not a copy of tandem's",
       {}},
      {"ours under another link",
       Where::jira,
       [](Talk& talk) { talk.part.both->own_comments = {"7"}; },
       "it is somebody's own, not a copy of tandem's",
       {}},
      {"internal", Where::jira, [](Talk& talk) { talk.part.both->comments[0].internal = true; }, "it may leave Jira",
       Reason::internal_comment},
      {"without text", Where::dynamics, [](Talk& talk) { talk.part.both->notes[0].text = " "; }, "it has a text",
       Reason::empty_note},
      {"older than a link by hand", Where::dynamics,
       [](Talk& talk) {
         talk.pair.facts.link->kind = talk.part.both->link.kind = link::Kind::manual;
         talk.part.both->made_on_dataverse = parse_instant("2026-11-02T10:00:01Z");
       },
       "it is young enough", Reason::before_link},
      {"copied", Where::jira, [](Talk& talk) { talk.part.both->twins = {talk.twin(Where::jira)}; },
       "it changed since it was copied", Reason::no_change},
      {"its copy is deleted", Where::jira,
       [](Talk& talk) {
         talk.part.both->twins = {talk.twin(Where::jira)};
         talk.part.both->notes.clear();
       },
       "its copy is still there", Reason::copy_deleted},
      {"its copy is edited", Where::jira,
       [](Talk& talk) {
         talk.part.both->twins = {talk.twin(Where::jira)};
         talk.part.both->twins[0].copy_version = "0";
         talk.part.both->twins[0].copy_hash = "other";
       },
       "nobody edited its copy", Reason::copy_edited},
      {"an open write", Where::jira, [](Talk& talk) { talk.part.intents.emplace_back(); },
       "no earlier write of this conversation is unsettled", Reason::open_intent},
      {"parked", Where::jira,
       [](Talk& talk) {
         talk.part.queued.emplace();
         talk.part.queued->parked = true;
         talk.part.queued->tries = 5;
       },
       "its conversation is not set aside", Reason::parked},
  };
  for (auto const& row : rows) {
    INFO(row.what);
    Talk talk(TwinKind::comment, row.side == Where::jira ? "7" : kNote);
    row.change(talk);
    auto const effect = talk.effect();
    CHECK(effect.name == "comment");
    CHECK(decisive(effect) == row.decides);
    if (auto const* const one = effect.decisive()) CHECK(one->reason == row.reason);
    if (row.decides[0] == '\0') {
      CHECK(effect.direction == (row.side == Where::jira ? "to-dynamics" : "to-jira"));
      CHECK(effect.outcome.find("the next run adds it") == 0);
    }
  }
}

TEST_CASE("a file asks whether it is its own, whether it is mirrored, and every limit on its size [X1][I1][I2]") {
  Talk talk(TwinKind::file, "90");
  talk.part.rules->dynamics_files.most_base64 = 2000;
  CHECK(decisive(talk.effect()).empty());
  CHECK(talk.effect().outcome == "the next run adds it to the record as a note with a file");
  talk.part.both->files[0].size = 1600;
  CHECK(talk.effect().decisive()->reason == Reason::larger_than_limit);
  CHECK(talk.effect().decisive()->found.find("base64") != std::string::npos);
  talk.part.both->files[0].size = 0;
  talk.part.rules->dynamics_files.takes_empty = false;
  CHECK(talk.effect().decisive()->reason == Reason::empty_file);
  talk.part.both->files[0].size = 10;
  talk.part.rules->dynamics_files.blocked_extensions = "exe;txt";
  CHECK(talk.effect().decisive()->reason == Reason::blocked_file);
  talk.part.both->own_files = {{"90", kNote}};
  CHECK(decisive(talk.effect()) == "it is somebody's own, not a copy of tandem's");
  CHECK(decisive(Talk(TwinKind::file, kNote).effect()) == "it is there");  // a note without a file
  Talk note(TwinKind::file, kNote);
  note.part.both->notes[0].file_name = "photo.png";
  note.part.both->notes[0].file_size = 77;
  CHECK(note.effect().direction == "to-jira");
  CHECK(decisive(note.effect()).empty());
}
