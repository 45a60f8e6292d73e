// Carries the webhooks out of the box while the program runs: into folders, to URLs, to commands (SPEC L3, N4).
//
// Each target has a thread of its own, so that a slow receiver stops neither the services nor another target. Folders and commands get one
// delivery after the other, in order; a URL up to 20 Primary and 10 Secondary requests at once (contract §12), so that order is not certain.
// What fails, waits to be tried again, is given up, does not fit, or is left at the end is told to `tell`, one line each.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tandem/base/result.hpp>

#include "world/world.hpp"

namespace sandbox {

struct Targets {
  std::vector<std::string> folders, urls, commands;
  [[nodiscard]] bool empty() const { return folders.empty() && urls.empty() && commands.empty(); }
};

class Couriers {
 public:
  using Tell = std::function<void(std::string const& line)>;  // from any thread

  // Registers a webhook for each target ("dir", "url", "exec", then "dir-2", …) and starts. `world` outlives the couriers.
  // Errors: usage for a URL that is none, config for a folder that cannot be used; nothing is registered then.
  static tandem::Result<std::unique_ptr<Couriers>> start(World& world, Targets const& targets, Tell tell);
  ~Couriers();  // stops: running commands are ended, requests cut; what still waits is told

  Couriers(Couriers const&) = delete;
  Couriers& operator=(Couriers const&) = delete;

 private:
  struct Impl;
  explicit Couriers(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandbox
