// Chooses a column's codec; lookups, which are read by the name of their row, are here too.
#include <fmt/format.h>

#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/column_codecs.hpp>
#include <tandem/mapping/value/kinds.hpp>

namespace tandem::mapping::value {

namespace {

class LookupColumn final : public ColumnCodec {
 public:
  explicit LookupColumn(dataverse::Attribute const& column) : column_(column) {}

  [[nodiscard]] Read read(json::Value const& raw, std::string_view label) const override {
    if (raw.is_null()) return given(Empty{});
    auto name = richtext::one_line(label);
    // A row without a readable name is not an empty column: nothing is cleared.
    if (name.empty())
      return refused(Reason::not_convertible, fmt::format("the answer holds no name for the row in {}", column_.logical_name));
    return given(Text{std::move(name)});
  }
  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(column_);
    return not_written(Reason::read_only,
                       fmt::format("{} refers to a row; writing it is not in this version", column_.logical_name));
  }
  [[nodiscard]] Read named(std::string_view text) const override {
    auto name = richtext::one_line(text);
    if (name.empty()) return given(Empty{});
    return given(Text{std::move(name)});
  }

 private:
  dataverse::Attribute column_;
};

}  // namespace

std::unique_ptr<ColumnCodec> lookup_column(dataverse::Attribute const& column) { return std::make_unique<LookupColumn>(column); }

bool requires_value(dataverse::Attribute const& column) {
  return column.required == "SystemRequired" || column.required == "ApplicationRequired";
}

Conversion cleared(dataverse::Attribute const& column) {
  if (requires_value(column))
    return not_written(Reason::required_empty, fmt::format("the column {} requires a value", column.logical_name));
  return written(nullptr);
}

std::unique_ptr<ColumnCodec> column_codec(dataverse::Attribute const& column, std::optional<Zone> const& zone) {
  switch (kind_of(column)) {
    case ColumnKind::none: return nullptr;
    case ColumnKind::id:
    case ColumnKind::text: return text_column(column);
    case ColumnKind::number: return number_column(column);
    case ColumnKind::flag: return flag_column(column);
    case ColumnKind::choice: return choice_column(column, false);
    case ColumnKind::choices: return choice_column(column, true);
    case ColumnKind::day:
    case ColumnKind::point_in_time:
    case ColumnKind::wall_clock: return time_column(column, zone);
    case ColumnKind::lookup: return lookup_column(column);
  }
  return nullptr;
}

}  // namespace tandem::mapping::value
