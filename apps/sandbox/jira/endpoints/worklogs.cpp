#include "jira/endpoints/worklogs.hpp"

#include <algorithm>

#include "jira/endpoints/writing.hpp"
#include "jira/fields/duration.hpp"
#include "jira/fields/take.hpp"
#include "jira/permissions.hpp"
#include "jira/render.hpp"
#include "jira/visibility.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira {

namespace {

constexpr std::size_t kMostOnPage = 5000;

Worklog const* find_worklog(Site const& site, Call const& call, Issue const& issue, std::string_view id) {
  auto const found = std::find_if(issue.worklogs.begin(), issue.worklogs.end(),
                                  [&](Worklog const& held) { return std::to_string(held.id) == id; });
  return found != issue.worklogs.end() && sees_restricted(site, call.reader, found->visibility) ? &*found : nullptr;
}

Response no_worklog(std::string const& id) { return refused(404, "Cannot find worklog with id: '" + id + "'."); }

bool expands_properties(Call const& call) {
  auto const expand = call.list("expand");
  return std::find(expand.begin(), expand.end(), "properties") != expand.end();
}

bool may_change(Site const& site, Call const& call, Worklog const& worklog, std::string_view verb) {
  bool const own = call.account() != nullptr && worklog.author == call.account()->id;
  return may(site, call.account(), std::string(verb) + "_ALL_WORKLOGS") ||
         (own && may(site, call.account(), std::string(verb) + "_OWN_WORKLOGS"));
}

// Writes what a body says into `out`; on an edit, what it does not say stays.
Refusal read_worklog(Site const& site, Call const& call, Worklog& out, bool created) {
  Refusal refusal;
  auto const& body = call.body;
  if (auto const text = body["timeSpent"].scalar_text(); !text.empty()) {
    auto const seconds = duration_seconds(text);
    if (!seconds || *seconds <= 0)
      refusal.errors.set("timeLogged", "Invalid time duration entered.");
    else
      out.seconds = *seconds;
  } else if (body.has("timeSpentSeconds")) {
    auto const seconds = body["timeSpentSeconds"].integer();
    if (!seconds || *seconds < 60)
      refusal.errors.set("timeLogged", "Worklog must be at least one minute.");
    else
      out.seconds = *seconds / 60 * 60;  // whole minutes
  } else if (created) {
    refusal.errors.set("timeLogged", "You must indicate the time spent working.");
  }
  if (body.has("started")) {
    auto const at = tandem::parse_instant(body["started"].text());
    if (!at)
      refusal.errors.set("startDate", "You must specify a date on which the work occurred: yyyy-MM-dd'T'HH:mm:ss.SSSZ.");
    else
      out.started = *at;
  }
  if (body.has("comment") && !body["comment"].is_null()) {
    if (auto fault = rich_text_fault(site, body["comment"], site.settings.strict_adf && !call.control))
      refusal.errors.set("comment", std::move(*fault));
    out.comment = body["comment"];
  }
  if (body.has("visibility")) {
    if (auto visibility = read_visibility(site, call, body["visibility"]))
      out.visibility = std::move(*visibility);
    else
      for (auto const& [key, text] : visibility.error().errors) refusal.errors.set(key, text);
  }
  if (auto properties = read_properties(body["properties"])) {
    for (auto& [key, value] : *properties) out.properties.insert_or_assign(key, std::move(value));
  } else {
    refusal.messages = properties.error().messages;
  }
  return refusal;
}

// The remaining estimate after a change of `difference` seconds of logged work: adjustEstimate = auto | leave | new | manual.
struct Estimate {
  bool changes = false;
  std::int64_t remaining = 0;
};
Checked<Estimate> new_estimate(Call const& call, Issue const& issue, std::int64_t difference, char const* manual) {
  auto const how = call.param("adjustEstimate").value_or("auto");
  auto const held = issue.value("timetracking")["remaining"].integer();
  auto const amount = [&](char const* name) -> Checked<std::int64_t> {
    auto const seconds = duration_seconds(call.param(name).value_or(""));
    if (!seconds) return refuse_field(std::string(name), "You must supply a valid '" + std::string(name) + "'.");
    return *seconds;
  };
  auto const bounded = [](std::int64_t seconds) { return Estimate{true, std::max<std::int64_t>(seconds, 0)}; };
  if (how == "leave") return Estimate{};
  if (how == "auto") return held ? bounded(*held - difference) : Estimate{};
  if (how == "new") {
    auto const seconds = amount("newEstimate");
    return seconds ? Checked<Estimate>(bounded(*seconds)) : tl::unexpected<Refusal>(seconds.error());
  }
  if (how == "manual" && manual != nullptr) {
    auto const seconds = amount(manual);
    if (!seconds) return tl::unexpected<Refusal>(seconds.error());
    return bounded(held.value_or(0) + (std::string_view(manual) == "increaseBy" ? *seconds : -*seconds));
  }
  return refuse_field("adjustEstimate", "The value '" + how + "' of adjustEstimate is not valid.");
}

// History items of logged work: the time spent, the estimate, and which worklog went or was edited.
void write_history(Site& site, Issue& issue, std::string const& author, std::int64_t spent_before, Estimate const& estimate,
                   std::optional<std::int64_t> worklog) {
  std::vector<Change> items;
  auto const text = [](std::int64_t seconds) { return seconds == 0 ? std::optional<std::string>() : std::to_string(seconds); };
  auto const add = [&](std::string name, std::optional<std::string> from, std::optional<std::string> to) {
    if (from == to) return;
    Change change;
    change.field = change.field_id = std::move(name);
    change.from = change.from_text = std::move(from);
    change.to = change.to_text = std::move(to);
    items.push_back(std::move(change));
  };
  if (estimate.changes) {
    auto tracking = issue.value("timetracking");
    auto const before = tracking["remaining"].integer();
    if (before != estimate.remaining) {
      add("timeestimate", before ? std::optional(std::to_string(*before)) : std::nullopt, std::to_string(estimate.remaining));
      tracking.set("remaining", estimate.remaining);
      issue.set("timetracking", std::move(tracking));
    }
  }
  add("timespent", text(spent_before), text(seconds_spent(issue)));
  if (worklog) {
    Change change;
    change.field = "WorklogId";
    change.from = change.from_text = std::to_string(*worklog);
    items.push_back(std::move(change));
  }
  record(site, issue, author, std::move(items), {});
  issue.updated = site.now();
}

void announce(Site& site, char const* name, Issue const& issue, Worklog const& worklog) {
  announce_worklog(site, name, issue, [&](Reader const& reader) { return worklog_json(site, reader, issue, worklog, false); });
}

}  // namespace

