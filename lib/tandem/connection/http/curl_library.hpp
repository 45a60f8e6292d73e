// libcurl, loaded when the first transport is made.
//
// libcurl brings 27 further libraries along (LDAP, Kerberos, SSH…), whose loading takes 4 of a start's 7 ms of CPU, and most commands make no
// request: a webhook receiver starts `push-event --enqueue-only` for each event. So the program is not linked with it. The types of the
// functions are those of the header that was compiled with; the library's name carries its ABI (libcurl.so.4 since 2006).
//
// It stays loaded until the process ends (base/shared_library): its idle connections and OpenSSL's state may not be unloaded under other threads.
#pragma once

#include <curl/curl.h>

#include <tandem/base/result.hpp>

namespace tandem::http {

struct CurlLibrary {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) init = nullptr;
  decltype(&::curl_easy_cleanup) cleanup = nullptr;
  decltype(&::curl_easy_reset) reset = nullptr;
  decltype(&::curl_easy_setopt) setopt = nullptr;
  decltype(&::curl_easy_getinfo) getinfo = nullptr;
  decltype(&::curl_easy_perform) perform = nullptr;
  decltype(&::curl_easy_strerror) strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
};

// Loads and starts it at the first call, from any thread. Errors: config, when it is not installed or lacks a function; internal, when it
// cannot start. The same answer each time.
Result<CurlLibrary const*> load_curl();

// REQUIRES: load_curl() succeeded in this process.
CurlLibrary const& curl();

}  // namespace tandem::http
