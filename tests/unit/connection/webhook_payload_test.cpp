// Payloads of every documented kind, odd ones and hostile ones (SPEC F1, F9; jira.md §12).
#include <catch2/catch.hpp>

#include <tandem/connection/jira/webhook/payload.hpp>

using namespace tandem;
using namespace tandem::jira::webhook;

namespace {

struct Kinds {
  char const *payload, *kind, *issue, *key;
};

}  // namespace

TEST_CASE("each kind of payload names its issue [F1]") {
  auto const row = GENERATE(values<Kinds>({
      {R"({"webhookEvent":"jira:issue_created","issue":{"id":"1","key":"SUP-1"}})", "issue-created", "1", "SUP-1"},
      {R"({"webhookEvent":"jira:issue_updated","issue":{"id":1,"key":"SUP-1"}})", "issue-updated", "1", "SUP-1"},  // a number
      {R"({"webhookEvent":"jira:issue_updated","issue":{"key":"SUP-1"},"matchedWebhookIds":[3]})", "issue-updated", "", "SUP-1"},
      {R"({"webhookEvent":"jira:issue_updated","issue_event_type_name":"issue_moved","issue":{"id":"1","key":"OPS-4"}})",
       "issue-moved", "1", "OPS-4"},
      {R"({"webhookEvent":"jira:issue_updated","issue":{"id":"1"},"changelog":{"items":[{"field":"Key"}]}})", "issue-moved", "1",
       ""},
      {R"({"webhookEvent":"jira:issue_deleted","issue":{"id":"1","key":"SUP-1"}})", "issue-deleted", "1", "SUP-1"},
      {R"({"webhookEvent":"comment_created","comment":{"id":"7"},"issue":{"id":"1","key":"SUP-1"}})", "comment-created", "1",
       "SUP-1"},
      {R"({"webhookEvent":"comment_deleted","comment":{"id":7,"self":"https://j/rest/api/2/issue/13/comment/7"}})",
       "comment-deleted", "13", ""},
      {R"({"webhookEvent":"attachment_created","attachment":{"id":"100","created":"2024-05-02T10:00:00.000+0200"}})",
       "attachment-created", "", ""},
      {R"({"webhookEvent":"attachment_deleted","attachment":{"id":"100"},"issue":{"key":"SUP-1"}})", "attachment-deleted", "",
       "SUP-1"},
      {R"({"webhookEvent":"worklog_updated","worklog":{"id":"5","issueId":"42"}})", "worklog-changed", "42", ""},
      {R"({"webhookEvent":"issue_property_set","property":{"key":"x"},"issue":{"id":"1"}})", "property-changed", "1", ""},
      {R"({"issue":{"id":"1","key":"SUP-1","fields":{}}})", "automation", "1", "SUP-1"},  // Jira format
      {R"({"self":"x","id":11111,"key":"SUP-9","changelog":{"histories":null},"fields":{}})", "automation", "11111", "SUP-9"},
      {R"({"issue":"SUP-3"})", "automation", "", "SUP-3"},  // a body of one's own
  }));
  CAPTURE(row.payload);
  auto const reading = read_payload(row.payload);
  REQUIRE(reading.has_value());
  REQUIRE(reading->hints.size() == 1);
  CHECK(name_of(reading->hints[0].kind) == row.kind);
  CHECK(reading->hints[0].issue == row.issue);
  CHECK(reading->hints[0].issue_key == row.key);
}

TEST_CASE("a link between two issues is a hint for each of them [F1]") {
  auto const reading = read_payload(
      R"({"webhookEvent":"issuelink_created","issueLink":{"id":3,"sourceIssueId":20192,"destinationIssueId":"20193"}})");
  REQUIRE(reading.has_value());
  REQUIRE(reading->hints.size() == 2);
  CHECK(reading->hints[0].issue == "20192");
  CHECK(reading->hints[1].issue == "20193");
}

TEST_CASE("a file's event without an issue is a find hint with the file's id and time [F8]") {
  auto const reading = read_payload(
      R"({"timestamp":1,"webhookEvent":"attachment_created","attachment":{"id":"100","created":"2024-05-02T10:00:00.000+0200"}})");
  REQUIRE(reading.has_value());
  REQUIRE(reading->hints.size() == 1);
  CHECK_FALSE(reading->hints[0].names_issue());
  CHECK(reading->hints[0].attachment == "100");
  CHECK(reading->hints[0].at == parse_instant("2024-05-02T08:00:00Z"));
}

