// The history of issues (contract: jira.md §7).
#include <algorithm>

#include <tandem/base/json/write.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/rest.hpp>

namespace tandem::jira {
namespace {

constexpr std::size_t kMostFields = 10;
constexpr std::int64_t kRowsPerPage = 1000;

// A date-time by the schema, a bare number by its example: seconds or milliseconds.
std::optional<Instant> created_of(json::Value const& value) {
  if (value.is_string()) return parse_instant(value.text());
  auto const number = value.integer();
  if (!number) return std::nullopt;
  constexpr std::int64_t kLeastMillis = 100'000'000'000;  // 1973 in milliseconds, the year 5138 in seconds
  return Instant{Millis{*number >= kLeastMillis ? *number : *number * 1000}};
}

ChangelogEntry read_entry(json::Value const& row, Instant created) {
  ChangelogEntry entry{row["id"].scalar_text(), std::string(row["author"]["accountId"].text()), created, {}};
  for (auto const& item : row["items"].items()) {
    entry.fields.push_back({std::string(item["fieldId"].text()), item["from"].scalar_text(), item["fromString"].scalar_text(),
                            item["to"].scalar_text(), item["toString"].scalar_text()});
  }
  return entry;
}

bool earlier(ChangelogEntry const& a, ChangelogEntry const& b) {
  if (a.created != b.created) return a.created < b.created;
  return a.id.size() != b.id.size() ? a.id.size() < b.id.size() : a.id < b.id;
}

}  // namespace

Result<Changelogs> Client::changelogs(std::vector<std::string> const& ids, std::vector<std::string> const& field_ids) {
  Changelogs out;
  if (ids.empty()) return out;
  std::string token;
  do {
    auto request = make_request(base_url_, "POST", "/changelog/bulkfetch", "/changelog/bulkfetch");
    request.repeat = http::Repeat::safe;
    json::Object body{{"issueIdsOrKeys", string_array(ids)}, {"maxResults", kRowsPerPage}};
    if (!field_ids.empty() && field_ids.size() <= kMostFields) body.append("fieldIds", string_array(field_ids));
    if (!token.empty()) body.append("nextPageToken", token);
    request.body = json::to_text(body);
    TANDEM_TRY(auto const answer, read(transport_, request));
    if (!answer["issueChangeLogs"].is_array()) {
      return fail(Error{
          ErrorKind::remote, "Jira answered with something that is no list of histories", {{"endpoint", request.endpoint}}});
    }
    for (auto const& issue : answer["issueChangeLogs"].items()) {
      auto& entries = out[issue["issueId"].scalar_text()];
      for (auto const& row : issue["changeHistories"].items()) {
        if (auto const created = created_of(row["created"])) entries.push_back(read_entry(row, *created));
      }
    }
    auto next = std::string(answer["nextPageToken"].text());
    if (!next.empty() && next == token) return fail(ErrorKind::remote, "Jira gives the same page of histories again and again");
    token = std::move(next);
  } while (!token.empty());
  for (auto& [id, entries] : out) std::sort(entries.begin(), entries.end(), earlier);
  return out;
}

}  // namespace tandem::jira
