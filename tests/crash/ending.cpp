#include "crash/ending.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/sync/check.hpp>

namespace tandem::test {

namespace {

// Tables of the organisation that no run writes to: people, apps, units.
constexpr std::array kStill{"systemuser", "businessunit",       "team",    "subject", "transactioncurrency", "organization",
                            "appmodule",  "appmodulecomponent", "account", "contact"};
// Counted up by the services, or of one run alone.
std::set<std::string, std::less<>> const kLeftOut{"@odata.etag",
                                                  "versionnumber",
                                                  "self",
                                                  "annotationid",
                                                  "activityid",
                                                  "run",
                                                  "at",
                                                  "tries",
                                                  "next",
                                                  "etag",
                                                  "detail",
                                                  "noteHash",
                                                  "remoteHash",
                                                  "jira",
                                                  "original_version",
                                                  "copy_version",
                                                  "originalVersion",
                                                  "copyVersion",
                                                  "issueUpdated",
                                                  "syncedAt",
                                                  "workratio",
                                                  "avatarUrls"};
// Whatever the store holds that says what is so, what waits and what was done. The others say how far something was read.
constexpr std::array kTables{"links",
                             "base",
                             "twins",
                             "unlinked",
                             "removals",
                             "conversations",
                             "parked",
                             "held",
                             "outbox",
                             "journal",
                             "conversation_journal",
                             "part_journal",
                             "history"};

constexpr std::string_view kToldMark = R"(store history {"action":"wrote-)";

bool digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f'); }

bool guid_at(std::string_view text) {
  if (text.size() < 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !hex(text[i])) return false;
  }
  return true;
}

// "2026-11-02T09:00:00" and what belongs to it; 0 = none.
std::size_t time_at(std::string_view text) {
  static constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < kForm.size()) return 0;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !digit(text[i]) : text[i] != kForm[i]) return 0;
  }
  auto end = kForm.size();
  while (end < text.size() && (digit(text[end]) || text[end] == '.' || text[end] == '+' || text[end] == 'Z')) ++end;
  return end;
}

class Namer {
 public:
  explicit Namer(Instant from) : from_(from) {}
  void name(std::string const& token, std::string label) {
    if (!token.empty()) names_.emplace(token, std::move(label));
  }
  // The text with names for what is known, and without times that belong to the runs.
  std::string operator()(std::string_view text) const {
    std::string out;
    out.reserve(text.size());
    bool inside = false;  // of a word: what begins there is no token
    while (!text.empty()) {
      std::size_t taken = 0;
      if (!inside) taken = token(text, out);
      if (taken == 0) {
        inside = std::isalnum(static_cast<unsigned char>(text.front())) != 0;
        out += text.front();
        taken = 1;
      }
      text.remove_prefix(taken);
    }
    return out;
  }

 private:
  std::size_t token(std::string_view text, std::string& out) const {
    if (auto const length = time_at(text); length > 0) {
      auto const at = parse_instant(std::string(text.substr(0, 19)) + "Z");
      bool const ours = at && *at >= from_ && *at < from_ + std::chrono::hours{24 * 20};
      out += ours ? std::string_view("TIME") : text.substr(0, length);
      return length;
    }
    std::size_t length = 0;
    if (guid_at(text)) {
      length = 36;
    } else {
      while (length < text.size() && (std::isalnum(static_cast<unsigned char>(text[length])) != 0 || text[length] == '-'))
        ++length;
    }
    if (length == 0) return 0;
    auto const found = names_.find(text.substr(0, length));
    out += found == names_.end() ? text.substr(0, length) : std::string_view(found->second);
    return length;
  }

  Instant from_;
  std::map<std::string, std::string, std::less<>> names_;
};

json::Value scrubbed(json::Value const& value) {
  if (value.is_array()) {
    json::Array out;
    for (auto const& one : value.items()) out.push_back(scrubbed(one));
    return out;
  }
  if (!value.is_object()) return value;
  json::Object out;
  for (auto const& [name, one] : value.members()) {
    if (!kLeftOut.contains(name)) out.append(name, scrubbed(one));
  }
  return out;
}

