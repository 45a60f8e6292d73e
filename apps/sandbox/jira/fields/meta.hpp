// Field metadata of a screen: createmeta, editmeta, transitions.fields (contract §6).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

// One screen row as FieldMetadata; with `field_id` as createmeta has it.
json::Value field_meta(Site const& site, Reader const& reader, Project const& project, std::string_view type_id,
                       ScreenField const& row, bool with_field_id);
// What a create screen asks for, with the two that are always there.
Screen create_screen(Project const& project, std::string_view type_id);
Screen const& edit_screen(Project const& project, std::string_view type_id);
bool on_screen(Screen const& screen, std::string_view field_id);
// The default of a field on creation, in a client's form; null when there is none.
json::Value default_value(Site const& site, Project const& project, std::string_view type_id, Field const& field);

}  // namespace sandbox::jira
