// What may still refuse a write when its body is fine: alternate keys, a customer's plug-in, duplicate rules, rows beyond the depth
// of a privilege (dataverse.md §4, §12, §23).
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

// `row` as it would be stored.
Checked<std::monostate> check_write(Engine const& engine, Call const& call, Table const& table, Row const& row);

// A customer's plug-in on the table, unless the request bypasses it.
Checked<std::monostate> check_plugin(Engine const& engine, Call const& call, Table const& table);

// `kind` is Write or Delete: 403 0x80048306 when the row is another's and the privilege reaches only one's own.
Checked<std::monostate> check_depth(Engine const& engine, Caller const& caller, std::string_view kind, Table const& table,
                                    Row const& row);

}  // namespace sandbox::dataverse
