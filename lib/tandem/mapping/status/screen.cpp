#include <tandem/mapping/status/screen.hpp>

#include <algorithm>

#include <tandem/mapping/status/name_key.hpp>
#include <tandem/mapping/status/synonyms.hpp>
#include <tandem/mapping/value/kinds.hpp>
#include <tandem/mapping/value/rule.hpp>

namespace tandem::mapping::status {

namespace {

constexpr std::string_view kResolution = "resolution";

bool is_resolution(jira::Field const& field) { return field.id == kResolution || field.system == kResolution; }

// As Jira takes it: {"id":…}.
json::Value by_id(std::string const& id) { return json::Object{{"id", id}}; }

// Of those that the screen offers, one that says why the issue ends.
std::optional<json::Value> resolution_that_fits(jira::Field const& field, bool cancels) {
  auto const wanted = cancels ? Group::cancelled : Group::finished;
  jira::AllowedValue const* best = nullptr;
  int least = 0;
  for (auto const& one : field.allowed) {
    auto const meaning = meaning_of_resolution(one.name);
    if (!meaning || meaning->group != wanted) continue;
    if (best != nullptr && meaning->place >= least) continue;
    best = &one;
    least = meaning->place;
  }
  if (best != nullptr) return by_id(best->id);
  return std::nullopt;
}

std::optional<json::Value> written_in_item(jira::Field const& field, json::Object const& values) {
  for (auto const& [name, raw] : values) {
    if (name != field.id && !near_equal(name, field.name)) continue;
    // A name or a list of names becomes what Jira takes; what tandem has no codec for goes as it is written.
    auto const codec = value::field_codec(field, std::nullopt);
    if (!codec) return raw;
    auto conversion = value::from_item_file(*codec, raw);
    return conversion.value ? conversion.value : std::optional(raw);
  }
  return std::nullopt;
}

std::optional<json::Value> resolution_of(jira::Field const& field, ScreenValues const& values) {
  if (values.resolution) return by_id(values.resolution->id);
  if (auto own = written_in_item(field, values.fields)) {
    if (own->is_string()) {
      auto const named = std::find_if(field.allowed.begin(), field.allowed.end(), [&](auto const& one) {
        return one.id == own->text() || near_equal(one.name, own->text());
      });
      return named != field.allowed.end() ? by_id(named->id) : json::Value(json::Object{{"name", *own}});
    }
    return own;
  }
  if (!field.required || field.has_default) return std::nullopt;
  return resolution_that_fits(field, values.cancels);
}

}  // namespace

Screen fill_screen(jira::Transition const& transition, ScreenValues const& values) {
  Screen screen;
  for (auto const& field : transition.fields) {
    std::optional<json::Value> value;
    if (is_resolution(field)) {
      value = resolution_of(field, values);
    } else {
      value = written_in_item(field, values.fields);
      auto const* usual = values.defaults.find(field.id);
      if (!value && field.required && !field.has_default && usual != nullptr) value = *usual;
    }
    auto const* held = values.present.find(field.id);
    bool const empty = held == nullptr || held->is_null() || (held->is_array() && held->items().empty());
    bool const needed = field.required && !field.has_default && empty;
    if (value && (needed || values.leads_to_end))
      screen.fields.set(field.id, std::move(*value));
    else if (!value && needed)
      screen.missing.push_back(field.name.empty() ? field.id : field.name);
  }
  return screen;
}

}  // namespace tandem::mapping::status
