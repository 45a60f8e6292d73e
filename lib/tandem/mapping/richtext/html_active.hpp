// Active: what runs or reaches out by itself in HTML (SPEC S2). An original that holds any of it is never written back (decision 0022).
//
// Scripts, frames, plug-ins, foreign style sheets, event attributes, addresses of javascript:, vbscript: or a document in data:, style that runs.
#pragma once

#include <string_view>

#include <libxml/tree.h>

namespace tandem::mapping::richtext {

bool has_active_attribute(xmlNode* element);
bool is_active(xmlNode* node);  // the element or anything in it, comments too
// The same seen in the bytes: coarser, for whatever the parser left out.
bool looks_active(std::string_view html);

}  // namespace tandem::mapping::richtext
