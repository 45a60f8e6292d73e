#include "webhooks/couriers/post.hpp"

#include <memory>

#include <curl/curl.h>

namespace sandbox {

namespace {

constexpr long kConnectMillis = 5'000, kTotalMillis = 30'000;

std::size_t swallow(char*, std::size_t size, std::size_t count, void*) { return size * count; }

int watch(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::atomic<bool> const*>(stopping)->load() ? 1 : 0;
}

struct Curl {
  Curl() : handle(curl_easy_init()) {}
  ~Curl() { curl_easy_cleanup(handle); }
  Curl(Curl const&) = delete;
  Curl& operator=(Curl const&) = delete;
  CURL* handle;
};

// One handle a thread, so that connections are kept.
CURL* handle_of_thread() {
  static bool const ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  thread_local Curl held;
  if (!ready || held.handle == nullptr) return nullptr;
  curl_easy_reset(held.handle);
  return held.handle;
}

}  // namespace

bool is_postable(std::string_view url) {
  for (std::string_view const scheme : {"http://", "https://"}) {
    if (url.starts_with(scheme) && url.size() > scheme.size() && url[scheme.size()] != '/') return true;
  }
  return false;
}

Answer post(Delivery const& delivery, std::atomic<bool> const& stopping) {
  CURL* const curl = handle_of_thread();
  if (curl == nullptr) return {Answer::Kind::refused, 0, "libcurl cannot be used"};
  curl_slist* list = nullptr;
  for (auto const& [name, value] : delivery.headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  list = curl_slist_append(list, "Expect:");  // no round before a large body
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> const headers(list, curl_slist_free_all);

  curl_easy_setopt(curl, CURLOPT_URL, delivery.address.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnectMillis);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kTotalMillis);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(delivery.body->size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, delivery.body->data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stopping));

  auto const code = curl_easy_perform(curl);
  if (code == CURLE_OPERATION_TIMEDOUT) return {Answer::Kind::timed_out, 0, "timed out"};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  // A status that arrived counts, whatever became of the rest of the answer.
  if (code == CURLE_OK || status != 0) return {Answer::Kind::status, static_cast<int>(status), {}};
  return {Answer::Kind::refused, 0, curl_easy_strerror(code)};
}

}  // namespace sandbox
