// Reading rows: identity, queries with their pages, single rows.
#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/dataverse/errors.hpp>
#include <tandem/connection/dataverse/odata.hpp>
#include <tandem/connection/http/url.hpp>

namespace tandem::dataverse {
namespace {

// The answer to a GET, which must be 200 with JSON.
Result<json::Value> read(http::Transport& transport, http::Request const& request, std::string_view organisation_url,
                         std::optional<Instant>* date = nullptr) {
  TANDEM_TRY(auto const reply, http::exchange(transport, request, http::Access::read));
  if (reply.status != 200) return fail(error_of(reply, http::Access::read, organisation_url, request.endpoint));
  if (date != nullptr) *date = reply.date();
  return read_body(reply, request.endpoint);
}

std::string prefer(Query const& query) { return fmt::format("{},odata.maxpagesize={}", kAnnotations, query.page_size); }

Result<Page> read_page(http::Transport& transport, http::Request const& request, std::string_view organisation_url,
                       Query const& query) {
  Page page;
  TANDEM_TRY(auto const body, read(transport, request, organisation_url, &page.date));
  auto records = read_records(body, query.primary_id);
  if (!records) return fail(std::move(records).error().with("endpoint", request.endpoint));
  page.records = std::move(*records);
  page.next_link = body["@odata.nextLink"].text();
  page.count = body["@odata.count"].integer();
  return page;
}

std::string guid_or_empty(json::Value const& value) { return normalized_uuid(value.text()).value_or(""); }

}  // namespace

Client::Client(std::string organisation_url, http::Transport& transport)
    : organisation_url_(std::move(organisation_url)), transport_(transport) {}

Result<Identity> Client::who_am_i() {
  auto const request = make_request(organisation_url_, "GET", "/WhoAmI", "GET /WhoAmI");
  TANDEM_TRY(auto const body, read(transport_, request, organisation_url_));
  Identity identity{guid_or_empty(body["UserId"]), guid_or_empty(body["BusinessUnitId"]), guid_or_empty(body["OrganizationId"])};
  if (identity.user_id.empty() || identity.organization_id.empty()) {
    return fail(Error{ErrorKind::remote,
                      fmt::format("{} does not answer WhoAmI as Dataverse does; check the organisation URL", organisation_url_),
                      {{"endpoint", request.endpoint}}});
  }
  return identity;
}

Result<Page> Client::query(Query const& query) {
  auto path = fmt::format("/{}?$select={}", text::percent_encoded(query.set_name),
                          name_list(query.select.empty() ? std::vector{query.primary_id} : query.select));
  if (!query.filter.empty()) path += "&$filter=" + text::percent_encoded(query.filter);
  if (!query.order_by.empty()) path += "&$orderby=" + text::percent_encoded(query.order_by);
  if (query.count) path += "&$count=true";
  auto request = make_request(organisation_url_, "GET", path, fmt::format("GET /{}", query.set_name));
  request.headers.emplace_back("Prefer", prefer(query));
  return read_page(transport_, request, organisation_url_, query);
}

Result<Page> Client::next(Page const& page, Query const& query) {
  auto const endpoint = fmt::format("GET /{}", query.set_name);
  // The link is the service's word, but credentials go to the configured host only (SPEC S5).
  auto const link = http::parse_url(page.next_link);
  auto const own = http::parse_url(organisation_url_);
  if (!link || !own || link->origin() != own->origin()) {
    return fail(Error{ErrorKind::remote,
                      fmt::format("Dataverse's next page is at {}, not at {}; it is not followed",
                                  link ? link->origin() : "no URL", organisation_url_),
                      {{"endpoint", endpoint}}});
  }
  auto request = make_request(organisation_url_, "GET", "", endpoint);
  request.url = page.next_link;
  request.headers.emplace_back("Prefer", prefer(query));
  return read_page(transport_, request, organisation_url_, query);
}

Result<std::optional<Record>> Client::get(std::string const& set_name, std::string const& primary_id, std::string const& id,
                                          std::vector<std::string> const& select) {
  TANDEM_TRY(auto path, row_path(set_name, id));
  path += "?$select=" + name_list(select.empty() ? std::vector{primary_id} : select);
  auto request = make_request(organisation_url_, "GET", path, fmt::format("GET /{}({{id}})", set_name));
  request.headers.emplace_back("Prefer", std::string(kAnnotations));
  TANDEM_TRY(auto const reply, http::exchange(transport_, request, http::Access::read));
  if (says_row_missing(reply)) return std::optional<Record>{};
  if (reply.status != 200) return fail(error_of(reply, http::Access::read, organisation_url_, request.endpoint));
  TANDEM_TRY(auto const body, read_body(reply, request.endpoint));
  TANDEM_TRY(auto record, read_record(body, primary_id));
  return std::optional<Record>(std::move(record));
}

Result<std::vector<RolePrivilege>> Client::user_privileges(std::string const& user_id) {
  TANDEM_TRY(auto const row, row_path("systemusers", user_id));
  auto const request = make_request(organisation_url_, "GET", row + "/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()",
                                    "GET /systemusers({id})/RetrieveUserPrivileges");
  TANDEM_TRY(auto const body, read(transport_, request, organisation_url_));
  std::vector<RolePrivilege> privileges;
  for (auto const& one : body["RolePrivileges"].items()) {
    if (auto id = guid_or_empty(one["PrivilegeId"]); !id.empty())
      privileges.push_back({std::move(id), one["Depth"].scalar_text()});
  }
  return privileges;
}

Result<Client::Organization> Client::organization(std::string const& organization_id) {
  TANDEM_TRY(auto const row, row_path("organizations", organization_id));
  auto const request = make_request(organisation_url_, "GET", row + "?$select=name,maxuploadfilesize,blockedattachments",
                                    "GET /organizations({id})");
  TANDEM_TRY(auto const body, read(transport_, request, organisation_url_));
  return Organization{std::string(body["name"].text()), body["maxuploadfilesize"].integer().value_or(0),
                      std::string(body["blockedattachments"].text())};
}

std::string Client::record_url(std::string const& entity, std::string const& id) const {
  return fmt::format("{}/main.aspx?pagetype=entityrecord&etn={}&id={}", organisation_url_, text::percent_encoded(entity),
                     text::percent_encoded(id));
}

}  // namespace tandem::dataverse
