// Builds a box from a world file: the only place that knows all services.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "world/world.hpp"

namespace sandbox {

struct WorldOptions {
  std::string world = "support";                // a built-in world …
  std::optional<std::string> file_text;         // … or the text of a world file
  std::optional<tandem::Instant> fixed_now;  // the clock stands still and only `advance` moves it; else it runs with real time
  std::uint64_t seed = 1;
  std::size_t records = 0;  // further rows by the world's "grow" recipe, made an hour before start
  Urls urls{};
};

// What a client signs in with.
struct Credentials {
  std::string tenant_id, client_id, client_secret, jira_email, jira_token, webhook_secret;
};

struct Box {
  std::unique_ptr<World> world;
  Credentials credentials;
};

tandem::Result<Box> make_world(WorldOptions const& options = {});

}  // namespace sandbox
