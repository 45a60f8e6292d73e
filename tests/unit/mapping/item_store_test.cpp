#include <map>

#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/mapping/schema_cache.hpp>

#include "item_files.hpp"
#include "support_metadata.hpp"

using namespace tandem;
using namespace tandem::mapping;
using namespace tandem::test;

namespace {

// The store's little interface over a map.
class Memory final : public store::Writer {
 public:
  Result<std::optional<std::string>> get(std::string_view table, std::string_view key) override {
    auto const found = rows_.find({std::string(table), std::string(key)});
    if (found == rows_.end()) return std::optional<std::string>{};
    return std::optional(found->second);
  }
  Result<Unit> scan(std::string_view table, std::string_view prefix, std::string_view from, Visit const& visit) override {
    for (auto const& [key, value] : rows_) {
      if (key.first != table || !key.second.starts_with(prefix) || key.second < from) continue;
      TANDEM_TRY(bool const more, visit(key.second, value));
      if (!more) break;
    }
    return Unit{};
  }
  Result<std::size_t> count(std::string_view) override { return rows_.size(); }
  Result<Unit> put(std::string_view table, std::string_view key, std::string_view value) override {
    rows_[{std::string(table), std::string(key)}] = value;
    return Unit{};
  }
  Result<Unit> erase(std::string_view table, std::string_view key) override {
    rows_.erase({std::string(table), std::string(key)});
    return Unit{};
  }

 private:
  std::map<std::pair<std::string, std::string>, std::string> rows_;
};

Instant const kFirst = *parse_instant("2026-11-01T08:00:00.250Z");
Instant const kLater = *parse_instant("2026-11-02T08:00:00Z");

Item item(std::string const& more = "", std::string const& mappings = R"({"column":"title","field":"summary"})") {
  auto parsed = parse_item(
      R"({"name":"a","mode":"one-way","jira":{"project":"P","issueType":"T"},"dynamics":{"module":"custom","entity":"e"},)"
      R"("mappings":[)" +
      mappings + "]" + more + "}");
  REQUIRE(parsed.item);
  REQUIRE(parsed.faults.empty());
  return *parsed.item;
}

std::string told(std::vector<Change> const& changes) {
  std::string out;
  for (auto const& change : changes)
    out += change.path + ": " + json::to_text(change.before) + " -> " + json::to_text(change.after) + "\n";
  return out;
}

}  // namespace

TEST_CASE("the first apply enables an item and sets its baseline to the server's second [B7][R8]") {
  auto const plan = planned_apply({}, item(), {}, kFirst);
  CHECK(plan.created);
  CHECK(plan.first_enabled);
  CHECK(plan.stored.enabled);
  CHECK(plan.stored.baseline == parse_instant("2026-11-01T08:00:00Z"));
  CHECK(plan.stored.revision == 1);
  CHECK(told(plan.changes).find("jira.project: null -> \"P\"\n") != std::string::npos);
  CHECK(told(plan.changes).find("mappings[title -> summary]: null -> {\"column\":\"title\",\"field\":\"summary\"}\n") !=
        std::string::npos);
  CHECK(told(plan.changes).ends_with("baseline: null -> \"2026-11-01T08:00:00Z\"\n"));
}

TEST_CASE("applying the same file again changes nothing, also in another order and layout [B1]") {
  auto const first = planned_apply({}, item(), {}, kFirst);
  auto const again = planned_apply(first.stored, item(), {}, kLater);
  CHECK_FALSE(again.changed());
  CHECK(again.stored.to_json() == first.stored.to_json());
  auto const parsed = parse_item(
      R"({"mappings":[{"field":"summary","column":"title"}],"dynamics":{"entity":"e","module":"custom"},"mode":"one-way",
      "jira":{"project":"P","issueType":"T"},"name":"a"})");
  CHECK_FALSE(planned_apply(first.stored, *parsed.item, {}, kLater).changed());
}

TEST_CASE("a changed mapping is told field by field and changes the mapping mark alone [B1][E3]") {
  auto const first = planned_apply({}, item(), {}, kFirst);
  auto const second = planned_apply(
      first.stored, item("", R"({"column":"title","field":"summary","onCreateOnly":true},{"column":"b","field":"c"})"), {},
      kLater);
  CHECK(told(second.changes) ==
        "mappings[title -> summary].onCreateOnly: null -> true\n"
        "mappings[b -> c]: null -> {\"column\":\"b\",\"field\":\"c\"}\n");
  CHECK(second.stored.baseline == first.stored.baseline);
  CHECK(second.stored.revision == 2);
  CHECK(second.stored.mapping_mark != first.stored.mapping_mark);
  CHECK(second.stored.filter_mark == first.stored.filter_mark);
}

TEST_CASE("a changed baseline, filter or auto-create changes the filter mark alone [E3]") {
  auto const first = planned_apply({}, item(), {}, kFirst);
  auto const create = planned_apply(first.stored, item(R"(,"autoCreate":true)"), {}, kLater);
  CHECK(create.stored.filter_mark != first.stored.filter_mark);
  CHECK(create.stored.mapping_mark == first.stored.mapping_mark);
  auto const all = planned_apply(first.stored, item(), {BaselineChoice::Kind::all, {}}, kLater);
  CHECK_FALSE(all.stored.baseline.has_value());
  CHECK(told(all.changes) == "baseline: \"2026-11-01T08:00:00Z\" -> \"all\"\n");
  CHECK(all.stored.filter_mark != first.stored.filter_mark);
  auto const display = planned_apply(first.stored, item(R"(,"display":["x"])"), {}, kLater);
  CHECK(display.changed());
  CHECK(display.stored.filter_mark == first.stored.filter_mark);
  CHECK(display.stored.mapping_mark == first.stored.mapping_mark);
}

