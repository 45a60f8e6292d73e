#include <tandem/base/json/value.hpp>

#include <algorithm>
#include <charconv>

namespace tandem::json {

namespace {
Value const kNull;
Array const kNoItems;
Object const kNoMembers;
}  // namespace

Object::Object(std::initializer_list<Member> members) {
  for (auto const& [key, value] : members) set(key, value);
}

Value const* Object::find(std::string_view key) const {
  for (auto const& member : members_) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}
Value* Object::find(std::string_view key) {
  return const_cast<Value*>(
      static_cast<Object const*>(this)->find(key));  // NOLINT(cppcoreguidelines-pro-type-const-cast): same object
}
Value& Object::set(std::string key, Value value) {
  if (auto* held = find(key)) return *held = std::move(value);
  return members_.emplace_back(std::move(key), std::move(value)).second;
}
void Object::append(std::string key, Value value) { members_.emplace_back(std::move(key), std::move(value)); }
bool Object::erase(std::string_view key) {
  return std::erase_if(members_, [&](Member const& member) { return member.first == key; }) > 0;
}
bool operator==(Object const& a, Object const& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.begin(), a.end(), [&](Member const& member) {
    auto const* other = b.find(member.first);
    return other != nullptr && *other == member.second;
  });
}

Value::Value(int value) : data_(Number{std::to_string(value)}) {}
Value::Value(std::int64_t value) : data_(Number{std::to_string(value)}) {}
Value::Value(std::uint64_t value) : data_(Number{std::to_string(value)}) {}

Value const& Value::operator[](std::string_view key) const {
  if (auto const* object = if_object()) {
    if (auto const* held = object->find(key)) return *held;
  }
  return kNull;
}
Value const& Value::at(std::size_t index) const {
  auto const* array = if_array();
  return array != nullptr && index < array->size() ? (*array)[index] : kNull;
}
bool Value::has(std::string_view key) const {
  auto const* object = if_object();
  return object != nullptr && object->find(key) != nullptr;
}
std::string_view Value::text() const {
  auto const* held = if_string();
  return held != nullptr ? std::string_view(*held) : std::string_view();
}
std::string Value::text_or(std::string_view other) const {
  auto const* held = if_string();
  return held != nullptr ? *held : std::string(other);
}
std::string Value::scalar_text() const {
  if (auto const* held = if_string()) return *held;
  if (auto const* number = if_number()) return number->text;
  if (auto const* flag = if_bool()) return *flag ? "true" : "false";
  return {};
}
std::optional<std::int64_t> Value::integer() const {
  auto const* number = if_number();
  if (number == nullptr) return std::nullopt;
  std::int64_t value = 0;
  auto const* first = number->text.data();
  auto const* last = first + number->text.size();
  auto const parsed = std::from_chars(first, last, value);
  if (parsed.ec != std::errc{}) return std::nullopt;
  // "3.0" is an integer too: Jira writes whole numbers that way.
  if (parsed.ptr != last) {
    if (*parsed.ptr != '.') return std::nullopt;
    if (!std::all_of(parsed.ptr + 1, last, [](char c) { return c == '0'; })) return std::nullopt;
  }
  return value;
}
Array const& Value::items() const { return if_array() != nullptr ? *if_array() : kNoItems; }
Object const& Value::members() const { return if_object() != nullptr ? *if_object() : kNoMembers; }
Value& Value::set(std::string key, Value value) {
  if (!is_object()) data_ = Object{};
  return std::get<Object>(data_).set(std::move(key), std::move(value));
}

}  // namespace tandem::json
