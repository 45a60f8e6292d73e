// Lambdas, query functions, $expand with options, $apply, ordering (contract: dataverse.md §7).
#include <catch2/catch.hpp>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

std::string encoded(std::string const& text) {
  std::string out;
  for (char const c : text) {
    if (c == '%' || c == '+' || c == '&' || c == '#')
      out += c == '%' ? "%25" : (c == '+' ? "%2B" : (c == '&' ? "%26" : "%23"));
    else
      out += c;
  }
  return out;
}

std::string fabrikam() { return sandbox::dataverse::id_of_alias("account", "fabrikam"); }

}  // namespace

TEST_CASE("lambdas, columns on both sides and query functions select what the service would select [dataverse §7]") {
  struct Case {
    std::string set, filter;
    std::size_t rows;
  };
  auto const c = GENERATE(values<Case>({
      {"incidents", "Incident_Annotation/any()", 3},
      {"incidents", "not Incident_Annotation/any()", 9},
      {"incidents", "Incident_Annotation/any(n:n/filesize gt 0)", 1},
      {"incidents", "Incident_Annotation/any(n:contains(n/notetext,'yesterday') and n/filesize eq 0)", 1},
      {"incidents", "Incident_Annotation/all(n:n/filesize eq 0)", 11},
      {"accounts", "incident_customer_accounts/any(i:i/prioritycode eq 1)", 1},
      {"accounts", "Account_Tasks/any(t:t/statecode eq 0)", 1},
      {"incidents", "createdon eq modifiedon", 12},
      {"incidents", "createdon lt modifiedon", 0},
      {"incidents", "Microsoft.Dynamics.CRM.LastXHours(PropertyName='createdon',PropertyValue=2)", 12},
      {"incidents", "Microsoft.Dynamics.CRM.OlderThanXHours(PropertyName='createdon',PropertyValue=2)", 0},
      {"incidents", "Microsoft.Dynamics.CRM.Today(PropertyName='createdon')", 12},
      {"incidents", "Microsoft.Dynamics.CRM.On(PropertyName='createdon',PropertyValue='2026-02-10')", 12},
      {"incidents", "Microsoft.Dynamics.CRM.OnOrBefore(PropertyName='createdon',PropertyValue='2026-02-10')", 12},
      {"incidents", "Microsoft.Dynamics.CRM.OnOrBefore(PropertyName='createdon',PropertyValue='2026-02-09')", 0},
      {"incidents", "Microsoft.Dynamics.CRM.Between(PropertyName='prioritycode',PropertyValues=['2','3'])", 8},
      {"incidents", "Microsoft.Dynamics.CRM.NotBetween(PropertyName='prioritycode',PropertyValues=['2','3'])", 4},
      {"incidents", "Microsoft.Dynamics.CRM.NotNull(PropertyName='description')", 11},
      {"incidents", "Microsoft.Dynamics.CRM.Contains(PropertyName='title',PropertyValue='printer')", 1},
      {"incidents", "Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')", 0},
      {"incidents", "Microsoft.Dynamics.CRM.NotEqualUserId(PropertyName='ownerid')", 12},
      {"new_tickets", "Microsoft.Dynamics.CRM.DoesNotContainValues(PropertyName='new_channels',PropertyValues=['3'])", 1},
  }));
  CAPTURE(c.filter);
  Box box;
  auto const response = box.get(c.set + "?$select=createdon&$filter=" + encoded(c.filter));
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  CHECK(body_of(response)["value"].items().size() == c.rows);
}

TEST_CASE("$expand takes options, for collections also filter, order and top, and nests [dataverse §7]") {
  Box box;
  auto const row =
      box.get_json("accounts(" + fabrikam() +
                   ")?$select=name&$expand=incident_customer_accounts($select=title,prioritycode;$filter=prioritycode ne 9;"
                   "$orderby=prioritycode desc,title;$top=2;$expand=customerid_account($select=name)),Account_Tasks($select="
                   "subject),primarycontactid");
  auto const cases = row["incident_customer_accounts"];
  REQUIRE(cases.items().size() == 2);
  CHECK(cases.at(0)["prioritycode"].integer() >= cases.at(1)["prioritycode"].integer());
  CHECK(cases.at(0)["customerid_account"]["name"].text() == "Fabrikam, Inc.");
  CHECK_FALSE(cases.at(0).has("description"));
  CHECK(row["Account_Tasks"].items().size() == 1);
  CHECK(row["primarycontactid"].has("fullname"));
  CHECK_THAT(row["@odata.context"].text_or(""),
             Catch::Contains("accounts(name,incident_customer_accounts(title,prioritycode,customerid_account(name)),"));
  auto const paged = box.get_json("accounts(" + fabrikam() + ")?$select=name&$expand=incident_customer_accounts($select=title)",
                                  {{"Prefer", "odata.maxpagesize=1"}});
  CHECK(paged["incident_customer_accounts"].items().size() == 1);
  CHECK_THAT(paged["incident_customer_accounts@odata.nextLink"].text_or(""),
             Catch::EndsWith("/incident_customer_accounts?$select=title"));
}

TEST_CASE("$apply groups and sums [dataverse §7]") {
  Box box;
  auto const groups = box.get_json("incidents?$apply=groupby((prioritycode),aggregate($count as n))")["value"];
  REQUIRE(groups.items().size() == 3);
  for (auto const& group : groups.items()) CHECK(group["n"].integer() == 4);
  auto const all = box.get_json(
      "opportunities?$apply=filter(statecode eq 0)/aggregate(estimatedvalue with sum as total,closeprobability with max as best,"
      "estimatedvalue with average as mean)")["value"];
  REQUIRE(all.items().size() == 1);
  CHECK(all.at(0)["total"].scalar_text() == "48000.0000");
  CHECK(all.at(0)["best"].integer() == 60);
  auto const names = box.get_json("incidents?$apply=groupby((customerid_account/name))")["value"];
  CHECK(names.items().size() == 4);  // three accounts, and none
}

TEST_CASE("modifiedon is walked backwards as well, page by page [dataverse §7, §8]") {
  Box box;
  for (int i = 1; i <= 6; ++i) {
    box.world.advance(std::chrono::seconds{i % 2});
    REQUIRE(box.ask("PATCH", "incidents(" + case_id(i) + ")", R"j({"isescalated":true})j").status == 204);
  }
  std::string target = "incidents?$select=modifiedon&$orderby=modifiedon desc,incidentid asc&$count=true";
  std::vector<std::pair<std::string, std::string>> seen;
  while (!target.empty()) {
    auto const page = box.get_json(target, {{"Prefer", "odata.maxpagesize=5"}});
    CHECK(page["@odata.count"].integer() == 12);
    for (auto const& row : page["value"].items()) seen.emplace_back(row["modifiedon"].text_or(""), row["incidentid"].text_or(""));
    auto const next = page["@odata.nextLink"].text_or("");
    target = next.empty() ? "" : next.substr((box.world.urls().dataverse + "/api/data/v9.2/").size());
  }
  REQUIRE(seen.size() == 12);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    bool const in_order =
        seen[i - 1].first > seen[i].first || (seen[i - 1].first == seen[i].first && seen[i - 1].second < seen[i].second);
    CHECK(in_order);
  }
}

TEST_CASE("whether versions can be filtered by is a switch [dataverse §26]") {
  Box box;
  CHECK(box.get("incidents?$select=title&$filter=versionnumber gt 0").status == 200);
  REQUIRE(box.world.configure("dataverse.versionInFilter", false).value());
  CHECK(box.get("incidents?$select=title&$filter=versionnumber gt 0").status == 400);
}
