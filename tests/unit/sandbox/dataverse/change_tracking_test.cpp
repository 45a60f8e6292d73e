// Change tracking (contract: dataverse.md §10, checklist 10).
#include <catch2/catch.hpp>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

std::vector<Header> const kTrack{{"Prefer", "odata.track-changes"}};

std::string below_base(Box& box, std::string const& url) {
  auto const base = box.world.urls().dataverse + "/api/data/v9.2/";
  REQUIRE(url.substr(0, base.size()) == base);
  return url.substr(base.size());
}

std::string delta_link(Box& box, std::string const& query = "accounts?$select=name") {
  return below_base(box, box.get_json(query, kTrack)["@odata.deltaLink"].text_or(""));
}

std::string account(char const* alias) { return sandbox::dataverse::id_of_alias("account", alias); }

}  // namespace

TEST_CASE("a delta has what changed since its token, deleted rows last [L1, dataverse §10]") {
  Box box;
  auto const first = box.get("accounts?$select=name", kTrack);
  CHECK(header_of(first, "Preference-Applied") == "odata.track-changes");
  auto const all = body_of(first);
  CHECK(all["value"].items().size() == 3);
  CHECK_THAT(all["@odata.deltaLink"].text_or(""), Catch::Contains("accounts?$select=name&$deltatoken="));
  CHECK_THAT(all["@odata.deltaLink"].text_or(""), Catch::Contains("%2f10%2f2026%2012%3a00%3a00"));

  auto const link = below_base(box, all["@odata.deltaLink"].text_or(""));
  auto const nothing = box.get_json(link);
  CHECK(nothing["value"].items().empty());
  CHECK_THAT(nothing["@odata.context"].text_or(""), Catch::EndsWith("$metadata#accounts(name)/$delta"));

  REQUIRE(box.ask("DELETE", "accounts(" + account("litware") + ")").status == 204);
  REQUIRE(box.ask("PATCH", "accounts(" + account("adventure") + ")", R"j({"name":"Changed"})j").status == 204);
  REQUIRE(box.ask("POST", "accounts", R"j({"name":"New"})j").status == 204);
  REQUIRE(box.ask("POST", "accounts", R"j({"accountid":"11111111-2222-3333-4444-555555555555","name":"Short-lived"})j").status ==
          204);
  REQUIRE(box.ask("DELETE", "accounts(11111111-2222-3333-4444-555555555555)").status == 204);
  auto const delta = box.get_json(link);
  auto const& rows = delta["value"];
  REQUIRE(rows.items().size() == 4);
  CHECK(rows.at(0)["name"].text() == "Changed");
  CHECK(rows.at(1)["name"].text() == "New");
  CHECK(rows.at(2)["id"].text() == account("litware"));
  CHECK(rows.at(2)["reason"].text() == "deleted");
  CHECK_THAT(rows.at(2)["@odata.context"].text_or(""), Catch::EndsWith("$metadata#accounts/$deletedEntity"));
  CHECK(rows.at(3)["id"].text() == "11111111-2222-3333-4444-555555555555");
  CHECK(box.get("accounts/$count?" + link.substr(link.find("$deltatoken"))).body == "4");
  CHECK(box.get_json(below_base(box, delta["@odata.deltaLink"].text_or("")))["value"].items().empty());
}

