// One loopback port of the box: carries bytes between sockets and the world, and makes faults real (closed and cut connections).
//
// HTTP/1.1 with keep-alive, one thread a connection, so that slow or half-open clients stop nobody; at most 1000 of them. Latency is
// waited here, outside the world's lock. The control API is served on the Jira port alone. Listens on 127.0.0.1.
#pragma once

#include <memory>

#include "world/world.hpp"

namespace sandbox {

class Server {
 public:
  explicit Server(ServiceName service);
  ~Server();  // closes the port and its connections, and waits for their threads
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;

  // Port 0 is any free one. Returns the port, or -1 when it cannot be had. Clients may connect from now on; they are answered after `start`.
  int bind(int port);
  // Serves on threads of its own. REQUIRES: bound, called once; `world` outlives this.
  void start(World& world);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandbox
