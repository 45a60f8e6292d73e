// The wire of a test: tandem's Transport onto the sandbox's World, in process and without sockets. Only tests may see both sides.
#pragma once

#include <functional>
#include <vector>

#include <tandem/connection/http/transport.hpp>

#include "support/crash_point.hpp"
#include "world/world.hpp"

namespace tandem::test {

class SandboxTransport final : public http::Transport {
 public:
  explicit SandboxTransport(sandbox::World& world, CrashPoint* crash = nullptr) : world_(world), crash_(crash) {}
  Result<http::Response> send(http::Request const& request) override;

  // When the run dies before a request, that request was already on its way: it is kept here instead of being lost.
  struct Late {
    sandbox::ServiceName service;
    sandbox::Request request;
  };
  std::vector<Late> late;
  // Called for each request that is sent, for assertions.
  std::function<void(http::Request const&)> watch;

 private:
  sandbox::World& world_;
  CrashPoint* crash_;
};

}  // namespace tandem::test