TEST_CASE("an item that the file leaves disabled gets its baseline when it is first enabled [B7]") {
  auto const off = planned_apply({}, item(R"(,"enabled":false)"), {}, kFirst);
  CHECK_FALSE(off.stored.enabled);
  CHECK_FALSE(off.stored.ever_enabled);
  CHECK(told(off.changes).find("baseline") == std::string::npos);
  auto const on = planned_enable(off.stored, item(), true, kLater);
  CHECK(on.first_enabled);
  CHECK(on.stored.baseline == kLater);
  CHECK(told(on.changes) == "enabled: false -> true\nbaseline: null -> \"2026-11-02T08:00:00Z\"\n");
}

TEST_CASE("a baseline that a person chose outlives the first enabling [B7]") {
  auto const off = planned_apply({}, item(R"(,"enabled":false)"), {BaselineChoice::Kind::all, {}}, kFirst);
  auto const on = planned_enable(off.stored, item(), true, kLater);
  CHECK_FALSE(on.stored.baseline.has_value());
  CHECK(told(on.changes) == "enabled: false -> true\n");
}

TEST_CASE("a disabled item stays disabled by an apply that does not speak of it, and keeps its baseline [B10]") {
  auto const first = planned_apply({}, item(), {}, kFirst);
  auto const off = planned_enable(first.stored, item(), false, kLater);
  CHECK(told(off.changes) == "enabled: true -> false\n");
  CHECK_FALSE(planned_apply(off.stored, item(), {}, kLater).stored.enabled);
  auto const on = planned_apply(off.stored, item(R"(,"enabled":true)"), {}, kLater);
  CHECK(on.stored.enabled);
  CHECK_FALSE(on.first_enabled);
  CHECK(on.stored.baseline == first.stored.baseline);
}

TEST_CASE("an export gives the definition back and says when the item is disabled [B1]") {
  auto const first = planned_apply({}, item(R"(,"enabled":true)"), {}, kFirst);
  auto const text = exported(first.stored);
  CHECK(text.find("enabled") == std::string::npos);
  CHECK_FALSE(planned_apply(first.stored, *parse_item(text).item, {}, kLater).changed());
  auto const off = planned_enable(first.stored, item(), false, kLater);
  auto const again = parse_item(exported(off.stored));
  REQUIRE(again.item);
  CHECK(again.item->enabled == false);
  CHECK(item_of(off.stored).value().name == "a");
}

TEST_CASE("an item survives the store, and so do the bytes of an older one [R9]") {
  Memory memory;
  auto const plan = planned_apply({}, item(), {}, kFirst);
  REQUIRE(save_item(memory, "a", plan.stored).has_value());
  REQUIRE(save_item(memory, "b", plan.stored).has_value());
  auto const items = load_items(memory);
  REQUIRE(items.has_value());
  REQUIRE(items->size() == 2);
  CHECK(items->front().first == "a");
  CHECK(load_item(memory, "a").value()->to_json() == plan.stored.to_json());
  CHECK_FALSE(load_item(memory, "c").value().has_value());

  REQUIRE(memory
              .put("items", "old",
                   "\x01{\"text\":\"{}\",\"enabled\":true,\"baseline\":\"2026-11-01T08:00:00Z\",\"everEnabled\":true,"
                   "\"revision\":3,\"filterMark\":\"f\",\"mappingMark\":\"m\"}")
              .has_value());
  auto const old = load_item(memory, "old");
  REQUIRE(old.has_value());
  CHECK((*old)->revision == 3);
  CHECK((*old)->filter_mark == "f");
  REQUIRE(memory.put("items", "new", "\x02{}").has_value());
  CHECK(load_item(memory, "new").error().kind == ErrorKind::store);
}

TEST_CASE("metadata are kept per item [B4]") {
  Memory memory;
  REQUIRE(save_schema(memory, "a", support_schema()).has_value());
  auto const held = load_schema(memory, "a");
  REQUIRE(held.has_value());
  REQUIRE(held->has_value());
  CHECK((*held)->entity->logical_name == "incident");
  CHECK((*held)->fields.size() == support_schema().fields.size());
  CHECK_FALSE(load_schema(memory, "b").value().has_value());
}

TEST_CASE("a baseline is a time or all [B7]") {
  CHECK(parse_baseline("all")->kind == BaselineChoice::Kind::all);
  CHECK(parse_baseline("2026-01-31T00:00:00+01:00")->at == parse_instant("2026-01-30T23:00:00Z"));
  CHECK(parse_baseline("2026-01-31").error().kind == ErrorKind::usage);
}

TEST_CASE("a definition that this version cannot read is the store's fault, with what to do [R9]") {
  StoredItem stored;
  stored.text = R"({"name":"a"})";
  auto const read = item_of(stored);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().kind == ErrorKind::store);
  CHECK(read.error().message.find("apply its file again") != std::string::npos);
}
