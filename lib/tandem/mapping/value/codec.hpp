// Codecs: one per side and type, chosen from metadata and never from a name (SPEC C2). Each goes both ways between a side's raw JSON and the
// canonical Value. A value that has no form costs that value, with its reason (C4).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/connection/dataverse/model/entity.hpp>
#include <tandem/connection/jira/model/field.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/mapping/value/directory.hpp>
#include <tandem/mapping/value/value.hpp>

namespace tandem::mapping::value {

struct Read {
  std::optional<Value> value;  // Empty is a value
  std::optional<Report> refused;  // set when `value` is not
  std::vector<Report> reports;
};
inline Read given(Value value) { return {std::move(value), std::nullopt, {}}; }
inline Read refused(Reason reason, std::string detail) { return {std::nullopt, Report{reason, std::move(detail)}, {}}; }

inline Conversion written(json::Value value) { return {std::move(value), std::nullopt, {}}; }
inline Conversion not_written(Reason reason, std::string detail) { return {std::nullopt, Report{reason, std::move(detail)}, {}}; }

class ColumnCodec {
 public:
  virtual ~ColumnCodec() = default;
  // `label`: the answer's formatted value, "" when unknown. It serves for names and choices, never for numbers or dates.
  [[nodiscard]] virtual Read read(json::Value const& raw, std::string_view label) const = 0;
  [[nodiscard]] virtual Conversion write(Value const& value) const = 0;  // json null for Empty
  // A value as a person writes it in an item file: an option's number or label, true, a text…
  [[nodiscard]] virtual Read named(std::string_view text) const = 0;
  // A value by what the other side calls it: choices match by label alone, since the other side's ids mean nothing here.
  [[nodiscard]] virtual Read labelled(std::string_view label) const { return named(label); }
  // What must be looked up before this value can be written.
  virtual void ask(Value const& /*value*/, Needs& /*needs*/) const {}
};

class FieldCodec {
 public:
  virtual ~FieldCodec() = default;
  [[nodiscard]] virtual Read read(json::Value const& raw) const = 0;  // as Jira answers, or as we write
  [[nodiscard]] virtual Conversion write(Value const& value) const = 0;  // Empty: what clears the field (null or [])
  // A value as a person writes it in an item file: an id, a name, a number, a date…
  [[nodiscard]] virtual Read named(std::string_view text) const = 0;
  [[nodiscard]] virtual Read labelled(std::string_view label) const { return named(label); }
};

// Null when the type is not supported (kinds.hpp says why).
std::unique_ptr<ColumnCodec> column_codec(dataverse::Attribute const& column, std::optional<Zone> const& zone,
                                          std::shared_ptr<Directory const> directory);
std::unique_ptr<FieldCodec> field_codec(jira::Field const& field, std::optional<Zone> const& zone);

}  // namespace tandem::mapping::value
