#include <tandem/mapping/file_position.hpp>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>

namespace tandem::mapping {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The opening quote of the string that closes at `close`.
std::size_t string_start(std::string_view text, std::size_t close) {
  auto at = close;
  while (at > 0) {
    --at;
    if (text[at] != '"') continue;
    std::size_t slashes = 0;
    while (slashes < at && text[at - 1 - slashes] == '\\') ++slashes;
    if (slashes % 2 == 0) return at;
  }
  return close;
}

std::size_t value_start(std::string_view text, json::Value const& value) {
  std::size_t at = value.offset();
  if (at >= text.size()) return at;
  if (value.is_string()) return text[at] == '"' ? string_start(text, at) : at;
  if (value.is_object() || value.is_array()) {  // remembered one byte early
    char const opening = value.is_object() ? '{' : '[';
    return text[at] != opening && at + 1 < text.size() && text[at + 1] == opening ? at + 1 : at;
  }
  auto const in_word = [&](std::size_t i) {
    return !is_blank(text[i]) && std::string_view(":,[{/").find(text[i]) == std::string_view::npos;
  };
  if (!in_word(at) && at > 0) --at;
  while (at > 0 && in_word(at - 1)) --at;
  return at;
}

// The opening quote of the key before a value; the value itself when a comment stands between.
std::size_t key_start(std::string_view text, std::size_t value_at) {
  auto at = value_at;
  auto const skip_blanks = [&] {
    while (at > 0 && is_blank(text[at - 1])) --at;
  };
  skip_blanks();
  if (at == 0 || text[at - 1] != ':') return value_at;
  --at;
  skip_blanks();
  return at > 0 && text[at - 1] == '"' ? string_start(text, at - 1) : value_at;
}

Fault positioned(std::string_view text, json::Value const& root, Path const& path, std::string message, bool at_key) {
  Fault fault{0, 0, path.text(), std::move(message)};
  if (text.empty()) return fault;
  json::Value const* value = &root;
  bool whole = true;
  for (auto const& step : path.steps) {
    json::Value const* inner = nullptr;
    if (auto const* key = std::get_if<std::string>(&step)) {
      inner = value->members().find(*key);
    } else if (auto const index = std::get<std::size_t>(step); index < value->items().size()) {
      inner = &value->items()[index];
    }
    if (inner == nullptr) {
      whole = false;
      break;
    }
    value = inner;
  }
  auto offset = value_start(text, *value);
  if (at_key && whole) offset = key_start(text, offset);
  auto const position = json::position_of(text, offset);
  fault.line = position.line;
  fault.column = position.column;
  return fault;
}

}  // namespace

Path Path::operator/(std::string key) const {
  Path longer = *this;
  longer.steps.emplace_back(std::move(key));
  return longer;
}
Path Path::operator/(std::size_t index) const {
  Path longer = *this;
  longer.steps.emplace_back(index);
  return longer;
}
std::string Path::text() const {
  std::string out;
  for (auto const& step : steps) {
    if (auto const* key = std::get_if<std::string>(&step)) {
      out += out.empty() ? *key : "." + *key;
    } else {
      out += fmt::format("[{}]", std::get<std::size_t>(step));
    }
  }
  return out;
}

Fault fault_at(std::string_view text, json::Value const& root, Path const& path, std::string message) {
  return positioned(text, root, path, std::move(message), false);
}
Fault fault_at_key(std::string_view text, json::Value const& root, Path const& path, std::string message) {
  return positioned(text, root, path, std::move(message), true);
}

}  // namespace tandem::mapping
