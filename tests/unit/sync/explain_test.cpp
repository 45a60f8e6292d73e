// Explaining: the ordered conditions of each effect, the first that does not hold, and its evidence (SPEC X1, X2).
#include <catch2/catch.hpp>

#include <functional>

#include <tandem/sync/explain.hpp>

#include "unit/sync/records.hpp"

using namespace tandem;
using namespace tandem::sync;
namespace explain = tandem::sync::explain;
using explain::Answer;
using explain::Delivery;
using explain::effect_of;
using explain::effects_of;
using explain::Facts;
using namespace tandem::test;

namespace {

std::string const kRecord = R"({"title":"Printer on fire","ticketnumber":"CAS-1","statecode":0,"createdon":"2026-11-02T09:00:00Z",
  "modifiedon":"2026-11-02T10:00:00Z"})";

struct Parts {
  std::string mode = "one-way", auto_create = "true", fields = "true", more = "",
              mappings = R"([{"column":"title","field":"summary"}])";
};

std::shared_ptr<mapping::CompiledItem const> made(Parts const& parts) {
  auto const text =
      R"({"name":"cases","mode":")" + parts.mode +
      R"(","jira":{"project":"SUP","issueType":"Task"},"dynamics":{"module":"customer-service","entity":"incident"},)" +
      R"("autoCreate":)" + parts.auto_create + R"(,"fields":)" + parts.fields + parts.more + R"(,"mappings":)" + parts.mappings +
      "}";
  auto read = mapping::parse_item(text);
  REQUIRE(read.item.has_value());
  auto compiled = mapping::compile(*read.item, case_schema());
  if (!compiled) FAIL(compiled.error().to_line());
  return *compiled;
}

mapping::StoredItem enabled() {
  mapping::StoredItem out;
  out.baseline = parse_instant("2026-11-01T00:00:00Z");
  return out;
}

// A record that is to become an issue: every condition of auto-create holds.
Facts new_record(mapping::CompiledItem const& item, mapping::StoredItem const& stored) {
  Facts facts{item, stored};
  facts.record = record(kRecord);
  facts.record_id = facts.record->id;
  facts.create = plan_create(item, *facts.record);
  return facts;
}

// A linked pair that agreed on "Printer on fire".
struct Pair {
  std::shared_ptr<mapping::CompiledItem const> item;
  mapping::StoredItem stored = enabled();
  Facts facts{*item, stored};
  explicit Pair(Parts const& parts = {}) : item(made(parts)) {
    auto const then = record(kRecord);
    auto const shown = issue(R"({"summary":"Printer on fire","updated":"2026-11-02T10:00:01.000+0000"})");
    link::Link link;
    link.id = "l";
    link.item = "cases";
    link.record = then.id;
    link.record_number = "CAS-1";
    link.issue = shown.id;
    link.issue_key = shown.key;
    link.made_at = parse_instant("2026-11-02T09:05:00Z");
    facts.link = link;
    auto base = base_of(*item, then);
    take_issue(base, *item, shown);
    facts.base = base;
    facts.record = then;
    facts.record_id = then.id;
    facts.issue = shown;
    facts.issue_key = shown.key;
    HistoryEntry entry;
    entry.action = "created-issue";
    entry.run = "run-1";
    entry.fields = {{"summary", "", "Printer on fire", {}}};
    facts.history = {entry};
    plan();
  }
  void plan() { facts.update = plan_update(*item, *facts.base, *facts.record, *facts.issue); }
};

explain::Effect const& effect(std::vector<explain::Effect> const& all, std::string_view name, std::string_view direction) {
  for (auto const& one : all) {
    if (one.name == name && one.direction == direction) return one;
  }
  throw std::runtime_error("no such effect");
}

Retry failure(int tries) {
  Retry out;
  out.tries = tries;
  out.reason = "rejected";
  return out;
}

std::string decisive(explain::Effect const& effect) {
  auto const* const one = effect.decisive();
  return one == nullptr ? "" : one->asks;
}

}  // namespace

