// What real Dataverse organisations answered (TANDEM_CAPTURES, dataverse) against what the sandbox answers: status, headers, and every key with
// its type. Most recorded answers tell by themselves what was asked: "@odata.context" names the table, its columns and what was expanded.
#include <catch2/catch.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/write.hpp>

#include "contract/guest.hpp"
#include "contract/shape.hpp"
#include "contract/skip.hpp"
#include "support/contract/odata_url.hpp"
#include "world/request_pattern.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

struct Asked {
  std::string method = "GET", path, body;
  std::vector<sandbox::Header> headers;
};

std::vector<LeftOut> const& exceptions() {
  static std::vector<LeftOut> const list{
#include "contract/shape_dataverse_left_out.inc"
  };
  return list;
}

// Answers whose request cannot be seen in them. {account} and {contact} are rows of ours that have all that is expanded.
std::vector<std::pair<std::string, Asked>> requests() {
  std::vector<sandbox::Header> const stale{{"If-Match", "W/\"1\""}}, create{{"If-None-Match", "*"}},
      tracks{{"Prefer", "odata.track-changes"}}, shown{{"If-Match", "*"}, {"Prefer", "return=representation"}},
      present{{"If-Match", "*"}};
  auto const nobody = "(00000000-0000-0000-0000-000000000001)";
  auto const choice = "/Attributes(LogicalName='prioritycode')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata";
  return {
      {"404-systemuser*", {"GET", std::string("systemusers") + nobody + "?$select=fullname", "", {}}},
      {"docs-compose-http-requests-handle-errors-01*", {"GET", std::string("accounts") + nobody + "?$select=name", "", {}}},
      {"docs-perform-conditional-operations-using-web-api-01*",
       {"GET", "accounts({account})?$select=name", "", {{"If-None-Match", "{etag}"}}}},
      {"docs-perform-conditional-operations-using-web-api-02*",
       {"PATCH", std::string("accounts") + nobody, R"({"name":"x"})", present}},
      {"docs-perform-conditional-operations-using-web-api-03*", {"PATCH", "accounts({account})", R"({"name":"x"})", create}},
      {"docs-perform-conditional-operations-using-web-api-04*", {"PATCH", "accounts({account})", R"({"name":"x"})", stale}},
      {"docs-web-api-conditional-operations-sample-02*", {"PATCH", "accounts({account})", R"({"name":"x"})", stale}},
      {"docs-web-api-conditional-operations-sample-05*", {"PATCH", "accounts({account})", R"({"name":"x"})", create}},
      {"docs-web-api-conditional-operations-sample-08*", {"PATCH", std::string("accounts") + nobody, R"({"name":"x"})", present}},
      {"docs-query-data-web-api-06*",
       {"GET",
        "accounts?$select=name,creditonhold,numberofemployees,revenue",
        "",
        {{"Prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\""}}}},
      {"docs-impersonate-another-user-web-api-01*",
       {"GET",
        "accounts({impersonated})?$select=name&$expand=createdby($select=fullname,azureactivedirectoryobjectid),"
        "createdonbehalfby($select=fullname,azureactivedirectoryobjectid),owninguser($select=fullname,"
        "azureactivedirectoryobjectid)",
        "",
        {}}},
      {"docs-query-metadata-web-api-01*",
       {"GET",
        "EntityDefinitions?$select=DisplayName,IsKnowledgeManagementEnabled,EntitySetName&$filter=SchemaName eq 'Account'",
        "",
        {}}},
      {"docs-query-metadata-web-api-02*",
       {"GET",
        std::string("EntityDefinitions(LogicalName='incident')") + choice +
            "?$select=LogicalName&$expand=OptionSet,GlobalOptionSet",
        "",
        {}}},
      {"docs-query-metadata-web-api-03*",
       {"GET", std::string("EntityDefinitions(LogicalName='incident')") + choice + "/OptionSet?$select=Options", "", {}}},
      {"docs-retrieve-metadata-name-metadataid-01*",
       {"GET",
        std::string("EntityDefinitions(LogicalName='incident')") + choice +
            "?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)",
        "",
        {}}},
      {"docs-retrieve-metadata-name-metadataid-02*",
       {"GET", "EntityDefinitions?$select=MetadataId&$filter=LogicalName eq 'account'", "", {}}},
      {"docs-retrieve-metadata-name-metadataid-03*",
       {"GET",
        "EntityDefinitions(LogicalName='incident')/Attributes?$select=MetadataId&$filter=LogicalName eq 'prioritycode'",
        "",
        {}}},
      {"docs-retrieve-metadata-name-metadataid-04*",
       {"GET",
        std::string("EntityDefinitions(LogicalName='incident')") + choice +
            "?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)",
        "",
        {}}},
      {"docs-use-change-tracking-synchronize-data-external-systems-01*",
       {"GET", "accounts?$select=name,accountnumber,telephone1", "", tracks}},
      {"docs-use-change-tracking-synchronize-data-external-systems-02*", {"GET", "{delta}", "", {}}},
      {"docs-create-entity-web-api-02*",
       {"POST",
        "accounts?$select=name,description,creditonhold,createdon,revenue",
        R"({"name":"x","description":"d","revenue":5,"creditonhold":false})",
        {{"Prefer", "return=representation"}}}},
      {"docs-update-delete-entities-using-web-api-01*",
       {"PATCH", "accounts({account})?$select=name,description,creditonhold,createdon,revenue",
        R"({"name":"x","description":"d","revenue":5})", shown}},
      {"docs-web-api-basic-operations-sample-03*",
       {"POST",
        "contacts?$select=fullname,jobtitle,annualincome",
        R"({"firstname":"a","lastname":"b","jobtitle":"c","annualincome":5})",
        {{"Prefer", "return=representation"}}}},
      {"docs-web-api-functions-actions-sample-01*", {"GET", "WhoAmI", "", {}}},
      {"docs-retrieve-entity-using-web-api-04*", {"GET", "accounts({account})/Account_Tasks/$ref", "", {}}},
      {"docs-retrieve-entity-using-web-api-06*",
       {"GET", "accounts({account})?$select=name&$expand=primarycontactid/$ref", "", {}}},
      {"docs-retrieve-related-entities-query-02*", {"GET", "accounts?$select=name&$expand=primarycontactid/$ref", "", {}}},
  };
}

