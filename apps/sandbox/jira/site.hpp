// The running site: what was set up, what people made of it, its switches and its clock. Endpoints are functions over (Site, Call).
#pragma once

#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "jira/answers.hpp"
#include "jira/definition.hpp"
#include "jira/settings.hpp"
#include "jira/store.hpp"
#include "jira/webhooks/event.hpp"
#include "webhooks/outbox.hpp"
#include "world/service.hpp"

namespace sandbox::jira {

struct Site {
  Site(VirtualClock& virtual_clock, std::uint64_t seed);
  VirtualClock& clock;
  std::mt19937_64 random;  // trace ids and the choice of a dropped row
  Definition definition;
  Store store;
  Settings settings;
  std::string secret;  // signs media URLs and access tokens
  std::string media_url = "http://127.0.0.1:18403";  // jira.mediaUrl: where attachment bytes are served
  std::string link_base;  // where `self` links of the request at hand point; "" = definition.base_url
  std::deque<Event> events;  // announced in this request, not yet in the outbox
  Outbox outbox;

  [[nodiscard]] Instant now() const { return clock.now(); }
  [[nodiscard]] std::string api(std::string_view rest) const {
    return (link_base.empty() ? definition.base_url : link_base) + "/rest/api/3/" + std::string(rest);
  }
};

// Who reads, and how they want to see it.
struct Reader {
  Account const* account = nullptr;  // null: anonymous
  std::string zone = "UTC", language = "en";
  bool sees_all = false;  // assertions and pages: nothing is restricted
};
Reader reader_of(Site const& site, Account const* account);

// One request on its way through the endpoints.
struct Call {
  Request const& request;
  Reader reader;
  bool control =
      false;  // an edit through the sandbox's control API: rich text is taken as it is (real documents are looser than the schema)
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::string> args;  // the {placeholders} of the route, decoded
  json::Value body;

  [[nodiscard]] Account const* account() const { return reader.account; }
  [[nodiscard]] std::optional<std::string> param(std::string_view name) const;
  // All values of a parameter, comma-separated lists taken apart.
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const { return param(name).value_or("") == "true"; }
  // A whole number, or the default when absent; anything else is a 400.
  [[nodiscard]] Checked<std::int64_t> number(std::string_view name, std::int64_t otherwise) const;
};

// Whether an account sees a project at all (contract §1: what it may not see does not exist).
bool sees_project(Site const& site, Account const* account, Project const* project);
// The issue of the route's first argument, if the caller may see it.
Issue const* visible_issue(Site const& site, Call const& call, std::string_view id_or_key);

// Page of contract §3 kind 1.
struct Offset {
  std::size_t start = 0, most = 50;
};
Checked<Offset> offset_of(Call const& call, std::size_t most_by_default, std::size_t ceiling);
// {self,startAt,maxResults,total,isLast,values}.
json::Value page_of(Site const& site, std::string_view path, Offset const& offset, json::Array all);
json::Array slice(json::Array all, Offset const& offset);

}  // namespace sandbox::jira
