// The fields of a transition's screen: what is sent, and what is required and cannot be given (SPEC G3; jira.md §7).
//
// A value comes from the item's status.fields, then jira.defaults; the resolution from the pair that was matched, and where a screen asks for
// one, from what the status means. Fields that are not on the screen are never sent: Jira refuses them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/connection/jira/model/transition.hpp>
#include <tandem/mapping/status/status_table.hpp>

namespace tandem::mapping::status {

struct ScreenValues {
  json::Object fields;  // status.fields, by field id or name
  json::Object defaults;  // jira.defaults, by field id in the write shape
  json::Object present;  // what the issue holds already, by field id: that need not be given
  std::optional<jira::Resolution> resolution;  // of the pair
  bool cancels = false;  // the record is cancelled, rather than done: which resolution is meant where one is required
  bool leads_to_end = true;  // the transition ends the walk; on the way only what is required is filled in
};

struct Screen {
  json::Object fields;  // for the request's `fields`
  std::vector<std::string> missing;  // names of required fields without a value
};

Screen fill_screen(jira::Transition const& transition, ScreenValues const& values);

}  // namespace tandem::mapping::status
