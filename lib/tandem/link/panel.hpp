// Panel: what a person sees of an issue's links (SPEC D4): the items that apply, and per link the record, its marks and what is open.
//
// Plain data that sync gathers and a program prints; to_json() has everything. Nothing in it is escaped: texts come from both systems.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/link/link.hpp>

namespace tandem::link {

// An item as seen from the issue.
struct PanelItem {
  std::string name, mode;
  bool enabled = true;
  bool applies = true;
  std::string why_not;  // a reason's code, where it does not apply
  bool manual_links = true;
  bool linked = false;
};

// One display column of the record.
struct PanelColumn {
  std::string column, label;
  json::Value raw;
  std::string shown;  // the formatted value in the application user's language, else the raw one
};

// Something that is open: a reason's code, and its words.
struct PanelNote {
  std::string code, text;
};

struct PanelStatus {
  bool enabled = false;  // of the item's status option
  std::string dynamics, jira;  // labels now; "" = not known
};

struct PanelLink {
  Link link;
  std::string mode;
  bool enabled = true;  // the item
  std::string record_url;
  std::string trouble;  // why the record is not shown: it is gone, or its system cannot be reached; "" = it is shown
  std::vector<PanelColumn> columns;
  PanelStatus status;
  std::vector<PanelNote> pending, conflicts;
  std::vector<std::string> owed;  // "issue property", "remote link", "link note"
};

struct Panel {
  std::string issue, key, url;
  std::string summary, status, project, type;  // "" where the issue cannot be shown
  std::string trouble;  // why the issue is not shown; "" = it is
  std::vector<PanelItem> items;
  std::vector<PanelLink> links;
  std::optional<Instant> now;  // Jira's clock, else Dynamics'
  [[nodiscard]] json::Object to_json() const;
};

json::Object to_json(PanelLink const& link);

// The marks that a link still owes, in words.
std::vector<std::string> owed_marks(Link const& link);

}  // namespace tandem::link
