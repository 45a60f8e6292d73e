// Version: what `tandem --version` says, and what a fault report needs.
#pragma once

#include <string>

#include <tandem/base/json/value.hpp>

namespace tandem::cli {

std::string version_line();    // "tandem 0.1.0"
json::Object version_object(); // version, compiler, run-time versions of the libraries, schema of the store

}  // namespace tandem::cli
