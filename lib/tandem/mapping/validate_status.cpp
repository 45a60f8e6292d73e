// The item's "status" against live metadata (SPEC B4, G): pairs, closing, path, screens. Judged also while it is switched off, since a file is
// written before it is switched on.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/mapping/fields_by_name.hpp>
#include <tandem/mapping/status/close_text.hpp>
#include <tandem/mapping/status/status_table.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/mapping/validation.hpp>

namespace tandem::mapping {

namespace {

using status::Kind;
using status::StatusTable;

std::string labelled(status::DynamicsStatus const& one) { return fmt::format("{} {}", one.value, one.label); }

std::vector<std::string> reasons_of(StatusTable const& table, std::optional<Kind> kind = std::nullopt) {
  std::vector<std::string> out;
  for (auto const& one : table.reasons()) {
    if (!kind || one.kind == *kind) out.push_back(labelled(one));
  }
  return out;
}

template <class List>
std::vector<std::string> names_in(List const& list) {
  std::vector<std::string> out;
  for (auto const& one : list) out.push_back(one.name);
  return out;
}

class StatusCheck {
 public:
  StatusCheck(Validation& check, StatusTable const& table) : check_(check), table_(table) {}

  void run() {
    auto const& written = check_.item.status;
    check_map(written["map"]);
    check_closing(written);
    auto const& path = written["path"];
    for (std::size_t i = 0; i < path.items().size(); ++i) check_status(path.at(i).scalar_text(), at("status") / "path" / i);
  }

 private:
  void check_status(std::string const& text, Path const& path) {
    if (text.empty() || table_.status_named(text) != nullptr) return;
    auto const names = names_in(table_.statuses());
    check_.fault(path, fmt::format("found \"{}\", which is no status of {} in {}; there are {}{}", text, check_.item.issue_type,
                                   check_.item.project, listed(names), did_you_mean(text, names)));
  }

  void check_map(json::Value const& map) {
    std::vector<std::pair<std::string, std::string>> seen;
    for (std::size_t i = 0; i < map.items().size(); ++i) {
      auto const path = at("status") / "map" / i;
      auto const& pair = map.at(i);
      auto const dynamics = pair["dynamics"].scalar_text();
      auto const* reason = table_.reason_named(dynamics);
      if (reason == nullptr && !dynamics.empty()) {
        auto const known = reasons_of(table_);
        std::vector<std::string> labels;
        for (auto const& one : table_.reasons()) labels.push_back(one.label);
        check_.fault(path / "dynamics", fmt::format("found \"{}\", which is no status reason of {}; there are {}{}", dynamics,
                                                    check_.item.entity, listed(known), did_you_mean(dynamics, labels)));
      }
      auto const& jira = pair["jira"];
      if (!jira.is_object()) {
        check_status(jira.scalar_text(), path / "jira");
      } else {
        check_status(jira["status"].scalar_text(), path / "jira" / "status");
        auto const resolution = jira["resolution"].scalar_text();
        if (!resolution.empty() && table_.resolution_named(resolution) == nullptr) {
          auto const names = names_in(table_.resolutions());
          check_.fault(path / "jira" / "resolution",
                       fmt::format("found \"{}\", which is no resolution of this site; there are {}{}", resolution, listed(names),
                                   did_you_mean(resolution, names)));
        }
      }
    }
  }

  void check_reason(json::Value const& written, Path const& path, Kind kind, std::string_view what) {
    auto const text = written.scalar_text();
    if (text.empty()) return;
    auto const* reason = table_.reason_named(text);
    auto const fitting = reasons_of(table_, kind);
    if (reason == nullptr || reason->kind != kind)
      check_.fault(path, fmt::format("found \"{}\", expected a status reason of a {} {}: {}", text, what, check_.item.entity,
                                     fitting.empty() ? "there is none" : listed(fitting)));
  }

  void check_closing(json::Value const& written) {
    bool const is_case = check_.item.entity == "incident";
    for (std::string const part : {"resolve", "cancel"}) {
      if (table_.has_states() || !written.has(part)) continue;
      check_.fault(at("status") / part, "status.column names a choice column, which has nothing to close; leave it out");
      return;
    }
    check_reason(written["resolve"]["statusReason"], at("status") / "resolve" / "statusReason", Kind::done, "resolved");
    check_reason(written["cancel"]["statusReason"], at("status") / "cancel" / "statusReason", Kind::cancelled, "cancelled");
    for (std::string const key : {"subject", "text"}) {
      if (auto const fault = status::fault_of_template(written["resolve"][key].text()))
        check_.fault(at("status") / "resolve" / key, *fault);
    }
    auto const type = written["resolve"]["resolutionType"];
    if (is_case && !type.integer()) check_reason(type, at("status") / "resolve" / "resolutionType", Kind::done, "resolved");
    bool const messages = is_case || check_.item.entity == "opportunity";
    for (std::string const key : {"subject", "text"}) {
      if (!messages && written["resolve"].has(key))
        check_.fault(at("status") / "resolve" / key,
                     fmt::format("{} is closed without a text; only cases and opportunities have one", check_.item.entity));
    }
    for (std::string const key : {"resolutionType", "minutes"}) {
      if (!is_case && written["resolve"].has(key))
        check_.fault(at("status") / "resolve" / key, "only cases have it; leave it out");
    }
  }

  Validation& check_;
  StatusTable const& table_;
};

bool is_writable_choice(Validation& check, std::string const& name) {
  auto const& entity = *check.schema.entity;
  auto const* column = entity.attribute(name);
  auto const path = at("status") / "column";
  std::vector<std::string> choices;
  for (auto const& one : entity.attributes) {
    if (one.type == "Picklist" && one.updatable && !one.secured) choices.push_back(one.logical_name);
  }
  if (column == nullptr)
    check.fault(path, fmt::format("found \"{}\", which is no column of {}{}", name, entity.logical_name,
                                  or_list(did_you_mean(name, choices), "items columns " + entity.logical_name)));
  else if (column->type != "Picklist")
    check.fault(path, fmt::format("{} is of type {}, expected a choice column: {}", name, column->type, listed(choices)));
  else if (!column->updatable || column->secured)
    check.fault(path, fmt::format("{} cannot be written, expected one of {}", name, listed(choices)));
  else
    return true;
  return false;
}

}  // namespace

void check_status(Validation& check) {
  auto const& item = check.item;
  if (!item.status.is_object() || !check.schema.entity || !item.synchronised()) return;
  auto const options = status::options_of(item);
  if (!options.enabled && item.status.members().size() <= 1) return;  // "enabled": false says nothing that could be wrong
  if (!options.column.empty() && !is_writable_choice(check, options.column)) return;
  auto const& entity = *check.schema.entity;
  bool const has_states = entity.attribute("statecode") != nullptr && entity.attribute("statuscode") != nullptr;
  if (options.column.empty() && !has_states) {
    check.fault(at("status"),
                fmt::format("{} has no state and status; name a choice column in status.column", entity.logical_name));
    return;
  }
  if (!check.schema.issue_type) return;  // told already
  auto const table = StatusTable::compile(options, check.schema);
  if (!table) {
    if (options.enabled) check.fault(at("status"), table.error().message);
    return;
  }
  StatusCheck(check, *table).run();
}

}  // namespace tandem::mapping
