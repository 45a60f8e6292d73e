#include "play.hpp"

#include <map>
#include <optional>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "../cli/driver.hpp"
#include "seen.hpp"

namespace model_test {

namespace {

using tandem::json::Array;
using tandem::json::Object;
using tandem::json::Value;

constexpr std::array<char const*, kFields> kColumns{"title", "prioritycode", "description"};
constexpr std::array<char const*, kFields> kJiraFields{"summary", "priority", "description"};
constexpr std::array<char const*, 3> kInitials{"dynamics", "jira", "none"};
constexpr std::array<char const*, 3> kModes{"display-only", "one-way", "two-way"};
constexpr std::array<char const*, 4> kPolicies{"latest", "dynamics", "jira", "hold"};

std::string item_text(Options const& options) {
  auto const on = [](bool value) { return value ? "true" : "false"; };
  bool const shows = !options.synchronises();
  return fmt::format(
      R"({{"name":"model","mode":"{}","conflict":"{}","jira":{{"project":"SUP","issueType":"Task"}},
"dynamics":{{"module":"customer-service","entity":"incident","filter":"casetypecode eq 1"}},
"autoCreate":{},"fields":{},"comments":{{"enabled":{}}},"attachments":{{"enabled":{}}},
"status":{{"enabled":{},"path":["To Do"],"map":[{{"dynamics":"In Progress","jira":"In Progress"}},{{"dynamics":"On Hold","jira":"Waiting"}},
{{"dynamics":"Problem Solved","jira":"Done"}}]}},"mappings":{}}})",
      kModes.at(static_cast<std::size_t>(options.mode)), kPolicies.at(static_cast<std::size_t>(options.policy)),
      on(!shows && options.auto_create), on(!shows && options.fields), on(!shows && options.comments),
      on(!shows && options.files), on(!shows && options.status),
      shows
          ? "[]"
          : R"([{"column":"title","field":"summary"},{"column":"prioritycode","field":"priority","values":{"1":"High","2":"Medium","3":"Low"}},
{"column":"description","field":"description"}])");
}

Value paragraph(std::string const& text) {
  return Object{{"type", "doc"},
                {"version", 1},
                {"content", Array{Object{{"type", "paragraph"}, {"content", Array{Object{{"type", "text"}, {"text", text}}}}}}}};
}

std::string shown(Side const& side) {
  auto const list = [](std::multiset<std::string> const& all) { return fmt::format("[{}]", fmt::join(all, " ")); };
  constexpr std::array<char const*, 4> statuses{"fresh", "open", "on-hold", "resolved"};
  return fmt::format("\"{}\" {} \"{}\" {} talk {} files {}", side.values[0], side.values[1], side.values[2],
                     statuses.at(static_cast<std::size_t>(side.status)), list(side.talk), list(side.files));
}

class Play {
 public:
  explicit Play(History const& history) : options_(history.options), reference_(history.options), ann_(sandbox_) {
    must(ann_.connect());
    auto const file = ann_.folder().write("item.json", item_text(options_));
    must(ann_.tandem({"items", "apply", "-f", file, "--baseline", "all"}));
    auto const state = sandbox_.get("state");
    account_ = state["dataverse"]["rows"]["account"].at(0)["accountid"].text_or("");
  }

  Played all(std::vector<Step> const& steps) {
    Played played;
    for (auto const& step : steps) {
      ++number_;
      // A minute and more between two steps: which came later is never in doubt.
      sandbox_.post("clock", Object{{"advance", "90s"}});
      did_ = false;
      try {
        one(step);
      } catch (std::exception const& refused) {  // an edit that the reference allows and a service does not
        fault_ = refused.what();
      }
      if (did_) ++played.done.at(static_cast<std::size_t>(step.what));
      if (!fault_.empty()) {
        played.fault = fmt::format("step {} ({}): {}", number_, text_of(step), fault_);
        return played;
      }
    }
    if (reference_.enabled()) quiet();
    played.fault = fault_;
    return played;
  }

 private:
  // What became of one pair in the world.
  struct Names {
    std::string record, issue;
  };

