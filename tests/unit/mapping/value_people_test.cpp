// Users of both systems: by table, by e-mail address, or left alone with a reason (SPEC C2, last row).
#include <catch2/catch.hpp>

#include "rule_test_tools.hpp"

using namespace tandem;
using namespace tandem::test;
using mapping::value::Directory;
using mapping::value::Needs;

namespace {

std::string const kAlice = "11111111-0000-4000-8000-000000000001";
std::string const kBob = "11111111-0000-4000-8000-000000000002";
std::string const kTeam = "22222222-0000-4000-8000-000000000001";

dataverse::Attribute owner() {
  auto attribute = column("ownerid", "Owner");
  attribute.targets = {"systemuser", "team"};
  attribute.navigation = {{"owner", "ownerid"}};
  return attribute;
}
jira::Field assignee() { return named(field("assignee", "user", "", "assignee"), "Assignee"); }
jira::Field approvers() { return named(field("customfield_8", "array", "user", "", "multiuserpicker"), "Approvers"); }

struct People {
  mapping::Users users{true, {}};
  std::shared_ptr<Directory> directory = std::make_shared<Directory>();

  std::unique_ptr<mapping::FieldRule> rule(dataverse::Attribute const& from, jira::Field const& to) const {
    mapping::Mapping mapping;
    mapping.column = from.logical_name;
    mapping.field = to.id;
    auto made = mapping::value::make_rule(mapping, from, to, "", {users, directory});
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
  }
  // Two users and their accounts, as the cycle would have looked them up.
  void know() {
    directory->users[kAlice] = {{kAlice, "Alice", "Alice@contoso.example"}};
    directory->users[kBob] = {{kBob, "Bob", ""}};
    directory->users[kTeam] = {};
    directory->accounts_of_email["alice@contoso.example"] = {{"acc-a", "Alice A.", "alice@contoso.example"}};
    directory->users_of_email["alice@contoso.example"] = {{kAlice, "Alice", "Alice@contoso.example"}};
  }
};

json::Value user(std::string const& id, std::string const& email = "") {
  json::Object out{{"accountId", id}, {"displayName", "Somebody"}};
  if (!email.empty()) out.set("emailAddress", email);
  return out;
}

}  // namespace

TEST_CASE("a user is found by the e-mail address through both systems, and back [C2]") {
  People people;
  people.know();
  auto const rule = people.rule(owner(), assignee());
  CHECK(outcome(rule->to_jira(json::Value(kAlice), "Alice")) == R"({"accountId":"acc-a"})");
  auto const back = rule->to_column(user("acc-a", "alice@contoso.example"));
  REQUIRE(back.value);
  CHECK((*back.value)["id"].text() == kAlice);
  CHECK(rule->column_body(*back.value) == json::Object{{"ownerid@odata.bind", "/systemusers(" + kAlice + ")"}});
  CHECK(rule->equivalent(json::Value(kAlice), "Alice", user("acc-a")));
  CHECK_FALSE(rule->equivalent(json::Value(kAlice), "Alice", user("acc-b")));
}

TEST_CASE("a rule asks for what it does not know, step by step, and then for nothing [C2]") {
  People people;
  auto const rule = people.rule(owner(), assignee());
  Needs first;
  rule->ask_for_jira(json::Value(kAlice), "Alice", first);
  CHECK(first.users == std::set<std::string>{kAlice});
  people.directory->users[kAlice] = {{kAlice, "Alice", "Alice@contoso.example"}};
  Needs second;
  rule->ask_for_jira(json::Value(kAlice), "Alice", second);
  CHECK(second.users.empty());
  CHECK(second.accounts_of_email == std::set<std::string>{"alice@contoso.example"});
  CHECK(outcome(rule->to_jira(json::Value(kAlice), "Alice")) == "not-looked-up");
  people.know();
  Needs third;
  rule->ask_for_jira(json::Value(kAlice), "Alice", third);
  CHECK(third.empty());

  Needs back;
  rule->ask_for_column(user("acc-b"), back);
  CHECK(back.accounts == std::set<std::string>{"acc-b"});
  people.directory->accounts["acc-b"] = {{"acc-b", "B", "b@contoso.example"}};
  Needs then;
  rule->ask_for_column(user("acc-b"), then);
  CHECK(then.users_of_email == std::set<std::string>{"b@contoso.example"});
}

