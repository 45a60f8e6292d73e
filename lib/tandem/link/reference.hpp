// References: how a person names an issue or a record, read without asking anybody (SPEC D3; dataverse.md §24).
//
//   issue    SUP-12, or any page of this Jira site that shows it: /browse/SUP-12, …/issues/SUP-12, …?selectedIssue=SUP-12
//   record   its GUID, main.aspx?…&etn=TABLE&id=GUID of this organisation, or its number or name
//
// A text that is no URL and no GUID may be both a key and a number ("CAS-1"): parse_reference() says so, and who asks the systems decides.
// Errors: usage, each with the code of its Reason as context "reason" and with what would be accepted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/result.hpp>

namespace tandem::link {

struct Sites {
  std::string jira_url, organisation_url;  // what people open in a browser; no trailing slash
};

struct RecordReference {
  std::string entity;  // logical name; "" = not told
  std::string id;  // GUID; "" = only `name` is known
  std::string name;  // number or primary name as given
};

// Either side. With `key` and `record` both set, the text can be read as either.
struct Reference {
  std::optional<std::string> key;
  std::optional<RecordReference> record;
};

// "SUP-12" in upper case; nothing when it has not the form of a key.
std::optional<std::string> issue_key(std::string_view text);

Result<std::string> parse_issue(std::string_view text, Sites const& sites);
Result<RecordReference> parse_record(std::string_view text, Sites const& sites);
Result<Reference> parse_reference(std::string_view text, Sites const& sites);

}  // namespace tandem::link
