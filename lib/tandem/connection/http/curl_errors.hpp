// What a libcurl failure means for us: which kind, and one sentence that names host and cure.
#pragma once

#include <string>

#include <tandem/base/result.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

// `code` is a CURLcode that is not CURLE_OK; `sent` tells whether any byte of the request went out; `detail` is libcurl's own
// text.
Error curl_error(int code, bool sent, std::string const& host, std::string const& detail, Request const& request);

// The proxy answered our wish for a tunnel with this status: nothing was sent to the host.
Error proxy_error(int status, std::string const& host, Request const& request);

}  // namespace tandem::http
