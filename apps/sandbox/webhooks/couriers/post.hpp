// Posts a delivery to its URL (delivery.address), with exactly its headers and bytes. Redirects are not followed, proxies not used, and
// certificates checked. A receiver has 5 s to take the connection and 30 s to answer; both are the sandbox's choice.
#pragma once

#include <atomic>

#include "webhooks/delivery.hpp"

namespace sandbox {

// Gives up early when `stopping` turns true.
Answer post(Delivery const& delivery, std::atomic<bool> const& stopping);

bool is_postable(std::string_view url);  // http or https with a host

}  // namespace sandbox
