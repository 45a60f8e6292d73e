#include <tandem/sync/status/change_record.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/status/refusal.hpp>
#include <tandem/sync/flips.hpp>
#include <tandem/sync/status/write_status.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;
namespace status = mapping::status;
using status::Way;

// The newest comment that everybody may read: what is internal or restricted does not leave Jira (SPEC H4).
std::string last_comment(json::Value const& comments) {
  std::string text;
  for (auto const& one : comments["comments"].items()) {
    bool const internal = one["jsdPublic"].if_bool() != nullptr && !one["jsdPublic"].truthy();
    if (!one["visibility"].is_null() || internal) continue;
    auto const& read = one["body"];
    if (read.is_object()) text = mapping::richtext::to_text(mapping::richtext::from_adf(read).document);
  }
  return text;
}

class RecordChanger {
 public:
  RecordChanger(RunContext& run, CompiledItem const& item, Pair& pair)
      : run_(run), item_(item), pair_(pair), table_(*item.statuses), change_(pair.status.change) {}

  Result<StatusOutcome> go() { return change_.way == Way::patch ? update() : close(); }

 private:
  IntendedStatus intended() const {
    IntendedStatus out;
    out.to = status_now();  // of the issue: what the record is brought in step with
    out.way = status::name_of(change_.way);
    if (change_.to->state) out.state = *change_.to->state;
    out.status = change_.to->value;
    if (auto const* was = pair_.row.record.column(table_.column())) out.was = *was;
    return out;
  }

  Result<Unit> open_intent(IntendedStatus moved, Effect effect) {
    pair_.intent = intent_of(run_, pair_, effect);
    pair_.intent.at = run_.dataverse_now();
    pair_.intent.moved = std::move(moved);
    if (!pair_.status.lost.empty()) pair_.intent.reason = code_of(Reason::conflict);
    return run_.store().write([&](store::Writer& writer) { return put_intent(writer, pair_.intent); });
  }

  Result<StatusOutcome> update() {
    TANDEM_CHECK(open_intent(intended(), Effect::set_status));
    auto kept = run_.dataverse().update(item_.entity().set_name, item_.entity().primary_id, pair_.intent.record,
                                        pair_.intent.etag, status::patch_body(table_, change_), row_columns(item_));
    if (!kept) return refused(kept.error());
    return keep(&*kept);
  }

  Result<StatusOutcome> close() {
    // The message has no precondition: the record is looked at once more, right before it.
    TANDEM_TRY(auto const now, read());
    if (!now) return StatusOutcome{Report{Reason::record_missing, pair_.plan.number}};
    auto const* before = pair_.row.record.column(table_.column());
    auto const* present = now->column(table_.column());
    if (before == nullptr || present == nullptr || !(*before == *present))
      return StatusOutcome{Report{Reason::busy, "the record's status was changed in between"}, true};
    pair_.row.record = *now;
    TANDEM_TRY(auto const words, words_of_issue());
    auto moved = intended();
    moved.subject = status::subject_of(table_.options(), words);
    // Derived from the version that is closed: whoever sends the same message again names the same activity.
    moved.activity = uuid5(pair_.link().id, "close " + pair_.row.record.etag);
    auto const body = status::message_body(table_, item_.entity(), change_, pair_.row.record.id, moved.activity, words);
    TANDEM_CHECK(open_intent(std::move(moved), Effect::close));
    auto const done = run_.dataverse().act(std::string(status::name_of(change_.way)), body);
    if (!done && !status::says_closed_already(done.error())) return refused(done.error());
    TANDEM_TRY(auto const kept, read());
    return keep(kept ? &*kept : nullptr);
  }

  Result<std::optional<dataverse::Record>> read() {
    auto const& entity = item_.entity();
    return run_.dataverse().get(entity.set_name, entity.primary_id, pair_.row.record.id, row_columns(item_));
  }

  Result<status::IssueWords> words_of_issue() {
    status::IssueWords words;
    auto const text = [&](std::string_view field, std::string_view member) {
      auto const* held = pair_.issue.field(field);
      if (held == nullptr) return std::string();
      return member.empty() ? held->scalar_text() : (*held)[member].scalar_text();
    };
    words.key = pair_.issue.key;
    words.summary = text("summary", "");
    words.status = text("status", "name");
    words.resolution = text("resolution", "name");
    words.url = run_.jira().issue_url(pair_.issue.key);
    auto const& options = table_.options();
    if (status::asks_for(options.subject, "comment") || status::asks_for(options.text, "comment")) {
      TANDEM_TRY(auto const issue, run_.jira().get(pair_.issue.id, {"comment"}, {}));
      if (auto const* comments = issue ? issue->field("comment") : nullptr) words.comment = last_comment(*comments);
    }
    return words;
  }

