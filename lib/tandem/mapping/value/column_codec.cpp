// Chooses a column's codec.
#include <fmt/format.h>

#include <tandem/mapping/value/column_codecs.hpp>
#include <tandem/mapping/value/kinds.hpp>

namespace tandem::mapping::value {

bool requires_value(dataverse::Attribute const& column) {
  return column.required == "SystemRequired" || column.required == "ApplicationRequired";
}

Conversion cleared(dataverse::Attribute const& column) {
  if (requires_value(column))
    return not_written(Reason::required_empty, fmt::format("the column {} requires a value", column.logical_name));
  return written(nullptr);
}

std::unique_ptr<ColumnCodec> column_codec(dataverse::Attribute const& column, std::optional<Zone> const& zone,
                                          std::shared_ptr<Directory const> directory) {
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
    case ColumnKind::lookup:
    case ColumnKind::person: return lookup_column(column, std::move(directory));
  }
  return nullptr;
}

}  // namespace tandem::mapping::value
