#include "support/contract/json_schema.hpp"

#include <charconv>
#include <cstdint>

#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include <tandem/base/json/write.hpp>

namespace tandem::test::contract {

struct Schema::Impl {
  rapidjson::Document text;
  std::unique_ptr<rapidjson::SchemaDocument> schema;
};

Schema Schema::compile(json::Value const& draft4) {
  auto impl = std::make_shared<Impl>();
  impl->text.Parse(json::to_text(draft4).c_str());
  impl->schema = std::make_unique<rapidjson::SchemaDocument>(impl->text);
  Schema out;
  out.impl_ = std::move(impl);
  return out;
}

namespace {

bool feed_number(rapidjson::SchemaValidator& validator, std::string const& text) {
  auto const* const end = text.data() + text.size();
  std::int64_t whole = 0;
  if (auto const [stop, fault] = std::from_chars(text.data(), end, whole); fault == std::errc{} && stop == end) {
    return validator.Int64(whole);
  }
  std::uint64_t large = 0;
  if (auto const [stop, fault] = std::from_chars(text.data(), end, large); fault == std::errc{} && stop == end) {
    return validator.Uint64(large);
  }
  double real = 0;
  std::from_chars(text.data(), end, real);
  return validator.Double(real);
}

// The value as the events that a parser would send. False at the first failure.
bool feed(rapidjson::SchemaValidator& validator, json::Value const& value) {
  auto const length = [](auto const& sized) { return static_cast<rapidjson::SizeType>(sized.size()); };
  if (auto const* object = value.if_object()) {
    if (!validator.StartObject()) return false;
    for (auto const& [key, member] : *object) {
      if (!validator.Key(key.data(), length(key), true) || !feed(validator, member)) return false;
    }
    return validator.EndObject(length(*object));
  }
  if (auto const* array = value.if_array()) {
    if (!validator.StartArray()) return false;
    for (auto const& element : *array) {
      if (!feed(validator, element)) return false;
    }
    return validator.EndArray(length(*array));
  }
  if (auto const* text = value.if_string()) return validator.String(text->data(), length(*text), true);
  if (auto const* number = value.if_number()) return feed_number(validator, number->text);
  if (auto const* flag = value.if_bool()) return validator.Bool(*flag);
  return validator.Null();
}

}  // namespace

std::optional<Schema::Failure> Schema::check(json::Value const& value) const {
  rapidjson::SchemaValidator validator(*impl_->schema);
  if (feed(validator, value)) return std::nullopt;
  rapidjson::StringBuffer where;
  validator.GetInvalidDocumentPointer().Stringify(where);
  auto const* const keyword = validator.GetInvalidSchemaKeyword();
  return Failure{where.GetString(), keyword == nullptr ? "?" : keyword};
}

}  // namespace tandem::test::contract