// "$metadata#accounts(name,primarycontactid,primarycontactid(fullname))/$entity" -> accounts({account})?$select=name&$expand=…; nothing when the
// context tells no columns.
std::optional<Asked> asked_by(Capture const& capture) {
  auto context = capture.body["@odata.context"].text();
  auto const mark = context.find("$metadata#");
  if (mark == std::string_view::npos) return std::nullopt;
  context.remove_prefix(mark + 10);
  auto const open = context.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  auto const set = std::string(context.substr(0, open));
  if (set != "accounts" && set != "contacts" && set != "incidents" && set != "annotations") return std::nullopt;
  auto const one = set == "accounts"    ? "{account}"
                   : set == "contacts"  ? "{contact}"
                   : set == "incidents" ? "{incident}"
                                        : "{annotation}";
  Asked out;
  if (context.substr(open + 1, 8).find('-') != std::string_view::npos ||
      context.substr(open + 1, 36).find('-') == 8) {  // …(<id>)/column
    out.path = fmt::format("{}({})/{}", set, one, context.substr(context.rfind('/') + 1));
    return out;
  }
  bool const single = context.ends_with("/$entity");
  auto const close = context.rfind(')');
  std::vector<std::string> select, expand;
  for (auto const& part : contract::split_outside(context.substr(open + 1, close - open - 1), ',')) {
    auto const bracket = part.find('(');
    if (bracket == std::string::npos) {
      select.push_back(part);
    } else {
      expand.push_back(part.substr(0, bracket) + "($select=" + part.substr(bracket + 1));
    }
  }
  std::erase_if(select, [&](std::string const& name) {
    return std::any_of(expand.begin(), expand.end(), [&](std::string const& each) { return each.starts_with(name + "("); });
  });
  auto const joined = [](std::vector<std::string> const& all) {
    std::string text;
    for (auto const& each : all) text += (text.empty() ? "" : ",") + each;
    return text;
  };
  auto const key = set.substr(0, set.size() - 1) + "id";
  out.path = set + (single ? std::string("(") + one + ")" : "") + "?$select=" + (select.empty() ? key : joined(select));
  if (!expand.empty()) out.path += "&$expand=" + joined(expand);
  if (capture.body.has("@odata.count")) out.path += "&$count=true";
  std::string prefer;
  for (auto const& [name, value] : capture.headers) {
    if (name == "Preference-Applied") prefer += (prefer.empty() ? "" : ",") + value;
  }
  if (!single && capture.body.has("@odata.nextLink")) {  // so that there is one of ours
    auto const size = prefer.find("odata.maxpagesize=");
    if (size != std::string::npos)
      prefer.erase(size > 0 ? size - 1 : 0,
                   prefer.find(',', size) == std::string::npos ? std::string::npos : prefer.find(',', size) - size + 1);
    prefer += (prefer.empty() ? "" : ",") + std::string("odata.maxpagesize=3");
  }
  if (!prefer.empty()) out.headers.emplace_back("Prefer", prefer);
  return out;
}

