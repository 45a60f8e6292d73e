// Links by hand as an administrator makes, sees and cuts them (SPEC D), with the real programs.
#include <catch2/catch.hpp>

#include <filesystem>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>

#include "connected.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

std::string const kManual = R"({"name":"manual","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},
  "dynamics":{"module":"customer-service","entity":"incident"},
  "mappings":[{"column":"title","field":"summary"}],"display":["ticketnumber","title","customerid","statuscode"]})";
std::string const kView = R"({"name":"view","mode":"display-only","jira":{"project":"SUP"},"dynamics":{"entity":"incident"}})";

struct Site : Connected {
  void apply(std::string const& name, std::string const& text) const {
    auto const ran = tandem({"items", "apply", "-f", ann.folder().write(name + ".json", text)});
    INFO(ran.all());
    REQUIRE(ran.code == 0);
  }
  [[nodiscard]] std::string issue(std::string const& summary, std::string const& type = "Task") const {
    json::Object fields{
        {"project", json::Object{{"key", "SUP"}}}, {"issuetype", json::Object{{"name", type}}}, {"summary", summary}};
    if (type == "Bug") fields.set("customfield_10060", json::Object{{"value", "Minor"}});  // required there
    auto const made = as_alice("jira", "POST", "/rest/api/3/issue", json::Object{{"fields", std::move(fields)}});
    auto const key = made["body"]["key"].text().empty() ? made["key"].text() : made["body"]["key"].text();
    REQUIRE_FALSE(key.empty());
    return std::string(key);
  }
};

std::size_t widest(std::string const& text) {
  std::size_t most = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size());
    auto const line = text.substr(at, end - at);
    if (line.find("://") == std::string::npos) most = std::max(most, text::display_width(line));
    at = end + 1;
  }
  return most;
}

}  // namespace

TEST_CASE("a link by hand from search to removal, by key, number, id and address [D2][D3][D4][D6]") {
  Site site;
  site.apply("manual", kManual);
  auto const key = site.issue("Printer by hand");
  auto const row = site.case_row("CAS-01001");
  std::string const number(row["ticketnumber"].text());
  std::string const id(row["incidentid"].text());

  auto const found = site.tandem({"link", "search", "--item", "manual", "printer on floor"});
  INFO(found.all());
  CHECK(found.code == 0);
  CHECK(found.out.find(number) != std::string::npos);
  CHECK(site.tandem({"link", "search", "--item", "manual", "no such thing"}).err.find("nothing matches") != std::string::npos);
  CHECK(site.tandem({"link", "search", "--item", "nowhere", "x"}).code == 9);

  auto const planned = site.tandem({"link", "add", key, "--item", "manual", "--record", number, "--dry-run"});
  INFO(planned.all());
  CHECK(planned.code == 0);
  CHECK(planned.out.find("Printer by hand") != std::string::npos);
  CHECK(site.json_of({"link", "list"})["links"].items().empty());

  auto const added = site.tandem({"link", "add", key, "--item", "manual", "--record", number});
  INFO(added.all());
  REQUIRE(added.code == 0);
  CHECK(site.tandem({"link", "add", key, "--item", "manual", "--record", number}).code == 7);
  auto const listed = site.json_of({"link", "list", "--manual"});
  REQUIRE(listed["links"].items().size() == 1);
  CHECK(listed["links"].at(0)["issue"].text() == key);
  CHECK(site.json_of({"link", "search", "--item", "manual", number})["records"].at(0)["issue"].text() == key);

  auto const shown = site.json_of({"link", "show", key});
  auto const url = std::string(shown["links"].at(0)["url"].text());
  for (auto const& reference : {key, number, id, url, std::string(shown["url"].text())}) {
    CAPTURE(reference);
    CHECK(site.json_of({"link", "show", reference})["issue"].text() == key);
    CHECK(site.tandem({"link", "open", reference, "--print"}).out == url + "\n");
  }
  std::string const page(shown["url"].text());
  // Looked at, cut and made again, each time by another way to name both sides.
  for (auto const& [issue, record] : {std::pair{key, id}, std::pair{page, url}, std::pair{key, number}}) {
    CAPTURE(issue, record);
    CHECK(site.tandem({"link", "refresh", record}).code == 0);
    CHECK(site.tandem({"link", "refresh", issue}).code == 0);
    CHECK(site.tandem({"link", "remove", record}).code == 0);
    CHECK(site.tandem({"link", "add", issue, "--item", "manual", "--record", record}).code == 0);
    CHECK(site.tandem({"link", "remove", issue}).code == 0);
    REQUIRE(site.tandem({"link", "add", issue, "--item", "manual", "--record", record}).code == 0);
  }
  auto const removed = site.tandem({"link", "remove", url});
  INFO(removed.all());
  CHECK(removed.code == 0);
  CHECK(site.tandem({"link", "show", number}).code == 9);
  CHECK(site.tandem({"link", "show", key}).code == 0);
  CHECK(site.tandem({"link", "remove", key}).code == 9);
}

