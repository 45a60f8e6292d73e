// A Jira site of the support world for tests: fixed clock, requests as the connector, answers as JSON.
#pragma once

#include <stdexcept>
#include <string>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "jira/service.hpp"
#include "world/world_file.hpp"

namespace jira_test {

namespace json = tandem::json;

struct Answer {
  int status = 0;
  json::Value body;
  std::string text;
  sandbox::Response raw;
  [[nodiscard]] std::string header(std::string_view name) const {
    sandbox::Request lookup;
    lookup.headers = raw.headers;
    return std::string(lookup.header(name));
  }
};

inline json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  if (!value) throw std::runtime_error("not JSON: " + std::string(text));
  return std::move(*value);
}

inline json::Value world_part() {
  static json::Value const part = [] {
    auto world = sandbox::built_in_world("support");
    if (!world) throw std::runtime_error(world.error().to_line());
    return (*world)["jira"];
  }();
  return part;
}

inline json::Value adf(std::string_view text) {
  return json::Object{
      {"type", "doc"},
      {"version", 1},
      {"content", json::Array{json::Object{{"type", "paragraph"},
                                           {"content", json::Array{json::Object{{"type", "text"}, {"text", text}}}}}}}};
}

// A request body: a value, or its JSON text.
struct Body {
  Body(json::Value held) : value(std::move(held)) {}
  Body(json::Object held) : value(std::move(held)) {}
  Body(char const* text) : value(parsed(text)) {}
  Body(std::string const& text) : value(parsed(text)) {}
  json::Value value;
};

struct Box {
  Box() : Box(world_part()) {}
  explicit Box(json::Value const& world) : clock(*tandem::parse_instant("2024-06-12T10:00:00Z")), service(clock, 7) {
    auto const loaded = service.load(world);
    if (!loaded) throw std::runtime_error(loaded.error().to_line());
  }

  static std::string basic(std::string_view email, std::string_view token) {
    return "Basic " + tandem::to_base64(std::string(email) + ":" + std::string(token));
  }

  Answer send(std::string method, std::string target, json::Value const* body = nullptr,
              std::string authorization = "connector") {
    sandbox::Request request{std::move(method), "/rest/api/3/" + std::move(target), {}, {}};
    if (authorization == "connector") authorization = basic("tandem@example.com", "sandbox-jira-token");
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    if (request.method != "GET") request.headers.emplace_back("Content-Type", "application/json");
    if (body != nullptr) request.body = json::to_text(*body);
    return answer(service.handle(request));
  }
  static Answer answer(sandbox::Response response) {
    Answer out{response.status, {}, response.body, response};
    if (auto value = json::parse(response.body)) out.body = std::move(*value);
    return out;
  }

  Answer get(std::string target) { return send("GET", std::move(target)); }
  Answer post(std::string target, Body const& body) { return send("POST", std::move(target), &body.value); }
  Answer put(std::string target, Body const& body) { return send("PUT", std::move(target), &body.value); }
  Answer del(std::string target) { return send("DELETE", std::move(target)); }

  void set(std::string_view name, json::Value const& value) {
    auto const done = service.configure(name, value);
    if (!done || !*done) throw std::runtime_error("no such switch: " + std::string(name));
  }

  // A new Task of SUP; extra members of `fields` as JSON text.
  std::string create(std::string_view summary, std::string_view more = "{}") {
    auto const made = post("issue", json::Object{{"fields", fields(summary, more)}});
    if (made.status != 201) throw std::runtime_error(made.text);
    return std::string(made.body["key"].text());
  }
  static json::Value fields(std::string_view summary, std::string_view more = "{}") {
    auto out = parsed(R"({"project":{"key":"SUP"},"issuetype":{"id":"10002"}})");
    out.set("summary", summary);
    auto const extra = parsed(more);
    for (auto const& [key, value] : extra.members()) out.set(key, value);
    return out;
  }
  // The keys that a query finds, in order, joined by blanks.
  std::string found(std::string_view jql) {
    auto const page = post("search/jql", json::Object{{"jql", jql}, {"fields", json::Array{"key"}}, {"maxResults", 5000}});
    if (page.status != 200) return std::to_string(page.status) + " " + std::string(page.body["errorMessages"].at(0).text());
    std::string out;
    for (auto const& issue : page.body["issues"].items()) out += (out.empty() ? "" : " ") + std::string(issue["key"].text());
    return out;
  }

  sandbox::VirtualClock clock;
  sandbox::jira::JiraService service;
};

}  // namespace jira_test
