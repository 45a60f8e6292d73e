#include <tandem/sync/held_table.hpp>

#include <tandem/sync/flips.hpp>

namespace tandem::sync {

namespace {
constexpr store::Table<Held> kHeld{"held"};
}  // namespace

json::Value Held::to_json() const {
  return json::Object{{"link", link},
                      {"rule", rule},
                      {"item", item},
                      {"record", record},
                      {"number", number},
                      {"key", issue_key},
                      {"column", column},
                      {"field", field},
                      {"reason", reason},
                      {"detail", detail},
                      {"columnShown", column_shown},
                      {"fieldShown", field_shown},
                      {"columnRaw", column_raw},
                      {"fieldRaw", field_raw},
                      {"kept", kept},
                      {"at", at ? json::Value(to_rfc3339(*at)) : json::Value()}};
}

Result<Held> Held::from_json(json::Value const& value) {
  auto const text = [&](std::string_view name) { return std::string(value[name].text()); };
  return Held{text("link"),       text("rule"),      text("item"),        text("record"),
              text("number"),     text("key"),       text("column"),      text("field"),
              text("reason"),     text("detail"),    text("columnShown"), text("fieldShown"),
              value["columnRaw"], value["fieldRaw"], text("kept"),        parse_instant(value["at"].text())};
}

bool is_sticky(std::string_view reason) {
  return reason == code_of(Reason::unknown_base) || reason == code_of(Reason::flipping) ||
         reason == code_of(Reason::overwrote_concurrent_edit);
}

Result<Unit> put_held(store::Writer& writer, Held const& held) {
  return kHeld.put(writer, store::key_of({held.link, held.rule}), held);
}
Result<Unit> erase_held(store::Writer& writer, std::string_view link, std::string_view rule) {
  return kHeld.erase(writer, store::key_of({link, rule}));
}
Result<std::optional<Held>> find_held(store::Reader& reader, std::string_view link, std::string_view rule) {
  return kHeld.get(reader, store::key_of({link, rule}));
}

Result<std::vector<Held>> held_of_link(store::Reader& reader, std::string_view link) {
  std::vector<Held> found;
  TANDEM_CHECK(kHeld.scan(reader, std::string(link) + '\0', "", [&](std::string_view, Held held) -> Result<bool> {
    found.push_back(std::move(held));
    return true;
  }));
  return found;
}

Result<std::vector<Held>> all_held(store::Reader& reader, std::size_t most) {
  std::vector<Held> found;
  if (most == 0) return found;
  TANDEM_CHECK(kHeld.scan(reader, "", "", [&](std::string_view, Held held) -> Result<bool> {
    found.push_back(std::move(held));
    return found.size() < most;
  }));
  return found;
}

Result<std::size_t> count_held(store::Reader& reader) { return kHeld.count(reader); }

Result<Unit> forget_holds(store::Writer& writer, std::string_view link) {
  TANDEM_TRY(auto const held, held_of_link(writer, link));
  for (auto const& one : held) TANDEM_CHECK(erase_held(writer, one.link, one.rule));
  return forget_flips_of(writer, link);
}

}  // namespace tandem::sync
