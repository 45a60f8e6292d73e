// json::Value: what the JSON door (parse.hpp) gives and the writer (write.hpp) takes.
//
// Numbers keep their text, so that decimals and 64-bit ids stay exact. Objects keep their order and hold each key once. A value
// that was parsed knows its byte offset in the text (`offset`), so that a file's faults can be reported at their line.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tandem::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;

// A JSON number as its text ("20000.0000"), always valid JSON grammar.
struct Number {
  std::string text;
  friend bool operator==(Number const&, Number const&) = default;
};

// An object in its own order. `set` replaces or appends. Its members are pairs with Value, which is not complete yet: everything that needs
// them is defined below Value.
class Object {
 public:
  Object();
  Object(Object const& other);
  Object(Object&& other) noexcept;
  Object& operator=(Object const& other);
  Object& operator=(Object&& other) noexcept;
  ~Object();
  Object(std::initializer_list<Member> members);
  [[nodiscard]] Value const* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  Value& set(std::string key, Value value);
  bool erase(std::string_view key);
  void append(std::string key, Value value);  // REQUIRES: the key is new
  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::vector<Member>::const_iterator begin() const;
  [[nodiscard]] std::vector<Member>::const_iterator end() const;
  [[nodiscard]] std::vector<Member>::iterator begin();
  [[nodiscard]] std::vector<Member>::iterator end();
  friend bool operator==(Object const&, Object const&);  // order does not matter

 private:
  std::vector<Member> members_;
};

class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(int value);
  Value(std::int64_t value);
  Value(std::uint64_t value);
  Value(Number value) : data_(std::move(value)) {}
  Value(char const* value) : data_(std::string(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(data_); }
  [[nodiscard]] bool is_number() const { return std::holds_alternative<Number>(data_); }
  [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(data_); }
  [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(data_); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(data_); }

  // The held value, or null when it is of another type.
  [[nodiscard]] bool const* if_bool() const { return std::get_if<bool>(&data_); }
  [[nodiscard]] Number const* if_number() const { return std::get_if<Number>(&data_); }
  [[nodiscard]] std::string const* if_string() const { return std::get_if<std::string>(&data_); }
  [[nodiscard]] Array const* if_array() const { return std::get_if<Array>(&data_); }
  [[nodiscard]] Object const* if_object() const { return std::get_if<Object>(&data_); }
  [[nodiscard]] Array* if_array() { return std::get_if<Array>(&data_); }
  [[nodiscard]] Object* if_object() { return std::get_if<Object>(&data_); }

  // Lenient reading: a missing member or a value of another type is null / empty / absent, never a crash.
  [[nodiscard]] Value const& operator[](std::string_view key) const;
  [[nodiscard]] Value const& at(std::size_t index) const;
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] std::string_view text() const;  // a string's text, else ""
  [[nodiscard]] std::string text_or(std::string_view other) const;
  [[nodiscard]] std::string scalar_text() const;  // string, number or bool as text; else ""
  [[nodiscard]] std::optional<std::int64_t> integer() const;  // a number without fraction that fits; nothing else
  [[nodiscard]] bool truthy() const { return if_bool() != nullptr && *if_bool(); }
  [[nodiscard]] Array const& items() const;  // empty unless an array
  [[nodiscard]] Object const& members() const;  // empty unless an object
  Value& set(std::string key, Value value);  // makes this an object if it is none

  [[nodiscard]] std::uint32_t offset() const { return offset_; }
  void set_offset(std::uint32_t offset) { offset_ = offset; }

  friend bool operator==(Value const& a, Value const& b) { return a.data_ == b.data_; }

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
  std::uint32_t offset_ = 0;
};

inline Object::Object() = default;
inline Object::Object(Object const& other) = default;
inline Object::Object(Object&& other) noexcept = default;
inline Object& Object::operator=(Object const& other) = default;
inline Object& Object::operator=(Object&& other) noexcept = default;
inline Object::~Object() = default;
inline bool Object::empty() const { return members_.empty(); }
inline std::size_t Object::size() const { return members_.size(); }
inline std::vector<Member>::const_iterator Object::begin() const { return members_.begin(); }
inline std::vector<Member>::const_iterator Object::end() const { return members_.end(); }
inline std::vector<Member>::iterator Object::begin() { return members_.begin(); }
inline std::vector<Member>::iterator Object::end() { return members_.end(); }

}  // namespace tandem::json
