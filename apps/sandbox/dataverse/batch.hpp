// $batch: several requests in one multipart body (dataverse.md §13).
//
// CRLF line ends only; at most 1000 operations; no nested batch; a change set is one transaction; processing stops at the first
// failure unless Prefer: odata.continue-on-error.
#pragma once

#include <functional>

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

Checked<Response> run_batch(Engine& engine, Request const& request, std::function<Response(Request const&)> const& run);

}  // namespace sandbox::dataverse
