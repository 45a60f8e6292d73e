#include <catch2/catch.hpp>

#include <tandem/mapping/suggest.hpp>

using namespace tandem::mapping;

TEST_CASE("a misspelt name is answered with the closest known one, a strange one with nothing [B4]") {
  std::vector<std::string> const known{"title", "description", "prioritycode", "customerid", "Priorität"};
  CHECK(closest("titel", known) == "title");
  CHECK(closest("priortycode", known) == "prioritycode");
  CHECK(closest("Description", known) == "description");
  CHECK(closest("prioritat", known) == "Priorität");
  CHECK(closest("zzzzzz", known).empty());
  CHECK(closest("", known).empty());
  CHECK(did_you_mean("customrid", known) == "; did you mean \"customerid\"?");
  CHECK(listed({"a", "b", "c"}) == "\"a\", \"b\" or \"c\"");
  CHECK(listed({"a", "b", "c"}, 2) == "\"a\", \"b\", …");
}
