// What stands between the parentheses of a record's address: a GUID, the primary key by name, or an alternate key
// (dataverse.md §7): accounts(accountnumber='x'), new_tickets(a='x',b=2), accounts(_primarycontactid_value=<guid>).
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

struct RecordKey {
  std::string id;               // of the row; "" when an alternate key finds none
  bool alternate = false;
  std::string printed;          // as it was sent
  std::vector<std::pair<int, Cell>> values;  // of the alternate key, for an upsert
};

// Errors: 400 for a text that is no key of the table. A missing row is no error here.
Checked<RecordKey> record_key(Engine const& engine, Table const& table, std::string const& text);

// The same, but the row of an alternate key must exist (404 0x80060891).
Checked<std::string> existing_id(Engine const& engine, Table const& table, std::string const& text);

// 412 when another row has the same values of an alternate key.
Checked<std::monostate> check_keys(Engine const& engine, Table const& table, Row const& row);

}  // namespace sandbox::dataverse