std::int64_t seconds_spent(Issue const& issue) {
  std::int64_t out = 0;
  for (auto const& worklog : issue.worklogs) out += worklog.seconds;
  return out;
}

json::Value worklog_json(Site const& site, Reader const& reader, Issue const& issue, Worklog const& worklog,
                         bool with_properties) {
  json::Object out;
  out.append("self", site.api("issue/") + std::to_string(issue.id) + "/worklog/" + std::to_string(worklog.id));
  out.append("author", user_json(site, reader, worklog.author));
  out.append("updateAuthor", user_json(site, reader, worklog.editor));
  if (!worklog.comment.is_null()) out.append("comment", worklog.comment);
  out.append("created", stamp(worklog.created, reader.zone));
  out.append("updated", stamp(worklog.updated, reader.zone));
  if (!worklog.visibility.is_null()) out.append("visibility", worklog.visibility);
  out.append("started", stamp(worklog.started, reader.zone));
  out.append("timeSpent", duration_text(worklog.seconds));
  out.append("timeSpentSeconds", worklog.seconds);
  out.append("id", std::to_string(worklog.id));
  out.append("issueId", std::to_string(issue.id));
  if (with_properties) out.append("properties", properties_json(worklog.properties));
  return out;
}

Response get_worklogs(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const offset = offset_of(call, kMostOnPage, kMostOnPage);
  if (!offset) return refused(offset.error());
  auto const after = call.number("startedAfter", INT64_MIN);
  auto const before = call.number("startedBefore", INT64_MAX);
  if (!after) return refused(after.error());
  if (!before) return refused(before.error());
  json::Array all;
  for (auto const& worklog : issue->worklogs) {
    auto const started = tandem::epoch_millis(worklog.started);
    if (started < *after || started >= *before || !sees_restricted(site, call.reader, worklog.visibility)) continue;
    all.push_back(worklog_json(site, call.reader, *issue, worklog, expands_properties(call)));
  }
  json::Object out;
  out.append("startAt", static_cast<std::uint64_t>(offset->start));
  out.append("maxResults", static_cast<std::uint64_t>(offset->most));
  out.append("total", static_cast<std::uint64_t>(all.size()));
  out.append("worklogs", slice(std::move(all), *offset));
  return json_answer(200, std::move(out));
}