  void one(Step const& step) {
    if (step.what == Do::new_record) return new_record(step);
    if (step.what == Do::cycle) return cycle();
    if (step.what == Do::disable || step.what == Do::enable) {
      reference_.enable(step.what == Do::enable);
      return must(ann_.tandem({"items", step.what == Do::enable ? "enable" : "disable", "model"}));
    }
    if (names_.empty()) return;
    auto const at = step.pair % names_.size();
    switch (step.what) {
      case Do::edit_record: return edit_record(at, step);
      case Do::edit_issue: return edit_issue(at, step);
      case Do::record_status: return record_status(at, step);
      case Do::issue_status: return issue_status(at, step);
      case Do::note: return note(at);
      case Do::comment: return comment(at);
      case Do::file_note: return file_note(at);
      case Do::attach: return attach(at);
      case Do::event: return event(at, 1);
      case Do::twice: return event(at, 2);
      case Do::add_link: return add_link(at, step);
      case Do::remove_link: return remove_link(at);
      case Do::resolve: return resolve(at, step);
      case Do::reword: return reword(at, step);
      case Do::drop: return drop(at, step);
      case Do::delete_issue: return delete_issue(at);
      default: return;
    }
  }

  static std::string value_of(Field field, Step const& step) {
    if (field == Field::priority) return kPriorities.at(step.value % kPriorities.size());
    if (field == Field::description && step.value % 5 == 0) return "";
    return fmt::format("{} {}", field == Field::title ? "Title ü" : "Described 📱", step.value % 900);
  }
  static Field field_of(Step const& step) { return static_cast<Field>(step.choice % kFields); }

  static Value column_value(Field field, std::string const& value) {
    if (field == Field::priority) return 1 + (std::find(kPriorities.begin(), kPriorities.end(), value) - kPriorities.begin());
    return value.empty() ? Value() : Value(value);
  }
  static Value field_value(Field field, std::string const& value) {
    if (value.empty()) return {};
    if (field == Field::priority) return Object{{"name", value}};
    return field == Field::description ? paragraph(value) : Value(value);
  }

  void new_record(Step const& step) {
    Values values{fmt::format("Case {}", number_), kPriorities.at(step.choice % 3), step.value % 2 == 0 ? "" : "As reported"};
    Object body{{"casetypecode", 1}, {"customerid_account@odata.bind", "/accounts(" + account_ + ")"}};
    for (std::size_t i = 0; i < kFields; ++i) body.set(kColumns.at(i), column_value(static_cast<Field>(i), values.at(i)));
    auto const made = dynamics("POST", "/api/data/v9.2/incidents", body, {{"Prefer", "return=representation"}});
    reference_.new_record(values);
    names_.push_back({made["incidentid"].text_or(""), ""});
    if (names_.back().record.empty()) fault_ = "no record was made: " + tandem::json::to_text(made);
  }

  void edit_record(std::size_t at, Step const& step) {
    auto const field = field_of(step);
    auto const value = value_of(field, step);
    if (!reference_.edit_record(at, field, value)) return;
    dynamics("PATCH", record_path(at), Object{{kColumns.at(static_cast<std::size_t>(field)), column_value(field, value)}});
  }
  void edit_issue(std::size_t at, Step const& step) {
    auto const field = field_of(step);
    auto const value = value_of(field, step);
    if (!reference_.edit_issue(at, field, value)) return;
    jira("PUT", issue_path(at),
         Object{{"fields", Object{{kJiraFields.at(static_cast<std::size_t>(field)), field_value(field, value)}}}});
  }
  void record_status(std::size_t at, Step const& step) {
    constexpr std::array<Status, 3> statuses{Status::open, Status::on_hold, Status::resolved};
    auto const status = statuses.at(step.choice % statuses.size());
    if (!reference_.set_record_status(at, status)) return;
    if (status == Status::resolved) {
      dynamics("POST", "/api/data/v9.2/CloseIncident",
               Object{{"IncidentResolution",
                       Object{{"subject", "By Alice"}, {"incidentid@odata.bind", "/incidents(" + names_.at(at).record + ")"}}},
                      {"Status", 5}});
    } else {
      dynamics("PATCH", record_path(at), Object{{"statecode", 0}, {"statuscode", status == Status::open ? 1 : 2}});
    }
  }
  void issue_status(std::size_t at, Step const& step) {
    constexpr std::array<Status, 4> statuses{Status::fresh, Status::open, Status::on_hold, Status::resolved};
    auto const status = statuses.at(step.choice % statuses.size());
    auto const before = reference_.pairs().at(at).issue.status;
    if (!reference_.set_issue_status(at, status)) return;
    auto const id = status == Status::fresh     ? before == Status::resolved ? "41" : "51"
                    : status == Status::open    ? "11"
                    : status == Status::on_hold ? "21"
                                                : "31";
    jira("POST", issue_path(at) + "/transitions", Object{{"transition", Object{{"id", id}}}});
  }

