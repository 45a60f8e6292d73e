// What this version does not do is refused, never ignored; and so is what the matrix of SPEC B5 rules out for the item's mode.
#include <fmt/format.h>

#include <tandem/mapping/validation.hpp>

namespace tandem::mapping {

namespace {

constexpr std::string_view kNotBuilt = "not in this version";

void refuse_switches(Validation& check) {
  auto const& file = check.item.definition;
  for (std::string const name : {"status", "comments", "attachments"}) {
    if (!file[name]["enabled"].truthy()) continue;
    auto const path = at(name) / "enabled";
    if (!check.item.synchronised())
      check.fault(path, fmt::format("a display-only item has no {}; accepted: false", name));
    else if (name != "status" && check.schema.entity && check.schema.entity->note_navigation.empty())
      check.fault(path, fmt::format("the table {} takes no notes, which {} need; accepted: false", check.item.entity, name));
  }
  if (file.has("when")) check.fault(at("when"), fmt::format("\"when\" is {}; leave it out", kNotBuilt));
  if (file["dynamics"]["changeTracking"].truthy()) {
    check.fault(at("dynamics") / "changeTracking", fmt::format("change tracking is {}; accepted: false", kNotBuilt));
  }
}

// SPEC B6: a display-only item shows records, and nothing else.
void refuse_display_only_options(Validation& check) {
  auto const& item = check.item;
  if (item.synchronised()) return;
  if (item.auto_create) check.fault(at("autoCreate"), "a display-only item makes no issues; accepted: false");
  if (item.fields) check.fault(at("fields"), "a display-only item writes no fields; accepted: false");
  if (!item.mappings.empty()) check.fault(at("mappings"), "a display-only item writes no fields; leave the mappings out");
  if (!item.defaults.empty()) check.fault(at("jira") / "defaults", "a display-only item makes no issues; leave the defaults out");
}

void refuse_mapping_options(Validation& check) {
  auto const& item = check.item;
  if (!item.synchronised()) return;
  for (std::size_t i = 0; i < item.mappings.size(); ++i) {
    auto const& written = item.definition["mappings"].at(i);
    auto const path = at("mappings") / i;
    if (item.mode == Mode::one_way && item.mappings[i].direction == Direction::to_dynamics) {
      check.fault(path / "direction", "a one-way item writes only Jira; accepted: to-jira");
    } else if (item.mode == Mode::one_way && written["direction"].text() == name_of(Direction::both)) {
      check.fault(path / "direction", "a one-way item writes only Jira; accepted: to-jira, or no direction at all");
    }
  }
}

}  // namespace

void refuse_what_is_not_built(Validation& check) {
  refuse_switches(check);
  refuse_display_only_options(check);
  refuse_mapping_options(check);
}

}  // namespace tandem::mapping
