#include "support/contract/dataverse_contract.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

#include "support/contract/edm.hpp"

namespace tandem::test::contract {

namespace {

constexpr std::string_view kRoot = "/api/data/v9.";
constexpr std::size_t kMostAddress = 32'768, kMostAddressInBatch = 65'536, kMostOperations = 1'000;

bool is_etag(std::string_view text) {
  return text.starts_with("W/\"") && text.ends_with('"') && text.size() > 4 &&
         text.substr(3, text.size() - 4).find_first_not_of("0123456789") == std::string_view::npos;
}

// Options of the query as sent: "+" stays, names are not folded.
std::vector<std::pair<std::string, std::string>> options_of(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!query.empty()) {
    auto const end = query.find('&');
    auto const one = query.substr(0, end);
    auto const equal = one.find('=');
    out.emplace_back(text::percent_decoded(one.substr(0, equal)),
                     equal == std::string_view::npos ? std::string() : text::percent_decoded(one.substr(equal + 1)));
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return out;
}

void check_headers(sandbox::Request const& request, Findings& findings, bool in_batch) {
  if (!in_batch) {
    if (!request.header("Authorization").starts_with("Bearer "))
      findings.add("header Authorization", "a request carries its token (dataverse §2)");
    for (auto const* const name : {"OData-MaxVersion", "OData-Version"}) {
      if (request.header(name) != "4.0") findings.add(std::string("header ") + name, "is 4.0 (dataverse §2)");
    }
    if (!request.header("Accept").starts_with("application/json"))
      findings.add("header Accept", "is application/json (dataverse §2)");
  }
  auto const type = request.header("Content-Type");
  if (!request.body.empty() && !type.starts_with("application/json") && !type.starts_with("multipart/mixed")) {
    findings.add("header Content-Type", "a body is application/json (dataverse §2)");
  }
  auto const match = request.header("If-Match");
  if (!match.empty() && match != "*" && !is_etag(match)) findings.add("header If-Match", "is * or an etag (dataverse §2)");
  auto const none = request.header("If-None-Match");
  if (!none.empty() && none != "*" && none != "null" && !is_etag(none))
    findings.add("header If-None-Match", "is *, null or an etag (dataverse §2)");
  for (auto const& one : split_outside(request.header("Prefer"), ',')) {
    auto const wish = text::trimmed(one);
    bool const known = wish == "return=representation" || wish == "odata.track-changes" || wish == "odata.continue-on-error" ||
                       wish.starts_with("odata.include-annotations=\"") ||
                       (wish.starts_with("odata.maxpagesize=") && std::atoi(std::string(wish.substr(18)).c_str()) > 0 &&
                        std::atoi(std::string(wish.substr(18)).c_str()) <= 5000);
    // A list of annotations has commas of its own.
    if (!known && !wish.ends_with('"')) findings.add("header Prefer", fmt::format("{} is no preference (dataverse §2)", wish));
  }
}

void check_error(sandbox::Response const& response, Findings& findings) {
  if (response.status == 401 || response.status >= 500) return;  // empty, or a gateway's page
  auto const body = json::parse(response.body);
  auto const& error = body ? (*body)["error"] : json::Value();
  if (!error["code"].is_string() || !error["message"].is_string()) {
    findings.add(fmt::format("response {} body", response.status),
                 "an error is {\"error\":{\"code\",\"message\"}} (dataverse §4)");
  }
}

}  // namespace

void DataverseContract::check(sandbox::Exchange const& exchange, Session& session, Findings& findings) const {
  check_one(exchange.request, exchange.response, session, findings, false);
}

void DataverseContract::check_one(sandbox::Request const& request, sandbox::Response const& response, Session& session,
                                  Findings& findings, bool in_batch) const {
  auto const path = request.path();
  if (!path.starts_with(kRoot)) return findings.add("path", "is not below /api/data/v9.x/ (dataverse §1)");
  auto const slash = path.find('/', kRoot.size());
  if (request.target.size() > (in_batch ? kMostAddressInBatch : kMostAddress))
    findings.add("path", "the address is too long (dataverse §7)");
  check_headers(request, findings, in_batch);
  auto const target = resolve(csdl_, slash == std::string::npos ? "" : std::string_view(path).substr(slash + 1), findings);
  if (target.kind == Target::Kind::unknown) return;
  if (target.kind == Target::Kind::batch) {
    if (in_batch) return findings.add("path", "a batch holds no batch (dataverse §13)");
    return check_batch(request, response, session, findings);
  }
  auto const question = request.target.find('?');
  auto const options = options_of(question == std::string::npos ? "" : std::string_view(request.target).substr(question + 1));
  Selection selection;
  bool const continues = std::any_of(options.begin(), options.end(), [](auto const& one) { return one.first == "$skiptoken"; });
  if (continues) {
    auto const issued = session.next_links.find(request.target);
    if (issued == session.next_links.end()) {
      findings.add("query $skiptoken", "a page's link is followed as it was given (dataverse §8)");
    } else if (issued->second != request.header("Prefer")) {
      findings.add("header Prefer", "the same as for the first page (dataverse §8)");
    }
  } else {
    selection = check_options(csdl_, target, options, findings);
  }
  check_body(request, target, findings);
  check_answer(request, response, target, selection, session, findings);
}

void DataverseContract::check_body(sandbox::Request const& request, Target const& target, Findings& findings) const {
  using Kind = Target::Kind;
  auto const& method = request.method;
  if (target.kind == Kind::operation) {
    bool const action = target.operation->action;
    if (method != (action ? "POST" : "GET"))
      findings.add("method", action ? "an action is POSTed" : "a function is asked by GET");
    if (!action) return;
  }
  if (method == "GET" || method == "DELETE") {
    if (!request.body.empty()) findings.add("request body", method + " carries none");
    if (method == "DELETE" && target.kind != Kind::entity && target.kind != Kind::property && target.kind != Kind::reference) {
      findings.add("method", "only one row, one value or one reference can be deleted");
    }
    return;
  }
  if (method == "PATCH" && target.kind != Kind::entity) findings.add("method", "PATCH names one row (dataverse §12)");
  if (method == "POST" && target.kind != Kind::entities && target.kind != Kind::operation && target.kind != Kind::reference) {
    findings.add("method", "POST goes to a table or an action (dataverse §12)");
  }
  if (request.body.empty() && target.kind == Kind::operation &&
      target.operation->parameters.size() <= (target.operation->bound ? 1U : 0U))
    return;
  auto const body = json::parse(request.body);
  if (!body) return findings.add("request body", body.error().message);
  if (target.kind == Kind::operation) return check_parameters(csdl_, facts_, *target.operation, *body, findings);
  if (target.kind != Kind::entities && target.kind != Kind::entity) return;
  auto write = Write::create;
  if (method == "PATCH") {
    auto const match = request.header("If-Match"), none = request.header("If-None-Match");
    if (match.empty() && none != "*") {
      findings.add("header If-Match", "a PATCH says whether it creates: If-Match or If-None-Match: * (dataverse §12)");
    }
    write = none == "*" ? Write::create : match.empty() ? Write::either : Write::update;
  }
  check_sent_row(csdl_, facts_, target.type, *body, write, "request body", findings);
}

void DataverseContract::check_answer(sandbox::Request const& request, sandbox::Response const& response, Target const& target,
                                     Selection const& selection, Session& session, Findings& findings) const {
  using Kind = Target::Kind;
  auto const status = response.status;
  auto const at = fmt::format("response {} body", status);
  if (status >= 400) return check_error(response, findings);
  bool const reads = request.method == "GET";
  bool const good = reads ? status == 200 || status == 304 || status == 204 : status == 200 || status == 201 || status == 204;
  if (!good) findings.add(fmt::format("status {}", status), "is none that the service gives here (dataverse §3)");
  if (status == 204 || status == 304) {
    if (!response.body.empty()) findings.add(at, "must be empty (dataverse §3)");
    auto const id = header_in(response.headers, "OData-EntityId");
    if (request.method == "POST" && target.kind == Kind::entities && id.empty())
      findings.add("response header OData-EntityId", "is missing (dataverse §2)");
    return;
  }
  if (target.kind == Kind::service || (target.kind == Kind::property && request.raw_path().ends_with("/$value")) ||
      target.kind == Kind::count)
    return;
  if (!header_in(response.headers, "Content-Type").starts_with("application/json"))
    findings.add("response header Content-Type", "is not application/json (dataverse §2)");
  if (header_in(response.headers, "OData-Version") != "4.0")
    findings.add("response header OData-Version", "is 4.0 (dataverse §2)");
  auto const body = json::parse(response.body);
  if (!body) return findings.add(at, body.error().message);
  if (!(*body)["@odata.context"].is_string()) findings.add(at + "/@odata.context", "is missing (dataverse §5, §10)");
  bool const many = (target.kind == Kind::entities && reads) || is_collection(target.type);
  auto const type = element_of(target.type);
  auto const row = [&](json::Value const& one, std::string const& here) {
    if (one["@odata.context"].text().ends_with("/$deletedEntity")) return;
    check_answered(csdl_, type, one, here, findings);
    if (auto const& etag = one["@odata.etag"]; !etag.is_null() && !is_etag(etag.text()))
      findings.add(here + "/@odata.etag", "is W/\"<n>\" (dataverse §9)");
    for (auto const& column : selection.columns) {
      if (!one.has(column)) findings.add(here + "/" + column, "was selected and is missing (dataverse §7)");
    }
  };
  if (!many) {
    if (target.kind == Kind::property) return check_answered(csdl_, target.type, (*body)["value"], at + "/value", findings);
    return row(*body, at);
  }
  if (!(*body)["value"].is_array()) return findings.add(at + "/value", "is no list");
  for (std::size_t i = 0; i < (*body)["value"].items().size(); ++i)
    row((*body)["value"].at(i), fmt::format("{}/value/{}", at, i));
  if (auto const link = (*body)["@odata.nextLink"].text(); !link.empty()) {
    auto const root = link.find("/api/data/");
    if (root == std::string_view::npos || link.find("$skiptoken=") == std::string_view::npos)
      return findings.add(at + "/@odata.nextLink", "is no page's address (dataverse §8)");
    session.next_links[std::string(link.substr(root))] = std::string(request.header("Prefer"));
  }
}

void DataverseContract::check_part(BatchPart const& asked, BatchPart const* answered, Session& session,
                                   Findings& findings) const {
  auto const blank = asked.first_line.find(' '), last = asked.first_line.rfind(" HTTP/1.1");
  if (blank == std::string::npos || last == std::string::npos || last < blank)
    return findings.add("request", "has no request line (dataverse §13)");
  auto address = asked.first_line.substr(blank + 1, last - blank - 1);
  if (auto const root = address.find("/api/data/"); root != std::string::npos) address.erase(0, root);
  sandbox::Request const request{asked.first_line.substr(0, blank), address, asked.headers, asked.body};
  sandbox::Response response;
  if (answered != nullptr) {
    response.status = std::atoi(answered->first_line.substr(std::min<std::size_t>(9, answered->first_line.size())).c_str());
    response.headers = answered->headers;
    response.body = answered->body;
  } else {
    response.status = 500;  // a later part of a batch that stopped: nothing to be checked
  }
  if (address.starts_with('$')) return;  // refers to an earlier part
  check_one(request, response, session, findings, true);
}

void DataverseContract::check_batch(sandbox::Request const& request, sandbox::Response const& response, Session& session,
                                    Findings& findings) const {
  if (request.method != "POST") findings.add("method", "a batch is POSTed (dataverse §13)");
  std::vector<BatchPart> asked, answered;
  if (auto const fault = read_parts(request.body, boundary_in(request.header("Content-Type")), asked)) {
    return findings.add("request body", *fault + " (dataverse §13)");
  }
  if (response.status < 400 || header_in(response.headers, "Content-Type").starts_with("multipart/")) {
    if (auto const fault = read_parts(response.body, boundary_in(header_in(response.headers, "Content-Type")), answered)) {
      findings.add("response body", *fault + " (dataverse §13)");
    }
  }
  bool const goes_on = std::string(request.header("Prefer")).find("odata.continue-on-error") != std::string::npos;
  if (response.status < 400 && goes_on && answered.size() != asked.size())
    findings.add("response body", "each part has its answer (dataverse §13)");
  std::size_t operations = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    auto const* const answer = i < answered.size() ? &answered[i] : nullptr;
    findings.enter(fmt::format("part {}: ", i + 1));
    if (asked[i].changes.empty()) {
      ++operations;
      check_part(asked[i], answer, session, findings);
    }
    for (std::size_t j = 0; j < asked[i].changes.size(); ++j) {
      ++operations;
      auto const& change = asked[i].changes[j];
      findings.enter(fmt::format("part {}, change {}: ", i + 1, j + 1));
      if (change.first_line.starts_with("GET ")) findings.add("request", "a change set holds no GET (dataverse §13)");
      if (header_in(change.outer, "Content-ID").empty()) findings.add("header Content-ID", "each change has one (dataverse §13)");
      // One error stands for a change set that was rolled back.
      check_part(change, answer != nullptr && j < answer->changes.size() ? &answer->changes[j] : nullptr, session, findings);
    }
  }
  findings.enter("");
  if (operations > kMostOperations) findings.add("request body", "holds more than 1000 operations (dataverse §13)");
}

}  // namespace tandem::test::contract
