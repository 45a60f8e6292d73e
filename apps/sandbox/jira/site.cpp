#include "jira/site.hpp"

#include <algorithm>
#include <charconv>

#include <tandem/base/ids/digest.hpp>

#include "jira/permissions.hpp"

namespace sandbox::jira {

Site::Site(VirtualClock& virtual_clock, std::uint64_t seed)
    : clock(virtual_clock), random(seed), secret(tandem::sha256("jira sandbox " + std::to_string(seed))), outbox(seed) {}

Reader reader_of(Site const& site, Account const* account) {
  Reader out;
  out.account = account;
  if (account != nullptr) {
    out.zone = account->time_zone;
    out.language = account->locale.substr(0, account->locale.find_first_of("_-"));
  }
  if (!site.settings.time_zone.empty()) out.zone = site.settings.time_zone;
  if (!site.settings.language.empty()) out.language = site.settings.language;
  return out;
}

std::optional<std::string> Call::param(std::string_view name) const {
  for (auto const& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string> Call::list(std::string_view name) const {
  std::vector<std::string> out;
  for (auto const& [key, value] : query) {
    if (key != name) continue;
    auto parts = split_list(value);
    std::move(parts.begin(), parts.end(), std::back_inserter(out));
  }
  return out;
}

Checked<std::int64_t> Call::number(std::string_view name, std::int64_t otherwise) const {
  auto const text = param(name);
  if (!text) return otherwise;
  std::int64_t value = 0;
  auto const* last = text->data() + text->size();
  auto const parsed = std::from_chars(text->data(), last, value);
  if (parsed.ec != std::errc{} || parsed.ptr != last) {
    return refuse(400, "Failed to convert value of parameter '" + std::string(name) + "': '" + *text + "' is not a number.");
  }
  return value;
}

bool sees_project(Site const& site, Account const* account, Project const* project) {
  if (project == nullptr || !may(site, account, "BROWSE_PROJECTS")) return false;
  auto const& members = project->members;
  return members.empty() || std::find(members.begin(), members.end(), account->login) != members.end();
}

Issue const* visible_issue(Site const& site, Call const& call, std::string_view id_or_key) {
  auto const* issue = site.store.find(id_or_key);
  if (issue == nullptr) return nullptr;
  return sees_project(site, call.account(), site.definition.project(issue->project)) ? issue : nullptr;
}

Checked<Offset> offset_of(Call const& call, std::size_t most_by_default, std::size_t ceiling) {
  auto const start = call.number("startAt", 0);
  if (!start) return tl::unexpected<Refusal>(start.error());
  auto const most = call.number("maxResults", static_cast<std::int64_t>(most_by_default));
  if (!most) return tl::unexpected<Refusal>(most.error());
  if (*start < 0) return refuse(400, "The value for startAt must be 0 or greater.");
  if (*most < 0) return refuse(400, "The value for maxResults must be 0 or greater.");
  return Offset{static_cast<std::size_t>(*start), std::min(static_cast<std::size_t>(*most), ceiling)};
}

json::Array slice(json::Array all, Offset const& offset) {
  auto const first = std::min(offset.start, all.size());
  auto const last = std::min(first + offset.most, all.size());
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(last), all.end());
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first));
  return all;
}

json::Value page_of(Site const& site, std::string_view path, Offset const& offset, json::Array all) {
  auto const total = all.size();
  auto values = slice(std::move(all), offset);
  bool const last = offset.start + values.size() >= total;
  auto const link = [&](std::size_t start) {
    return site.api(path) + "?startAt=" + std::to_string(start) + "&maxResults=" + std::to_string(offset.most);
  };
  json::Object out;
  out.append("self", link(offset.start));
  if (!last) out.append("nextPage", link(offset.start + values.size()));
  out.append("maxResults", static_cast<std::uint64_t>(offset.most));
  out.append("startAt", static_cast<std::uint64_t>(offset.start));
  out.append("total", static_cast<std::uint64_t>(total));
  out.append("isLast", last);
  out.append("values", std::move(values));
  return out;
}

}  // namespace sandbox::jira
