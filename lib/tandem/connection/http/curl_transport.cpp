#include <tandem/connection/http/curl_transport.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/http/curl_errors.hpp>
#include <tandem/connection/http/curl_library.hpp>
#include <tandem/connection/http/url.hpp>

namespace tandem::http {
namespace {

constexpr std::size_t kMostHeaderBytes = 256U << 10U;

// One request on its way: what libcurl's callbacks see.
struct Transfer {
  Request const& request;
  CurlSettings const& settings;
  CURL* easy = nullptr;
  std::size_t sent_of_body = 0;
  Response response;
  std::size_t header_bytes = 0;
  std::size_t received = 0;
  std::optional<Error> failure;  // of the body source, the sink or the cap: outranks libcurl's code
  std::optional<std::chrono::steady_clock::time_point> stopped_at;
  bool aborted = false;

  [[nodiscard]] bool safe() const { return request.repeat == Repeat::safe; }
  [[nodiscard]] bool has_body() const { return request.source != nullptr || !request.body.empty(); }
};

std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  auto const room = size * count;
  if (transfer.request.source) {
    auto bytes = transfer.request.source->read(room);
    if (!bytes) {
      transfer.failure = std::move(bytes).error();
      return CURL_READFUNC_ABORT;
    }
    std::memcpy(buffer, bytes->data(), bytes->size());
    return bytes->size();
  }
  auto const& body = transfer.request.body;
  auto const take = std::min(room, body.size() - transfer.sent_of_body);
  std::memcpy(buffer, body.data() + transfer.sent_of_body, take);
  transfer.sent_of_body += take;
  return take;
}

// libcurl asks for a rewind when it wants to send the whole request again.
int on_seek(void* user, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.safe() || origin != SEEK_SET || offset != 0) return CURL_SEEKFUNC_FAIL;
  if (transfer.request.source && !transfer.request.source->rewind()) return CURL_SEEKFUNC_FAIL;
  transfer.sent_of_body = 0;
  return CURL_SEEKFUNC_OK;
}

std::size_t on_header(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  auto const length = size * count;
  std::string_view const line(buffer, length);
  transfer.header_bytes += length;
  if (transfer.header_bytes > kMostHeaderBytes) return 0;
  if (line.starts_with("HTTP/")) {  // a new answer begins (after "100 Continue")
    transfer.response.headers.clear();
    return length;
  }
  auto const colon = line.find(':');
  if (colon != std::string_view::npos) {
    transfer.response.headers.emplace_back(std::string(text::trimmed(line.substr(0, colon))),
                                           std::string(text::trimmed(line.substr(colon + 1))));
  }
  return length;
}

std::size_t on_write(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  auto const length = size * count;
  transfer.received += length;
  if (transfer.received > transfer.request.most_answer_bytes) {
    transfer.failure =
        Error{transfer.safe() ? ErrorKind::remote : ErrorKind::unknown_outcome,
              fmt::format("the answer is larger than {} bytes and was cut off", transfer.request.most_answer_bytes),
              {{"endpoint", transfer.request.endpoint}}};
    return 0;
  }
  long status = 0;
  curl().getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  if (transfer.request.sink && status >= 200 && status < 300) {
    if (auto taken = transfer.request.sink(std::string_view(buffer, length)); !taken) {
      transfer.failure = std::move(taken).error();
      return 0;
    }
    return length;
  }
  transfer.response.body.append(buffer, length);
  return length;
}

// Called about once a second, and with each piece of data.
int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.settings.stop || !transfer.settings.stop()) return 0;
  auto const now = std::chrono::steady_clock::now();
  if (!transfer.stopped_at) transfer.stopped_at = now;
  // Ending a write makes its outcome unknown; its answer is usually a moment away.
  if (!transfer.safe() && now - *transfer.stopped_at < transfer.settings.grace) return 0;
  transfer.aborted = true;
  return 1;
}

struct HeaderList {
  curl_slist* list = nullptr;
  HeaderList() = default;
  HeaderList(HeaderList const&) = delete;
  HeaderList& operator=(HeaderList const&) = delete;
  ~HeaderList() { curl().slist_free_all(list); }
  void add(std::string const& line) { list = curl().slist_append(list, line.c_str()); }
};

bool breaks_lines(std::string_view value) { return value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos; }

void set_peer(CURL* easy, CurlSettings const& settings, bool loopback) {
  curl().setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Over TLS and where the server offers it; each handle has its own connection, so that nothing is multiplexed.
  curl().setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl().setopt(easy, CURLOPT_PROTOCOLS_STR, loopback ? "http,https" : "https");
  curl().setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl().setopt(easy, CURLOPT_PROXY, loopback ? "" : settings.proxy.c_str());
  curl().setopt(easy, CURLOPT_NOPROXY, loopback ? "*" : settings.no_proxy.c_str());
  curl().setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!settings.ca_file.empty()) curl().setopt(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
  curl().setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl().setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
  curl().setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.total_timeout.count()));
  curl().setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl().setopt(easy, CURLOPT_LOW_SPEED_TIME, 90L);   // a bulk create may think for long before its first byte
  curl().setopt(easy, CURLOPT_MAXLIFETIME_CONN, 300L);
  curl().setopt(easy, CURLOPT_MAXAGE_CONN, 20L);      // idle for longer: the load balancers in front may have forgotten it
  curl().setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl().setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl().setopt(easy, CURLOPT_PATH_AS_IS, 1L);        // next links are followed verbatim
  curl().setopt(easy, CURLOPT_USERAGENT, "tandem/0.1.0");
}

