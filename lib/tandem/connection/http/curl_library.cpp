#include <tandem/connection/http/curl_library.hpp>

#include <fmt/format.h>

#include <tandem/base/shared_library.hpp>

namespace tandem::http {
namespace {

Result<CurlLibrary> load() {
  TANDEM_TRY(auto const library, SharedLibrary::load("libcurl.so.4", "libcurl4"));
  CurlLibrary out;
  TANDEM_CHECK(library.find("curl_global_init", out.global_init));
  TANDEM_CHECK(library.find("curl_easy_init", out.init));
  TANDEM_CHECK(library.find("curl_easy_cleanup", out.cleanup));
  TANDEM_CHECK(library.find("curl_easy_reset", out.reset));
  TANDEM_CHECK(library.find("curl_easy_setopt", out.setopt));
  TANDEM_CHECK(library.find("curl_easy_getinfo", out.getinfo));
  TANDEM_CHECK(library.find("curl_easy_perform", out.perform));
  TANDEM_CHECK(library.find("curl_easy_strerror", out.strerror));
  TANDEM_CHECK(library.find("curl_slist_append", out.slist_append));
  TANDEM_CHECK(library.find("curl_slist_free_all", out.slist_free_all));
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