TEST_CASE("auto-create asks its conditions in order, and the first that does not hold decides [X1][X2]") {
  struct Row {
    char const* what;
    Parts parts;
    std::function<void(Facts&, mapping::StoredItem&)> change;
    char const* decides;  // "" = the issue is made
    std::optional<Reason> reason;
  };
  auto const nothing = [](Facts&, mapping::StoredItem&) {};
  Row const rows[] = {
      {"all hold", {}, nothing, "", {}},
      {"display-only", {.mode = "display-only"}, nothing, "the item synchronises", {}},
      {"disabled",
       {},
       [](Facts&, mapping::StoredItem& stored) { stored.enabled = false; },
       "the item is enabled",
       Reason::item_disabled},
      {"off", {.auto_create = "false"}, nothing, "auto-create is on", Reason::auto_create_off},
      {"older",
       {},
       [](Facts&, mapping::StoredItem& stored) { stored.baseline = parse_instant("2026-11-02T09:00:01Z"); },
       "the record was made at or after the item's baseline",
       Reason::before_baseline},
      {"the same second counts",
       {},
       [](Facts&, mapping::StoredItem& stored) { stored.baseline = parse_instant("2026-11-02T09:00:00.900Z"); },
       "",
       {}},
      {"closed",
       {.more = R"(,"create":{"skipClosed":true})"},
       [](Facts& facts, mapping::StoredItem&) { facts.record->columns.set("statecode", 1); },
       "the record is not closed",
       Reason::skip_closed},
      {"linked",
       {},
       [](Facts& facts, mapping::StoredItem&) { facts.link = link::Link{}; },
       "the record has no issue under this item",
       {}},
      {"unlinked",
       {},
       [](Facts& facts, mapping::StoredItem&) { facts.unlinked = true; },
       "nobody removed its link by hand",
       Reason::unlinked_by_hand},
      {"an open write",
       {},
       [](Facts& facts, mapping::StoredItem&) { facts.intent = Intent{}; },
       "no earlier write is unsettled",
       Reason::open_intent},
      {"parked",
       {},
       [](Facts& facts, mapping::StoredItem&) {
         facts.retry = failure(5);
         facts.retry->parked = true;
       },
       "it is not set aside",
       Reason::parked},
      {"pausing",
       {},
       [](Facts& facts, mapping::StoredItem&) {
         facts.retry = failure(1);
         facts.retry->next = parse_instant("2026-11-02T11:00:00Z");
         facts.dataverse_now = parse_instant("2026-11-02T10:59:00Z");
       },
       "it is not set aside",
       Reason::retry_later},
      {"no record",
       {},
       [](Facts& facts, mapping::StoredItem&) { facts.record.reset(); },
       "the record can be read",
       Reason::record_missing},
  };
  for (auto const& row : rows) {
    INFO(row.what);
    auto const item = made(row.parts);
    auto stored = enabled();
    auto facts = new_record(*item, stored);
    row.change(facts, stored);
    auto const all = effects_of(facts);
    auto const& one = effect(all, "auto-create", "to-jira");
    CHECK(decisive(one) == row.decides);
    CHECK((one.answer() == Answer::yes) == (row.decides[0] == '\0'));
    if (auto const* const condition = one.decisive()) {
      CHECK(condition->reason == row.reason);
      CHECK_FALSE(condition->cure.empty());
    }
  }
}

TEST_CASE("what was not asked, as a system could not be reached, is unknown and not a no [X1]") {
  auto const item = made({});
  auto stored = enabled();
  auto facts = new_record(*item, stored);
  facts.record.reset();
  facts.record_error = Error{ErrorKind::transient, "no route to Dataverse", {}};
  auto const all = effects_of(facts);
  auto const& one = effect(all, "auto-create", "to-jira");
  CHECK(one.answer() == Answer::unknown);
  CHECK(one.decisive()->found.find("no route to Dataverse") != std::string::npos);
}