  void note(std::size_t at) {
    auto const word = fmt::format("word{}x", number_);
    reference_.note(at, word);
    dynamics("POST", "/api/data/v9.2/annotations",
             Object{{"notetext", "Seen: " + word}, {"objectid_incident@odata.bind", "/incidents(" + names_.at(at).record + ")"}});
  }
  void comment(std::size_t at) {
    auto const word = fmt::format("word{}x", number_);
    if (reference_.comment(at, word)) jira("POST", issue_path(at) + "/comment", Object{{"body", paragraph("Heard: " + word)}});
  }
  void file_note(std::size_t at) {
    auto const name = fmt::format("file{}.txt", number_);
    reference_.file_note(at, name);
    dynamics("POST", "/api/data/v9.2/annotations",
             Object{{"filename", name},
                    {"mimetype", "text/plain"},
                    {"documentbody", "aGVsbG8="},
                    {"objectid_incident@odata.bind", "/incidents(" + names_.at(at).record + ")"}});
  }
  void attach(std::size_t at) {
    auto const name = fmt::format("file{}.txt", number_);
    if (!reference_.attach(at, name)) return;
    did_ = true;
    sandbox_.post("edit", Object{{"as", "bob"},
                                 {"side", "jira"},
                                 {"method", "POST"},
                                 {"path", issue_path(at) + "/attachments"},
                                 {"headers",
                                  Object{{"Content-Type", "multipart/form-data; boundary=b"}, {"X-Atlassian-Token", "no-check"}}},
                                 {"body", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
                                              "\"\r\n\r\nhello\r\n--b--\r\n"}});
  }

  // What one side says of the pair, by id of its note or comment; `theirs` = without what the product wrote there.
  std::vector<std::pair<std::string, std::string>> said(std::size_t at, bool in_jira, bool theirs) {
    std::vector<std::pair<std::string, std::string>> out;
    auto const add = [&](std::string const& id, std::string const& text) {
      std::multiset<std::string> words;
      take_words(text, words);
      // A copy begins with who wrote the original, and where.
      bool const copy = text.find("Heard: ") != std::string::npos ? !in_jira : in_jira;
      if (words.size() == 1 && !(theirs && copy)) out.emplace_back(id, *words.begin());
    };
    auto const state = sandbox_.get("state");
    if (in_jira) {
      for (auto const& issue : state["jira"]["issues"].items()) {
        if (issue["key"].text() != names_.at(at).issue) continue;
        for (auto const& one : issue["comments"].items()) add(one["id"].text_or(""), words_of(one["body"]));
      }
    } else {
      for (auto const& one : state["dataverse"]["rows"]["annotation"].items()) {
        if (one["_objectid_value"].text() == names_.at(at).record)
          add(one["annotationid"].text_or(""), one["notetext"].text_or(""));
      }
    }
    return out;
  }
  void reword(std::size_t at, Step const& step) {
    bool const in_jira = step.choice % 2 == 0;
    auto const all = said(at, in_jira, true);
    if (all.empty()) return;
    auto const& [id, word] = all.at(step.value % all.size());
    auto const instead = fmt::format("word{}x", number_);
    reference_.reword(at, in_jira, word, instead);
    if (in_jira)
      jira("PUT", issue_path(at) + "/comment/" + id, Object{{"body", paragraph("Heard: " + instead)}});
    else
      dynamics("PATCH", "/api/data/v9.2/annotations(" + id + ")", Object{{"notetext", "Seen: " + instead}});
  }
  void drop(std::size_t at, Step const& step) {
    bool const in_jira = step.choice % 2 == 0;
    // Jira lets people delete only their own.
    auto const all = said(at, in_jira, in_jira);
    if (all.empty()) return;
    auto const& [id, word] = all.at(step.value % all.size());
    reference_.drop(at, in_jira, word);
    if (in_jira)
      jira("DELETE", issue_path(at) + "/comment/" + id, {});
    else
      dynamics("DELETE", "/api/data/v9.2/annotations(" + id + ")", {});
  }
  void delete_issue(std::size_t at) {
    if (names_.at(at).issue.empty() || !reference_.enabled()) return;
    auto const state = sandbox_.get("state");
    std::string id;
    for (auto const& issue : state["jira"]["issues"].items()) {
      if (issue["key"].text() == names_.at(at).issue) id = issue["id"].text_or("");
    }
    jira("DELETE", issue_path(at), {});
    Object const body{
        {"webhookEvent", "jira:issue_deleted"}, {"timestamp", 1}, {"issue", Object{{"id", id}, {"key", names_.at(at).issue}}}};
    must(ann_.tandem({"push-event", "-"}, {}, tandem::json::to_text(body)));
    --issues_;
    reference_.delete_issue(at);
    names_.at(at).issue.clear();
    compare();
  }

