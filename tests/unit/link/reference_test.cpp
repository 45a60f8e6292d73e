// How a person names an issue or a record (SPEC D3): keys, ids, numbers and addresses.
#include <catch2/catch.hpp>

#include <tandem/link/reference.hpp>

using namespace tandem;
using namespace tandem::link;

namespace {

Sites const kSites{"https://site.atlassian.net", "https://org.crm4.dynamics.com"};
std::string const kId = "7d577253-3ef0-4a0a-bb7f-8335c2596e70";

std::string reason_of(Error const& error) { return std::string(error.find("reason")); }

}  // namespace

TEST_CASE("an issue is named by its key or by any page of this site that shows it [D3]") {
  auto const [text, key] = GENERATE(table<std::string, std::string>({
      {"SUP-12", "SUP-12"},
      {"  sup-12 ", "SUP-12"},
      {"A_B2-7", "A_B2-7"},
      {"https://site.atlassian.net/browse/SUP-12", "SUP-12"},
      {"https://SITE.atlassian.net:443/browse/sup-12?focusedCommentId=1#x", "SUP-12"},
      {"https://site.atlassian.net/jira/software/c/projects/SUP/boards/3?selectedIssue=SUP-9", "SUP-9"},
      {"https://site.atlassian.net/jira/servicedesk/projects/SUP/queues/custom/7/SUP-12", "SUP-12"},
      {"https://site.atlassian.net/jira/core/projects/SUP/issues/SUP-12?jql=a%20b", "SUP-12"},
  }));
  CAPTURE(text);
  auto const parsed = parse_issue(text, kSites);
  REQUIRE(parsed.has_value());
  CHECK(*parsed == key);
}

TEST_CASE("what names no issue of this site is refused with its own words [D3]") {
  auto const [text, part] = GENERATE(table<std::string, std::string>({
      {"", "is no issue"},
      {"SUP", "is no issue"},
      {"SUP-", "is no issue"},
      {"SUP-0", "is no issue"},
      {"1SUP-1", "is no issue"},
      {"SUP-12; DROP", "is no issue"},
      {"https://site.atlassian.net/projects/SUP/summary", "names no issue"},
      {"https://other.atlassian.net/browse/SUP-12", "another site"},
      {"https://site.atlassian.net.evil.example/browse/SUP-12", "another site"},
      {"https://org.crm4.dynamics.com/main.aspx?etn=incident&id=7d577253-3ef0-4a0a-bb7f-8335c2596e70", "another site"},
  }));
  CAPTURE(text);
  auto const parsed = parse_issue(text, kSites);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().kind == ErrorKind::usage);
  CHECK(parsed.error().message.find(part) != std::string::npos);
  CHECK(reason_of(parsed.error()) == "unreadable-reference");
}

TEST_CASE("a record is named by its id, by its page, or by a text [D3][dataverse §24]") {
  auto const [text, entity, id, name] = GENERATE(table<std::string, std::string, std::string, std::string>({
      {kId, "", kId, ""},
      {"{7D577253-3EF0-4A0A-BB7F-8335C2596E70}", "", kId, ""},
      {"https://org.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=incident&id=" + kId, "incident", kId, ""},
      {"https://ORG.crm4.dynamics.com/main.aspx?appid=x&PageType=entityrecord&etn=Incident&id=%7B" + kId + "%7D", "incident", kId,
       ""},
      {"CAS-01001-S8K4Y2", "", "", "CAS-01001-S8K4Y2"},
      {" O'Brien %_[x] & \" ", "", "", "O'Brien %_[x] & \""},
  }));
  CAPTURE(text);
  auto const parsed = parse_record(text, kSites);
  REQUIRE(parsed.has_value());
  CHECK(parsed->entity == entity);
  CHECK(parsed->id == id);
  CHECK(parsed->name == name);
}

TEST_CASE("what is no record's page is refused [D3]") {
  auto const text = GENERATE(as<std::string>{}, "https://org.crm4.dynamics.com/main.aspx?pagetype=dashboard",
                             "https://org.crm4.dynamics.com/main.aspx?pagetype=entitylist&etn=incident&id=" + kId,
                             "https://org.crm4.dynamics.com/main.aspx?etn=incident&id=12",
                             "https://org.crm.dynamics.com/main.aspx?etn=incident&id=" + kId, "  ", "bad\xFFtext");
  CAPTURE(text);
  auto const parsed = parse_record(text, kSites);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().kind == ErrorKind::usage);
}

TEST_CASE("a text that is like a key may still be a record's number, and an address says which side it is on [D3]") {
  auto const both = parse_reference("CAS-1001", kSites);
  REQUIRE(both.has_value());
  CHECK(both->key == "CAS-1001");
  CHECK(both->record->name == "CAS-1001");
  auto const issue = parse_reference("https://site.atlassian.net/browse/SUP-1", kSites);
  REQUIRE(issue.has_value());
  CHECK(issue->key == "SUP-1");
  CHECK_FALSE(issue->record.has_value());
  auto const record = parse_reference("https://org.crm4.dynamics.com/main.aspx?etn=incident&id=" + kId, kSites);
  REQUIRE(record.has_value());
  CHECK_FALSE(record->key.has_value());
  CHECK(record->record->id == kId);
  CHECK_FALSE(parse_reference("https://elsewhere.example/x", kSites).has_value());
}
