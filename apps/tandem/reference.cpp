#include "reference.hpp"

#include <algorithm>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/webhook/hint.hpp>

namespace tandem::cli {

namespace {

// What follows `before` in an address, up to the next separator; "" when it is not in it.
std::string_view part_after(std::string_view address, std::string_view before) {
  auto const at = address.find(before);
  if (at == std::string_view::npos) return {};
  auto const rest = address.substr(at + before.size());
  return rest.substr(0, rest.find_first_of("/?&#"));
}

bool is_address(std::string_view text) { return text.find("://") != std::string_view::npos; }

}  // namespace

std::optional<std::string> issue_reference(std::string_view text) {
  text = text::trimmed(text);
  if (is_address(text)) {
    auto const browsed = part_after(text, "/browse/");
    text = browsed.empty() ? part_after(text, "selectedIssue=") : browsed;
  }
  std::string key(text);
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (jira::webhook::is_issue_key(key) || jira::webhook::is_id(key)) return key;
  return std::nullopt;
}

std::optional<std::string> record_guid(std::string_view text) {
  text = text::trimmed(text);
  if (is_address(text)) {
    auto const first = part_after(text, "?id=");
    text = first.empty() ? part_after(text, "&id=") : first;
  }
  if (text.starts_with("%7B") || text.starts_with("%7b")) text = text.substr(3, text.size() < 6 ? 0 : text.size() - 6);
  return normalized_uuid(text);
}

std::string record_reference(std::string_view text) { return record_guid(text).value_or(std::string(text::trimmed(text))); }

}  // namespace tandem::cli