TEST_CASE("a field that Jira requires and nothing fills is the reason why no issue is made [X2]") {
  auto const item = made({.mappings = R"([{"column":"title","field":"summary"},{"column":"new_tags","field":"labels"}])"});
  auto stored = enabled();
  auto facts = new_record(*item, stored);
  facts.create->fields.erase("summary");
  auto const all = effects_of(facts);
  auto const& one = effect(all, "auto-create", "to-jira");
  CHECK(decisive(one) == "the field summary that Jira requires has a value");
  CHECK(one.decisive()->reason == Reason::required_empty);
}

TEST_CASE("a field tells, for each direction, the first condition that does not hold, with value, time and run [X1]") {
  Pair pair;
  auto const at_rest = effects_of(pair.facts);
  auto const& rest = effect(at_rest, "field", "to-jira");
  CHECK(decisive(rest) == "the column changed since both sides last agreed");
  CHECK(rest.decisive()->reason == Reason::no_change);
  CHECK(rest.decisive()->run == "run-1");
  CHECK(rest.decisive()->at == parse_instant("2026-11-02T10:00:00Z"));
  CHECK(decisive(effect(at_rest, "field", "to-dynamics")) == "the mapping writes to Dynamics");
  CHECK(effect(at_rest, "field", "to-dynamics").decisive()->reason == Reason::direction);

  pair.facts.record->columns.set("title", "Printer out");
  pair.plan();
  auto const edited = effects_of(pair.facts, "Summary");
  auto const& due = effect(edited, "field", "to-jira");
  CHECK(due.answer() == Answer::yes);
  CHECK(due.outcome == "the next run writes \"Printer out\" instead of \"Printer on fire\"");

  pair.facts.issue->fields.set("summary", "Printer out");
  pair.plan();
  auto const shown = effects_of(pair.facts, "title");
  CHECK(decisive(effect(shown, "field", "to-jira")) == "the issue does not show it yet");
  CHECK(effects_of(pair.facts, "nothing").empty());
}

TEST_CASE("what stops a link stops each of its fields, with the same evidence [X1]") {
  Pair pair;
  SECTION("a broken link") {
    pair.facts.link->state = link::State::broken;
    auto const all = effects_of(pair.facts);
    CHECK(decisive(effect(all, "field", "to-jira")) == "the link is not broken");
  }
  SECTION("an open write") {
    pair.facts.intent = Intent{};
    pair.facts.intent->run = "run-7";
    auto const all = effects_of(pair.facts);
    CHECK(decisive(effect(all, "field", "to-jira")) == "no earlier write is unsettled");
    CHECK(effect(all, "field", "to-jira").decisive()->run == "run-7");
  }
  SECTION("an issue that cannot be seen") {
    pair.facts.issue.reset();
    auto const all = effects_of(pair.facts);
    CHECK(decisive(effect(all, "field", "to-jira")) == "the issue can be read");
    CHECK(effect(all, "field", "to-jira").decisive()->reason == Reason::issue_missing);
  }
  SECTION("fields switched off") {
    Pair off({.fields = "false"});
    auto const all = effects_of(off.facts, "summary");
    REQUIRE(all.size() == 1);
    CHECK(decisive(all.front()) == "fields are on");
  }
  SECTION("status, comments and attachments that are not enabled") {
    auto const all = effects_of(pair.facts);
    CHECK(decisive(effect(all, "status", "both")) == "status is on");
    CHECK(decisive(effect(all, "comments", "both")) == "comments are on");
    CHECK(decisive(effect(all, "attachments", "both")) == "attachments are on");
  }
}

TEST_CASE("a delivery tells whether it waits, and what it led to [X1][F3]") {
  Delivery delivery;
  delivery.hint.issue = "10012";
  delivery.hint.kinds = {"issue-updated"};
  CHECK(decisive(effect_of(delivery)) == "the issue is linked");
  CHECK(effect_of(delivery).decisive()->reason == Reason::not_linked);
  delivery.links.emplace_back();
  CHECK(effect_of(delivery).answer() == Answer::yes);
  delivery.waits = true;
  CHECK(decisive(effect_of(delivery)) == "it does not wait any more");
  delivery.hint.issue.clear();
  delivery.waits = false;
  delivery.hint.attachments = {"10100"};
  CHECK(effect_of(delivery).answer() == Answer::unknown);
}
