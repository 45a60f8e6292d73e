// Change tracking (dataverse.md §10): all rows once, then what changed since a token, deleted rows last.
//
// A token is "<version>!<month/day/year time>": opaque to clients, expires after organization.expirechangetrackingindays. Only $select
// goes with it; the caller needs the privilege to read at organisation depth. Paged: the deltaLink comes on the last page, and holds
// the version at the first one, so that nothing that changes meanwhile is lost.
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

// REQUIRES: the request prefers odata.track-changes or carries a $deltatoken.
Checked<Response> track_changes(Engine& engine, Call const& call, Table const& table, Options const& options);
// …/$count?$deltatoken=…
Checked<Response> count_changes(Engine& engine, Call const& call, Table const& table, Options const& options);

}  // namespace sandbox::dataverse
