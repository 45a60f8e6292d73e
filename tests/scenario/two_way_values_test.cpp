// Every row of the table of SPEC C2 in a real cycle of two ways: an edit on either side reaches the other, what goes there and back is what it was
// or its loss is declared, and five idle cycles after each edit write nothing (C7, R4).
#include <catch2/catch.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/sync/held_table.hpp>

#include "support/story.hpp"
#include "support/value_rows.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

class Ticket {
 public:
  explicit Ticket(ValueRow const& row)
      : story({.item_text = fmt::format(R"({{"name":"tickets","mode":"two-way","jira":{{"project":"{}","issueType":"Task"}},
          "dynamics":{{"module":"custom","entity":"new_ticket","filter":"new_name eq 'Everything filled'"}},"autoCreate":true,
          "timeZone":"Europe/Berlin","users":{},
          "mappings":[{{"column":"new_name","field":"summary"}},{}]}})",
                                        row.project, row.users, row.mapping)}),
        row_(row) {
    story.configure("jira.grantPermission", "ADMINISTER_PROJECTS");
    id_ = of("new_ticket", "new_name", "Everything filled")["new_ticketid"].scalar_text();
    if (row.start.empty())
      in_dynamics(json::to_text(json::Object{{"ownerid@odata.bind", "/systemusers(" + id_of("systemuser:Alice Ciccu") + ")"}}));
    else
      in_dynamics(row.start);
    story.run_well();
  }
  json::Value of(std::string_view table, std::string_view column, std::string_view value) {
    auto const state = story.world().dataverse().state();
    for (auto const& one : state["rows"][table].items()) {
      if (one[column].text() == value) return one;
    }
    return {};
  }
  // "account:NAME" or "systemuser:NAME": the row's id.
  std::string id_of(std::string const& named) {
    auto const table = named.substr(0, named.find(':'));
    return of(table, table == "account" ? "name" : "fullname", named.substr(table.size() + 1))[table + "id"].scalar_text();
  }
  void in_dynamics(std::string const& body) {
    story.world().advance(20min);
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/new_tickets(" + id_ + ")", body);
  }
  void in_jira(std::string const& value) {
    story.world().advance(20min);
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(issue()["key"].text()),
               fmt::format(R"({{"fields":{{"{}":{}}}}})", row_.field, value));
  }
  json::Value issue() { return story.issue_of(id_); }
  std::string column() { return json::to_text(of("new_ticket", "new_ticketid", id_)[row_.column]); }
  std::string field() { return json::to_canonical(issue()["fields"][row_.field]); }
  std::string expected(std::string const& given) {
    return given.starts_with('"') || given.find(':') == std::string::npos ? given : "\"" + id_of(given) + "\"";
  }
  void stays() {
    for (int i = 0; i < 5; ++i) {
      story.world().advance(20min);
      story.forget_requests();
      story.run_well();
      CAPTURE(i);
      CHECK(story.writes().empty());
    }
  }

  Story story;

 private:
  ValueRow const& row_;
  std::string id_;
};

std::string paragraph(std::string const& text) {
  return R"({"type":"paragraph","content":[{"type":"text","text":")" + text + R"("}]})";
}

// A case whose description goes both ways; in Dynamics it holds 2,000 characters.
class Description {
 public:
  Description()
      : story({.item_text = R"({"name":"cases","mode":"two-way","jira":{"project":"SUP","issueType":"Task"},
          "dynamics":{"module":"customer-service","entity":"incident"},"autoCreate":true,"timeZone":"Europe/Berlin","mappings":[
          {"column":"title","field":"summary"},{"column":"description","field":"description"}]})"}) {
    story.configure("jira.adfLengthOf", "text");
    story.run_well();
    record_ = story.cases().front().id;
  }
  void in_dynamics(std::string const& text) {
    story.world().advance(20min);
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record_ + ")",
               json::to_text(json::Object{{"description", text}}));
  }
  void in_jira(std::string const& blocks) {
    story.world().advance(20min);
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(issue()["key"].text()),
               R"({"fields":{"description":{"type":"doc","version":1,"content":[)" + blocks + "]}}}");
  }
  json::Value issue() { return story.issue_of(record_); }
  std::string in_column() {
    for (auto const& one : story.cases()) {
      if (one.id == record_) return std::string(one.row["description"].text());
    }
    return {};
  }
  std::string in_field() { return json::to_text(issue()["fields"]["description"]); }
  std::string block(std::size_t at) { return json::to_text(issue()["fields"]["description"]["content"].at(at)); }
  // What is held of the pair, by reason.
  std::string held() {
    std::string out;
    auto const read = story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const all, sync::all_held(reader, 100));
      for (auto const& one : all) out += one.reason + " ";
      return Unit{};
    });
    REQUIRE(read);
    return out;
  }
  void stays() {
    for (int i = 0; i < 5; ++i) {
      story.world().advance(20min);
      story.forget_requests();
      story.run();
      CAPTURE(i);
      CHECK(story.writes().empty());
    }
  }

  Story story;

 private:
  std::string record_;
};

}  // namespace

