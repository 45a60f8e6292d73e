// An item file: parsed, and judged against no metadata and against its own. Faults have a place inside of the file, and say something;
// a file that is accepted is stored and read back as the same item.
#include <algorithm>
#include <stdexcept>

#include <tandem/mapping/compiled_item.hpp>
#include <tandem/mapping/item_store.hpp>

#include "targets.hpp"

namespace fuzz {

namespace {

using namespace tandem;

void hold(bool law, char const* what) {
  if (!law) throw std::logic_error(what);
}

void check_faults(std::vector<mapping::Fault> const& faults, std::string_view text) {
  auto const lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  for (auto const& fault : faults) {
    hold(!fault.message.empty(), "a fault without a message");
    hold(fault.line <= lines, "a fault behind the end of the file");
    hold((fault.line == 0) == (fault.column == 0), "half a position");
  }
}

}  // namespace

void item_file(std::string_view bytes) {
  auto const parsed = mapping::parse_item(bytes);
  check_faults(parsed.faults, bytes);
  hold(parsed.item || !parsed.faults.empty(), "neither an item nor a fault");
  if (!parsed.item) return;
  connection::Schema schema;
  check_faults(mapping::validate(*parsed.item, schema, bytes), bytes);
  if (auto const carried = mapping::carried_entity(*parsed.item); carried && *carried) {
    schema.entity = **carried;
    check_faults(mapping::validate(*parsed.item, schema, bytes), bytes);
  }
  if (!parsed.faults.empty()) return;
  auto const plan = mapping::planned_apply(std::nullopt, *parsed.item, {}, Instant{});
  auto const again = mapping::item_of(plan.stored);
  hold(again.has_value(), "an accepted item cannot be read back");
  hold(mapping::mapping_mark(*again) == mapping::mapping_mark(*parsed.item), "an item changed by being stored");
  auto const exported = mapping::parse_item(mapping::exported(plan.stored));
  hold(exported.item && exported.faults.empty(), "an exported item is not accepted");
}

}  // namespace fuzz
