// Rows and parameters in JSON by the metadata document: strictly as sent, leniently as answered (dataverse §11, §12).
#pragma once

#include <string>
#include <string_view>

#include <tandem/base/json/value.hpp>

#include "support/contract/csdl.hpp"
#include "support/contract/finding.hpp"

namespace tandem::test::contract {

// What real organisations say of their columns beyond the metadata document: EntityDefinitions with Attributes (dataverse-entitydefinitions.json).
class ColumnFacts {
 public:
  explicit ColumnFacts(json::Value definitions);
  // Why `column` of `table` cannot be given `value` on a create or an update; "" when nothing speaks against it or nothing is known.
  [[nodiscard]] std::string write_fault(std::string_view table, std::string_view column, json::Value const& value,
                                        bool create) const;

 private:
  json::Value definitions_;
};

enum class Write { create, update, either };

// A row that is sent. `type` "" = a customer's own table: only its form is checked.
void check_sent_row(Csdl const& csdl, ColumnFacts const& facts, std::string_view type, json::Value const& row, Write write,
                    std::string const& at, Findings& findings);
// An action's body.
void check_parameters(Csdl const& csdl, ColumnFacts const& facts, Operation const& operation, json::Value const& body,
                      Findings& findings);

// A row or complex value that was answered: null and unknown members are fine, known ones have their type.
void check_answered(Csdl const& csdl, std::string_view type, json::Value const& value, std::string const& at, Findings& findings);

}  // namespace tandem::test::contract