  Result<StatusOutcome> keep(dataverse::Record const* kept) {
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_CHECK(commit_change(run_, writer, item_, pair_.intent, kept));
      TANDEM_TRY(auto const base, link::find_base(writer, pair_.intent.id));
      if (base) pair_.plan.base = *base;
      return Unit{};
    }));
    if (kept != nullptr) pair_.row.record = *kept;
    return StatusOutcome{};
  }

  Result<StatusOutcome> refused(Error const& error) {
    if (error.kind == ErrorKind::unknown_outcome) return fail(error);
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return erase_intent(writer, pair_.intent.id); }));
    bool const of_this_record =
        error.kind == ErrorKind::auth && (!error.find("privilege").empty() || error.find("status") == "403");
    if (ends_run(error.kind) && !of_this_record) return fail(error);
    if (error.kind == ErrorKind::conflict) return StatusOutcome{Report{Reason::busy, error.message}, true};
    if (error.kind == ErrorKind::not_found) return StatusOutcome{Report{Reason::record_missing, pair_.plan.number}};
    return StatusOutcome{status::refusal_of(error)};
  }

  std::string status_now() const {
    auto const* held = pair_.issue.field("status");
    return held != nullptr ? (*held)["id"].scalar_text() : std::string();
  }

  RunContext& run_;
  CompiledItem const& item_;
  Pair& pair_;
  status::StatusTable const& table_;
  status::RecordChange const& change_;
};

bool is_closing(Intent const& intent) { return intent.effect == Effect::close; }

}  // namespace

Result<StatusOutcome> change_record(RunContext& run, CompiledItem const& item, Pair& pair) {
  return RecordChanger(run, item, pair).go();
}

Result<Unit> commit_change(RunContext& run, store::Writer& writer, CompiledItem const& item, Intent const& intent,
                           dataverse::Record const* shown) {
  TANDEM_TRY(auto link, link::find_link(writer, intent.id));
  if (!link) return fail(ErrorKind::store, fmt::format("the link of {} vanished while its status was changed", intent.number));
  TANDEM_TRY(auto held, link::find_base(writer, intent.id));
  auto base = held.value_or(intent.base);
  auto const& moved = *intent.moved;
  auto const column = item.statuses ? item.statuses->column() : std::string("statuscode");
  auto const* now = shown != nullptr ? shown->column(column) : nullptr;
  auto const* state = shown != nullptr ? shown->column("statecode") : nullptr;
  // A record that is open again by now was reopened by somebody after we closed it: that is a change since the base, not part of it.
  bool const reopened = is_closing(intent) && state != nullptr && state->integer() == 0;
  auto const before = moved.was.is_null() ? base.status.dynamics_status : moved.was;
  base.status = {moved.state, moved.status, moved.to};
  if (now != nullptr && !reopened) {
    base.status.dynamics_status = *now;
    if (state != nullptr) base.status.dynamics_state = *state;
    base.etag = shown->etag;
  }
  auto const at = run.dataverse_now().value_or(Instant{});
  link->synced_at = run.jira_now() ? run.jira_now() : link->synced_at;
  auto entry = history_of(run, *link, is_closing(intent) ? "closed-record" : "changed-status", at);
  entry.reason = intent.reason;
  entry.undoes = intent.undoes;
  if (!intent.undoes.empty()) entry.run = intent.run;  // also where a later run settles it
  auto const name = [&](json::Value const& value) {
    auto const* one = item.statuses ? item.statuses->reason(value.integer().value_or(-1)) : nullptr;
    return one != nullptr ? one->label : value.scalar_text();
  };
  entry.fields.push_back({column, name(before), name(base.status.dynamics_status), before,
                          value_print(base.status.dynamics_status), std::string(kStatusRule)});
  TANDEM_CHECK(append_history(writer, entry));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  TANDEM_CHECK(note_write(writer, link->id, kStatusRule, json::Array{name_of(Side::dynamics), moved.status}, at));
  TANDEM_CHECK(link::put_link(writer, *link));
  TANDEM_CHECK(link::put_base(writer, link->id, base));
  TANDEM_CHECK(erase_intent(writer, intent.id));
  if (!reopened) return erase_retry(writer, intent.item, intent.record);
  Retry look;
  look.item = intent.item;
  look.record = intent.record;
  look.number = intent.number;
  look.reason = code_of(Reason::open_intent);
  look.detail = "it was reopened meanwhile";
  return put_retry(writer, look);
}

Result<bool> finds_closing_activity(RunContext& run, CompiledItem const& item, Intent const& intent) {
  bool const is_case = item.entity().logical_name == "incident";
  dataverse::Query query;
  query.set_name = is_case ? "incidentresolutions" : "opportunitycloses";
  query.primary_id = "activityid";
  query.select = {"subject", "createdon"};
  auto const& moved = *intent.moved;
  TANDEM_TRY(auto const own, run.dataverse().get(query.set_name, query.primary_id, moved.activity, query.select));
  if (own) return true;
  // Should the service have given it another id: its subject, and made since the intent (both by Dataverse's clock; a minute for the order of
  // `Date` and `createdon`).
  query.filter = fmt::format("{} eq {} and subject eq {}", is_case ? "_incidentid_value" : "_opportunityid_value", intent.record,
                             dataverse::quoted(moved.subject));
  if (intent.at) query.filter += " and createdon ge " + dataverse::literal(*intent.at - std::chrono::minutes{1});
  query.page_size = 1;
  TANDEM_TRY(auto const page, run.dataverse().query(query));
  return !page.records.empty();
}

}  // namespace tandem::sync
