// Client assertions: a JWT that the client signed with its certificate (entra.md §5), or the token of another identity provider (§6).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "entra/directory.hpp"
#include "entra/refusals.hpp"
#include "entra/settings.hpp"

namespace sandbox::entra {

struct AssertionCheck {
  Application const& application;
  Directory const& directory;
  Settings const& settings;
  std::vector<std::string> endpoints;  // the token endpoint as the client may have written it
  std::int64_t now;  // seconds since 1970
  std::set<std::string>& used_ids;  // jti of assertions that were taken before

  // Nothing when the assertion proves the application.
  [[nodiscard]] std::optional<Refusal> refuse(std::string_view assertion) const;
};

}  // namespace sandbox::entra
