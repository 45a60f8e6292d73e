// The metadata that an item was last applied with, kept in table "metadata" under (item, NAME), so that a cycle need not fetch it.
#pragma once

#include <optional>
#include <string_view>

#include <tandem/connection/schema.hpp>
#include <tandem/store/table.hpp>

namespace tandem::mapping {

inline constexpr store::Table<connection::Schema> kMetadata{"metadata"};

inline std::string schema_key(std::string_view item) { return store::key_of({"item", item}); }
inline Result<std::optional<connection::Schema>> load_schema(store::Reader& reader, std::string_view item) {
  return kMetadata.get(reader, schema_key(item));
}
inline Result<Unit> save_schema(store::Writer& writer, std::string_view item, connection::Schema const& schema) {
  return kMetadata.put(writer, schema_key(item), schema);
}

}  // namespace tandem::mapping