TEST_CASE(
    "each row of the table travels both ways, comes back as it was or with its loss declared, and never bounces "
    "[C2][C7][E5][R4]") {
  auto const at = GENERATE(Catch::Generators::range(std::size_t{0}, value_rows().size()));
  auto const& row = value_rows().at(at);
  INFO(row.name);
  Ticket ticket(row);
  REQUIRE(ticket.issue().is_object());
  auto const column = ticket.column();
  auto const field = ticket.field();
  REQUIRE(field != "null");
  REQUIRE(field != "[]");
  ticket.stays();

  ticket.in_jira(row.jira_other);
  ticket.story.run_well();
  CHECK(ticket.column() == ticket.expected(row.column_other));
  ticket.stays();
  CHECK(ticket.column() == ticket.expected(row.column_other));

  ticket.in_jira(row.jira_back);
  ticket.story.run_well();
  CHECK(ticket.column() == (row.column_back.empty() ? column : row.column_back));
  ticket.stays();
  CHECK(ticket.field() == field);
}

TEST_CASE("a value of Jira that Dynamics cannot take costs only itself, and never bounces [C4][R4]") {
  auto const [row, value, reason] = GENERATE(table<std::string, std::string, std::string>({
      {"lookup by name", R"("Nobody of that name")", "unmatched-value"},
      {"number, whole", "1001", "out-of-range"},
      {"option and text", "null", ""},
      {"user", R"({"accountId":"5b10f0d1844c20165700ed30"})", "unmatched-user"},
      {"components by choice", R"([{"name":"Software"},{"name":"Hardware"}])", "not-convertible"},
  }));
  INFO(row);
  auto const& chosen =
      *std::find_if(value_rows().begin(), value_rows().end(), [&name = row](ValueRow const& one) { return one.name == name; });
  Ticket ticket(chosen);
  auto const column = ticket.column();
  ticket.in_jira(value);
  ticket.story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(ticket.issue()["key"].text()),
                    R"({"fields":{"summary":"Everything filled and edited"}})");
  auto const ran = ticket.story.run();
  REQUIRE(ran.record);
  std::string told;
  for (auto const& plan : ran.told.plans) {
    for (auto const& left : plan.left) {
      if (left.field == chosen.field && left.report.reason != Reason::no_change) told = code_of(left.report.reason);
    }
  }
  CHECK(told == reason);
  CHECK(ticket.column() == (reason.empty() ? "null" : column));
  CHECK(ticket.of("new_ticket", "new_name", "Everything filled and edited").is_object());
  for (int i = 0; i < 5; ++i) {
    ticket.story.world().advance(7h);
    ticket.story.forget_requests();
    ticket.story.run();
    CHECK(ticket.story.writes().empty());
  }
}