TEST_CASE("times are read as milliseconds, as text, or not at all [F1]") {
  auto const [text, at] = GENERATE(table<std::string, std::string>({
      {"1481183515208", "2016-12-08T07:51:55.208Z"},
      {R"("1481183515208")", "2016-12-08T07:51:55.208Z"},
      {R"("2016-12-08T07:51:55.208+0000")", "2016-12-08T07:51:55.208Z"},
      {"-1", ""},
      {"1.5", ""},
      {"9999999999999999999", ""},
      {R"("soon")", ""},
      {"{}", ""},
  }));
  CAPTURE(text);
  auto const reading = read_payload(R"({"webhookEvent":"jira:issue_updated","timestamp":)" + text +
                                    R"(,"issue":{"id":"1","fields":{"updated":)" + text + "}}}");
  REQUIRE(reading.has_value());
  CHECK(reading->hints.at(0).at == parse_instant(at));
  CHECK(reading->hints.at(0).updated == parse_instant(at));
}

TEST_CASE("an event that nothing follows from is ignored, an unknown one too, each for its reason [F1]") {
  auto const [event, why] = GENERATE(table<std::string, Ignored>({{"user_deleted", Ignored::unneeded},
                                                                  {"sprint_updated", Ignored::unneeded},
                                                                  {"jira:version_deleted", Ignored::unneeded},
                                                                  {"issue_property_set", Ignored::unneeded},
                                                                  {"jira:issue_teleported", Ignored::unknown}}));
  auto const reading = read_payload(R"({"timestamp":1,"webhookEvent":")" + event + R"("})");
  CAPTURE(event);
  REQUIRE(reading.has_value());
  CHECK(reading->hints.empty());
  CHECK(reading->ignored == why);
}

TEST_CASE("what is no known structure is a usage error that says what was expected [F1]") {
  auto const [payload, says] = GENERATE(table<std::string, std::string>({
      {"", "--issue KEY"},
      {" \n", "--issue KEY"},
      {"hello", "invalid JSON"},
      {"[1]", "webhookEvent"},
      {"{}", "webhookEvent"},
      {R"({"a":1})", "webhookEvent"},
      {R"({"issue":{"id":"../../x","key":"a b"}})", "webhookEvent"},
      {R"({"webhookEvent":"jira:issue_updated"})", "issue with an id or a key"},
      {R"({"webhookEvent":"jira:issue_updated","issue":{"id":"1 OR 1=1"}})", "issue with an id or a key"},
      {R"({"webhookEvent":"comment_created","issue":{"id":"1"}})", "comment with an id"},
      {R"({"webhookEvent":"attachment_created"})", "attachment with an id"},
      {R"({"webhookEvent":"issuelink_created","issueLink":{}})", "issueLink"},
      {"{\"issue\":\"\xff\"}", "invalid JSON"},
      {std::string("{\"issue\":\"SUP-1\0\"}", 17), "NUL"},
  }));
  CAPTURE(payload);
  auto const reading = read_payload(payload);
  REQUIRE_FALSE(reading.has_value());
  CHECK(reading.error().kind == ErrorKind::usage);
  CHECK_THAT(reading.error().to_line(), Catch::Contains(says));
}

TEST_CASE("size and nesting have limits [F1][S3]") {
  std::string const deep = R"({"webhookEvent":"jira:issue_updated","issue":{"id":"1"},"x":)" + std::string(200'000, '[');
  CHECK_FALSE(read_payload(deep).has_value());
  std::string const head = R"({"webhookEvent":"jira:issue_updated","issue":{"id":"1"},"x":")";
  auto const full = head + std::string(kMostBytes - head.size() - 2, 'a') + "\"}";
  CHECK(full.size() == kMostBytes);
  CHECK(read_payload(full).has_value());
  auto const over = read_payload(full + " ");
  REQUIRE_FALSE(over.has_value());
  CHECK(over.error().kind == ErrorKind::usage);
}

TEST_CASE("every kind has a name of its own that is found again [F2]") {
  for (int i = 0; i <= static_cast<int>(Kind::by_hand); ++i) {
    auto const kind = static_cast<Kind>(i);
    CHECK(kind_named(name_of(kind)) == kind);
  }
  CHECK_FALSE(kind_named("").has_value());
}
