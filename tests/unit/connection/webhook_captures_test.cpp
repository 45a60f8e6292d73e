// Every recorded webhook body comes out as the right hint (SPEC F1; jira.md §12). The folder is named by TANDEM_CAPTURES.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <tandem/connection/jira/webhook/payload.hpp>

using namespace tandem;
using namespace tandem::jira::webhook;

namespace {

struct Expected {
  char const *file, *kind, *issue, *key, *changelog, *comment;
  std::int64_t at;  // epoch milliseconds
  char const* updated;  // "" = the body has none
};

Expected const kExpected[] = {
    {"jenkins-addComment.json", "issue-updated", "10000", "TEST-1", "", "10000", 1481183515208, "2016-12-08T07:51:38.775+0000"},
    {"jenkins-cloudAddComment.json", "comment-created", "10023", "TEST-24", "", "10021", 1524205492300, ""},
    {"jenkins-cloud_comment_added.json", "comment-created", "10023", "TEST-24", "", "10021", 1524205492300, ""},
    {"jenkins-empty_custom_field.json", "issue-updated", "10401", "TEST-26", "10404", "", 1502951901143,
     "2017-08-17T06:38:21.141+0000"},
    {"jenkins-issue_created.json", "issue-created", "10003", "TEST-4", "", "", 1450635909598, "2015-12-20T18:25:09.582+0000"},
    {"jenkins-issue_updated_fields_updated.json", "issue-updated", "10010", "TEST-11", "10201", "", 1452812500356,
     "2016-01-14T23:01:40.354+0000"},
    {"jenkins-issue_updated_status_updated.json", "issue-updated", "10010", "TEST-11", "10202", "", 1452812797049,
     "2016-01-14T23:06:37.032+0000"},
    {"jenkins-issue_updated_with_comment.json", "issue-updated", "10003", "TEST-4", "", "10000", 1450638298448,
     "2015-12-20T18:25:09.582+0000"},
    {"jenkins-issue_updated_without_comment.json", "issue-updated", "10510", "TEST-44", "10000", "", 1450868747986,
     "2015-12-23T11:05:47.978+0000"},
    {"jenkins-multi_value_custom_field.json", "issue-updated", "10402", "TEST-27", "10406", "", 1502952049912,
     "2017-08-17T06:40:49.910+0000"},
    {"jenkins-single_value_custom_field.json", "issue-updated", "10400", "TEST-25", "10407", "", 1502952089844,
     "2017-08-17T06:41:29.841+0000"},
    {"jenkins-updateCustomField.json", "issue-updated", "10015", "TEST-16", "10009", "", 1481183783733,
     "2016-12-08T07:56:23.732+0000"},
    {"jenkins-updateDescription.json", "issue-updated", "10001", "TEST-2", "10000", "", 1481183527124,
     "2016-12-08T07:52:07.117+0000"},
    {"jenkins-updateStatus.json", "issue-updated", "10011", "TEST-12", "10004", "", 1481183713759,
     "2016-12-08T07:55:13.755+0000"},
    {"mm-cloud-comment-created-mention-user.json", "comment-created", "10040", "TES-41", "", "10019", 1550286678321, ""},
    {"mm-cloud-comment-created.json", "comment-created", "10040", "TES-41", "", "10019", 1550286678321, ""},
    {"mm-cloud-comment-deleted.json", "comment-deleted", "10357", "KT-7", "", "10757", 1570513345538, ""},
    {"mm-cloud-comment-updated.json", "comment-updated", "10040", "TES-41", "", "10019", 1550286728432, ""},
    {"mm-cloud-issue-created-many-fields.json", "issue-created", "10509", "KT-22", "11627", "", 1566935004475,
     "2019-08-27T12:43:24.193-0700"},
    {"mm-cloud-issue-updated-custom-field.json", "issue-updated", "10368", "TES-14", "11479", "", 1565574553414,
     "2019-08-11T18:49:13.412-0700"},
    {"mm-issue-assigned-empty-changelog.json", "issue-updated", "10001", "TEST-123", "10500", "", 1724179662935, ""},
    {"mm-issue-comment-created-indentation.json", "issue-updated", "10101", "TEST-4", "", "10503", 1593218697100,
     "2020-06-27T00:43:53.099+0000"},
    {"mm-issue-created-no-description-nor-relevant-fields.json", "issue-created", "10040", "TES-41", "10222", "", 1550286113023,
     "2019-02-15T19:01:52.971-0800"},
    {"mm-issue-created-no-description.json", "issue-created", "10040", "TES-41", "10222", "", 1550286113023,
     "2019-02-15T19:01:52.971-0800"},
    {"mm-issue-created-no-relevant-fields.json", "issue-created", "10040", "TES-41", "10222", "", 1550286113023,
     "2019-02-15T19:01:52.971-0800"},
    {"mm-issue-created-with-security-level.json", "issue-created", "10040", "TES-41", "10222", "", 1550286113023,
     "2019-02-15T19:01:52.971-0800"},
    {"mm-issue-created.json", "issue-created", "10040", "TES-41", "10222", "", 1550286113023, "2019-02-15T19:01:52.971-0800"},
    {"mm-issue-deleted.json", "issue-deleted", "10303", "IDT-19", "", "", 1562177136176, "2019-07-03T11:04:43.020-0700"},
    {"mm-issue-updated-assigned-nobody.json", "issue-updated", "10040", "TES-41", "10231", "", 1550351432604,
     "2019-02-16T13:10:32.523-0800"},
    {"mm-issue-updated-assigned.json", "issue-updated", "10040", "TES-41", "10230", "", 1550287081752,
     "2019-02-15T19:18:01.707-0800"},
    {"mm-issue-updated-attachments.json", "issue-updated", "10040", "TES-41", "10233", "", 1550351530065,
     "2019-02-16T13:12:10.037-0800"},
    {"mm-issue-updated-components.json", "issue-updated", "10360", "TES-10", "12849", "", 1575556703833,
     "2019-12-05T06:38:23.829-0800"},
    {"mm-issue-updated-edited.json", "issue-updated", "10040", "TES-41", "10225", "", 1550286601840,
     "2019-02-15T19:10:01.805-0800"},
    {"mm-issue-updated-fix-version.json", "issue-updated", "10040", "TES-41", "11151", "", 1550286471789,
     "2019-02-15T19:07:51.756-0800"},
    {"mm-issue-updated-issue-type.json", "issue-updated", "10040", "TES-41", "11149", "", 1550286471789,
     "2019-02-15T19:07:51.756-0800"},
    {"mm-issue-updated-labels.json", "issue-updated", "10040", "TES-41", "10233", "", 1550351530065,
     "2019-02-16T13:12:10.037-0800"},
    {"mm-issue-updated-lowered-priority.json", "issue-updated", "10040", "TES-41", "10234", "", 1550351632565,
     "2019-02-16T13:13:52.522-0800"},
    {"mm-issue-updated-multiple-custom-fields.json", "issue-updated", "10040", "TES-41", "10233", "", 1550351530065,
     "2019-02-16T13:12:10.037-0800"},
    {"mm-issue-updated-multiple-values.json", "issue-updated", "10040", "TES-41", "11151", "", 1550286471789,
     "2019-02-15T19:07:51.756-0800"},
    {"mm-issue-updated-raised-priority.json", "issue-updated", "10040", "TES-41", "10235", "", 1550351716080,
     "2019-02-16T13:15:16.037-0800"},
    {"mm-issue-updated-rank.json", "issue-updated", "10040", "TES-41", "10233", "", 1550351530065,
     "2019-02-16T13:12:10.037-0800"},
    {"mm-issue-updated-renamed.json", "issue-updated", "10040", "TES-41", "10224", "", 1550286471789,
     "2019-02-15T19:07:51.756-0800"},
    {"mm-issue-updated-reopened-one-changelog.json", "issue-updated", "10040", "TES-41", "10229", "", 1550287026531,
     "2019-02-15T19:17:06.501-0800"},
    {"mm-issue-updated-reopened.json", "issue-updated", "10040", "TES-41", "10229", "", 1550287026531,
     "2019-02-15T19:17:06.501-0800"},
    {"mm-issue-updated-resolved-one-changelog.json", "issue-updated", "10040", "TES-41", "10228", "", 1550286940507,
     "2019-02-15T19:15:40.477-0800"},
    {"mm-issue-updated-resolved.json", "issue-updated", "10040", "TES-41", "10228", "", 1550286940507,
     "2019-02-15T19:15:40.477-0800"},
    {"mm-issue-updated-sprint.json", "issue-updated", "10040", "TES-41", "10233", "", 1550351530065,
     "2019-02-16T13:12:10.037-0800"},
    {"mm-issue-updated-started-working.json", "issue-updated", "10040", "TES-41", "10227", "", 1550286862039,
     "2019-02-15T19:14:22.002-0800"},
    {"mm-server-comment-created.json", "comment-created", "10013", "", "", "10082", 1559607317234, ""},
    {"mm-server-issue-updated-many-fields.json", "issue-updated", "10400", "HEY-15", "10508", "", 1567490619156,
     "2019-09-03T06:03:39.155+0000"},
    {"mm-server-old-issue-updated-no-event-type-assigned.json", "issue-updated", "10040", "TES-41", "10230", "", 1550287081752,
     "2019-02-15T19:18:01.707-0800"},
    {"mm-server-old-issue-updated-no-event-type-edited.json", "issue-updated", "10040", "TES-41", "10225", "", 1550286601840,
     "2019-02-15T19:10:01.805-0800"},
    {"mm-server-updated-custom-field.json", "issue-updated", "10106", "TES-8", "10200", "", 1565574060611,
     "2019-08-12T01:41:00.589+0000"},
};

}  // namespace

