#include <tandem/connection/http/curl_library.hpp>

#include <dlfcn.h>

#include <fmt/format.h>

namespace tandem::http {
namespace {

constexpr char const* kName = "libcurl.so.4";

Error unusable() {
  auto const* why = ::dlerror();
  return {ErrorKind::config,
          fmt::format("{} cannot be loaded ({}); install it, on Debian and Ubuntu the package libcurl4", kName,
                      why != nullptr ? why : "no reason given"),
          {}};
}

template <class Function>
bool find(void* library, char const* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));  // NOLINT: what dlsym is for (POSIX)
  return function != nullptr;
}

Result<CurlLibrary> load() {
  auto* const library = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return fail(unusable());
  CurlLibrary out;
  bool const complete = find(library, "curl_global_init", out.global_init) && find(library, "curl_easy_init", out.init) &&
                        find(library, "curl_easy_cleanup", out.cleanup) && find(library, "curl_easy_reset", out.reset) &&
                        find(library, "curl_easy_setopt", out.setopt) && find(library, "curl_easy_getinfo", out.getinfo) &&
                        find(library, "curl_easy_perform", out.perform) && find(library, "curl_easy_strerror", out.strerror) &&
                        find(library, "curl_slist_append", out.slist_append) &&
                        find(library, "curl_slist_free_all", out.slist_free_all);
  if (!complete) return fail(unusable());
  if (auto const started = out.global_init(CURL_GLOBAL_DEFAULT); started != CURLE_OK)
    return fail(ErrorKind::internal, fmt::format("libcurl cannot start: {}", out.strerror(started)));
  return out;
}

Result<CurlLibrary> const& loaded() {
  static Result<CurlLibrary> const library = load();
  return library;
}

}  // namespace

Result<CurlLibrary const*> load_curl() {
  auto const& library = loaded();
  if (!library) return fail(library.error());
  return &*library;
}

CurlLibrary const& curl() { return *loaded(); }

}  // namespace tandem::http