TEST_CASE("users are matched by address both ways; who hides it, or has no partner, is left alone [C2][C4]") {
  ValueRow row{"user", R"({"column":"ownerid","field":"assignee"})", "_ownerid_value", "", "assignee", "", "", "", ""};
  row.users = R"({"byEmail":true})";
  Ticket ticket(row);
  auto const alice = ticket.id_of("systemuser:Alice Ciccu"), bob = ticket.id_of("systemuser:Bob Gage");
  auto const owned_by = [](std::string const& user) {
    return json::to_text(json::Object{{"ownerid@odata.bind", "/systemusers(" + user + ")"}});
  };
  CHECK(ticket.field() == "null");  // her address here is no address of Jira's yet
  ticket.story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/systemusers(" + alice + ")",
                    R"({"internalemailaddress":"ALICE@example.com"})");
  ticket.in_dynamics(owned_by(bob));
  ticket.story.run_well();
  CHECK(ticket.field() == "null");  // nobody in Jira shows his address
  ticket.stays();
  ticket.in_dynamics(owned_by(alice));
  ticket.story.run_well();
  CHECK(ticket.issue()["fields"]["assignee"]["displayName"].text() == "Alice Agent");
  ticket.stays();
  ticket.in_jira(R"({"accountId":"5b10a2844c20165700ede21g"})");
  ticket.story.run_well();
  CHECK(ticket.column() == "\"" + alice + "\"");  // he hides his address in Jira
  ticket.stays();
  ticket.in_dynamics(owned_by(bob));
  ticket.story.run_well();
  CHECK(ticket.issue()["fields"]["assignee"]["displayName"].text() == "Bob Builder");
  ticket.stays();
  // Jira is back where both last agreed: the new owner is the one change, and it cannot travel.
  ticket.in_jira(R"({"accountId":"5b10ac8d82e05b22cc7d4ef5"})");
  ticket.story.run_well();
  CHECK(ticket.column() == "\"" + bob + "\"");
  ticket.stays();
}

