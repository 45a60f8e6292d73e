#include "one_by_one.hpp"

#include <httplib.h>

#include <cstdlib>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

namespace bench {

namespace json = tandem::json;

namespace {

json::Value read(httplib::Result const& answer, std::string const& what) {
  if (!answer || answer->status >= 300) {
    fmt::print(stderr, "tandem_bench: one by one: {} failed: {}\n", what, answer ? answer->body : "no answer");
    std::exit(1);
  }
  auto parsed = json::parse(answer->body);
  return parsed ? std::move(*parsed) : json::Value();
}

std::string token_of(cli_test::Sandbox const& sandbox) {
  httplib::Client entra(sandbox.value("entra"));
  httplib::Params const form{{"grant_type", "client_credentials"},
                             {"client_id", sandbox.value("clientId")},
                             {"client_secret", sandbox.value("clientSecret")},
                             {"scope", sandbox.value("dataverse") + "/.default"}};
  auto const answer = read(entra.Post("/" + sandbox.value("tenantId") + "/oauth2/v2.0/token", form), "the token");
  return std::string(answer["access_token"].text());
}

}  // namespace

Seconds link_one_by_one(Box const& box, std::vector<std::string> const& cases) {
  auto const& sandbox = box.sandbox();
  constexpr char const* kJson = "application/json";
  httplib::Client dynamics(sandbox.value("dataverse"));
  httplib::Client jira(sandbox.value("jira"));
  for (auto* client : {&dynamics, &jira}) {
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
  }
  dynamics.set_bearer_token_auth(token_of(sandbox));
  jira.set_basic_auth(sandbox.value("jiraEmail"), sandbox.value("jiraToken"));
  auto const began = std::chrono::steady_clock::now();
  for (auto const& id : cases) {
    auto const record = "/api/data/v9.2/incidents(" + id + ")";
    auto const held = read(dynamics.Get(record + "?$select=title,description,ticketnumber"), "a case");
    json::Object const fields{
        {"project", json::Object{{"key", "SUP"}}}, {"issuetype", json::Object{{"name", "Task"}}}, {"summary", held["title"]}};
    auto const issue = read(jira.Post("/rest/api/3/issue", json::to_text(json::Object{{"fields", fields}}), kJson), "an issue");
    auto const path = "/rest/api/3/issue/" + std::string(issue["id"].text());
    read(jira.Put(path + "/properties/one.by.one", json::to_text(json::Object{{"record", id}}), kJson), "a property");
    json::Object const object{{"url", sandbox.value("dataverse") + record}, {"title", held["ticketnumber"]}};
    read(jira.Post(path + "/remotelink", json::to_text(json::Object{{"globalId", id}, {"object", object}}), kJson),
         "a remote link");
    json::Object const note{
        {"subject", "Linked"}, {"notetext", issue["key"]}, {"objectid_incident@odata.bind", "/incidents(" + id + ")"}};
    read(dynamics.Post("/api/data/v9.2/annotations", json::to_text(note), kJson), "a note");
  }
  return std::chrono::steady_clock::now() - began;
}

}  // namespace bench
