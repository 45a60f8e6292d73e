// What is special about notes (dataverse.md §22): the file behind documentbody, its limits, and the parent's modifiedon.
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

// After a note was written: sets isdocument and filesize, refuses files that are too big, blocked or badly named. `file` is the
// documentbody that was written, null when there was none.
Checked<std::monostate> apply_note_rules(Engine const& engine, Table const& table, Row& row, tandem::json::Value const* file);

// With the switch noteTouchesParent: the row that the note hangs on is stamped too.
void touch_parent(Engine& engine, Caller const& caller, Table const& table, Row const& note);

}  // namespace sandbox::dataverse
