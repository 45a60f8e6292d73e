#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/mapping/item_diff.hpp>

using namespace tandem;
using namespace tandem::mapping;

TEST_CASE("a diff names each field that differs, once, with both values [B1]") {
  auto const before = *json::parse(R"({"a":1,"b":{"c":true,"d":"x"},"gone":[1],"list":["x","y"]})");
  auto const after = *json::parse(R"({"b":{"d":"y","c":true,"e":null},"a":1,"list":["y","x"],"new":{}})");
  CHECK(diff(before, after) == std::vector<Change>{{"b.d", "x", "y"},
                                                   {"list", *json::parse(R"(["x","y"])"), *json::parse(R"(["y","x"])")},
                                                   {"new", nullptr, json::Object{}},
                                                   {"gone", *json::parse("[1]"), nullptr}});
  CHECK(diff(before, before).empty());
}

TEST_CASE("mappings are compared pair by pair, wherever they stand [B1]") {
  auto const before = *json::parse(R"({"mappings":[{"column":"a","field":"x"},{"column":"b","field":"y","default":"1"}]})");
  auto const after = *json::parse(R"({"mappings":[{"column":"b","field":"y","default":"2"},{"column":"a","field":"x"}]})");
  CHECK(diff(before, after) == std::vector<Change>{{"mappings[b -> y].default", "1", "2"}});
}

TEST_CASE("a part that is new is told member by member, a list of mappings pair by pair [B1]") {
  auto const after =
      *json::parse(R"({"jira":{"project":"P","defaults":{}},"mappings":[{"column":"a","field":"x"}],"display":[]})");
  auto const changes = diff(json::Object{}, after);
  CHECK(changes == std::vector<Change>{{"jira.project", nullptr, "P"},
                                       {"jira.defaults", nullptr, json::Object{}},
                                       {"mappings[a -> x]", nullptr, *json::parse(R"({"column":"a","field":"x"})")},
                                       {"display", nullptr, json::Array{}}});
  CHECK(diff(after, json::Object{}).size() == changes.size());
  CHECK(diff(*json::parse(R"({"a":{"b":1}})"), *json::parse(R"({"a":5})")) ==
        std::vector<Change>{{"a", *json::parse(R"({"b":1})"), 5}});
}
