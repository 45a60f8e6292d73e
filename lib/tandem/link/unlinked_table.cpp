#include <tandem/link/unlinked_table.hpp>

namespace tandem::link {

namespace {

constexpr store::Table<Unlinked> kUnlinked{"unlinked"};
constexpr store::Table<Removal> kRemovals{"removals"};

std::string removal_key(Link const& link) { return store::key_of({link.item, link.id, link.issue}); }

json::Value time_json(std::optional<Instant> const& at) { return at ? json::Value(to_rfc3339(*at)) : json::Value(); }
std::optional<Instant> time_of(json::Value const& value) {
  return value.is_string() ? parse_instant(value.text()) : std::nullopt;
}

}  // namespace

json::Value Unlinked::to_json() const {
  return json::Object{{"number", number}, {"key", issue_key}, {"baseline", time_json(baseline)}, {"at", time_json(at)}};
}

Result<Unlinked> Unlinked::from_json(json::Value const& value) {
  return Unlinked{std::string(value["number"].text()), std::string(value["key"].text()), time_of(value["baseline"]),
                  time_of(value["at"])};
}

json::Value Removal::to_json() const {
  return json::Object{{"link", link.to_json()}, {"property", property}, {"remoteLink", remote_link}, {"linkNote", link_note}};
}

Result<Removal> Removal::from_json(json::Value const& value) {
  Removal removal;
  TANDEM_TRY(removal.link, Link::from_json(value["link"]));
  removal.property = value["property"].truthy();
  removal.remote_link = value["remoteLink"].truthy();
  removal.link_note = value["linkNote"].truthy();
  return removal;
}

Result<std::optional<Unlinked>> find_unlinked(store::Reader& reader, std::string_view item, std::string_view record) {
  return kUnlinked.get(reader, store::key_of({item, record}));
}

Result<Unit> put_unlinked(store::Writer& writer, std::string_view item, std::string_view record, Unlinked const& mark) {
  return kUnlinked.put(writer, store::key_of({item, record}), mark);
}

Result<Unit> erase_unlinked(store::Writer& writer, std::string_view item, std::string_view record) {
  return kUnlinked.erase(writer, store::key_of({item, record}));
}

Result<Unit> erase_unlinked_of(store::Writer& writer, std::string_view item) {
  std::vector<std::string> keys;
  TANDEM_CHECK(writer.scan(kUnlinked.name(), std::string(item) + '\0', "", [&](std::string_view key, auto) -> Result<bool> {
    keys.emplace_back(key);
    return true;
  }));
  for (auto const& key : keys) TANDEM_CHECK(kUnlinked.erase(writer, key));
  return Unit{};
}

Result<Unit> put_removal(store::Writer& writer, Removal const& removal) {
  auto const key = removal_key(removal.link);
  return removal.any() ? kRemovals.put(writer, key, removal) : kRemovals.erase(writer, key);
}

Result<std::vector<Removal>> owed_removals(store::Reader& reader, std::string_view item, Removal const* after, std::size_t most) {
  std::vector<Removal> out;
  auto const prefix = item.empty() ? std::string() : std::string(item) + '\0';
  auto const from = after == nullptr ? prefix : removal_key(after->link) + '\0';
  TANDEM_CHECK(kRemovals.scan(reader, prefix, from, [&](std::string_view, Removal removal) -> Result<bool> {
    out.push_back(std::move(removal));
    return out.size() < most;
  }));
  return out;
}

Result<Unit> take_over_removals(store::Writer& writer, Link const& made) {
  std::vector<Removal> held;
  auto const prefix = store::key_of({made.item, made.id}) + '\0';
  TANDEM_CHECK(kRemovals.scan(writer, prefix, prefix, [&](std::string_view, Removal removal) -> Result<bool> {
    held.push_back(std::move(removal));
    return true;
  }));
  for (auto& removal : held) {
    removal.link_note = false;
    if (removal.link.issue == made.issue) removal.property = removal.remote_link = false;
    TANDEM_CHECK(put_removal(writer, removal));
  }
  return Unit{};
}

}  // namespace tandem::link
