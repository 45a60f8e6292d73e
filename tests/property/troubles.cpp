#include "property/troubles.hpp"

#include <memory>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>

namespace tandem::test {

namespace {

using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::Header;
using sandbox::ServiceName;

constexpr char const* kHtml =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>";
constexpr char const* kWrongTypes =
    R"({"value":{"a":1},"issues":"none","fields":[],"id":{},"key":7,"errors":3,"total":"x","values":5,"comments":1,"transitions":{},)"
    R"("access_token":{},"expires_in":"soon","issueChangeLogs":2,"accountId":false,"startAt":[]})";

Fault answered(ServiceName service, Fault::When when, int status, std::vector<Header> headers, std::string body) {
  Fault out;
  out.service = service;
  out.when = when;
  out.what = Fault::Do::status;
  out.status = status;
  out.headers = std::move(headers);
  out.body = std::move(body);
  return out;
}

Trouble on_wire(std::string name, std::string shows, Fault fault) {
  Trouble out;
  out.name = std::move(name);
  out.shows = std::move(shows);
  out.wire = true;
  out.fault = std::move(fault);
  return out;
}

Trouble dropped(std::string name, ServiceName service, Fault::When when, Fault::Do what = Fault::Do::drop, Millis hold = 60s) {
  Fault fault;
  fault.service = service;
  fault.when = when;
  fault.what = what;
  fault.hold_for = hold;
  return on_wire(std::move(name), service == ServiceName::jira ? "service=jira" : "service=dataverse", std::move(fault));
}

// One switch for the time that it lasts.
Trouble switched(std::string name, std::string shows, std::string config, std::string during, std::string after) {
  Trouble out;
  out.name = std::move(name);
  out.shows = std::move(shows);
  out.begin = [config, during](Story& story, double) {
    story.configure(config, *json::parse(during));
    if (config.starts_with("entra.")) story.forget_tokens();
  };
  auto const back = config == "dataverse.revokePrivilege" ? std::string("dataverse.grantPrivilege")
                    : config == "jira.revokePermission"   ? std::string("jira.grantPermission")
                                                          : config;
  out.end = [back, after](Story& story) { story.configure(back, *json::parse(after)); };
  return out;
}

void add_limits(std::vector<Trouble>& all) {
  for (auto const* reason :
       {"jira-quota-global-based", "jira-quota-tenant-based", "jira-burst-based", "jira-per-issue-on-write"}) {
    all.push_back(on_wire(
        fmt::format("Jira's 429 {} with a wait", reason), "asks to wait",
        answered(ServiceName::jira, Fault::When::before, 429, {{"Retry-After", "20"}, {"RateLimit-Reason", reason}}, "")));
    all.push_back(on_wire(fmt::format("Jira's 429 {} without a wait", reason), "429",
                          answered(ServiceName::jira, Fault::When::before, 429, {{"RateLimit-Reason", reason}}, "")));
  }
  all.push_back(on_wire("Jira's 429 for longer than a run", "asks to wait 1h",
                        answered(ServiceName::jira, Fault::When::before, 429, {{"Retry-After", "3600"}}, "")));
  for (auto const* code : {"0x80072322", "0x80072321", "0x80072326"}) {
    auto const body = fmt::format(R"({{"error":{{"code":"{}","message":"Number of requests exceeded the limit."}}}})", code);
    all.push_back(on_wire(fmt::format("Dataverse's 429 {} with a wait", code), "asks to wait",
                          answered(ServiceName::dataverse, Fault::When::before, 429, {{"Retry-After", "31"}}, body)));
    all.push_back(on_wire(fmt::format("Dataverse's 429 {} without a wait", code), "429",
                          answered(ServiceName::dataverse, Fault::When::before, 429, {}, body)));
  }
}

void add_answers(std::vector<Trouble>& all) {
  std::vector<Header> const html{{"Content-Type", "text/html"}};
  std::vector<Header> const json{{"Content-Type", "application/json"}};
  for (auto const service : {ServiceName::jira, ServiceName::dataverse}) {
    std::string const who = service == ServiceName::jira ? "Jira" : "Dataverse";
    auto const add = [&](std::string const& what, std::string const& shows, Fault::When when, int status,
                         std::vector<Header> headers, std::string body) {
      all.push_back(on_wire(who + ": " + what, shows, answered(service, when, status, std::move(headers), std::move(body))));
    };
    add("503", "503", Fault::When::before, 503, html, kHtml);
    add("500 before the effect", "500", Fault::When::before, 500, html, kHtml);
    add("500 after the effect", "500", Fault::When::after, 500, json, R"({"message":"boom"})");
    add("a redirect", "302", Fault::When::before, 302, {{"Location", "https://login.example.com/"}}, "");
    add("a page where JSON is expected", who, Fault::When::before, 200, html, kHtml);
    add("a page instead of the answer, after the effect", who, Fault::When::after, 200, html, kHtml);
    add("nothing where JSON is expected", who, Fault::When::before, 200, json, "");
    add("nothing instead of the answer, after the effect", who, Fault::When::after, 200, json, "");
    add("an empty object", who, Fault::When::before, 200, json, "{}");
    add("an empty list", who, Fault::When::before, 200, json, "[]");
    add("wrong types", who, Fault::When::before, 200, json, kWrongTypes);
    add("wrong types after the effect", who, Fault::When::after, 200, json, kWrongTypes);
    add("half a document", who, Fault::When::before, 200, json, R"({"value":[{"incidentid":")");
    all.push_back(dropped(who + ": a reset before the effect", service, Fault::When::before));
    all.push_back(dropped(who + ": a reset after the effect", service, Fault::When::after));
    all.push_back(dropped(who + ": a truncated body", service, Fault::When::body));
    all.push_back(dropped(who + ": an answer that never comes", service, Fault::When::after, Fault::Do::hold));
    all.push_back(dropped(who + ": a request that is executed a minute later", service, Fault::When::before, Fault::Do::hold));
  }
}

void add_identity(std::vector<Trouble>& all) {
  all.push_back(switched("Jira's dead token, in its quiet way", "token", "jira.deadToken", "true", "false"));
  all.push_back(switched("the client secret has expired", "AADSTS", "entra.secretExpired", "true", "false"));
  all.push_back(switched("the application user is disabled", "disabled", "dataverse.userDisabled", "true", "false"));
  all.push_back(switched("the application user has no role", "role", "dataverse.roles", "false", "true"));
  all.push_back(switched("tokens die in the middle", "", "entra.tokenLifetime", "301", "3599"));
  all.push_back(switched("Entra throttles", "Entra asks to wait", "entra.trouble", R"("throttledSilently")", R"("none")"));
  all.push_back(switched("Entra is away", "Entra", "entra.trouble", R"("unavailable")", R"("none")"));
  all.push_back(switched("the right to write cases is taken away", "lacks the privilege", "dataverse.revokePrivilege",
                         R"("prvWriteIncident")", R"("prvWriteIncident")"));
  all.push_back(switched("the right to read cases is taken away", "lacks the privilege", "dataverse.revokePrivilege",
                         R"("prvReadIncident")", R"("prvReadIncident")"));
  all.push_back(switched("the right to write notes is taken away", "lacks the privilege", "dataverse.revokePrivilege",
                         R"("prvCreateNote")", R"("prvCreateNote")"));
  all.push_back(switched("the right to edit issues is taken away", "rejected", "jira.revokePermission", R"("EDIT_ISSUES")",
                         R"("EDIT_ISSUES")"));
  all.push_back(switched("the right to comment is taken away", "comments and files: ", "jira.revokePermission",
                         R"("ADD_COMMENTS")", R"("ADD_COMMENTS")"));
}

void add_metadata(std::vector<Trouble>& all) {
  all.push_back(switched("a mapped column is removed", "productserialnumber -> labels", "dataverse.change",
                         R"({"table":"incident","dropColumn":"productserialnumber"})", "null"));
  all.push_back(switched("an option is added", "", "dataverse.change",
                         R"({"table":"incident","column":"prioritycode","option":{"value":4,"label":"Urgent"}})", "null"));
  all.push_back(switched("a mapped field is taken off the screens", "followupby -> duedate", "jira.change",
                         R"({"screenField":"duedate","project":"SUP"})", "null"));
  all.push_back(switched("a transition is taken out of the workflow", "no-transition", "jira.change",
                         R"({"workflow":"support","dropTransition":"21"})", "null"));
  all.push_back(switched("a status is taken out of the workflow", "status-unmatched", "jira.change",
                         R"({"workflow":"support","dropStatus":"10002"})", "null"));
}

// Commits are refused from some moment of the run on; what the store really says then is in tests/unit/store and tests/cli/disk_test.cpp.
Trouble out_of_disk(std::string name, std::string const& refusal) {
  Trouble out;
  out.name = std::move(name);
  out.shows = refusal;
  out.unkept = true;
  out.begin = [refusal](Story& story, double strength) {
    auto const commits = std::make_shared<int>(0);
    int const free = strength >= 1 ? 0 : static_cast<int>(1 / strength);
    story.before_commit([commits, free, refusal]() -> Result<Unit> {
      if (++*commits <= free) return Unit{};
      return fail(ErrorKind::store, refusal);
    });
  };
  out.end = [](Story& story) { story.before_commit({}); };
  return out;
}

void add_others(std::vector<Trouble>& all) {
  all.push_back(switched("the search lags", "", "jira.searchLag", R"("8m")", R"("0s")"));
  all.push_back(switched("the search loses rows", "", "jira.dropSearchRow", "2", "0"));
  all.push_back(switched("an edit does not show the issue", "", "jira.returnIssue", "false", "true"));
  for (auto const& [name, refusal] :
       {std::pair{"the disk is full", "the disk is full while committing"},
        std::pair{"the store's map is full", "the store is full while committing: its map has no room left"},
        std::pair{"the disk turns read-only", "the state directory is on a read-only file system (committing)"}})
    all.push_back(out_of_disk(name, refusal));
  // What is edited here is edited later without this trouble, too.
  auto const edit_record = [](Story& story) {
    static std::string const id = story.cases().at(1).id;  // the same in every story
    story.before_request("", {});
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + id + ")",
               R"({"followupby":"2026-11-30T09:00:00Z"})");
  };
  all.push_back({"a person edits the record between our look and our write", "",
                 [edit_record](Story& story, double) {
                   story.before_request("PATCH /api/data/v9.2/incidents", [&story, edit_record] { edit_record(story); });
                 },
                 edit_record});
  auto const edit_issue = [](Story& story) {
    static std::string const record = story.cases().at(0).id;
    story.before_request("", {});
    for (auto const& one : story.issues()) {
      if (one["properties"]["tandem.link"]["links"]["support-cases"]["record"].text() != record) continue;
      story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(one["key"].text()),
                 R"({"update":{"labels":[{"add":"later"}]}})");
    }
  };
  all.push_back({"a person edits the issue between our look and our write", "",
                 [edit_issue](Story& story, double) {
                   story.before_request("PUT /rest/api/3/issue/", [&story, edit_issue] { edit_issue(story); });
                 },
                 edit_issue});
  all.push_back({"our clock jumps a day back", "", [](Story& story, double) { story.shift_wall_clock(-24h); },
                 [](Story& story) { story.shift_wall_clock(Millis{0}); }});
  all.push_back({"our clock jumps a day ahead", "", [](Story& story, double) { story.shift_wall_clock(24h); },
                 [](Story& story) { story.shift_wall_clock(Millis{0}); }});
  all.push_back({"the services' clocks jump a day back", "clock-went-back",
                 [](Story& story, double) { story.world().clock().advance(-24h); },
                 [](Story& story) { story.world().advance(24h); }});
  all.push_back(switched("Jira's clock alone jumps a day back", "clock-went-back", "jira.clockSkew", R"("-24h")", R"("0s")"));
  all.push_back({"the services' clocks jump a day ahead", "", [](Story& story, double) { story.world().clock().advance(24h); },
                 [](Story&) {}});
  all.push_back({"answers drip, and the run's time is over", "stopped",
                 [](Story& story, double) {
                   story.each_request([&story] { story.world().clock().advance(50s); });
                   story.stop_after(270s);
                 },
                 [](Story& story) {
                   story.each_request({});
                   story.stop_after({});
                 }});
}

}  // namespace

std::vector<Trouble> const& all_troubles() {
  static std::vector<Trouble> const all = [] {
    std::vector<Trouble> out;
    add_limits(out);
    add_answers(out);
    add_identity(out);
    add_metadata(out);
    add_others(out);
    return out;
  }();
  return all;
}

void begin(Story& story, std::vector<Trouble const*> const& troubles, double strength, std::uint64_t seed) {
  std::vector<Fault> plan;
  for (auto const* one : troubles) {
    if (one->begin) one->begin(story, strength);
    if (!one->wire) continue;
    plan.push_back(one->fault);
    plan.back().probability = strength;
    plan.back().seed = seed++;
  }
  story.world().set_faults(std::move(plan));
}

void end(Story& story, std::vector<Trouble const*> const& troubles) {
  story.world().set_faults({});
  for (auto const* one : troubles) {
    if (one->end) one->end(story);
  }
}

}  // namespace tandem::test
