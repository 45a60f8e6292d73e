// auth check, per item: privileges with their depth, Jira's permissions, the size of files (SPEC A5).
#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/connection/check_needs.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace tandem::connection;

namespace {

// Only Jira is asked; Dataverse was asked by the proof.
struct Asked final : Connection {
  RoutedTransport wire;
  jira::Client client{"https://site", "https://site", wire};
  dataverse::Client organisation{"https://org", wire};
  FakeClock clock;
  http::ServerTimes seen{clock};
  http::LimitsSeen limits_seen;
  Settings none;
  dataverse::Client& dataverse() override { return organisation; }
  jira::Client& jira() override { return client; }
  http::ServerTimes& times() override { return seen; }
  TokenSource& tokens() override { throw std::logic_error("no token is asked for"); }
  Settings const& settings() const override { return none; }
  std::optional<Instant> certificate_expires() const override { return std::nullopt; }
  std::uint64_t requests() const override { return wire.sent.size(); }
  http::LimitsSeen const& limits() const override { return limits_seen; }
};

Proof proved() {
  Proof out;
  out.steps = {{"privileges", Outcome::ok, {}, {}}, {"jira", Outcome::ok, {}, {}}};
  dataverse::Client::EntityName incident{"incident", "incidents", "Case", {}, false, {}};
  incident.privileges = {{"Read", {"AA", "prvReadIncident"}}, {"Write", {"bb", "prvWriteIncident"}}};
  out.tables = {incident};
  out.privileges = {{"aa", "Global"}, {"cc", "Global"}};
  out.privileges_known = true;
  out.organization_file_bytes = 4'000'000;
  out.jira_user = "sync@contoso.com";
  return out;
}

ProofStep const& last(Proof const& proof, std::string_view name) {
  for (auto const& step : proof.steps) {
    if (step.name == name && step.item == "cases") return step;
  }
  throw std::logic_error("no step " + std::string(name));
}

ItemNeeds needs(Access access = Access::read, bool needed = true) {
  return {"cases",
          {{"incident", access, "to find its records", needed}},
          "SUP",
          {{"BROWSE_PROJECTS", "to read", true}, {"ADD_COMMENTS", "comments are not mirrored", false}},
          std::nullopt};
}

Asked& with_permissions(Asked& asked, bool browse) {
  asked.wire.base = "https://site/rest/api/3";
  asked.wire.routes["GET /mypermissions"] =
      answer(200, std::string(R"({"permissions":{"BROWSE_PROJECTS":{"havePermission":)") + (browse ? "true" : "false") + "}}}");
  return asked;
}

}  // namespace

TEST_CASE("a privilege that is held is told with its depth, one that is missing with what to do [A5]") {
  Asked asked;
  with_permissions(asked, true);
  auto proof = proved();
  SECTION("everywhere") {
    check_needs(asked, {needs()}, proof);
    CHECK(last(proof, "read incident").outcome == Outcome::ok);
    CHECK(last(proof, "read incident").detail == "prvReadIncident, everywhere");
    CHECK_FALSE(proof.error.has_value());
  }
  SECTION("only in its own unit") {
    proof.privileges[0].depth = "Local";
    check_needs(asked, {needs()}, proof);
    CHECK(last(proof, "read incident").outcome == Outcome::ok);
    CHECK(last(proof, "read incident").detail.find("invisible, not refused") != std::string::npos);
  }
  SECTION("missing") {
    check_needs(asked, {needs(Access::write)}, proof);
    CHECK(last(proof, "write incident").outcome == Outcome::failed);
    CHECK(last(proof, "write incident").detail.find("prvWriteIncident is missing") != std::string::npos);
    CHECK(last(proof, "write incident").cure.find("security role") != std::string::npos);
    REQUIRE(proof.error.has_value());
    CHECK(proof.error->kind == ErrorKind::auth);
  }
  SECTION("missing and not needed") {
    check_needs(asked, {needs(Access::write, false)}, proof);
    CHECK(last(proof, "write incident").outcome == Outcome::not_needed);
    CHECK_FALSE(proof.error.has_value());
  }
  SECTION("may not be asked") {
    proof.privileges_known = false;
    check_needs(asked, {needs(Access::write)}, proof);
    CHECK(last(proof, "write incident").outcome == Outcome::ok);
    CHECK(last(proof, "write incident").detail.find("not known") != std::string::npos);
  }
}

TEST_CASE("a table that does not exist is a fault of the item [A5]") {
  Asked asked;
  with_permissions(asked, true);
  auto proof = proved();
  auto wanted = needs();
  wanted.tables[0].table = "new_ticket";
  check_needs(asked, {wanted}, proof);
  CHECK(last(proof, "read new_ticket").outcome == Outcome::failed);
  CHECK(proof.error->kind == ErrorKind::config);
}

TEST_CASE("Jira's permissions are asked once per project, and only those that are needed [A5]") {
  Asked asked;
  with_permissions(asked, false);
  auto proof = proved();
  check_needs(asked, {needs()}, proof);
  REQUIRE(asked.wire.sent.size() == 1);
  CHECK(asked.wire.sent[0].find("ADD_COMMENTS") == std::string::npos);
  CHECK(last(proof, "BROWSE_PROJECTS").outcome == Outcome::failed);
  CHECK(last(proof, "BROWSE_PROJECTS").cure.find("sync@contoso.com") != std::string::npos);
  CHECK(last(proof, "ADD_COMMENTS").outcome == Outcome::not_needed);
}

TEST_CASE("a system that was not reached is not asked again [A5]") {
  Asked asked;
  auto proof = proved();
  proof.steps = {{"privileges", Outcome::failed, {}, {}}, {"jira", Outcome::failed, {}, {}}};
  check_needs(asked, {needs()}, proof);
  CHECK(asked.wire.sent.empty());
  CHECK(last(proof, "read incident").outcome == Outcome::not_needed);
  CHECK(last(proof, "BROWSE_PROJECTS").outcome == Outcome::not_needed);
}

TEST_CASE("the item's limit on files is held against the organisation's [A5]") {
  Asked asked;
  with_permissions(asked, true);
  auto proof = proved();
  auto wanted = needs();
  auto const [bytes, outcome] = GENERATE(table<std::int64_t, Outcome>({{3'000'000, Outcome::ok}, {3'000'001, Outcome::failed}}));
  wanted.attachment_bytes = bytes;
  check_needs(asked, {wanted}, proof);
  CHECK(last(proof, "file size").outcome == outcome);
  CHECK(last(proof, "file size").detail.find("3000000") != std::string::npos);
}
