// Help that teaches: a name that is nearly right is answered with the one that was meant.
#include <catch2/catch.hpp>

#include "pages.hpp"

using namespace docs_test;

TEST_CASE("a misspelt item or field is answered with the one that was meant") {
  cli_test::Sandbox const box;
  cli_test::Operator const ann(box);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(
      ann.tandem({"items", "apply", "-f", std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json", "--baseline", "all"})
          .code == 0);
  REQUIRE(ann.tandem({"sync-once"}).code == 0);
  struct Case {
    std::vector<std::string> args;
    std::string said;
  };
  for (auto const& one : std::vector<Case>{
           {{"sync-once", "--item", "suport-cases"}, "there is no item suport-cases; did you mean \"support-cases\"?"},
           {{"items", "show", "support-case"}, "did you mean \"support-cases\"?"},
           {{"link", "search", "--item", "supprt-cases", "printer"}, "did you mean \"support-cases\"?"},
           {{"explain", "SUP-1", "--field", "sumary"}, "did you mean \"summary\"?"},
           {{"explain", "SUP-1", "--field", "titel"}, "did you mean \"title\"?"},
           {{"explain", "SUP-1", "--item", "support-casses"}, "did you mean \"support-cases\"?"},
           {{"explain", "before-basline"}, "before-baseline"},
           {{"items", "columns", "inciden"}, "did you mean \"incident\"?"},
           {{"help", "enviroment"}, "did you mean environment?"},
       }) {
    auto const ran = ann.tandem(one.args);
    CAPTURE(one.args, ran.err);
    CHECK(ran.code != 0);
    CHECK(ran.err.find(one.said) != std::string::npos);
  }
}
