// A sandbox and an operator whose twelve cases are issues already, for what happens afterwards.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "connected.hpp"

namespace cli_test {

struct Synced : Connected {
  explicit Synced(std::vector<std::string> const& options = {}) : Connected(options) {
    REQUIRE(ann.tandem({"items", "apply", "-f", kSupportCases, "--baseline", "all"}).code == 0);
    auto const first = ann.tandem({"sync-once"});
    INFO(first.err);
    REQUIRE(first.code == 0);
  }
  [[nodiscard]] tandem::json::Value issue(std::size_t at) const {
    auto const state = sandbox.get("state");  // outlives the reference below
    return state["jira"]["issues"].at(at);
  }
  [[nodiscard]] std::int64_t requests() const { return sandbox.get("requests")["total"].integer().value_or(0); }
  // Edits of issues that reached Jira.
  [[nodiscard]] std::int64_t edits() const {
    std::int64_t count = 0;
    auto const requests = sandbox.get("requests");
    for (auto const& [endpoint, times] : requests["counts"].members()) {
      if (endpoint.starts_with("PUT ")) count += times.integer().value_or(0);
    }
    return count;
  }
  [[nodiscard]] std::int64_t waiting() const {
    return tandem::json::parse(ann.tandem({"status", "--output", "json"}).out).value()["eventsWaiting"].integer().value_or(-1);
  }
  void jira(std::string const& method, std::string const& path, tandem::json::Value const& body) const {
    as_alice("jira", method, path, body);
  }
  // A new title in Dynamics for the case of this issue.
  void retitle(tandem::json::Value const& issue, std::string const& title) const {
    auto const record = issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].scalar_text();
    edit_case(record, {{"title", title}});
  }
  [[nodiscard]] std::map<std::string, std::string> environment() const {
    return {
        {"TANDEM_STATE_DIR", ann.state()}, {"XDG_CONFIG_HOME", ann.folder().path("config")}, {"HOME", ann.folder().path("home")}};
  }
  // A program in the background has no stdin: its payload is a file.
  [[nodiscard]] std::string file(std::string const& name, std::string const& body) const {
    std::ofstream(ann.folder().path(name)) << body;
    return ann.folder().path(name);
  }
};

// The payload of an edit of that issue.
inline std::string updated(tandem::json::Value const& issue) {
  return tandem::json::to_text(tandem::json::Object{{"webhookEvent", "jira:issue_updated"},
                                                    {"timestamp", 1790000000000},
                                                    {"issue", tandem::json::Object{{"id", issue["id"]}, {"key", issue["key"]}}}});
}

}  // namespace cli_test
