// Every table of the built-in world against the metadata document: each column that we show exists there by that name, with that type.
#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>

#include "contract/guest.hpp"
#include "contract/skip.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

// Columns that the metadata document lacks, and why we have them all the same.
struct Meant {
  char const *set, *column, *reason;
};
constexpr Meant kMeant[] = {
    {"/incidents", "_responsiblecontactid_value", "the document has its navigation property and lost the column"},
    {"/organizations", "blockedmimetypes", "newer than the document (dataverse §5)"},
    {"/organizations", "allowedmimetypes", "newer than the document (dataverse §5)"},
    {"/organizations", "overriddencreatedon", "all our tables have the columns of creation and modification"},
    {"/appmodules", "statecode", "newer than the document (dataverse §18)"},
    {"/appmodules", "statuscode", "newer than the document (dataverse §18)"},
    {"/appmodulecomponents", "overriddencreatedon", "all our tables have the columns of creation and modification"},
    {"/privileges", "createdon", "all our tables have the columns of creation and modification"},
    {"/privileges", "modifiedon", "all our tables have the columns of creation and modification"},
    {"/privileges", "_createdby_value", "all our tables have the columns of creation and modification"},
    {"/privileges", "_modifiedby_value", "all our tables have the columns of creation and modification"},
    {"/privileges", "_createdonbehalfby_value", "all our tables have the columns of creation and modification"},
    {"/privileges", "_modifiedonbehalfby_value", "all our tables have the columns of creation and modification"},
    {"/privileges", "overriddencreatedon", "all our tables have the columns of creation and modification"},
};

}  // namespace

TEST_CASE("every column of every table that the sandbox serves stands in the metadata document [contract, L1]") {
  if (contracts_or_skip() == nullptr) return;
  Guest guest;
  auto const tables = guest.ask_dataverse("GET", "EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute");
  REQUIRE(tables["value"].items().size() > 10);
  for (auto const& table : tables["value"].items()) {
    auto const set = table["EntitySetName"].text_or("");
    INFO(set);
    // All columns at once are checked as an answer; asked for by name, they are checked as a request, strictly.
    auto const all = guest.ask_dataverse("GET", set + "?$top=3");
    std::string names;
    for (auto const& [name, value] : all["value"].at(0).members()) {
      if (name.find('@') == std::string::npos) names += (names.empty() ? "" : ",") + name;
    }
    if (names.empty()) continue;  // the world has no row of it
    CHECK(guest.dataverse("GET", set + "?$top=1&$select=" + names).status == 200);
  }
  for (auto const& finding : guest.contracts().findings()) {
    bool const meant = std::any_of(std::begin(kMeant), std::end(kMeant), [&](Meant const& one) {
      return finding.request.ends_with(one.set) && finding.rule.starts_with(one.column + std::string(" is no property"));
    });
    if (!meant) FAIL_CHECK(finding.to_line());
  }
}

TEST_CASE("metadata of every table is as the metadata document describes it [contract, L1]") {
  if (contracts_or_skip() == nullptr) return;
  Guest guest;
  auto const tables = guest.ask_dataverse("GET", "EntityDefinitions");  // every property of every table
  for (auto const& table : tables["value"].items()) {
    auto const path = "EntityDefinitions(LogicalName='" + table["LogicalName"].text_or("") + "')";
    INFO(path);
    for (auto const* const part :
         {"/Attributes", "/ManyToOneRelationships", "/OneToManyRelationships", "/Keys", "?$expand=Attributes"}) {
      CHECK(guest.dataverse("GET", path + part).status == 200);
    }
    for (auto const* const kind : {"String", "Memo", "Integer", "Decimal", "Double", "Money", "BigInt", "DateTime", "Lookup",
                                   "Boolean", "Picklist", "MultiSelectPicklist", "State", "Status"}) {
      auto const cast = path + "/Attributes/Microsoft.Dynamics.CRM." + kind + "AttributeMetadata";
      CHECK(guest.dataverse("GET", cast).status == 200);
    }
  }
  CHECK(guest.dataverse("GET", "GlobalOptionSetDefinitions").status == 200);
  CHECK(guest.contracts().report() == "");
}
