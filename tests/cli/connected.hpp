// A sandbox and an operator who is connected to it: what the stories of the real programs begin with.
#pragma once

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>

#include "driver.hpp"

namespace cli_test {

inline std::string const kSupportCases = std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json";

struct Connected {
  Sandbox sandbox;
  Operator ann{sandbox};

  explicit Connected(std::vector<std::string> const& options = {}) : sandbox(options) {
    auto const set = ann.connect();
    INFO(set.err);
    REQUIRE(set.code == 0);
  }
  Ran tandem(std::vector<std::string> args) const { return ann.tandem(std::move(args)); }
  tandem::json::Value json_of(std::vector<std::string> args, int code = 0) const {
    args.insert(args.end(), {"--output", "json"});
    auto const ran = tandem(args);
    CAPTURE(args, ran.out, ran.err);
    REQUIRE(ran.code == code);
    auto parsed = tandem::json::parse(ran.out);
    REQUIRE(parsed.has_value());
    return *parsed;
  }
  // Of every byte of the store's data.
  [[nodiscard]] std::string store_hash() const {
    std::ifstream in(ann.state() + "/default/data.mdb", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return tandem::sha256(text.str());
  }
  [[nodiscard]] tandem::json::Value both_sides() const {
    auto state = sandbox.get("state");
    state.if_object()->erase("now");
    return state;
  }
  // The case whose number begins so.
  [[nodiscard]] tandem::json::Value case_row(std::string_view number) const {
    auto const state = sandbox.get("state");
    for (auto const& row : state["dataverse"]["rows"]["incident"].items()) {
      if (row["ticketnumber"].text().starts_with(number)) return row;
    }
    FAIL("no case " << number);
    return {};
  }
  [[nodiscard]] std::string case_id(std::string_view number) const { return std::string(case_row(number)["incidentid"].text()); }
  // Alice edits the case with this id.
  void edit_case(std::string const& id, tandem::json::Object body) const {
    as_alice("dataverse", "PATCH", "/api/data/v9.2/incidents(" + id + ")", std::move(body));
  }
  tandem::json::Value as_alice(std::string const& side, std::string const& method, std::string const& path,
                               tandem::json::Value const& body) const {
    return sandbox.post(
        "edit", tandem::json::Object{{"as", "alice"}, {"side", side}, {"method", method}, {"path", path}, {"body", body}});
  }
};

}  // namespace cli_test
