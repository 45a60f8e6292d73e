// What a success that the service itself does not answer with means: a proxy's or a sign-in page's, and nobody knows what became of the write.
#pragma once

#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

// A web page where a call's answer is expected.
bool is_page(Response const& response);

// unknown_outcome: a write that was answered with success in a form that its service does not use.
Error unreadable_write(Request const& request);

}  // namespace tandem::http