json::Value without_id(json::Value const& value) {
  json::Object out;
  for (auto const& [name, one] : value.members()) {
    if (name != "id") out.append(name, one);
  }
  return out;
}

class Writer {
 public:
  Writer(Story& story, Instant from, Depth depth) : story_(story), from_(from), depth_(depth), namer_(from) {}

  std::string write() {
    auto const jira = story_.world().jira().state();
    auto const dataverse = story_.world().dataverse().state();
    for (auto const& issue : jira["issues"].items()) name_issue(issue);
    for (auto const& note : dataverse["rows"]["annotation"].items()) {
      namer_.name(std::string(note["annotationid"].text()),
                  fmt::format("note({} {})", note["subject"].text().substr(0, 12), note["filename"].text()));
    }
    for (auto const& issue : jira["issues"].items()) write_issue(issue);
    for (auto const& [table, rows] : dataverse["rows"].members()) {
      if (std::find(kStill.begin(), kStill.end(), table) != kStill.end()) continue;
      for (auto const& row : rows.items()) line("row " + table, row);
    }
    for (auto const* list : {"components", "versions"}) {
      auto const rows = story_.edit("alice", sandbox::ServiceName::jira, "GET", std::string("/rest/api/3/project/SUP/") + list);
      for (auto const& row : rows.items()) line(list, row["name"]);
    }
    auto const read = story_.with_store([&](store::Reader& reader) { return write_store(reader); });
    if (!read && read.error().kind != ErrorKind::not_found) lines_.push_back("fault " + read.error().to_line());
    check_marks();
    std::sort(lines_.begin(), lines_.end());
    lines_.erase(std::unique(lines_.begin(), lines_.end(),
                             [](std::string const& a, std::string const& b) { return a == b && a.starts_with(kToldMark); }),
                 lines_.end());
    std::string out;
    for (auto const& one : lines_) out += one + "\n";
    return out;
  }