TEST_CASE("who has no partner is left alone with a reason, never guessed [C2][C4]") {
  People people;
  people.know();
  auto const rule = people.rule(owner(), assignee());
  CHECK(outcome(rule->to_jira(json::Value(kBob), "Bob")) == "hidden-email");      // no address in Dynamics
  CHECK(outcome(rule->to_jira(json::Value(kTeam), "Support")) == "unmatched-user");  // a team owns it
  auto& found = people.directory->accounts_of_email["alice@contoso.example"];
  found = {};
  CHECK(outcome(rule->to_jira(json::Value(kAlice), "Alice")) == "unmatched-user");
  found = {{"acc-x", "alice@contoso.example", "alice@contoso.example.org"}};  // only begins like it
  CHECK(outcome(rule->to_jira(json::Value(kAlice), "Alice")) == "unmatched-user");
  found = {{"acc-x", "Alice", ""}};  // hidden: may be another person of that name
  CHECK(outcome(rule->to_jira(json::Value(kAlice), "Alice")) == "hidden-email");
  found = {{"acc-a", "Alice", "alice@contoso.example", false}};
  CHECK(outcome(rule->to_jira(json::Value(kAlice), "Alice")) == "unmatched-user");
  found = {{"acc-a", "Alice", "alice@contoso.example"}, {"acc-b", "Alice", "Alice@Contoso.example"}};
  CHECK(outcome(rule->to_jira(json::Value(kAlice), "Alice")) == "ambiguous");
  people.directory->users_refused = "users of Dynamics cannot be read: no privilege";
  CHECK(outcome(rule->to_jira(json::Value(kAlice), "Alice")) == "not-looked-up");

  People others;
  auto const back = others.rule(owner(), assignee());
  others.directory->accounts["acc-h"] = {{"acc-h", "Hidden", ""}};
  CHECK(outcome(back->to_column(user("acc-h"))) == "hidden-email");
  others.directory->users_of_email["two@contoso.example"] = {{kAlice, "A", ""}, {kBob, "B", ""}};
  CHECK(outcome(back->to_column(user("acc-2", "two@contoso.example"))) == "ambiguous");
  others.directory->users_of_email["off@contoso.example"] = {{kAlice, "A", "", false}};
  CHECK(outcome(back->to_column(user("acc-o", "off@contoso.example"))) == "unmatched-user");
}

TEST_CASE("the item's table goes before addresses, and its keys may be ids, addresses or names [C2]") {
  People people;
  people.users = {false, {{kBob, "acc-bob"}, {"alice@contoso.example", "acc-a"}, {"Cara Müller", "acc-c"}}};
  people.know();
  auto const rule = people.rule(owner(), assignee());
  CHECK(outcome(rule->to_jira(json::Value(kBob), "Bob")) == R"({"accountId":"acc-bob"})");
  CHECK(outcome(rule->to_jira(json::Value(kAlice), "Alice")) == R"({"accountId":"acc-a"})");
  CHECK(outcome(rule->to_jira(json::Value(kTeam), "cara muller")) == R"({"accountId":"acc-c"})");
  CHECK((*rule->to_column(user("acc-bob")).value)["id"].text() == kBob);
  CHECK((*rule->to_column(user("acc-a")).value)["id"].text() == kAlice);
  Needs needs;
  rule->ask_for_column(user("acc-c"), needs);
  CHECK(needs.users_of_name == std::set<std::string>{"Cara Müller"});
  CHECK(outcome(rule->to_column(user("acc-z", "z@contoso.example"))) == "unmatched-user");  // byEmail is off
}

TEST_CASE("a text column holds addresses or names of the table, several of them for a list of users [C2]") {
  People people;
  people.users = {true, {{"Front desk", "acc-f"}}};
  people.know();
  auto mail = column("emailaddress", "String");
  mail.max_length = 100;
  auto const one = people.rule(mail, assignee());
  CHECK(outcome(one->to_jira(json::Value("alice@contoso.example"), "")) == R"({"accountId":"acc-a"})");
  CHECK(outcome(one->to_jira(json::Value("front DESK"), "")) == R"({"accountId":"acc-f"})");
  CHECK(outcome(one->to_jira(json::Value("Nobody"), "")) == "unmatched-user");
  CHECK(outcome(one->to_column(user("acc-f"))) == R"("Front desk")");
  CHECK(outcome(one->to_column(user("acc-a", "alice@contoso.example"))) == R"("alice@contoso.example")");
  auto const list = people.rule(mail, approvers());
  CHECK(outcome(list->to_jira(json::Value("alice@contoso.example; Front desk"), "")) ==
        R"([{"accountId":"acc-a"},{"accountId":"acc-f"}])");
  CHECK(outcome(list->to_column(json::Array{user("acc-f"), user("acc-a", "alice@contoso.example")})) ==
        R"("Front desk; alice@contoso.example")");
  CHECK(outcome(one->to_jira(json::Value("alice@contoso.example; Front desk"), "")) == "not-convertible");
}

TEST_CASE("an emptied owner or assignee clears the other side; an unreadable user clears nothing [C6]") {
  People people;
  auto const rule = people.rule(owner(), assignee());
  CHECK(outcome(rule->to_jira(json::Value(), "")) == "null");
  CHECK(outcome(rule->to_column(json::Value())) == "null");
  CHECK(json::to_text(rule->column_body(json::Value())) == R"({"ownerid@odata.bind":null})");
  CHECK(outcome(rule->to_column(value_of(R"({"displayName":"?"})"))) == "not-convertible");
  auto required = owner();
  required.required = "SystemRequired";
  CHECK(outcome(people.rule(required, assignee())->to_column(json::Value())) == "required-empty");
  CHECK(outcome(people.rule(owner(), approvers())->to_jira(json::Value(), "")) == "[]");
}

TEST_CASE("a field of users needs the item to say how they are matched [C2]") {
  mapping::Mapping mapping;
  auto const rule = mapping::value::make_rule(mapping, owner(), assignee(), "");
  REQUIRE_FALSE(rule);
  CHECK(rule.error().message.find("\"users\"") != std::string::npos);
}
