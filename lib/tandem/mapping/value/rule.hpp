// Makes the FieldRule of one mapping: two codecs and, between them, the value map, equal labels, (for priorities) the rank and the matching of
// users.
#pragma once

#include <memory>
#include <string>

#include <tandem/base/result.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/mapping/value/codec.hpp>

namespace tandem::mapping::value {

// A value of an item file (jira.defaults, a mapping's default) in the field's write shape: names are resolved, texts become documents.
Conversion from_item_file(FieldCodec const& codec, json::Value const& value);

// How a rule learns of users and rows: the item's "users", and what the run has looked up.
struct Lookups {
  std::optional<Users> users;
  std::shared_ptr<Directory const> directory;  // null: nothing can be looked up
};

// Errors: config, when one of the two types has no codec, the zone is unknown, the default does not convert, or a field of users meets
// an item without "users".
Result<std::unique_ptr<FieldRule>> make_rule(Mapping const& mapping, dataverse::Attribute const& column, jira::Field const& field,
                                             std::string const& time_zone, Lookups lookups = {});

}  // namespace tandem::mapping::value
