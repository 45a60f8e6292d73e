// A whole box whose clock stands still, one webhook that holds what it is told, and people who edit.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "control/control.hpp"
#include "jira/service.hpp"
#include "jira/site.hpp"
#include "world/make_world.hpp"

namespace webhook_test {

namespace json = tandem::json;
using sandbox::Delivery;
using sandbox::Request;
using sandbox::Response;
using sandbox::ServiceName;

inline json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  if (!value) throw std::runtime_error("not JSON: " + std::string(text));
  return std::move(*value);
}

inline std::string const kDoc =
    R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"bold","marks":[{"type":"strong"}]}]}]})";

struct Box {
  explicit Box(bool listening = true) : box(make()), world(*box.world) {
    if (listening) world.webhooks().add({"test", sandbox::Hook::Kind::held, ""});
  }
  static sandbox::Box make() {
    sandbox::WorldOptions options;
    options.fixed_now = *tandem::parse_instant("2026-02-10T12:00:00Z");
    auto made = sandbox::make_world(options);
    if (!made) throw std::runtime_error(made.error().to_line());
    return std::move(*made);
  }

  // A request below /rest/api/3/ as that person.
  json::Value as(std::string const& who, std::string const& method, std::string const& path, std::string body = {}) {
    auto const response = world.edit(who, ServiceName::jira, Request{method, "/rest/api/3/" + path, {}, std::move(body)});
    if (response.status >= 400) throw std::runtime_error(std::to_string(response.status) + " " + response.body);
    auto value = json::parse(response.body);
    return value ? std::move(*value) : json::Value();
  }
  std::string create(std::string const& more = {}) {
    auto const made = as("alice", "POST", "issue",
                         R"({"fields":{"project":{"key":"SUP"},"issuetype":{"id":"10002"},"summary":"Hello")" + more + "}}");
    return made["key"].text_or("");
  }
  void comment(std::string const& key) { as("alice", "POST", "issue/" + key + "/comment", R"({"body":)" + kDoc + "}"); }
  void rename(std::string const& key, std::string const& summary) {
    as("alice", "PUT", "issue/" + key, R"({"fields":{"summary":")" + summary + "\"}}");
  }

  std::vector<Delivery> due() { return world.due_webhooks({}); }
  std::vector<json::Value> bodies() {
    std::vector<json::Value> out;
    for (auto const& delivery : due()) out.push_back(parsed(*delivery.body));
    return out;
  }
  // Names of what is due, joined by blanks.
  std::string events() {
    std::string out;
    for (auto const& delivery : due()) out += (out.empty() ? "" : " ") + delivery.event;
    return out;
  }
  void rules(std::string const& text) {
    auto const done = world.configure("webhooks", parsed(text));
    if (!done || !*done) throw std::runtime_error(done ? "no webhooks" : done.error().message);
  }
  void set(std::string const& name, json::Value const& value) {
    auto const done = world.configure(name, value);
    if (!done || !*done) throw std::runtime_error("no such switch: " + name);
  }
  sandbox::jira::Site& site() { return dynamic_cast<sandbox::jira::JiraService&>(world.service(ServiceName::jira)).site(); }

  sandbox::Box box;
  sandbox::World& world;
};

inline std::string keys_of(json::Value const& object) {
  std::string out;
  for (auto const& [key, value] : object.members()) out += (out.empty() ? "" : " ") + key;
  return out;
}

}  // namespace webhook_test