  void cycle() {
    reference_.cycle();
    bool holds = false;
    for (std::size_t i = 0; i < names_.size(); ++i) holds = holds || any_held(i);
    auto const ran = ann_.tandem({"sync-once"});
    did_ = true;
    // What is held is told in the run that finds it, with exit 6.
    if (ran.code != 0 && !(ran.code == 6 && holds)) fault_ = fmt::format("sync-once ended with {}: {}", ran.code, ran.all());
    find_issues();
    compare();
  }
  void event(std::size_t at, int times) {
    if (names_.at(at).issue.empty()) return;
    reference_.event(at);
    for (int i = 0; i < times; ++i) must(ann_.tandem({"push-event", "--issue", names_.at(at).issue}));
    compare();
  }

  void add_link(std::size_t at, Step const& step) {
    auto const initial = static_cast<Initial>(step.choice % kInitials.size());
    // What first contact does under a disabled item waits for its next cycle, and is left out here.
    if ((options_.mode != Mode::two_way && initial == Initial::jira) || !reference_.enabled()) return;
    if (reference_.pairs().at(at).link == Kind::broken) return;
    if (reference_.pairs().at(at).link != Kind::none) {
      auto const refused = ann_.tandem({"link", "add", names_.at(at).issue, "--item", "model", "--record", names_.at(at).record});
      if (refused.code != 7) fault_ = fmt::format("a second link ended with {}: {}", refused.code, refused.all());
      return;
    }
    Values const values{fmt::format("By hand {}", number_), kPriorities.at(step.value % 3),
                        step.value % 2 == 0 ? "" : "In Jira's words"};
    Object fields{{"project", Object{{"key", "SUP"}}}, {"issuetype", Object{{"name", "Task"}}}};
    for (std::size_t i = 0; i < kFields; ++i) {
      if (!values.at(i).empty()) fields.set(kJiraFields.at(i), field_value(static_cast<Field>(i), values.at(i)));
    }
    auto const made = jira("POST", "/rest/api/3/issue", Object{{"fields", fields}});
    names_.at(at).issue = made["key"].text_or("");
    ++issues_;
    reference_.add_link(at, values, initial);
    std::vector<std::string> call{"link", "add", names_.at(at).issue, "--item", "model", "--record", names_.at(at).record};
    if (options_.synchronises()) call.insert(call.end(), {"--initial", kInitials.at(static_cast<std::size_t>(initial))});
    must(ann_.tandem(call));
    compare();
  }
  void remove_link(std::size_t at) {
    if (names_.at(at).issue.empty()) return;
    auto const before = ann_.tandem({"link", "remove", names_.at(at).issue});
    did_ = true;
    auto const expected = reference_.remove_link(at);
    if (before.code != expected)
      fault_ = fmt::format("link remove ended with {} for {}: {}", before.code, expected, before.all());
    if (expected == 0) names_.at(at).issue.clear();
    compare();
  }
  void resolve(std::size_t at, Step const& step) {
    auto const field = field_of(step);
    if (names_.at(at).issue.empty() || !known_as_held(at, field)) return;
    bool const jira = step.value % 2 == 0;
    reference_.resolve(at, field, jira);
    must(ann_.tandem({"link", "resolve", names_.at(at).issue, "--field", kJiraFields.at(static_cast<std::size_t>(field)),
                      "--take", jira ? "jira" : "dynamics"}));
    compare();
  }

