#include <tandem/base/shared_library.hpp>

#include <utility>

#include <dlfcn.h>

#include <fmt/format.h>

namespace tandem {

namespace {

Error unusable(std::string const& name, std::string const& package) {
  auto const* why = ::dlerror();
  return {ErrorKind::config,
          fmt::format("{} cannot be loaded ({}); install it, on Debian and Ubuntu the package {}", name,
                      why != nullptr ? why : "no reason given", package),
          {}};
}

}  // namespace

SharedLibrary::SharedLibrary(std::string name, std::string package, void* handle)
    : name_(std::move(name)), package_(std::move(package)), handle_(handle) {}

Result<SharedLibrary> SharedLibrary::load(std::string name, std::string package) {
  auto* const handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return fail(unusable(name, package));
  return SharedLibrary(std::move(name), std::move(package), handle);
}

Result<void*> SharedLibrary::address(char const* symbol) const {
  auto* const found = ::dlsym(handle_, symbol);
  if (found == nullptr) return fail(unusable(name_, package_));
  return found;
}

}  // namespace tandem