class Asker {
 public:
  Asker() {
    contact_ = made(
        "contacts",
        R"({"firstname":"Sue","lastname":"Case","jobtitle":"Chief","annualincome":45000,"description":"d","telephone1":"1"})");
    auto const currencies = guest_.ask_dataverse("GET", "transactioncurrencies?$select=currencyname");
    auto const currency =
        bound("transactioncurrencyid", "transactioncurrencies", currencies["value"].at(0)["transactioncurrencyid"].text_or(""));
    auto const above = made("accounts", R"({"name":"Above"})");
    account_ = made(
        "accounts",
        "{" + currency +
            R"(,"name":"All","accountnumber":"A-1","telephone1":"1","description":"d","revenue":5000,"numberofemployees":5,)" +
            bound("primarycontactid", "contacts", contact_) + "," + bound("parentaccountid", "accounts", above) + "}");
    made("tasks", task("account", account_));
    made("tasks", task("contact", contact_));
    update("contacts", contact_, "{" + currency + "," + bound("parentcustomerid_account", "accounts", account_) + "}");
    incident_ = made("incidents", R"({"title":"x",)" + bound("customerid_contact", "contacts", contact_) + "}");
    annotation_ =
        made("annotations", R"({"subject":"s","notetext":"t",)" + bound("objectid_contact", "contacts", contact_) + "}");
    auto const people =
        guest_.ask_dataverse("GET", "systemusers?$select=azureactivedirectoryobjectid&$filter=startswith(fullname,'Alice')");
    impersonated_ = made("accounts", R"({"name":"For another"})",
                         {{"CallerObjectId", people["value"].at(0)["azureactivedirectoryobjectid"].text_or("")}});
    auto const first = guest_.dataverse("GET", "accounts?$select=name,telephone1", "", {{"Prefer", "odata.track-changes"}});
    auto const link = json_of(first)["@odata.deltaLink"].text_or("");
    delta_ = link.substr(link.find("/v9.2/") + 6);
    auto const gone = made("accounts", R"({"name":"Gone"})");
    guest_.dataverse("DELETE", "accounts(" + gone + ")");
    update("accounts", account_, R"({"telephone1":"2"})");
    etag_ = guest_.ask_dataverse("GET", "accounts(" + account_ + ")?$select=name")["@odata.etag"].text_or("");
  }

  sandbox::Response ask(Asked asked) {
    fill(asked.path);
    for (auto& [name, value] : asked.headers) fill(value);
    return guest_.dataverse(asked.method, asked.path, asked.body, asked.headers);
  }
  Guest& guest() { return guest_; }