TEST_CASE(
    "a description of 45 KB in Jira and its cut copy in Dynamics: idle cycles write nothing, an edited copy is held [C9][R4]") {
  Description pair;
  std::string blocks;
  for (int i = 0; i < 440; ++i)
    blocks += (i == 0 ? "" : ",") + paragraph(fmt::format("Line {} of a long text, with an ü and a 😀.", i));
  REQUIRE(blocks.size() > 45'000);
  pair.in_jira(blocks);
  pair.story.run_well();
  auto const copy = pair.in_column();
  CHECK(text::utf16_units(copy) <= 2000);
  CHECK(text::utf16_units(copy) > 1800);
  CHECK(copy.starts_with("Line 0 of a long text"));
  auto const whole = pair.in_field();
  pair.stays();

  // Edited where it is cut: Jira keeps the whole text, and the edit waits for a person.
  pair.in_dynamics("Edit" + copy.substr(4));
  auto const ran = pair.story.run();
  REQUIRE(ran.record);
  CHECK(ran.record->exit == 6);
  CHECK(pair.held() == "cut-copy-edited ");
  CHECK(pair.in_field() == whole);
  CHECK(pair.in_column().starts_with("Edit 0 of a long text"));
  pair.stays();
  CHECK(pair.in_field() == whole);

  // Taken back, nothing is held any more; edited in the original, the copy is cut anew.
  pair.in_dynamics(copy);
  pair.story.run_well();
  CHECK(pair.held() == "");
  pair.in_jira(paragraph("First of all") + "," + blocks);
  pair.story.run_well();
  CHECK(pair.in_column().starts_with("First of all"));
  CHECK(text::utf16_units(pair.in_column()) <= 2000);
  pair.stays();
  // A change far behind the cut leaves the copy as it is.
  auto const before = pair.in_column();
  pair.in_jira(paragraph("First of all") + "," + blocks + "," + paragraph("And last."));
  pair.story.run_well();
  CHECK(pair.in_column() == before);
  pair.stays();
}

TEST_CASE("one word edited in Dynamics under a panel, a table and an image leaves the other blocks in Jira byte by byte [C8]") {
  std::string const panel =
      R"({"type":"panel","attrs":{"panelType":"warning"},"content":[{"type":"paragraph","content":[{"type":"text","text":"Read this first","marks":[{"type":"strong"}]}]}]})";
  std::string const table =
      R"({"type":"table","attrs":{"layout":"default"},"content":[{"type":"tableRow","content":[{"type":"tableHeader","attrs":{"background":"#fff"},"content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]},{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}]}]})";
  std::string const image =
      R"({"type":"mediaSingle","attrs":{"layout":"center"},"content":[{"type":"media","attrs":{"type":"external","url":"https://example.test/shot.png","alt":"shot"}}]})";
  Description pair;
  pair.in_jira(panel + "," + table + "," + image + "," + paragraph("The printer is broken."));
  pair.story.run_well();
  auto text = pair.in_column();
  auto const at = text.find("broken");
  REQUIRE(at != std::string::npos);
  pair.stays();
  std::vector<std::string> before;
  for (std::size_t i = 0; i < 3; ++i) before.push_back(pair.block(i));
  pair.in_dynamics(text.replace(at, 6, "repaired"));
  pair.story.run_well();
  for (std::size_t i = 0; i < 3; ++i) CHECK(pair.block(i) == before[i]);
  CHECK(pair.block(3) == paragraph("The printer is repaired."));
  pair.stays();

  // An edit in Jira of its own paragraph comes back, and the image's place in the text with it.
  pair.in_jira(panel + "," + table + "," + image + "," + paragraph("The printer is new."));
  pair.story.run_well();
  CHECK(pair.in_column().find("The printer is new.") != std::string::npos);
  CHECK(pair.in_column().find("Read this first") != std::string::npos);
  pair.stays();

  // Without the line that stands for the image the edit would lose it: held, and both sides stay.
  auto shorter = pair.in_column();
  auto const place = shorter.find("[image: shot]");
  REQUIRE(place != std::string::npos);
  auto const held_back = pair.in_field();
  pair.in_dynamics(shorter.replace(place, 13, "no picture"));
  CHECK(pair.story.run().record->exit == 6);
  CHECK(pair.held() == "would-lose-content ");
  CHECK(pair.in_field() == held_back);
  pair.stays();
}

TEST_CASE("one word edited in Jira leaves style, fonts and images of all other blocks in Dynamics byte by byte [C8][R4]") {
  auto const& row =
      *std::find_if(value_rows().begin(), value_rows().end(), [](ValueRow const& one) { return one.name == "ADF and HTML"; });
  Ticket ticket(row);
  std::string const head =
      R"(<div class="ck-content" data-wrapper="true" dir="ltr"><p style="color:#c00">Read <b>this</b> first</p><p><img src="cid:shot.png" alt="shot"></p><ul><li style="font-family:Arial">one</li></ul>)";
  std::string const tail = R"(<figure class="table"><table><tbody><tr><td>a</td><td>b</td></tr></tbody></table></figure></div>)";
  auto const html = [&](std::string const& middle) { return json::to_text(json::Value(head + middle + tail)); };
  ticket.in_dynamics(json::to_text(json::Object{{"new_richtext", head + "<p style=\"color:#0c0\">It is broken.</p>" + tail}}));
  ticket.story.run_well();
  ticket.stays();
  auto const edit = [&](std::string const& from, std::string const& to) {
    auto document = json::to_text(ticket.issue()["fields"]["description"]);
    auto const at = document.find(from);
    REQUIRE(at != std::string::npos);
    ticket.in_jira(document.replace(at, from.size(), to));
  };

  edit("broken", "repaired");
  ticket.story.run_well();
  CHECK(ticket.column() == html("<p>It is repaired.</p>"));
  ticket.stays();
  // A line that is added, and taken away again.
  edit(R"({"type":"table")", paragraph("One more.") + R"(,{"type":"table")");
  ticket.story.run_well();
  CHECK(ticket.column() == html("<p>It is repaired.</p><p>One more.</p>"));
  ticket.stays();
  edit(paragraph("One more.") + ",", "");
  ticket.story.run_well();
  CHECK(ticket.column() == html("<p>It is repaired.</p>"));
  ticket.stays();
  // An edit in Dynamics still goes the other way, and what it left alone stays in Jira.
  ticket.in_dynamics(json::to_text(json::Object{{"new_richtext", head + "<p>It is new.</p>" + tail}}));
  ticket.story.run_well();
  CHECK(ticket.field().find("It is new.") != std::string::npos);
  ticket.stays();

  // The line that stands for the image: held, both sides stay until a person decides.
  auto const column = ticket.column();
  edit("[image: shot]", "no picture");
  auto const ran = ticket.story.run();
  REQUIRE(ran.record);
  CHECK(ran.record->exit == 6);
  REQUIRE(ran.told.plans.size() == 1);
  CHECK(ran.told.plans.front().held.at(0).report.detail == "\"[image: shot]\" holds images");
  CHECK(ticket.column() == column);
  auto const field = ticket.field();
  ticket.stays();
  CHECK(ticket.field() == field);
  edit("no picture", "[image: shot]");
  edit("It is new.", "It is old.");
  ticket.story.run_well();
  CHECK(ticket.column() == html("<p>It is old.</p>"));
  ticket.stays();
}