  // After everything one more cycle writes nothing (R4).
  void quiet() {
    auto const writes = [&] {
      std::int64_t count = 0;
      auto const requests = sandbox_.get("requests");
      for (auto const& [endpoint, times] : requests["counts"].members()) {
        bool const reads = endpoint.starts_with("GET ") || endpoint.find("bulkfetch") != std::string::npos ||
                           endpoint.find("search") != std::string::npos || endpoint.ends_with("/workflows") ||
                           endpoint.find("$batch") != std::string::npos || endpoint.find("token") != std::string::npos;
        if (!reads) count += times.integer().value_or(0);
      }
      return count;
    };
    cycle();
    auto const before = writes();
    cycle();
    if (fault_.empty() && writes() != before) fault_ = "a further cycle wrote something";
  }

  bool any_held(std::size_t at) {
    bool held = false;
    for (std::size_t i = 0; i < kFields; ++i) held = held || reference_.held(at, static_cast<Field>(i));
    return held;
  }
  // Held in the reference, and found by the product, which knows of it only after it looked.
  bool known_as_held(std::size_t at, Field field) {
    if (!reference_.held(at, field)) return false;
    auto const shown = ann_.tandem({"status", "--output", "json"});
    auto const parsed = tandem::json::parse(shown.out);
    if (!parsed) return false;
    for (auto const& one : (*parsed)["held"].items()) {
      if (one["key"].text() == names_.at(at).issue && one["field"].text() == kJiraFields.at(static_cast<std::size_t>(field)))
        return true;
    }
    return false;
  }

  void find_issues() {
    auto const state = sandbox_.get("state");
    issues_ = state["jira"]["issues"].items().size();
    for (auto const& issue : state["jira"]["issues"].items()) {
      auto const record = issue["properties"]["tandem.link"]["links"]["model"]["record"].text_or("");
      for (auto& one : names_) {
        if (one.record == record && !record.empty()) one.issue = issue["key"].text_or("");
      }
    }
  }

  void compare() {
    if (!fault_.empty()) return;
    auto const state = sandbox_.get("state");
    std::size_t expected_issues = issues_;
    if (state["jira"]["issues"].items().size() != expected_issues) fault_ = "the number of issues changed";
    for (std::size_t i = 0; i < names_.size() && fault_.empty(); ++i) {
      auto const& pair = reference_.pairs().at(i);
      auto const record = record_side(state, names_.at(i).record);
      if (!(record == pair.record))
        fault_ = fmt::format("record {}:\n  is       {}\n  expected {}", i, shown(record), shown(pair.record));
      if (pair.has_issue != !names_.at(i).issue.empty()) {
        fault_ += fmt::format("\nrecord {} has {} issue", i, pair.has_issue ? "no" : "an unexpected");
      } else if (pair.has_issue) {
        auto const issue = issue_side(state, names_.at(i).issue);
        if (!(issue == pair.issue))
          fault_ += fmt::format("\nissue {}:\n  is       {}\n  expected {}", i, shown(issue), shown(pair.issue));
      }
    }
  }

  std::string record_path(std::size_t at) { return "/api/data/v9.2/incidents(" + names_.at(at).record + ")"; }
  std::string issue_path(std::size_t at) { return "/rest/api/3/issue/" + names_.at(at).issue; }
  Value dynamics(std::string const& method, std::string const& path, Value body, Object headers = {}) {
    did_ = true;
    return sandbox_.post("edit", Object{{"as", "alice"},
                                        {"side", "dataverse"},
                                        {"method", method},
                                        {"path", path},
                                        {"headers", std::move(headers)},
                                        {"body", std::move(body)}});
  }
  Value jira(std::string const& method, std::string const& path, Value body) {
    did_ = true;
    return sandbox_.post("edit",
                         Object{{"as", "bob"}, {"side", "jira"}, {"method", method}, {"path", path}, {"body", std::move(body)}});
  }
  void must(cli_test::Ran const& ran) {
    did_ = true;
    if (ran.code != 0 && fault_.empty()) fault_ = fmt::format("a command ended with {}: {}", ran.code, ran.all());
  }

  Options options_;
  Reference reference_;
  cli_test::Sandbox sandbox_;
  cli_test::Operator ann_;
  std::string account_;
  std::vector<Names> names_;
  std::size_t issues_ = 0;
  int number_ = 0;
  bool did_ = false;
  std::string fault_;
};

}  // namespace

Played play(History const& history) { return Play(history).all(history.steps); }

}  // namespace model_test
