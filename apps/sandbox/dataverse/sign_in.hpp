// Who is calling (dataverse.md §3, §16): the token's application user, or the person that it acts for.
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

// Errors: 401 with an empty body (`unauthorised` is that answer, with the reason in a header), 403.
Checked<Caller> sign_in(Engine const& engine, Request const& request, Response& unauthorised);

// CallerObjectId or MSCRMCallerID: the request is made as that user, if the caller may act on behalf of others.
Checked<Caller> impersonate(Engine const& engine, Request const& request, Caller const& caller);

}  // namespace sandbox::dataverse