TEST_CASE("each recorded webhook gives its issue, kind, ids and times [F1][F2]") {
  auto const* const root = std::getenv("TANDEM_CAPTURES");
  if (root == nullptr) {
    std::puts("SKIPPED: TANDEM_CAPTURES is not set");
    return;
  }
  auto const folder = std::filesystem::path(root) / "jira" / "webhooks";
  std::set<std::string> known;
  for (auto const& row : kExpected) {
    CAPTURE(row.file);
    known.insert(row.file);
    std::ifstream file(folder / row.file, std::ios::binary);
    std::string const bytes{std::istreambuf_iterator<char>(file), {}};
    auto const reading = read_payload(bytes);
    if (!reading) FAIL_CHECK(reading.error().to_line());
    if (!reading) continue;
    REQUIRE(reading->hints.size() == 1);
    auto const& hint = reading->hints.front();
    CHECK(name_of(hint.kind) == row.kind);
    CHECK(hint.issue == row.issue);
    CHECK(hint.issue_key == row.key);
    CHECK(hint.changelog == row.changelog);
    CHECK(hint.comment == row.comment);
    REQUIRE(hint.at.has_value());
    CHECK(epoch_millis(*hint.at) == row.at);
    CHECK(hint.updated == parse_instant(row.updated));
    CHECK(hint.updated.has_value() == (row.updated[0] != '\0'));
  }
  for (auto const& entry : std::filesystem::directory_iterator(folder)) {
    CAPTURE(entry.path().filename());
    CHECK(known.contains(entry.path().filename().string()));  // a new recording wants a row above
  }
}
