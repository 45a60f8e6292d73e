// The codecs of Dataverse columns, one maker per kind; column_codec() chooses (contract: dataverse.md §11).
#pragma once

#include <memory>

#include <tandem/mapping/value/codec.hpp>

namespace tandem::mapping::value {

std::unique_ptr<ColumnCodec> text_column(dataverse::Attribute const& column);
std::unique_ptr<ColumnCodec> number_column(dataverse::Attribute const& column);
std::unique_ptr<ColumnCodec> flag_column(dataverse::Attribute const& column);
std::unique_ptr<ColumnCodec> choice_column(dataverse::Attribute const& column, bool several);
std::unique_ptr<ColumnCodec> time_column(dataverse::Attribute const& column, std::optional<Zone> const& zone);
std::unique_ptr<ColumnCodec> lookup_column(dataverse::Attribute const& column, std::shared_ptr<Directory const> directory);
// The same columns where the field holds users.
std::unique_ptr<ColumnCodec> person_column(dataverse::Attribute const& column);
// The member of a request's body that sets a lookup, or clears it.
json::Object lookup_body(dataverse::Attribute const& column, json::Value const& write);

// SPEC C6: a column that requires a value is not cleared.
bool requires_value(dataverse::Attribute const& column);
Conversion cleared(dataverse::Attribute const& column);

}  // namespace tandem::mapping::value
