#include "world/request_log.hpp"

#include <algorithm>

#include <tandem/base/ids/uuid.hpp>

namespace sandbox {
namespace {

bool all_of_class(std::string_view text, bool (*test)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), test);
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_issue_key(std::string_view text) {
  auto const dash = text.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || !all_of_class(text.substr(dash + 1), is_digit)) return false;
  if (text[0] < 'A' || text[0] > 'Z') return false;
  return all_of_class(text.substr(0, dash), [](char c) { return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; });
}

std::string segment_template(std::string_view segment) {
  if (tandem::is_uuid(segment) || all_of_class(segment, is_digit)) return "{id}";
  if (is_issue_key(segment)) return "{key}";
  auto const open = segment.find('(');  // Dataverse: incidents(guid)
  auto const close = segment.find(')', open == std::string_view::npos ? 0 : open);
  if (open != std::string_view::npos && close != std::string_view::npos &&
      tandem::is_uuid(segment.substr(open + 1, close - open - 1))) {
    return std::string(segment.substr(0, open + 1)) + "{id}" + std::string(segment.substr(close));
  }
  return std::string(segment);
}

}  // namespace

std::string endpoint_template(std::string_view path) {
  std::string out;
  std::string_view before;
  for (std::size_t at = 0; at <= path.size();) {
    auto const end = std::min(path.find('/', at), path.size());
    auto const segment = path.substr(at, end - at);
    out += before == "api" ? std::string(segment) : segment_template(segment);  // the 3 of /rest/api/3 is no id
    before = segment;
    if (end < path.size()) out += '/';
    at = end + 1;
  }
  return out;
}

LogEntry& RequestLog::begin(ServiceName service, Request const& request, tandem::Instant at) {
  if (entries_.size() >= kMostEntries) entries_.erase(entries_.begin(), entries_.begin() + kMostEntries / 2);
  LogEntry entry;
  entry.number = next_++;
  entry.service = service;
  entry.method = request.method;
  entry.path = request.path();
  entry.target = request.target;
  entry.at = at;
  ++counts_[entry.method + " " + endpoint_template(entry.path)];
  ++total_;
  entries_.push_back(std::move(entry));
  return entries_.back();
}

void RequestLog::mark_executed(std::uint64_t number, int status) {
  for (auto& entry : entries_) {
    if (entry.number != number) continue;
    entry.executed = true;
    entry.status = status;
  }
}

void RequestLog::count_answer(ServiceName service, int status) { ++statuses_[std::string(name_of(service))][status]; }

void RequestLog::forget() {
  entries_.clear();
  statuses_.clear();
  counts_.clear();
  total_ = 0;
}

tandem::json::Value RequestLog::to_json() const {
  tandem::json::Object counts;
  for (auto const& [name, count] : counts_) counts.append(name, count);
  tandem::json::Object statuses;
  for (auto const& [service, by_status] : statuses_) {
    tandem::json::Object of_service;
    for (auto const& [status, count] : by_status) of_service.append(std::to_string(status), count);
    statuses.append(service, std::move(of_service));
  }
  tandem::json::Array log;
  log.reserve(entries_.size());
  for (auto const& entry : entries_) {
    log.push_back(tandem::json::Object{{"n", entry.number},
                                       {"service", name_of(entry.service)},
                                       {"method", entry.method},
                                       {"path", entry.path},
                                       {"target", entry.target},
                                       {"at", tandem::to_rfc3339(entry.at)},
                                       {"status", entry.status},
                                       {"executed", entry.executed},
                                       {"outcome", entry.outcome}});
  }
  return tandem::json::Object{
      {"total", total_}, {"counts", std::move(counts)}, {"statuses", std::move(statuses)}, {"log", std::move(log)}};
}

}  // namespace sandbox