Response post_worklog(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  if (!may(site, call.account(), "WORK_ON_ISSUES")) return refused(400, "You do not have permission to log work for this issue.");
  if (issue->worklogs.size() >= static_cast<std::size_t>(site.settings.most_worklogs))
    return refused(413, "The issue has reached the limit of worklogs.");
  Worklog worklog;
  worklog.author = worklog.editor = call.account()->id;
  worklog.created = worklog.updated = worklog.started = site.now();
  if (auto const refusal = read_worklog(site, call, worklog, true); !refusal.empty()) return refused(refusal);
  auto const estimate = new_estimate(call, *issue, worklog.seconds, "reduceBy");
  if (!estimate) return refused(estimate.error());
  worklog.id = site.store.next_worklog_id();
  site.store.change(issue->id, site.now(), [&](Issue& held) {
    auto const spent = seconds_spent(held);
    held.worklogs.push_back(worklog);
    write_history(site, held, worklog.author, spent, *estimate, std::nullopt);
    announce(site, "worklog_created", held, worklog);
  });
  auto const shown = worklog_json(site, call.reader, *issue, worklog, expands_properties(call));
  return json_answer(201, shown).with("Location", std::string(shown["self"].text()));
}

Response get_worklog(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const* worklog = find_worklog(site, call, *issue, call.args[1]);
  if (worklog == nullptr) return no_worklog(call.args[1]);
  return json_answer(200, worklog_json(site, call.reader, *issue, *worklog, expands_properties(call)));
}

Response put_worklog(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const* found = find_worklog(site, call, *issue, call.args[1]);
  if (found == nullptr) return no_worklog(call.args[1]);
  if (!may_change(site, call, *found, "EDIT")) return refused(400, "You do not have permission to edit this worklog.");
  Worklog worklog = *found;
  if (auto const refusal = read_worklog(site, call, worklog, false); !refusal.empty()) return refused(refusal);
  auto const estimate = new_estimate(call, *issue, worklog.seconds - found->seconds, nullptr);
  if (!estimate) return refused(estimate.error());
  worklog.editor = call.account()->id;
  worklog.updated = site.now();
  site.store.change(issue->id, site.now(), [&](Issue& held) {
    auto const spent = seconds_spent(held);
    std::replace_if(
        held.worklogs.begin(), held.worklogs.end(), [&](Worklog const& other) { return other.id == worklog.id; }, worklog);
    write_history(site, held, worklog.editor, spent, *estimate, worklog.id);
    announce(site, "worklog_updated", held, worklog);
  });
  return json_answer(200, worklog_json(site, call.reader, *issue, worklog, expands_properties(call)));
}

Response delete_worklog(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const* found = find_worklog(site, call, *issue, call.args[1]);
  if (found == nullptr) return no_worklog(call.args[1]);
  if (!may_change(site, call, *found, "DELETE")) return refused(400, "You do not have permission to delete this worklog.");
  auto const estimate = new_estimate(call, *issue, -found->seconds, "increaseBy");
  if (!estimate) return refused(estimate.error());
  site.store.change(issue->id, site.now(), [&, gone = *found](Issue& held) {
    auto const spent = seconds_spent(held);
    std::erase_if(held.worklogs, [&](Worklog const& other) { return other.id == gone.id; });
    write_history(site, held, call.account()->id, spent, *estimate, gone.id);
    announce(site, "worklog_deleted", held, gone);
  });
  return no_content();
}

}  // namespace sandbox::jira
