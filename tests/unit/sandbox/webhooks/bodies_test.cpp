// What the bodies hold and what they leave out (contract jira §12).
#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "jira/webhooks/event.hpp"

using namespace webhook_test;

TEST_CASE("creating, editing, moving on and deleting an issue is told with its kind and person [L3, jira §12]", "[webhooks]") {
  Box box;
  auto const key = box.create();
  box.rename(key, "Other");
  box.as("alice", "PUT", "issue/" + key + "/assignee", R"({"accountId":null})");  // nobody before: nothing happens
  auto const account = box.site().definition.by_login("bob")->id;
  box.as("alice", "PUT", "issue/" + key + "/assignee", R"({"accountId":")" + account + "\"}");
  auto const transitions = box.as("alice", "GET", "issue/" + key + "/transitions");
  auto const transition = transitions["transitions"].at(0)["id"].text_or("");
  box.as("alice", "POST", "issue/" + key + "/transitions", R"({"transition":{"id":")" + transition + "\"}}");
  box.as("alice", "DELETE", "issue/" + key);

  auto const bodies = box.bodies();
  REQUIRE(bodies.size() == 5);
  std::vector<std::pair<std::string, std::string>> const expected{{"jira:issue_created", "issue_created"},
                                                                  {"jira:issue_updated", "issue_updated"},
                                                                  {"jira:issue_updated", "issue_assigned"},
                                                                  {"jira:issue_updated", "issue_generic"},
                                                                  {"jira:issue_deleted", ""}};
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    CAPTURE(i);
    auto const& body = bodies[i];
    CHECK(body["webhookEvent"].text() == expected[i].first);
    CHECK(body["issue_event_type_name"].text() == expected[i].second);
    CHECK(body["timestamp"].integer() == tandem::epoch_millis(box.world.now()));
    CHECK(body["user"]["displayName"].text() == "Alice Agent");
    CHECK_FALSE(body["user"].has("emailAddress"));
    CHECK(body["issue"]["key"].text() == key);
    bool const gone = i + 1 == bodies.size();
    CHECK(keys_of(body) ==
          (gone ? "timestamp webhookEvent user issue" : "timestamp webhookEvent issue_event_type_name user issue changelog"));
    CHECK(body["issue"]["fields"].has("comment") == gone);
    CHECK(body["changelog"]["id"].is_string() != gone);
  }
  auto const& item = bodies[1]["changelog"]["items"].at(0);
  CHECK(
      json::to_text(item) ==
      R"({"field":"summary","fieldtype":"jira","fieldId":"summary","from":null,"fromString":"Hello","to":null,"toString":"Other"})");
  CHECK(bodies[3]["changelog"]["items"].at(0)["field"].text() == "status");
  CHECK(bodies[1]["issue"]["fields"]["summary"].text() == "Other");
}

TEST_CASE("our own edits are told as people's are [L3]", "[webhooks]") {
  Box box;
  auto const& credentials = box.box.credentials;
  auto const basic = "Basic " + tandem::to_base64(credentials.jira_email + ":" + credentials.jira_token);
  auto const sent = box.world.send(
      ServiceName::jira,
      Request{"POST",
              "/rest/api/3/issue",
              {{"Authorization", basic}, {"Content-Type", "application/json"}},
              R"({"fields":{"project":{"key":"SUP"},"issuetype":{"id":"10002"},"summary":"Ours","description":)" + kDoc + "}}"});
  REQUIRE(sent.response.status == 201);
  auto const bodies = box.bodies();
  REQUIRE(bodies.size() == 1);
  CHECK(bodies[0]["user"]["accountId"].text() == box.site().definition.connector()->id);
}

TEST_CASE("a refused request tells nothing [L3]", "[webhooks]") {
  Box box;
  auto const refused = box.world.edit("alice", ServiceName::jira, Request{"POST", "/rest/api/3/issue", {}, R"({"fields":{}})"});
  CHECK(refused.status == 400);
  CHECK(box.due().empty());
}

TEST_CASE("bodies are in v2 form: wiki markup, v2 links, no addresses [jira §12]", "[webhooks]") {
  Box box;
  auto const key = box.create(R"(,"description":)" + kDoc);
  box.comment(key);
  auto const deliveries = box.due();
  REQUIRE(deliveries.size() == 2);
  for (auto const& delivery : deliveries) {
    CHECK(delivery.body->find("/rest/api/3/") == std::string::npos);
    CHECK(delivery.body->find("/rest/api/2/") != std::string::npos);
    CHECK(delivery.body->find("emailAddress") == std::string::npos);
    CHECK(delivery.body->find("\"type\":\"doc\"") == std::string::npos);
  }
  CHECK(parsed(*deliveries[0].body)["issue"]["fields"]["description"].text() == "*bold*");
  CHECK(parsed(*deliveries[1].body)["comment"]["body"].text() == "*bold*");
}

