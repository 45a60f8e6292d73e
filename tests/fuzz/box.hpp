// The support world for fuzz targets. It is built anew after a request that may have changed it, so that every input meets the same box.
#pragma once

#include <string>

#include "world/make_world.hpp"

namespace fuzz {

sandbox::Box& box();
// Sends, and throws when the answer breaks a law: every answer has a status of HTTP, and an error from a handler is none.
sandbox::Response send(sandbox::ServiceName service, sandbox::Request const& request);
std::string jira_authorization();  // of the connector
std::string dataverse_authorization();  // a token that is valid

}  // namespace fuzz
