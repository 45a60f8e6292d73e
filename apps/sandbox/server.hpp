// One loopback port of the box: carries bytes between sockets and the world, and makes faults real (closed and cut connections).
//
// cpp-httplib, HTTP/1.1 with keep-alive, 64 threads a port so that slow or half-open clients stop nobody. The control API is served
// on the Jira port alone. Listens on 127.0.0.1.
#pragma once

#include <memory>
#include <string>

#include "world/world.hpp"

namespace sandbox {

class Server {
 public:
  explicit Server(ServiceName service);
  ~Server();
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;

  // Port 0 is any free one. Returns the port, or -1 when it cannot be had. Clients may connect from now on; they are answered after `start`.
  int bind(int port);
  // Serves on a thread of its own until the process ends. REQUIRES: bound; `world` outlives the process's requests.
  void start(World& world);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandbox
