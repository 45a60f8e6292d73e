// $filter: what it selects and what it refuses (contract: dataverse.md §7).
#include <catch2/catch.hpp>

#include "dataverse/odata/filter.hpp"
#include "dataverse/odata/text_match.hpp"
#include "unit/sandbox/box.hpp"

using namespace sandbox_test;
using sandbox::dataverse::Dialect;
using sandbox::dataverse::odata::is_like;
using sandbox::dataverse::odata::parse_filter;

namespace {

std::string encoded(std::string const& text) {
  constexpr char const* kHex = "0123456789ABCDEF";
  std::string out;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

}  // namespace

TEST_CASE("a filter selects the rows that the service would select [L1]") {
  struct Case {
    std::string set, filter;
    std::size_t rows;
  };
  auto const fabrikam = sandbox::dataverse::id_of_alias("account", "fabrikam");
  auto const litware = sandbox::dataverse::id_of_alias("account", "litware");
  auto const c = GENERATE_COPY(values<Case>({
      {"incidents", "casetypecode eq 2", 12},
      {"incidents", "casetypecode ne 2", 0},
      {"incidents", "casetypecode eq null", 0},
      {"incidents", "description eq null", 1},
      {"incidents", "description ne null", 11},
      {"incidents", "followupby eq null", 3},
      {"incidents", "prioritycode gt 1 and prioritycode le 2", 4},
      {"incidents", "2 lt prioritycode", 4},
      {"incidents", "not (prioritycode eq 1)", 8},
      {"incidents", "not (followupby gt 2020-01-01T00:00:00Z)", 0},  // null compares as unknown, and so does its negation
      {"incidents", "prioritycode eq 1 or prioritycode eq 3", 8},
      {"incidents", "prioritycode eq 1 and statecode eq 0 or prioritycode eq 3", 8},
      {"incidents", "contains(title,'PRINTER')", 1},
      {"incidents", "contains(title,'ÜBERSETZUNG')", 1},
      {"incidents", "contains(title,'Ü%Start')", 1},
      {"incidents", "startswith(title,'Login')", 1},
      {"incidents", "endswith(title,'COLUMNS')", 1},
      {"incidents", "contains(title,'€') eq true", 1},
      {"incidents", "title eq 'login fails after password reset'", 1},
      {"incidents", "title eq 'Login%'", 1},
      {"incidents", "title eq 'L_gin fails after [a-q]assword reset'", 1},
      {"incidents", "startswith(title,'[^a-z]')", 1},
      {"incidents", "modifiedon ge 2026-02-10T11:00:00Z", 12},
      {"incidents", "modifiedon gt 2026-02-10T11:00:00Z", 0},
      {"incidents", "modifiedon ge 2026-02-10T13:00:00+02:00 and modifiedon lt 2026-02-10T11:00:01Z", 12},
      {"incidents", "createdon lt 2026-02-10", 0},
      {"incidents", "_customerid_value eq " + fabrikam, 3},
      {"incidents", "_customerid_value eq '" + fabrikam + "'", 3},
      {"incidents", "(_customerid_value eq " + fabrikam + " or _customerid_value eq " + litware + ") and prioritycode eq 3", 3},
      {"incidents", "customerid_account/name eq 'Fabrikam, Inc.'", 3},
      {"incidents", "customerid_contact/lastname eq 'O''Brien'", 2},
      {"incidents", "createdby/fullname eq 'alice ciccu'", 12},
      {"incidents", "incidentid eq " + case_id(3), 1},
      {"incidents",
       "Microsoft.Dynamics.CRM.In(PropertyName='incidentid',PropertyValues=[\"" + case_id(3) + "\",\"" + case_id(4) + "\",\"" +
           fabrikam + "\"])",
       2},
      {"incidents", "Microsoft.Dynamics.CRM.In(PropertyName='prioritycode',PropertyValues=['1','3'])", 8},
      {"incidents", "isescalated", 0},
      {"incidents", "isescalated eq false", 12},
      {"incidents", "true ne isescalated", 12},
      {"annotations", "objecttypecode eq 'incident'", 3},
      {"annotations", "_objectid_value eq " + case_id(3), 1},
      {"annotations", "filesize gt 0", 1},
      {"new_tickets", "new_decimal eq 1.125", 1},
      {"new_tickets", "new_decimal gt 1.12 and new_amount le 1234.5", 1},
      {"new_tickets", "new_big eq 9007199254740993", 1},
      {"new_tickets", "new_big eq 9007199254740992", 0},
      {"new_tickets", "new_duedate eq 2026-03-01", 1},
      {"new_tickets", "Microsoft.Dynamics.CRM.ContainValues(PropertyName='new_channels',PropertyValues=['3'])", 1},
      {"new_tickets", "new_urgent eq true", 1},
  }));
  CAPTURE(c.filter);
  Box box;
  auto const response = box.get(c.set + "?$select=createdon&$filter=" + encoded(c.filter));
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  CHECK(body_of(response)["value"].items().size() == c.rows);
}

TEST_CASE("a filter that makes no sense is a 400 that names the place or the types [L1]") {
  struct Case {
    std::string filter, said;
  };
  auto const c = GENERATE(values<Case>({
      {"prioritycode eq", "Syntax error at position 15"},
      {"prioritycode eq 1 and", "Syntax error"},
      {"(prioritycode eq 1", "Syntax error"},
      {"prioritycode eq 1)", "Syntax error"},
      {"prioritycode = 1", "Syntax error"},
      {"title eq 'open", "Syntax error"},
      {"title eq \"double\" x", "Syntax error"},
      {"prioritycode eq 'one'", "incompatible types"},
      {"title eq 5", "incompatible types"},
      {"modifiedon ge 'yesterday'", "incompatible types"},
      {"_customerid_value eq 17", "incompatible types"},
      {"prioritycode eq 1.5", "incompatible types"},
      {"contains(prioritycode,'1')", "No function signature"},
      {"length(title) gt 5", "unknown function"},
      {"Microsoft.Dynamics.CRM.Nothing(PropertyName='title')", "unknown function"},
      {"Prioritycode eq 1", "Could not find a property named 'Prioritycode'"},
      {"customerid/name eq 'x'", "Could not find a property named 'customerid'"},
      {"customerid_account/colour eq 'x'", "Could not find a property named 'colour'"},
      {"@p1 eq 1", "Syntax error"},
  }));
  CAPTURE(c.filter);
  Box box;
  auto const response = box.get("incidents?$filter=" + encoded(c.filter));
  CHECK(response.status == 400);
  CHECK_THAT(body_of(response)["error"]["message"].text_or(""), Catch::Contains(c.said));
}

TEST_CASE("a parameter alias stands for its literal [L1]") {
  Box box;
  CHECK(box.get_json("incidents?$filter=prioritycode eq @p&@p=1")["value"].items().size() == 4);
}

TEST_CASE("deep nesting is refused, not crashed on [S3]") {
  std::string deep(20'000, '(');
  deep.append("a eq 1").append(20'000, ')');
  CHECK_FALSE(parse_filter(deep, {}, Dialect::newer).has_value());
  std::string negated;
  for (int i = 0; i < 20'000; ++i) negated += "not ";
  CHECK_FALSE(parse_filter(negated + "a eq 1", {}, Dialect::newer).has_value());
}

TEST_CASE("wildcards match runs, single characters and sets [L1]") {
  struct Case {
    std::string pattern, text;
    bool like;
  };
  auto const c = GENERATE(values<Case>({
      {"abc", "abc", true},      {"abc", "abcd", false},     {"a%", "a", true},        {"%c", "abc", true},
      {"%b%", "abc", true},      {"a_c", "abc", true},       {"a_c", "ac", false},     {"_", "ü", true},
      {"[abc]x", "bx", true},    {"[^abc]x", "bx", false},   {"[a-f]x", "ex", true},   {"[a-f]x", "gx", false},
      {"100[%]", "100%", true},  {"100[%]", "100x", false},  {"", "", true},           {"%", "", true},
      {"%a%b%", "xaxxbx", true}, {"%a%b%", "xbxxax", false}, {"[open", "[open", true},
  }));
  CAPTURE(c.pattern, c.text);
  CHECK(is_like(c.pattern, c.text) == c.like);
}