 private:
  void line(std::string const& kind, json::Value const& value) {
    auto shown = scrubbed(value);
    // Whose edit was the last.
    if (depth_ != Depth::whole && !shown["_modifiedby_value"].is_null())
      shown.if_object()->set("_modifiedby_value", json::Value());
    // Ids of further parts, which are counted on by whoever comments in between.
    if (depth_ != Depth::whole && kind == "store twins") shown.if_object()->set("more", json::Value());
    lines_.push_back(kind + " " + namer_(json::to_canonical(shown)));
  }
  void name_issue(json::Value const& issue) {
    std::string records;
    for (auto const& [item, entry] : issue["properties"]["tandem.link"]["links"].members())
      records += (records.empty() ? "" : "+") + std::string(entry["record"].text());
    auto const label = records.empty() ? std::string(issue["fields"]["summary"].text()) : records;
    namer_.name(std::string(issue["key"].text()), "issue-of(" + label + ")");
    namer_.name(std::string(issue["id"].text()), "issue-of(" + label + ")");
    labels_[std::string(issue["id"].text())] = label;
  }
  void write_issue(json::Value const& issue) {
    auto const of = " " + labels_[std::string(issue["id"].text())];
    line("issue" + of, json::Object{{"fields", issue["fields"]}, {"properties", issue["properties"]}});
    for (auto const& one : issue["remoteLinks"].items()) line("remote-link" + of, without_id(one));
    std::size_t at = 0;
    for (auto const& one : issue["comments"].items())
      line("comment" + of + (depth_ == Depth::whole ? fmt::format(" {}", at++) : ""), without_id(one));
    for (auto const& one : issue["attachments"].items()) {
      line("attachment" + of,
           json::Object{{"name", one["filename"]}, {"sha256", one["sha256"]}, {"author", one["author"]["displayName"]}});
    }
    if (depth_ == Depth::states) return;
    for (auto const& entry : issue["changelog"].items()) {
      for (auto const& item : entry["items"].items()) {
        if (item["field"].text() == "RemoteIssueLink") continue;  // the same link may be written again
        line("change" + of, json::Object{{"by", entry["author"]["displayName"]},
                                         {"field", item["field"]},
                                         {"from", item["fromString"]},
                                         {"to", item["toString"]}});
      }
    }
  }
  // A mark is written again where a run died before it could tell, and once more where what it shows has moved meanwhile: equal entries count as one,
  // but none without its write.
  void check_marks() {
    std::size_t written = 0;
    for (auto const& entry : story_.world().log().entries())
      written += entry.executed && entry.method == "POST" && entry.path.ends_with("/remotelink") ? 1U : 0U;
    if (remote_links_told_ > written)
      lines_.push_back(fmt::format("fault: {} remote links are told, {} were written", remote_links_told_, written));
  }
  Result<Unit> write_store(store::Reader& reader) {
    TANDEM_TRY(auto const problems, sync::check_store(reader));
    for (auto const& problem : problems) lines_.push_back("fault " + problem);
    for (std::string_view const table : kTables) {
      if (depth_ == Depth::states && table == "history") continue;
      TANDEM_CHECK(reader.scan(table, "", "", [&](std::string_view, std::string_view bytes) -> Result<bool> {
        TANDEM_TRY(auto value, json::parse(bytes.substr(1)));
        auto const at = parse_instant(value["at"].text());
        if (value["action"].text() == "wrote-remote-link" && at && *at >= from_) ++remote_links_told_;
        // A create that was found afterwards says so: it is the same one entry.
        if (value["action"].text() == "settled-issue") value.if_object()->set("action", "created-issue");
        line(fmt::format("store {}", table), value);
        return true;
      }));
    }
    return Unit{};
  }

  Story& story_;
  Instant from_;
  Depth depth_;
  std::size_t remote_links_told_ = 0;
  Namer namer_;
  std::map<std::string, std::string> labels_;
  std::vector<std::string> lines_;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    auto const end = text.find('\n');
    out.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return out;
}

// "row annotation …" -> "row annotation": what is counted together.
std::string_view kind_of(std::string_view line) {
  auto end = line.find(' ');
  if (line.starts_with("row ") || line.starts_with("store ")) end = line.find(' ', end + 1);
  return line.substr(0, end);
}

}  // namespace

std::string ending(Story& story, Instant from, Depth depth) { return Writer(story, from, depth).write(); }

Departure compare(std::string const& expected, std::string const& found) {
  Departure out;
  if (expected == found) return out;
  auto const wanted = lines_of(expected), there = lines_of(found);
  std::vector<std::string_view> missing, extra;
  std::set_difference(wanted.begin(), wanted.end(), there.begin(), there.end(), std::back_inserter(missing));
  std::set_difference(there.begin(), there.end(), wanted.begin(), wanted.end(), std::back_inserter(extra));
  std::map<std::string_view, std::int64_t> more;
  for (auto const& line : extra) more[kind_of(line)] += 1;
  for (auto const& line : missing) more[kind_of(line)] -= 1;
  for (auto const& [kind, count] : more) {
    if (count > 0) ++out.doubled;
    if (count < 0) ++out.lost;
    if (count == 0) ++out.different;
  }
  constexpr std::size_t kMost = 6, kLongest = 1500;
  for (auto const& [sign, lines] : {std::pair{'-', &missing}, std::pair{'+', &extra}}) {
    for (std::size_t i = 0; i < std::min(lines->size(), kMost); ++i)
      out.shown += fmt::format("{} {}\n", sign, (*lines)[i].substr(0, kLongest));
    if (lines->size() > kMost) out.shown += fmt::format("{} … {} more\n", sign, lines->size() - kMost);
  }
  return out;
}

}  // namespace tandem::test
