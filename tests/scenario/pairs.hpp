// Pairs: a story of the example item in both directions, and one pair of it that people edit on both sides.
#pragma once

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>

#include "support/story.hpp"

namespace tandem::test {

using namespace std::chrono_literals;
using sandbox::ServiceName;

inline std::string replaced(std::string text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The example, in both directions. `conflict` is the item's policy, "" = its default.
inline std::string two_way(std::string const& conflict = "", std::string const& more_mappings = "") {
  auto text = replaced(example_item(), R"("mode": "one-way")", R"("mode": "two-way")");
  if (!conflict.empty())
    text = replaced(text, R"("autoCreate": true)", R"("conflict": ")" + conflict + R"(", "autoCreate": true)");
  if (!more_mappings.empty()) text = replaced(text, R"("mappings": [)", R"("mappings": [)" + more_mappings);
  return text;
}

inline constexpr char const* kLabels = R"({"column":"productserialnumber","field":"labels"},)";

class Pairs {
 public:
  explicit Pairs(std::string const& item = two_way()) : story({.item_text = item}) {
    story.run_well();
    record_ = story.cases().front().id;
    pass(20min);
  }
  void pass(Millis time) { story.world().advance(time); }
  void in_dynamics(std::string const& body) {
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record_ + ")", body);
  }
  void in_jira(std::string const& fields) {
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key(), R"({"fields":)" + fields + "}");
  }
  json::Value issue() { return story.issue_of(record_); }
  json::Value field(std::string const& name) { return issue()["fields"][name]; }
  std::string summary() { return std::string(field("summary").text()); }
  json::Value column(std::string const& name) {
    for (auto const& one : story.cases()) {
      if (one.id == record_) return one.row[name];
    }
    return {};
  }
  std::string title() { return std::string(column("title").text()); }
  std::string key() { return std::string(issue()["key"].text()); }
  std::string const& record() const { return record_; }
  std::vector<sync::Held> held() {
    std::vector<sync::Held> out;
    auto const read = story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(out, sync::all_held(reader, 100));
      return Unit{};
    });
    REQUIRE(read.has_value());
    return out;
  }
  std::vector<sync::HistoryEntry> history() {
    std::vector<sync::HistoryEntry> out;
    auto const read = story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(out, sync::read_history(reader, 1000));
      return Unit{};
    });
    REQUIRE(read.has_value());
    return out;
  }
  // What is known of the pair, as a damaged or restored past would have left it.
  void change_base(std::function<void(link::Base&)> const& change) {
    auto opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    auto const done = (*opened)->write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(auto const link, link::find_by_record(writer, "support-cases", record_));
      TANDEM_TRY(auto base, link::find_base(writer, link->id));
      change(*base);
      return link::put_base(writer, link->id, *base);
    });
    REQUIRE(done.has_value());
  }
  // The newest entry of that action.
  sync::HistoryEntry last(std::string const& action) {
    auto const all = history();
    auto const found = std::find_if(all.rbegin(), all.rend(), [&](auto const& entry) { return entry.action == action; });
    return found == all.rend() ? sync::HistoryEntry{} : *found;
  }
  // Writes to the record's columns and the issue's fields, without the marks that follow the record's title.
  std::vector<std::string> field_writes() {
    auto all = story.writes();
    std::erase_if(all, [](std::string const& one) { return one.find("remotelink") != std::string::npos; });
    return all;
  }
  // Five further cycles write nothing, look at no pair again after the first, and read the same few things (SPEC R4, E6).
  void stays() {
    for (int i = 0; i < 5; ++i) {
      pass(15min);
      story.forget_requests();
      story.run_well();
      CHECK(story.writes().empty());
      // The record feed and the search for changed issues; a token now and then.
      std::size_t requests = 0;
      for (auto const& entry : story.world().log().entries()) requests += entry.service == ServiceName::entra ? 0 : 1;
      if (i > 0) CHECK(requests == 2);
    }
  }

  Story story;

 private:
  std::string record_;
};

}  // namespace tandem::test
