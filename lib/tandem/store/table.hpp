// Table<T>: a typed table. A value's bytes are one version byte and compact JSON; JSON members only ever grow.
//
// REQUIRES of T: `json::Value to_json() const` and `static Result<T> from_json(json::Value const&)`.
// A value written by a newer program (other version byte) is ErrorKind::store, never guessed at.
#pragma once

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/store/store.hpp>

namespace tandem::store {

inline constexpr char kValueVersion = '\x01';

template <class T>
class Table {
 public:
  constexpr explicit Table(std::string_view name) : name_(name) {}
  [[nodiscard]] std::string_view name() const { return name_; }

  Result<std::optional<T>> get(Reader& reader, std::string_view key) const {
    TANDEM_TRY(auto bytes, reader.get(name_, key));
    if (!bytes) return std::optional<T>{};
    TANDEM_TRY(auto value, decode(key, *bytes));
    return std::optional<T>(std::move(value));
  }
  Result<Unit> put(Writer& writer, std::string_view key, T const& value) const {
    return writer.put(name_, key, std::string(1, kValueVersion) + json::to_text(value.to_json()));
  }
  Result<Unit> erase(Writer& writer, std::string_view key) const { return writer.erase(name_, key); }
  // `visit(key, value)` answers false to stop.
  Result<Unit> scan(Reader& reader, std::string_view prefix, std::string_view from,
                    std::function<Result<bool>(std::string_view, T)> const& visit) const {
    return reader.scan(name_, prefix, from, [&](std::string_view key, std::string_view bytes) -> Result<bool> {
      TANDEM_TRY(auto value, decode(key, bytes));
      return visit(key, std::move(value));
    });
  }
  Result<std::size_t> count(Reader& reader) const { return reader.count(name_); }

 private:
  Result<T> decode(std::string_view key, std::string_view bytes) const {
    if (bytes.empty() || bytes.front() != kValueVersion) {
      return fail(ErrorKind::store,
                  fmt::format("the store's table {} holds a value that this version of tandem does not know", name_));
    }
    auto parsed = json::parse(bytes.substr(1));
    if (!parsed) return fail(Error{ErrorKind::store, fmt::format("the store's table {} is damaged at key {}", name_, key), {}});
    auto value = T::from_json(*parsed);
    if (!value) {
      return fail(Error{
          ErrorKind::store, fmt::format("the store's table {} is damaged at key {}: {}", name_, key, value.error().message), {}});
    }
    return std::move(*value);
  }
  std::string_view name_;
};

// Joins key parts by NUL: parts never hold one, so keys of one parent are contiguous.
inline std::string key_of(std::initializer_list<std::string_view> parts) {
  std::string key;
  for (auto const part : parts) {
    if (!key.empty()) key += '\0';
    key += part;
  }
  return key;
}

}  // namespace tandem::store