TEST_CASE("a creation carries what was set as a changelog, with Status in capitals [jira §12, captures]", "[webhooks]") {
  Box box;
  box.create(R"(,"description":)" + kDoc);
  auto const bodies = box.bodies();
  std::string fields;
  for (auto const& item : bodies.at(0)["changelog"]["items"].items()) {
    fields += std::string(item["field"].text()) + " ";
    CHECK(item["from"].is_null());
    CHECK(item["fromString"].is_null());
  }
  CHECK(fields.find("summary") != std::string::npos);
  CHECK(fields.find("description") != std::string::npos);
  CHECK(fields.ends_with("Status "));
}

TEST_CASE("comment events have six fields of the issue and no user; commenting is no update on Cloud [jira §12]", "[webhooks]") {
  Box box;
  auto const key = box.create();
  box.due();
  box.comment(key);
  auto const id = box.as("alice", "GET", "issue/" + key + "/comment")["comments"].at(0)["id"].text_or("");
  box.as("alice", "PUT", "issue/" + key + "/comment/" + id, R"({"body":)" + kDoc + R"(,"properties":[{"key":"a","value":1}]})");
  box.as("alice", "DELETE", "issue/" + key + "/comment/" + id);
  auto const bodies = box.bodies();
  REQUIRE(bodies.size() == 3);
  for (auto const& body : bodies) {
    CHECK(keys_of(body) == "timestamp webhookEvent comment issue");
    CHECK(keys_of(body["comment"]) == "self id author body updateAuthor created updated jsdPublic");
    CHECK(keys_of(body["issue"]) == "id self key fields");
    CHECK(keys_of(body["issue"]["fields"]) == "summary issuetype project assignee priority status");
    CHECK(body["issue"]["self"].text().ends_with("/rest/api/2/" + std::string(body["issue"]["id"].text())));
  }
  CHECK(bodies[0]["webhookEvent"].text() == "comment_created");
  CHECK(bodies[1]["webhookEvent"].text() == "comment_updated");
  CHECK(bodies[2]["webhookEvent"].text() == "comment_deleted");
}

TEST_CASE("a comment's visibility is not told [jira §12]", "[webhooks]") {
  Box box;
  auto const key = box.create();
  box.due();
  box.as("alice", "POST", "issue/" + key + "/comment",
         R"({"body":)" + kDoc + R"(,"visibility":{"type":"role","value":"Service Desk Team"}})");
  CHECK_FALSE(box.bodies().at(0)["comment"].has("visibility"));
}

TEST_CASE("comments that come with an edit or a transition are told beside it [jira §7, §12]", "[webhooks]") {
  Box box;
  auto const key = box.create();
  box.due();
  auto const update = R"("update":{"comment":[{"add":{"body":)" + kDoc + "}}]}";
  box.as("alice", "PUT", "issue/" + key, R"({"fields":{"summary":"x"},)" + update + "}");
  CHECK(box.events() == "jira:issue_updated comment_created");
  box.as("alice", "PUT", "issue/" + key, "{" + update + "}");
  CHECK(box.events() == "comment_created");
}

TEST_CASE("server style tells a comment as an update too, and the comment without its issue [jira §12]", "[webhooks]") {
  Box box;
  auto const key = box.create();
  box.due();
  box.set("jira.webhookComments", "server");
  box.comment(key);
  auto const bodies = box.bodies();
  REQUIRE(bodies.size() == 2);
  CHECK(keys_of(bodies[0]) == "timestamp webhookEvent comment");
  CHECK(bodies[1]["issue_event_type_name"].text() == "issue_commented");
  CHECK(keys_of(bodies[1]) == "timestamp webhookEvent issue_event_type_name user issue comment");
}

TEST_CASE("deleting an issue tells its comments as Secondary flow, after it [jira §12]", "[webhooks]") {
  Box box;
  auto const key = box.create();
  box.comment(key);
  box.comment(key);
  box.due();
  box.as("alice", "DELETE", "issue/" + key);
  auto const deliveries = box.due();
  REQUIRE(deliveries.size() == 3);
  CHECK(deliveries[0].event == "jira:issue_deleted");
  CHECK(deliveries[0].header("X-Atlassian-Webhook-Flow") == "Primary");
  for (std::size_t i = 1; i < 3; ++i) {
    CHECK(deliveries[i].event == "comment_deleted");
    CHECK(deliveries[i].header("X-Atlassian-Webhook-Flow") == "Secondary");
    CHECK(parsed(*deliveries[i].body)["issue"]["key"].text() == key);
  }
  CHECK(parsed(*deliveries[0].body)["issue"]["fields"]["comment"]["total"].integer() == 2);
}

