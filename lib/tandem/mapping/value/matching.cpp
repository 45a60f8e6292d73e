#include <tandem/mapping/value/matching.hpp>

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping::value {

namespace {

// The only element for which `fits` holds; null for none or several.
template <class T, class Fits>
T const* only(std::vector<T> const& list, Fits fits) {
  T const* found = nullptr;
  for (auto const& element : list) {
    if (!fits(element)) continue;
    if (found != nullptr) return nullptr;
    found = &element;
  }
  return found;
}

template <class Fits>
bool any_label(dataverse::Option const& option, Fits fits) {
  return fits(option.label) || std::any_of(option.labels.begin(), option.labels.end(), fits);
}

}  // namespace

jira::AllowedValue const* with_id(std::vector<jira::AllowedValue> const& allowed, std::string_view id) {
  return id.empty() ? nullptr : only(allowed, [&](auto const& value) { return value.id == id; });
}

jira::AllowedValue const* labelled_in(std::vector<jira::AllowedValue> const& allowed, std::string_view label) {
  if (auto const* exact = only(allowed, [&](auto const& value) { return value.name == label; })) return exact;
  auto const folded = text::folded(label);
  if (folded.empty()) return nullptr;
  return only(allowed, [&](auto const& value) { return text::folded(value.name) == folded; });
}

jira::AllowedValue const* named_in(std::vector<jira::AllowedValue> const& allowed, std::string_view text) {
  if (auto const* exact = only(allowed, [&](auto const& value) { return value.name == text; })) return exact;
  if (auto const* by_id = with_id(allowed, text)) return by_id;
  return labelled_in(allowed, text);
}

dataverse::Option const* with_value(std::vector<dataverse::Option> const& options, std::string_view value) {
  return only(options, [&](auto const& option) { return std::to_string(option.value) == value; });
}

dataverse::Option const* labelled_in(std::vector<dataverse::Option> const& options, std::string_view label) {
  auto const exact = [&](auto const& option) { return any_label(option, [&](std::string const& own) { return own == label; }); };
  if (auto const* found = only(options, exact)) return found;
  auto const wanted = text::folded(label);
  if (wanted.empty()) return nullptr;
  return only(options, [&](auto const& option) {
    return any_label(option, [&](std::string const& own) { return text::folded(own) == wanted; });
  });
}

dataverse::Option const* named_in(std::vector<dataverse::Option> const& options, std::string_view text) {
  if (auto const* by_value = with_value(options, text)) return by_value;
  return labelled_in(options, text);
}

std::vector<std::string> names_of(std::vector<jira::AllowedValue> const& allowed) {
  std::vector<std::string> names;
  for (auto const& value : allowed) names.push_back(value.name.empty() ? value.id : value.name);
  return names;
}

std::vector<std::string> names_of(std::vector<dataverse::Option> const& options) {
  std::vector<std::string> names;
  for (auto const& option : options) names.push_back(option.label.empty() ? std::to_string(option.value) : option.label);
  return names;
}

std::vector<std::pair<std::string, std::string>> paired_by_rank(std::vector<dataverse::Option> const& options,
                                                                std::vector<jira::AllowedValue> const& allowed) {
  auto const count = options.size();
  if (count != allowed.size()) return {};
  bool forwards = true;
  bool backwards = true;
  for (std::size_t i = 0; i < count; ++i) {
    auto const* partner = labelled_in(allowed, options[i].label);
    if (partner == nullptr) continue;
    auto const at = static_cast<std::size_t>(partner - allowed.data());
    forwards = forwards && at == i;
    backwards = backwards && at == count - 1 - i;
  }
  if (!forwards && !backwards) return {};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < count; ++i) {
    pairs.emplace_back(std::to_string(options[i].value), allowed[forwards ? i : count - 1 - i].id);
  }
  return pairs;
}

}  // namespace tandem::mapping::value
