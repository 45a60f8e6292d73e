// Looking up users and rows by name on both sides, for values that metadata alone cannot convert (SPEC C2, last rows).
#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/look_up.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

constexpr char const* kItem = R"({"name":"tickets","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},
  "dynamics":{"module":"custom","entity":"new_ticket"},"users":{"byEmail":true},"mappings":[
  {"column":"new_name","field":"summary"},{"column":"new_customerid","field":"Case number"},{"column":"ownerid","field":"assignee"}]})";

// The pieces of a run, without the run.
struct Bench {
  Story story{{.item_text = kItem}};
  std::unique_ptr<connection::Connection> connection = story.connection();
  std::filesystem::path path = test_directory("look-up");
  std::unique_ptr<store::LmdbStore> store = std::move(*store::LmdbStore::open(path / "store", {}));
  StoryClock clock{story.world()};
  Log log;
  Told told;
  sync::RunInput input{*connection, *store, log, clock, told, {}, "org"};
  sync::RunOptions options;
  sync::RunContext run{input, options, "run"};
  std::shared_ptr<mapping::CompiledItem const> item;

  Bench() {
    auto schema = connection::fetch_schema(*connection, "new_ticket", "SUP", "Task");
    REQUIRE(schema);
    item = mapping::compile(*mapping::parse_item(kItem).item, std::move(*schema)).value();
    story.forget_requests();
  }
  ~Bench() { std::filesystem::remove_all(path); }

  mapping::FieldRule const& rule(std::string_view field) const {
    for (auto const& one : item->rules) {
      if (one->field.id == field) return *one;
    }
    throw std::runtime_error("no such rule");
  }
  void look_up(std::string_view field, json::Value const& value) {
    jira::Issue issue;
    issue.fields.set(std::string(field), value);
    REQUIRE(sync::look_up_for(run, *item, std::vector{issue}));
  }
  std::string to_body(std::string_view field, json::Value const& value) const {
    auto const conversion = rule(field).to_column(value);
    if (!conversion.value) return std::string(code_of(conversion.refused->reason));
    return json::to_text(rule(field).column_body(*conversion.value));
  }
  json::Value row_of(std::string_view table, std::string_view column, std::string_view name) {
    auto const state = story.world().dataverse().state();
    for (auto const& row : state["rows"][table].items()) {
      if (row[column].text() == name) return row;
    }
    return {};
  }
};

}  // namespace

TEST_CASE("a name in Jira becomes the reference to the one row that is called so, asked for once [C2]") {
  Bench bench;
  auto const fabrikam = bench.row_of("account", "name", "Fabrikam, Inc.")["accountid"].scalar_text();
  bench.look_up("customfield_10050", json::Value("Fabrikam, Inc."));
  CHECK(bench.to_body("customfield_10050", json::Value("Fabrikam, Inc.")) ==
        "{\"new_CustomerId@odata.bind\":\"/accounts(" + fabrikam + ")\"}");
  auto const asked = bench.story.requests();
  bench.look_up("customfield_10050", json::Value("Fabrikam, Inc."));
  CHECK(bench.story.requests() == asked);
  bench.look_up("customfield_10050", json::Value("O'Nobody"));
  CHECK(bench.to_body("customfield_10050", json::Value("O'Nobody")) == "unmatched-value");
  bench.story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/accounts", R"({"name":"Litware GmbH & Co. KG"})");
  bench.look_up("customfield_10050", json::Value("Litware GmbH & Co. KG"));
  CHECK(bench.to_body("customfield_10050", json::Value("Litware GmbH & Co. KG")) == "ambiguous");
  CHECK(bench.story.writes().empty());
}

TEST_CASE("an assignee becomes the owner with the same address; a hidden address is a reason [C2]") {
  Bench bench;
  auto const alice = bench.row_of("systemuser", "fullname", "Alice Ciccu")["systemuserid"].scalar_text();
  bench.story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/systemusers(" + alice + ")",
                   R"({"internalemailaddress":"Alice@Example.com"})");
  json::Value const account = json::Object{{"accountId", "5b10ac8d82e05b22cc7d4ef5"}, {"displayName", "Alice Agent"}};
  bench.look_up("assignee", account);
  CHECK(bench.to_body("assignee", account) == "{\"ownerid@odata.bind\":\"/systemusers(" + alice + ")\"}");
  json::Value const hidden = json::Object{{"accountId", "5b10a2844c20165700ede21g"}, {"displayName", "Bob Builder"}};
  bench.look_up("assignee", hidden);
  CHECK(bench.to_body("assignee", hidden) == "hidden-email");
  json::Value const nobody = json::Object{{"accountId", "712020:gone"}};
  bench.look_up("assignee", nobody);
  CHECK(bench.to_body("assignee", nobody) == "hidden-email");
}

TEST_CASE("a service that refuses to be asked costs the value, not the run [C4]") {
  Bench bench;
  sandbox::Fault fault;
  fault.what = sandbox::Fault::Do::status;
  fault.status = 403;
  fault.match = {"GET", "/api/data/v9.2/systemusers"};
  bench.story.world().set_faults({fault});
  json::Value const account = json::Object{{"accountId", "5b10ac8d82e05b22cc7d4ef5"}, {"emailAddress", "alice@example.com"}};
  bench.look_up("assignee", account);
  CHECK(bench.to_body("assignee", account) == "not-looked-up");
}
