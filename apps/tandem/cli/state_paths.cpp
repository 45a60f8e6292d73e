#include "cli/state_paths.hpp"

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/files.hpp"

namespace tandem::cli {

namespace {
bool plain_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '.' || name.front() == '-') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string_view::npos;
}
bool is_directory(std::string const& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

Result<Unit> refuse_writable(StatePaths const& paths) {
  auto const parent = std::filesystem::path(paths.root).parent_path().string();
  for (auto const& path : {parent, paths.root, paths.directory}) {
    auto why = writable_by_others(path);
    // The sticky bit protects names in a shared parent such as /tmp, but in our own directories nobody else has any business.
    struct stat seen {};
    if (why.empty() && path != parent && ::stat(path.c_str(), &seen) == 0 && (seen.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
      why = fmt::format("others can write to {}", path);
    }
    if (!why.empty()) {
      return fail(Error{ErrorKind::config,
                        "the state directory is not safe: " + why,
                        {{"cure", fmt::format("chmod go-w {}, or choose another --state-dir", path)}}});
    }
  }
  return Unit{};
}
}  // namespace

Result<StatePaths> state_paths(Config const& config, Environment const& environment) {
  auto const& name = config.text("connection");
  if (!plain_name(name)) {
    return fail(ErrorKind::usage,
                fmt::format("\"{}\" cannot be the name of a connection: letters, digits, '.', '_' and '-' only", name));
  }
  std::string root = config.text("stateDir");
  if (root.empty()) {
    // systemd separates several directories by colons; the first is ours.
    if (auto const given = environment.get("STATE_DIRECTORY")) root = given->substr(0, given->find(':'));
  }
  if (root.empty()) {
    if (auto const home = environment.get("XDG_STATE_HOME")) root = *home + "/tandem";
  }
  if (root.empty()) {
    if (auto const home = environment.get("HOME")) root = *home + "/.local/state/tandem";
  }
  if (root.empty()) {
    return fail(Error{ErrorKind::config,
                      "there is no place for the state: no home directory is known",
                      {{"cure", "give --state-dir or TANDEM_STATE_DIR"}}});
  }
  std::error_code failed;
  auto const absolute = std::filesystem::absolute(root, failed).lexically_normal();
  if (failed) return fail(ErrorKind::config, fmt::format("{} is no usable path: {}", root, failed.message()));
  auto text = absolute.string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return StatePaths{text, text + "/" + name};
}

Result<Unit> make_state(StatePaths const& paths) {
  TANDEM_CHECK(make_private_directories(paths.directory));
  return refuse_writable(paths);
}

Result<Unit> check_state(StatePaths const& paths, std::string const& connection_name) {
  if (!is_directory(paths.directory)) {
    return fail(Error{ErrorKind::config,
                      fmt::format("there is no connection \"{}\" in {}", connection_name, paths.root),
                      {{"cure", connection_name == "default"
                                    ? "make one with `tandem auth set`, or correct --state-dir"
                                    : fmt::format("make one with `tandem auth set --connection {}`", connection_name)}}});
  }
  return refuse_writable(paths);
}

}  // namespace tandem::cli
