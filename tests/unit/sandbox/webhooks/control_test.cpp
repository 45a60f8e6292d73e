// Webhooks by the control API, as a test outside of the process drives them (SPEC L4).
#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace webhook_test;

namespace {

struct Asked {
  int status;
  json::Value body;
};
Asked ask(Box& box, std::string const& method, std::string const& name, std::string body = {}) {
  auto const response = sandbox::Control(box.world).handle({method, "/_sandbox/" + name, {}, std::move(body)});
  auto value = json::parse(response.body);
  return {response.status, value ? std::move(*value) : json::Value()};
}

}  // namespace

TEST_CASE("POST webhooks sets the rules, GET shows what waits and what went [L4]", "[webhooks]") {
  Box box;
  auto const set = ask(box, "POST", "webhooks", R"({"order":"reversed","window":"0s","duplicates":true})");
  CHECK(set.status == 200);
  CHECK(set.body["hooks"].at(0)["rules"]["order"].text() == "reversed");
  auto const key = box.create();
  box.comment(key);
  auto shown = ask(box, "GET", "webhooks").body;
  CHECK(shown["counts"]["announced"].integer() == 2);
  CHECK(shown["counts"]["waiting"].integer() == 4);
  CHECK(shown["waiting"].at(0)["event"].text() == "jira:issue_created");
  CHECK(shown["waiting"].at(0)["issue"].text() == key);
  CHECK(box.events() == "comment_created comment_created jira:issue_created jira:issue_created");
  shown = ask(box, "GET", "webhooks").body;
  CHECK(shown["waiting"].items().empty());
  CHECK(shown["sent"].items().size() == 4);
  CHECK(shown["sent"].at(0)["outcome"].text() == "sent");
  CHECK(json::to_text(shown).find(box.box.credentials.webhook_secret) == std::string::npos);
}

TEST_CASE("the clock of the control API lets delayed webhooks go [L4]", "[webhooks]") {
  Box box;
  CHECK(ask(box, "POST", "config", R"({"webhooks":{"delay":"10m"}})").status == 200);
  box.create();
  CHECK(box.due().empty());
  ask(box, "POST", "clock", R"({"advance":"10m"})");
  CHECK(box.events() == "jira:issue_created");
}

TEST_CASE("a JQL filter is an administrator's: only issues that it finds are told [jira §12]", "[webhooks]") {
  Box box;
  box.rules(R"({"jql":"summary ~ Hello"})");
  auto const key = box.create();
  CHECK(box.events() == "jira:issue_created");
  box.rename(key, "Other");
  CHECK(box.due().empty());
  box.comment(key);
  CHECK(box.due().empty());
  box.as("alice", "DELETE", "issue/" + key);
  CHECK(box.due().empty());

  auto const refused = ask(box, "POST", "webhooks", R"({"jql":"summary ~~"})");
  CHECK(refused.status == 400);
  CHECK(refused.body["error"].text().find("JQL") != std::string_view::npos);
}

TEST_CASE("the world's secret signs, over the raw bytes [L3]", "[webhooks]") {
  Box box;
  box.create();
  auto const delivery = box.due().at(0);
  CHECK(delivery.header("X-Hub-Signature") ==
        "sha256=" + tandem::to_hex(tandem::hmac_sha256(box.box.credentials.webhook_secret, *delivery.body)));
}

TEST_CASE("the same edits and the same seed give the same deliveries [L5]", "[webhooks]") {
  std::vector<std::string> runs;
  for (int run = 0; run < 2; ++run) {
    Box box;
    box.rules(R"({"seed":5,"order":"shuffled","window":"0s","loss":0.2,"duplicates":0.3})");
    auto const key = box.create();
    for (int i = 0; i < 10; ++i) box.rename(key, std::to_string(i));
    std::string text;
    for (auto const& delivery : box.due()) text += ndjson_line(delivery);
    runs.push_back(text);
  }
  CHECK_FALSE(runs[0].empty());
  CHECK(runs[0] == runs[1]);
}