 private:
  static std::string bound(std::string const& navigation, std::string const& set, std::string const& id) {
    return "\"" + navigation + "@odata.bind\":\"/" + set + "(" + id + ")\"";
  }
  static std::string task(std::string const& table, std::string const& id) {
    return R"({"subject":"t","description":"d","scheduledstart":"2026-11-05T10:00:00Z","scheduledend":"2026-11-05T11:00:00Z",)" +
           bound("regardingobjectid_" + table + "_task", table + "s", id) + "}";
  }
  std::string made(std::string const& set, std::string const& body, std::vector<sandbox::Header> headers = {}) {
    auto const answer = guest_.dataverse("POST", set, body, std::move(headers));
    INFO(set << " " << body << " -> " << answer.body);
    REQUIRE(answer.status == 204);
    auto const address = header_of(answer, "OData-EntityId");
    return address.substr(address.rfind('(') + 1, 36);
  }
  void update(std::string const& set, std::string const& id, std::string const& body) {
    auto const answer = guest_.dataverse("PATCH", set + "(" + id + ")", body, {{"If-Match", "*"}});
    INFO(answer.body);
    REQUIRE(answer.status == 204);
  }
  void fill(std::string& text) const {
    for (auto const& [name, value] : std::initializer_list<std::pair<std::string, std::string>>{{"{account}", account_},
                                                                                                {"{contact}", contact_},
                                                                                                {"{incident}", incident_},
                                                                                                {"{annotation}", annotation_},
                                                                                                {"{delta}", delta_},
                                                                                                {"{impersonated}", impersonated_},
                                                                                                {"{etag}", etag_}}) {
      if (auto const at = text.find(name); at != std::string::npos) text.replace(at, name.size(), value);
    }
  }

  Guest guest_;
  std::string account_, contact_, incident_, annotation_, impersonated_, delta_, etag_;
};

void compare(Capture const& capture, sandbox::Response const& ours) {
  auto const differs = [&](std::string const& path, std::string const& what) {
    if (!left_out(exceptions(), capture.name, path)) FAIL_CHECK(path << " " << what);
  };
  INFO("ours: " << ours.status << " " << ours.body.substr(0, 300));
  if (capture.status != 0 && capture.status != ours.status)
    differs("status", fmt::format("is {}, not {}", ours.status, capture.status));
  for (auto const& [name, value] : capture.headers) {
    if (name == "Content-Length") continue;  // of another body
    auto const given = header_of(ours, name);
    bool const same = name == "Content-Type"    ? given.starts_with(value)
                      : name == "OData-Version" ? given == value
                                                : !given.empty();
    if (!same) differs("header " + name, fmt::format("is \"{}\", not \"{}\"", given, value));
  }
  if (!capture.has_body) return;
  if (capture.unreadable != "") return differs("body", "was recorded in a form that is no JSON: " + capture.unreadable);
  auto const as_it_is = [](std::string const& key) { return key; };
  Shape real, shape;
  add_to_shape(real, capture.body, as_it_is);
  if (!ours.body.empty()) add_to_shape(shape, json_of(ours), as_it_is);
  for (auto const& [path, what] : departures(real, shape, true)) differs(path, what);
}

}  // namespace

TEST_CASE("every key of Dataverse's recorded answers is answered by the sandbox, with its type, or left out for a reason [L1]") {
  auto const folder = captures_or_skip();
  if (!folder) return;
  Asker asker;
  auto const known = requests();
  for (auto const* const part : {"responses", "errors", "metadata", "delta"}) {
    for (auto const& capture : read_captures(*folder / "dataverse" / part)) {
      INFO(capture.name);
      auto const given = std::find_if(known.begin(), known.end(),
                                      [&](auto const& one) { return sandbox::matches_glob(one.first, capture.name); });
      auto const asked = given != known.end() ? std::optional(given->second) : asked_by(capture);
      if (!asked) {
        if (!left_out(exceptions(), capture.name, "")) FAIL_CHECK("nothing is asked for it");
        continue;
      }
      INFO(asked->method << " " << asked->path);
      compare(capture, asker.ask(*asked));
    }
  }
  for (auto const& stale : never_used(exceptions())) FAIL_CHECK("no longer needed: " << stale);
  CHECK(asker.guest().contracts().report() == "");
}
