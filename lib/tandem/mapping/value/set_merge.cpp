#include <tandem/mapping/value/set_merge.hpp>

#include <algorithm>

namespace tandem::mapping::value {

namespace {

template <class T>
bool holds(std::vector<T> const& list, T const& element) {
  return std::find(list.begin(), list.end(), element) != list.end();
}

template <class T>
std::vector<T> merged(std::vector<T> const& before, std::vector<T> const& now, std::vector<T> theirs) {
  std::erase_if(theirs, [&](T const& element) { return holds(before, element) && !holds(now, element); });
  for (auto const& element : now) {
    if (!holds(before, element) && !holds(theirs, element)) theirs.push_back(element);
  }
  return theirs;
}

// The elements of a set; an empty value is the empty set of any kind.
template <class Kind, class T>
std::optional<std::vector<T>> elements(Value const& value, std::vector<T> Kind::*member) {
  if (is_empty(value)) return std::vector<T>{};
  auto const* set = std::get_if<Kind>(&value);
  return set != nullptr ? std::optional(set->*member) : std::nullopt;
}

template <class Kind, class T>
std::optional<Value> merged_as(Value const& before, Value const& now, Value const& theirs, std::vector<T> Kind::*member) {
  auto const a = elements(before, member);
  auto const b = elements(now, member);
  auto const c = elements(theirs, member);
  if (!a || !b || !c) return std::nullopt;
  Kind out;
  out.*member = merged(*a, *b, *c);
  if ((out.*member).empty()) return Value{Empty{}};
  return Value{std::move(out)};
}

}  // namespace

std::optional<Value> merged_set(Value const& before, Value const& now, Value const& theirs) {
  if (is_empty(before) && is_empty(now) && is_empty(theirs)) return Value{Empty{}};
  if (auto words = merged_as(before, now, theirs, &Words::words)) return words;
  if (auto choices = merged_as(before, now, theirs, &Choices::chosen)) return choices;
  return merged_as(before, now, theirs, &People::people);
}

}  // namespace tandem::mapping::value