TEST_CASE("each refusal has its own message and exit code [D1][D3][D7][B5]") {
  Site site;
  site.apply("manual", kManual);
  site.apply("view", kView);
  REQUIRE(site.tandem({"items", "apply", "-f", kSupportCases, "--baseline", "all"}).code == 0);
  REQUIRE(site.tandem({"sync-once"}).code == 0);
  auto const key = site.issue("By hand");
  auto const bug = site.issue("A bug", "Bug");
  std::string const number(site.case_row("CAS-01001")["ticketnumber"].text());
  auto const automatic = std::string(site.json_of({"link", "list", "--item", "support-cases"})["links"].at(0)["issue"].text());
  REQUIRE(site.tandem({"link", "add", key, "--item", "view", "--record", number}).code == 0);
  struct Row {
    std::vector<std::string> args;
    int code;
    std::string part;
  };
  std::vector<Row> const rows{
      {{"link", "add", bug, "--item", "manual", "--record", number}, 7, "is a Bug"},
      {{"link", "add", key, "--item", "support-cases", "--record", number}, 7, "automatic"},
      {{"link", "add", key, "--item", "view", "--record", number}, 7, "already linked"},
      {{"link", "add", key, "--item", "manual", "--record", "no such case"}, 9, "no such case"},
      {{"link", "add", "SUP-4711", "--item", "manual", "--record", number}, 9, "SUP-4711"},
      {{"link", "add", "nonsense", "--item", "manual", "--record", number}, 2, "is no issue"},
      {{"link", "add", key, "--item", "manual", "--record", "https://elsewhere.example/main.aspx?id=1"}, 2, "another site"},
      {{"link", "add", key, "--record", number}, 2, "--item is missing"},
      {{"link", "add", key, "--item", "manual"}, 2, "--record is missing"},
      {{"link", "add", key, "--item", "manual", "--record", number, "--initial", "jira"}, 7, "one-way"},
      {{"link", "remove", automatic}, 7, "automatically"},
      {{"link", "remove", "SUP-4711"}, 9, "SUP-4711"},
      {{"link", "show", "nonsense"}, 9, "neither an issue nor a record"},
      {{"sync-once", "--link", key}, 7, "display"},
      {{"sync-once", "--item", "view"}, 7, "only displays"},
      {{"link", "search", "--item", "manual"}, 2, "TEXT"},
  };
  for (auto const& row : rows) {
    CAPTURE(row.args);
    auto const ran = site.tandem(row.args);
    CAPTURE(ran.err);
    CHECK(ran.code == row.code);
    CHECK(ran.err.find(row.part) != std::string::npos);
  }
  auto const event = site.tandem({"push-event", "--issue", key});
  INFO(event.all());
  CHECK(event.code == 0);
  CHECK(event.all().find("display-only") != std::string::npos);
  auto const forced = site.tandem({"link", "remove", automatic, "--force"});
  INFO(forced.all());
  CHECK(forced.code == 0);
  CHECK(site.json_of({"link", "list", "--item", "support-cases"})["links"].items().size() == 11);
}

TEST_CASE("the panel reads well at 80 columns with long names, right-to-left text and control characters [D4][S2]") {
  Site site;
  site.apply("manual", kManual);
  auto const key = site.issue("x");
  auto const row = site.case_row("CAS-01002");
  std::string const id(row["incidentid"].text());
  site.edit_case(id, json::Object{{"title",
                                   "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xE2\x80\xAE"
                                   "evil\x1b[31m " +
                                       std::string(150, 'w')}});
  REQUIRE(site.tandem({"link", "add", key, "--item", "manual", "--record", id, "--initial", "none"}).code == 0);
  auto const shown = site.tandem({"link", "show", key});
  INFO(shown.out);
  CHECK(shown.code == 0);
  CHECK(widest(shown.out) <= 80);
  CHECK(shown.out.find('\x1b') == std::string::npos);
  CHECK(shown.out.find("\xE2\x80\xAE") == std::string::npos);
  for (auto const* part : {"Open in Dynamics", "manual, active, one-way", "Status sync", "Last sync", "Pending", "Conflicts"}) {
    CAPTURE(part);
    CHECK(shown.out.find(part) != std::string::npos);
  }
}

TEST_CASE("existing pairs are linked by a value that both show, plan first [D3]") {
  Site site;
  site.apply("manual", kManual);
  auto const with_number = [&](std::string_view number) {
    auto const key = site.issue("By number");
    site.sandbox.post("edit", json::Object{{"as", "alice"},
                                           {"side", "jira"},
                                           {"method", "PUT"},
                                           {"path", "/rest/api/3/issue/" + key},
                                           {"body", json::Object{{"fields", json::Object{{"customfield_10050", number}}}}}});
    return key;
  };
  std::string const one(site.case_row("CAS-01001")["ticketnumber"].text());
  std::string const two(site.case_row("CAS-01002")["ticketnumber"].text());
  std::string const three(site.case_row("CAS-01003")["ticketnumber"].text());
  with_number(one);
  with_number(text::ascii_lower(two));
  with_number(three);
  with_number(three);
  with_number("CAS-99999");
  auto const command = std::vector<std::string>{"link", "add", "--item", "manual", "--match", "ticketnumber=customfield_10050"};
  auto const planned = [&] {
    auto args = command;
    args.emplace_back("--dry-run");
    return site.json_of(args);
  }();
  CHECK(planned["pairs"].items().size() == 2);
  REQUIRE(planned["left"].items().size() == 3);
  CHECK(site.tandem(command).code == 7);  // nobody to ask: --yes
  CHECK(site.json_of({"link", "list"})["links"].items().empty());
  auto args = command;
  args.emplace_back("--yes");
  auto const done = site.tandem(args);
  INFO(done.all());
  CHECK(done.code == 0);
  CHECK(site.json_of({"link", "list", "--manual"})["links"].items().size() == 2);
  CHECK(site.json_of(args)["pairs"].items().empty());
  CHECK(site.tandem({"link", "add", "--item", "manual", "--match", "nonsense"}).code == 2);
  CHECK(site.tandem({"link", "add", "--item", "manual", "--match", "nocolumn=summary"}).code == 2);
}