void set_body(CURL* easy, Transfer& transfer) {
  auto const& request = transfer.request;
  curl().setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "HEAD") curl().setopt(easy, CURLOPT_NOBODY, 1L);
  if (transfer.has_body()) {
    auto const size = request.source ? request.source->size() : request.body.size();
    curl().setopt(easy, CURLOPT_POST, 1L);
    curl().setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(size));
    curl().setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl().setopt(easy, CURLOPT_READDATA, &transfer);
    curl().setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl().setopt(easy, CURLOPT_SEEKDATA, &transfer);
    return;
  }
  if (request.method == "GET" || request.method == "HEAD" || request.method == "DELETE") {
    curl().setopt(easy, CURLOPT_HTTPGET, 1L);
    curl().setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else {
    curl().setopt(easy, CURLOPT_POST, 1L);
    curl().setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t{0});
    curl().setopt(easy, CURLOPT_POSTFIELDS, "");
  }
  if (!transfer.safe()) curl().setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

bool was_sent(CURL* easy) {
  long request_bytes = 0;
  curl_off_t body_bytes = 0;
  curl().getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
  curl().getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &body_bytes);
  return request_bytes > 0 || body_bytes > 0;
}

Result<Unit> set_headers(CURL* easy, Request const& request, HeaderList& headers) {
  bool typed = false;
  for (auto const& [name, value] : request.headers) {
    if (breaks_lines(name) || breaks_lines(value)) {
      return fail(Error{ErrorKind::internal, fmt::format("header {} holds a line break", text::printable(name)), {}});
    }
    if (text::equal_ignoring_case(name, "Content-Type")) typed = true;
    headers.add(value.empty() ? name + ";" : name + ": " + value);
  }
  headers.add("Expect:");  // no round trip of its own before a body
  if (!typed) headers.add("Content-Type:");
  curl().setopt(easy, CURLOPT_HTTPHEADER, headers.list);
  return Unit{};
}

}  // namespace

Result<std::shared_ptr<CurlTransport>> CurlTransport::make(CurlSettings settings) {
  TANDEM_CHECK(load_curl());
  if (!settings.ca_file.empty() && !std::ifstream(settings.ca_file)) {
    return fail(ErrorKind::config, fmt::format("the CA file {} cannot be read; check --ca-file", settings.ca_file));
  }
  return std::shared_ptr<CurlTransport>(new CurlTransport(std::move(settings)));
}

CurlTransport::~CurlTransport() {
  for (auto* easy : idle_) curl().cleanup(static_cast<CURL*>(easy));
}

void* CurlTransport::borrow() {
  std::lock_guard const hold(mutex_);
  if (idle_.empty()) return curl().init();
  auto* easy = idle_.back();  // the one used last has the warmest connection
  idle_.pop_back();
  return easy;
}

void CurlTransport::give_back(void* easy) {
  curl().reset(static_cast<CURL*>(easy));  // keeps its connections
  std::lock_guard const hold(mutex_);
  idle_.push_back(easy);
}

Result<Response> CurlTransport::send(Request const& request) {
  auto const url = parse_url(request.url);
  if (!url) return fail(Error{ErrorKind::config, "an address is no URL that can be used", {{"endpoint", request.endpoint}}});
  if (url->scheme != "https" && !url->loopback()) {
    return fail(
        Error{ErrorKind::config, fmt::format("http is spoken to this machine only, not to {}; use https", url->host), {}});
  }
  if (request.source) TANDEM_CHECK(request.source->rewind());

  auto* easy = static_cast<CURL*>(borrow());
  if (easy == nullptr) return fail(ErrorKind::internal, "libcurl gave no handle");
  Transfer transfer{request, settings_, easy, 0, {}, 0, 0, {}, {}, false};
  std::array<char, CURL_ERROR_SIZE> detail{};
  HeaderList headers;

  curl().setopt(easy, CURLOPT_URL, request.url.c_str());
  curl().setopt(easy, CURLOPT_ERRORBUFFER, detail.data());
  set_peer(easy, settings_, url->loopback());
  set_body(easy, transfer);
  if (auto set = set_headers(easy, request, headers); !set) {
    give_back(easy);
    return fail(std::move(set).error());
  }
  curl().setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl().setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl().setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
  curl().setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl().setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl().setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl().setopt(easy, CURLOPT_XFERINFODATA, &transfer);

  auto const code = curl().perform(easy);
  long status = 0;
  curl().getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  long tunnel = 0;  // what a proxy answered to CONNECT
  curl().getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
  auto const sent = was_sent(easy);
  give_back(easy);

  if (transfer.failure) return fail(std::move(*transfer.failure));
  if (transfer.aborted && (transfer.safe() || !sent)) {
    return fail(Error{ErrorKind::cancelled, "stopped while waiting for an answer", {{"endpoint", request.endpoint}}});
  }
  if (code != CURLE_OK) {
    bool const no_tunnel = tunnel != 0 && (tunnel < 200 || tunnel > 299);
    return fail(no_tunnel ? proxy_error(static_cast<int>(tunnel), url->host, request)
                          : curl_error(code, sent, url->host, detail.data(), request));
  }
  transfer.response.status = static_cast<int>(status);
  return std::move(transfer.response);
}

}  // namespace tandem::http
