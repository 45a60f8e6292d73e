// Writes each delivery as one file into a folder: one line of `push-event --ndjson` (SPEC F1, L3).
//
// Names sort in the order of delivery ("000000000012-comment_created.ndjson"); numbers go on after what is there already. A file appears
// whole: it is written under a name that starts with a dot and renamed. Errors: what the system said, as a refused delivery.
#pragma once

#include <cstdint>
#include <filesystem>

#include <tandem/base/result.hpp>

#include "webhooks/delivery.hpp"

namespace sandbox {

class DirectoryCourier {
 public:
  // Makes the folder where it is missing. Errors: config, when it cannot be made or read.
  static tandem::Result<DirectoryCourier> open(std::filesystem::path folder);
  Answer deliver(Delivery const& delivery);

 private:
  DirectoryCourier(std::filesystem::path folder, std::uint64_t last) : folder_(std::move(folder)), last_(last) {}
  std::filesystem::path folder_;
  std::uint64_t last_;
};

}  // namespace sandbox
