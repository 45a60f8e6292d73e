#include "support/contract/query_value.hpp"

#include <charconv>
#include <cstdint>

namespace tandem::test::contract {

std::optional<std::string> query_fault(json::Value const& schema, std::string_view text) {
  auto const type = schema["type"].text();
  if (type == "array") {
    while (!text.empty()) {
      auto const comma = text.find(',');
      if (auto fault = query_fault(schema["items"], text.substr(0, comma))) return fault;
      text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return std::nullopt;
  }
  if (type == "boolean" && text != "true" && text != "false") return "type: is no boolean";
  if (type == "integer") {
    std::int64_t number = 0;
    auto const [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || stop != text.data() + text.size()) return "type: is no integer";
    if (schema["format"].text() == "int32" && number != static_cast<std::int32_t>(number)) return "format: does not fit int32";
    if (auto const most = schema["maximum"].integer(); most && number > *most) return "maximum: is greater";
    if (auto const least = schema["minimum"].integer(); least && number < *least) return "minimum: is smaller";
  }
  if (auto const most = schema["maxLength"].integer(); most && text.size() > static_cast<std::size_t>(*most))
    return "maxLength: is longer";
  if (!schema.has("enum")) return std::nullopt;
  for (auto const& value : schema["enum"].items()) {
    if (value.text() == text) return std::nullopt;
  }
  return "enum: is none of the values";
}

}  // namespace tandem::test::contract