TEST_CASE("files, worklogs and links are told without the issue [jira §12]", "[webhooks]") {
  Box box;
  auto const key = box.create(), other = box.create();
  box.due();
  auto& site = box.site();
  auto const& issue = *site.store.find(key);
  auto const self = site.definition.base_url + "/rest/api/3/";
  sandbox::jira::announce_attachment(site, "attachment_created", issue, [&](auto const&) {
    return json::Value(json::Object{{"self", self + "attachment/7"}, {"id", "7"}, {"filename", "a.txt"}});
  });
  sandbox::jira::announce_worklog(site, "worklog_created", issue, [&](auto const&) {
    return json::Value(json::Object{{"id", "8"}, {"issueId", std::to_string(issue.id)}, {"comment", parsed(kDoc)}});
  });
  sandbox::jira::announce_issue_link(site, "issuelink_created",
                                     {9, issue.id, site.store.find(other)->id, 10000, "Blocks", "is blocked by", "blocks"});
  sandbox::jira::post_events(site);
  auto const bodies = box.bodies();
  REQUIRE(bodies.size() == 3);
  CHECK(keys_of(bodies[0]) == "timestamp webhookEvent attachment");
  CHECK(bodies[0]["attachment"]["self"].text() == site.definition.base_url + "/rest/api/2/attachment/7");
  CHECK(keys_of(bodies[1]) == "timestamp webhookEvent worklog");
  CHECK(bodies[1]["worklog"]["comment"].text() == "*bold*");
  CHECK(keys_of(bodies[2]) == "timestamp webhookEvent issueLink");
  CHECK(bodies[2]["issueLink"]["sourceIssueId"].integer() == issue.id);
  CHECK(keys_of(bodies[2]["issueLink"]["issueLinkType"]) == "id name outwardName inwardName isSubTaskLinkType isSystemLinkType");
}

TEST_CASE("{issue.key} is filled for file events only where the switch says so [jira §12: unverified]", "[webhooks]") {
  Box box;
  auto const key = box.create();
  box.due();
  box.world.webhooks().add({"test", sandbox::Hook::Kind::held, "http://x/?issue={issue.key}"});
  auto& site = box.site();
  for (bool const filled : {false, true}) {
    box.set("jira.webhookFileVariables", filled);
    sandbox::jira::announce_attachment(site, "attachment_created", *site.store.find(key), [](auto const&) {
      return json::Value(json::Object{{"id", "7"}});
    });
    sandbox::jira::post_events(site);
    box.comment(key);
    auto const deliveries = box.due();
    REQUIRE(deliveries.size() == 2);
    CHECK(deliveries[0].address == "http://x/?issue=" + (filled ? key : ""));
    CHECK(deliveries[1].address == "http://x/?issue=" + key);
  }
}

TEST_CASE("property events are told only where the switch says so [jira §12: unverified]", "[webhooks]") {
  Box box;
  auto const key = box.create();
  box.due();
  box.as("alice", "PUT", "issue/" + key + "/properties/p", "1");
  CHECK(box.due().empty());
  box.set("jira.webhookPropertyEvents", true);
  box.as("alice", "PUT", "issue/" + key + "/properties/p", "2");
  box.as("alice", "DELETE", "issue/" + key + "/properties/p");
  auto const bodies = box.bodies();
  REQUIRE(bodies.size() == 2);
  CHECK(bodies[0]["webhookEvent"].text() == "issue_property_set");
  CHECK(bodies[0]["property"]["value"].integer() == 2);
  CHECK(bodies[1]["webhookEvent"].text() == "issue_property_deleted");
}

TEST_CASE("the issue's link and the line ends have both forms that are seen [jira §12, §13]", "[webhooks]") {
  Box box;
  auto const key = box.create();
  box.due();
  box.set("jira.webhookIssueSelf", "right");
  box.set("jira.webhookLineEnds", "crlf");
  box.as("alice", "POST", "issue/" + key + "/comment",
         R"({"body":{"type":"doc","version":1,"content":[{"type":"rule"},{"type":"rule"}]}})");
  auto const body = box.bodies().at(0);
  CHECK(body["issue"]["self"].text().find("/rest/api/2/issue/") != std::string_view::npos);
  CHECK(body["comment"]["body"].text() == "----\r\n\r\n----");
}

TEST_CASE("without a listener events are neither made nor kept [L3]", "[webhooks]") {
  Box box(false);
  auto const key = box.create();
  auto const histories = box.site().store.next_history_id();
  box.rename(key, "x");
  box.comment(key);
  CHECK(box.site().events.empty());
  CHECK(box.world.webhooks_json()["counts"]["waiting"].integer() == 0);
  CHECK(box.site().store.next_history_id() == histories + 2);  // the one of the renaming, and this question
}
