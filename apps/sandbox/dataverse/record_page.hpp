// main.aspx: a record for people's eyes, as a plain page without script (dataverse.md §24, SPEC L6). Needs no token.
//
// Fields with their labels and formatted values, then the timeline: notes with their files, activities and resolutions, newest first.
// All text of the record is escaped; formatted notes are shown as their text.
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

constexpr std::string_view kRecordPage = "/main.aspx";

// Errors are pages too: 400 for parameters that make no sense, 404 for a record that is not there, 405 for another verb than GET.
Response record_page(Engine const& engine, Request const& request);

}  // namespace sandbox::dataverse
