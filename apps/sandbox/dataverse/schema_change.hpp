// What a customiser does to tables while others are connected (switch dataverse.change).
//
// {"table":"incident","dropColumn":"new_area"}, {"table","column","option":{"value":4,"label":"Urgent","state":0}} (added or renamed),
// {"table","column","dropOption":4}; null takes everything back. A dropped column has no name any more; the rows keep its values for its return.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

#include "dataverse/schema.hpp"

namespace sandbox::dataverse {

inline bool is_gone(Column const& column) { return column.name.empty(); }

class SchemaChanges {
 public:
  // Errors: usage, naming what would be accepted.
  tandem::Result<tandem::Unit> apply(Schema& schema, tandem::json::Value const& change);

 private:
  std::map<std::string, std::vector<Column>>
      declared_;  // by table: its columns as the world file has them, kept by the first change
};

}  // namespace sandbox::dataverse