TEST_CASE("link remove works while a system is down, and the next cycle takes the rest away [D6]") {
  Site site;
  site.apply("manual", kManual);
  auto const key = site.issue("By hand");
  std::string const id(site.case_row("CAS-01001")["incidentid"].text());
  REQUIRE(site.tandem({"link", "add", key, "--item", "manual", "--record", id}).code == 0);
  site.sandbox.post("faults",
                    json::Array{json::Object{
                        {"service", "dataverse"}, {"when", "before"}, {"match", "DELETE *"}, {"do", "status"}, {"status", 403}}});
  auto const removed = site.tandem({"link", "remove", key});
  INFO(removed.all());
  CHECK((removed.code == 4 || removed.code == 6));
  CHECK(removed.err.find("link note") != std::string::npos);
  CHECK(site.json_of({"link", "list"})["links"].items().empty());
  CHECK(site.json_of({"link", "list", "--owed"})["removals"].items().size() == 1);
  site.sandbox.post("faults", json::Array{});
  CHECK(site.tandem({"sync-once"}).code == 0);
  auto const state = site.sandbox.get("state");
  for (auto const& note : state["dataverse"]["rows"]["annotation"].items())
    CHECK(note["notetext"].text().find("Issue ID: ") == std::string_view::npos);
}

TEST_CASE("a lost store is rebuilt from both systems, plan first [D11]") {
  Site site;
  REQUIRE(site.tandem({"items", "apply", "-f", kSupportCases, "--baseline", "all"}).code == 0);
  REQUIRE(site.tandem({"sync-once"}).code == 0);
  auto const before = site.json_of({"link", "list"});
  auto const edited = site.case_row("CAS-01001");
  std::string const record(edited["incidentid"].text());
  std::filesystem::remove_all(site.ann.state());
  REQUIRE(site.ann.connect().code == 0);
  CHECK(site.tandem({"link", "rebuild"}).code == 3);
  REQUIRE(site.tandem({"items", "apply", "-f", kSupportCases, "--baseline", "all"}).code == 0);
  auto const planned = site.tandem({"link", "rebuild", "--dry-run"});
  INFO(planned.all());
  CHECK(planned.code == 0);
  CHECK(planned.out.find("12 to rebuild") != std::string::npos);
  CHECK(site.json_of({"link", "list"})["links"].items().empty());
  auto const done = site.tandem({"link", "rebuild"});
  INFO(done.all());
  CHECK(done.code == 0);
  auto const after = site.json_of({"link", "list"});
  REQUIRE(after["links"].items().size() == 12);
  for (std::size_t i = 0; i < 12; ++i) {
    for (auto const* name : {"issue", "record", "kind", "item"})
      CHECK(after["links"].at(i)[name].text() == before["links"].at(i)[name].text());
  }
  REQUIRE(site.tandem({"sync-once"}).code == 0);
  CHECK(site.sandbox.get("state")["jira"]["issues"].items().size() == 12);

  // What differs is held, and is settled by whatever name of either side.
  auto const url = std::string(site.json_of({"link", "show", record})["links"].at(0)["url"].text());
  for (auto const& reference : {record, url, std::string(edited["ticketnumber"].text())}) {
    CAPTURE(reference);
    site.edit_case(record, json::Object{{"title", "Edited for " + reference}});
    std::filesystem::remove_all(site.ann.state());
    REQUIRE(site.ann.connect().code == 0);
    REQUIRE(site.tandem({"items", "apply", "-f", kSupportCases, "--baseline", "all"}).code == 0);
    CHECK(site.json_of({"link", "rebuild"}, 6)["held"].integer() == 1);
    CHECK(site.tandem({"link", "show", reference}).out.find("unknown-base") != std::string::npos);
    CHECK(site.tandem({"link", "resolve", reference, "--field", "priority", "--take", "dynamics"}).code == 9);
    auto const resolved = site.tandem({"link", "resolve", reference, "--field", "summary", "--take", "dynamics"});
    INFO(resolved.all());
    CHECK(resolved.code == 0);
    CHECK(site.json_of({"link", "show", reference})["summary"].text() == "Edited for " + reference);
  }
}