TEST_CASE(
    "tracked tables and deltas come in pages, the delta link on the last one, and nothing is lost between them [dataverse §10]") {
  Box box;
  std::vector<Header> const prefer{{"Prefer", "odata.track-changes,odata.maxpagesize=5"}};
  auto page = box.get_json("incidents?$select=title", prefer);
  CHECK_FALSE(page.has("@odata.deltaLink"));
  CHECK_THAT(page["@odata.nextLink"].text_or(""), Catch::Contains("istracking"));
  REQUIRE(box.ask("PATCH", "incidents(" + case_id(1) + ")", R"j({"title":"while reading"})j").status == 204);
  std::size_t rows = page["value"].items().size();
  while (page.has("@odata.nextLink")) {
    page = box.get_json(below_base(box, page["@odata.nextLink"].text_or("")), prefer);
    rows += page["value"].items().size();
  }
  CHECK(rows == 12);
  auto const delta = box.get_json(below_base(box, page["@odata.deltaLink"].text_or("")));
  REQUIRE(delta["value"].items().size() == 1);
  CHECK(delta["value"].at(0)["title"].text() == "while reading");

  auto const link = below_base(box, delta["@odata.deltaLink"].text_or(""));
  for (int i = 1; i <= 7; ++i) REQUIRE(box.ask("PATCH", "incidents(" + case_id(i) + ")", R"j({"title":"again"})j").status == 204);
  REQUIRE(box.ask("DELETE", "incidents(" + case_id(9) + ")").status == 204);
  REQUIRE(box.ask("DELETE", "incidents(" + case_id(10) + ")").status == 204);
  std::vector<Header> const small{{"Prefer", "odata.maxpagesize=4"}};
  auto next = box.get_json(link, small);
  std::size_t changed = 0, deleted = 0;
  while (true) {
    for (auto const& row : next["value"].items()) ++(row.has("reason") ? deleted : changed);
    if (!next.has("@odata.nextLink")) break;
    next = box.get_json(below_base(box, next["@odata.nextLink"].text_or("")), small);
  }
  CHECK(changed == 7);
  CHECK(deleted == 2);
  CHECK(next.has("@odata.deltaLink"));
}

TEST_CASE("a token lives as many days as the organisation says, its refusal is a switch [dataverse §10, §26]") {
  Box box;
  auto const link = delta_link(box);
  box.world.advance(std::chrono::hours{24 * 7 - 1});
  CHECK(box.get(link).status == 200);
  box.world.advance(std::chrono::hours{2});
  auto const expired = box.get(link);
  CHECK(expired.status == 400);
  CHECK(error_code(expired) == "0x80072515");
  REQUIRE(box.world.configure("dataverse.expiredDelta", *json::parse(R"({"status":410,"code":"0x80044352"})")).value());
  CHECK(box.get(link).status == 410);
  CHECK(error_code(box.get(link)) == "0x80044352");
}

TEST_CASE("a rolled back change leaves no trace in a delta [dataverse §10, §13]") {
  Box box;
  auto const link = delta_link(box, "incidents?$select=title");
  auto const part = [](std::string const& id, std::string const& request, std::string const& body) {
    return "--changeset_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: " + id +
           "\r\n\r\n" + request + " HTTP/1.1\r\nContent-Type: application/json\r\n\r\n" + body + "\r\n";
  };
  auto const path = "/api/data/v9.2/incidents(" + case_id(1) + ")";
  auto const body = "--batch_1\r\nContent-Type: multipart/mixed; boundary=changeset_1\r\n\r\n" +
                    part("1", "PATCH " + path, R"j({"title":"x"})j") + part("2", "DELETE " + path, "") +
                    part("3", "PATCH /api/data/v9.2/incidents(" + case_id(2) + ")", R"j({"prioritycode":99})j") +
                    "--changeset_1--\r\n--batch_1--\r\n";
  REQUIRE(box.ask("POST", "$batch", body, {{"Content-Type", "multipart/mixed; boundary=batch_1"}}).status == 400);
  CHECK(box.get_json(link)["value"].items().empty());
  CHECK(box.get("incidents(" + case_id(1) + ")").status == 200);
}

TEST_CASE("metadata and the switch agree on which tables are tracked [dataverse §10, §26]") {
  Box box;
  auto const enabled = [&] {
    return box.get_json("EntityDefinitions(LogicalName='incident')?$select=ChangeTrackingEnabled")["ChangeTrackingEnabled"]
        .truthy();
  };
  CHECK(enabled());
  REQUIRE(box.world.configure("dataverse.changeTracking", *json::parse(R"({"incident":false})")).value());
  CHECK_FALSE(enabled());
  CHECK(error_code(box.get("incidents?$select=title", kTrack)) == "0x80072491");
}
