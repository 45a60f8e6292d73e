// What an item asks of the two accounts follows from its switches (SPEC A5).
#include <catch2/catch.hpp>

#include <algorithm>

#include <tandem/mapping/needs.hpp>

using namespace tandem;
using namespace tandem::mapping;
using connection::Access;

namespace {

bool needs_table(Item const& item, std::string_view table, Access access, dataverse::Entity const* entity = nullptr) {
  auto const needs = needs_of(item, entity);
  return std::any_of(needs.tables.begin(), needs.tables.end(),
                     [&](auto const& one) { return one.table == table && one.access == access && one.needed; });
}

bool needs_permission(Item const& item, std::string_view name) {
  auto const needs = needs_of(item, nullptr);
  return std::any_of(needs.permissions.begin(), needs.permissions.end(),
                     [&](auto const& one) { return one.permission == name && one.needed; });
}

Item case_item() {
  Item item;
  item.name = "cases";
  item.entity = "incident";
  item.project = "SUP";
  item.link_note = false;
  return item;
}

json::Value enabled() { return json::Object{{"enabled", true}}; }

}  // namespace

TEST_CASE("an item that only reads asks for reading only [A5]") {
  auto const item = case_item();
  CHECK(needs_table(item, "incident", Access::read));
  CHECK_FALSE(needs_table(item, "incident", Access::write));
  CHECK_FALSE(needs_table(item, "annotation", Access::create));
  CHECK_FALSE(needs_permission(item, "CREATE_ISSUES"));
  CHECK(needs_permission(item, "BROWSE_PROJECTS"));
  CHECK(needs_permission(item, "EDIT_ISSUES"));
}

TEST_CASE("each switch brings its privileges and permissions [A5]") {
  auto item = case_item();
  SECTION("two-way") {
    item.mode = Mode::two_way;
    CHECK(needs_table(item, "incident", Access::write));
  }
  SECTION("display only") {
    item.mode = Mode::display_only;
    CHECK_FALSE(needs_permission(item, "EDIT_ISSUES"));
  }
  SECTION("auto-create") {
    item.auto_create = true;
    CHECK(needs_permission(item, "CREATE_ISSUES"));
  }
  SECTION("link note") {
    item.link_note = true;
    CHECK(needs_table(item, "annotation", Access::create));
    CHECK(needs_table(item, "incident", Access::append_to));
    CHECK_FALSE(needs_table(item, "annotation", Access::write));
  }
  SECTION("status of cases, which are closed by a message") {
    item.status = enabled();
    CHECK(needs_permission(item, "TRANSITION_ISSUES"));
    CHECK(needs_table(item, "incidentresolution", Access::create));
    CHECK(needs_table(item, "queueitem", Access::remove));
  }
  SECTION("status of another table") {
    item.entity = "lead";
    item.status = enabled();
    CHECK(needs_table(item, "lead", Access::write));
    CHECK_FALSE(needs_table(item, "incidentresolution", Access::create));
  }
  SECTION("components and versions that are made") {
    CHECK_FALSE(needs_permission(item, "ADMINISTER_PROJECTS"));
    Mapping mapping;
    mapping.create_missing = true;
    item.mappings.push_back(mapping);
    CHECK(needs_permission(item, "ADMINISTER_PROJECTS"));
  }
  SECTION("comments") {
    item.comments = enabled();
    CHECK(needs_permission(item, "ADD_COMMENTS"));
    CHECK(needs_table(item, "annotation", Access::write));
  }
  SECTION("files") {
    item.attachments = json::Object{{"enabled", true}, {"maxBytes", 77}};
    CHECK(needs_permission(item, "CREATE_ATTACHMENTS"));
    CHECK(needs_of(item, nullptr).attachment_bytes == 77);
  }
}

TEST_CASE("the tables of mapped lookups are read for their names [A5]") {
  auto item = case_item();
  Mapping mapping;
  mapping.column = "customerid";
  item.mappings.push_back(mapping);
  dataverse::Entity entity;
  dataverse::Attribute customer;
  customer.logical_name = "customerid";
  customer.targets = {"account", "contact"};
  entity.attributes.push_back(customer);
  CHECK(needs_table(item, "account", Access::read, &entity));
  CHECK(needs_table(item, "contact", Access::read, &entity));
  CHECK_FALSE(needs_table(item, "account", Access::read));
}
