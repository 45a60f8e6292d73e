#include "dataverse/batch.hpp"

#include <map>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "dataverse/multipart.hpp"

namespace sandbox::dataverse {

namespace {

constexpr std::size_t kMostOperations = 1000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 412: return "Precondition Failed";
    case 429: return "Too Many Requests";
    default: return "Error";
  }
}

std::string as_part(Response const& response, std::string const& content_id) {
  std::string out = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n";
  if (!content_id.empty()) out += "Content-ID: " + content_id + "\r\n";
  out += fmt::format("\r\nHTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  for (auto const& [name, value] : response.headers) out += name + ": " + value + "\r\n";
  return out + "\r\n" + response.body + "\r\n";
}

class Batch {
 public:
  Batch(Engine& engine, bool continue_on_error, std::function<Response(Request const&)> const& run)
      : engine_(engine), continue_(continue_on_error), run_(run) {}

  Checked<Response> answer(std::vector<Part> const& parts, Response const& echo) {
    auto const boundary = "batchresponse_" + engine_.next_id("batch");
    std::string body;
    int status = 200;
    for (auto const& part : parts) {
      auto const inner = boundary_of(part.header("Content-Type"));
      SANDBOX_TRY(auto const one, inner.empty() ? single(part) : change_set(part, inner));
      body += "--" + boundary + "\r\n" + one.text;
      if (one.status < 400) continue;
      if (continue_) continue;
      status = one.status;  // the outer status is that of the failure; later parts are missing
      break;
    }
    body += "--" + boundary + "--\r\n";
    Response response{status, echo.headers, std::move(body)};
    return response.with("Content-Type", "multipart/mixed; boundary=" + boundary).with("OData-Version", "4.0");
  }

 private:
  struct Answered {
    std::string text;
    int status = 200;
  };

  Checked<std::monostate> count_one() {
    if (++operations_ <= kMostOperations) return std::monostate{};
    return refuse(400, "0x80048d19", "The batch request has more than 1000 operations.");
  }

  Checked<Request> request_in(Part const& part) const {
    auto request = request_of(part.body);
    if (!request) return refuse(400, "0x80048d19", "The batch request operation is not a readable HTTP request.");
    std::string_view const target = request->target;
    if (target.starts_with("http")) {  // absolute URIs are accepted
      auto const path = target.find('/', target.find("://") + 3);
      request->target = path == std::string_view::npos ? "/" : std::string(target.substr(path));
    } else if (!target.starts_with("/")) {
      request->target = "/api/data/v9.2/" + request->target;
    }
    if (request->path().ends_with("/$batch")) return refuse(400, "0x80048d19", "A batch inside a batch is not allowed.");
    return *request;
  }

  Checked<Answered> single(Part const& part) {
    SANDBOX_TRY([[maybe_unused]] auto const counted, count_one());
    SANDBOX_TRY(auto const request, request_in(part));
    auto response = run_(request);
    if (response.status >= 400) return failed(std::move(response), part.header("Content-ID"));
    return Answered{as_part(response, part.header("Content-ID")), response.status};
  }

  // Parts that fail have the id for support, as recorded answers do.
  Answered failed(Response response, std::string const& content_id) {
    response.headers.insert(response.headers.begin(), {"REQ_ID", engine_.next_id("request")});
    return {as_part(response, content_id), response.status};
  }

  // "$1" stands for what the operation with that Content-ID made.
  Checked<std::monostate> replace_references(Request& request, std::map<std::string, std::string> const& made) const {
    auto const replaced = [&](std::string const& text, bool whole_body) -> Checked<std::string> {
      std::string out;
      for (std::size_t at = 0; at < text.size(); ++at) {
        bool const starts = text[at] == '$' && at + 1 < text.size() && is_digit(text[at + 1]) &&
                            (!whole_body || (at > 0 && (text[at - 1] == '"' || text[at - 1] == '/')));
        if (!starts) {
          out += text[at];
          continue;
        }
        auto const end = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
        auto const id = text.substr(at + 1, end - at - 1);
        auto const found = made.find(id);
        if (found == made.end())
          return refuse(400, "0x80048d19", fmt::format("Content-ID Reference: '${}' does not exist in the batch context.", id));
        out += found->second;
        at = end - 1;
      }
      return out;
    };
    auto const reference = request.target.find("/$");
    bool const refers =
        reference != std::string::npos && reference + 2 < request.target.size() && is_digit(request.target[reference + 2]);
    if (refers) {  // /api/data/v9.2/$1/primarycontactid: the reference stands for an absolute URL
      SANDBOX_TRY(auto const url, replaced(request.target.substr(reference + 1), false));
      request.target = url.substr(url.find('/', url.find("://") + 3));
    }
    if (request.body.find("$") != std::string::npos && request.body.find("@odata.bind") != std::string::npos) {
      SANDBOX_TRY(request.body, replaced(request.body, true));
    }
    return std::monostate{};
  }

  Checked<Answered> change_set(Part const& part, std::string const& boundary) {
    auto const parts = parts_of(part.body, boundary);
    if (!parts) return refuse(400, "0x80048d19", "Stream was not readable.");
    auto const name = "changesetresponse_" + engine_.next_id("changeset");
    std::string body = "Content-Type: multipart/mixed; boundary=" + name + "\r\n\r\n";
    std::map<std::string, std::string> made;
    engine_.database.begin();
    for (auto const& inner : *parts) {
      Response response;
      auto const content_id = inner.header("Content-ID");
      auto const counted = count_one();
      auto request = request_in(inner);
      if (!counted || !request) {
        engine_.database.rollback();
        return tl::unexpected(counted ? request.error() : counted.error());
      }
      if (request->method == "GET") {
        response = to_response({400, "0x80048d19", "A GET request isn't allowed in a change set."});
      } else if (auto const known = replace_references(*request, made); !known) {
        response = to_response(known.error());
      } else {
        response = run_(*request);
      }
      if (response.status >= 400) {  // one error part stands for the whole set, and nothing of it happened
        engine_.database.rollback();
        return failed(std::move(response), content_id);
      }
      for (auto const& [header, value] : response.headers) {
        if (header == "OData-EntityId" && !content_id.empty()) made[content_id] = value;
      }
      body += "--" + name + "\r\n" + as_part(response, content_id);
    }
    engine_.database.commit();
    return Answered{body + "--" + name + "--\r\n", 200};
  }

  Engine& engine_;
  bool continue_;
  std::function<Response(Request const&)> const& run_;
  std::size_t operations_ = 0;
};

}  // namespace

Checked<Response> run_batch(Engine& engine, Request const& request, std::function<Response(Request const&)> const& run) {
  auto const boundary = boundary_of(request.header("Content-Type"));
  if (boundary.empty()) return refuse(400, "0x80048d19", "The content type of a batch is multipart/mixed with a boundary.");
  auto const parts = parts_of(request.body, boundary);
  if (!parts || parts->empty()) return refuse(400, "0x80048d19", "Stream was not readable.");
  return Batch(engine, preferences_of(request).continue_on_error, run).answer(*parts, {});
}

}  // namespace sandbox::dataverse
