#include <tandem/sync/part_journal.hpp>

namespace tandem::sync {

namespace {

constexpr store::Table<IntendedPart> kParts{"part_journal"};

std::string key(IntendedPart const& part) { return store::key_of({part.item, name_of(part.kind), part.name}); }

}  // namespace

std::string_view name_of(jira::PartKind kind) { return kind == jira::PartKind::component ? "component" : "version"; }

json::Value IntendedPart::to_json() const {
  return json::Object{
      {"item", item}, {"kind", name_of(kind)}, {"name", name}, {"at", at ? json::Value(to_rfc3339(*at)) : json::Value()}};
}

Result<IntendedPart> IntendedPart::from_json(json::Value const& value) {
  IntendedPart part;
  part.item = value["item"].text();
  part.kind = value["kind"].text() == name_of(jira::PartKind::version) ? jira::PartKind::version : jira::PartKind::component;
  part.name = value["name"].text();
  part.at = parse_instant(value["at"].text());
  if (part.item.empty() || part.name.empty()) return fail(ErrorKind::store, "a component or version to be made without its name");
  return part;
}

Result<Unit> put_intended_part(store::Writer& writer, IntendedPart const& part) { return kParts.put(writer, key(part), part); }
Result<Unit> erase_intended_part(store::Writer& writer, IntendedPart const& part) { return kParts.erase(writer, key(part)); }

Result<std::vector<IntendedPart>> intended_parts(store::Reader& reader, std::string_view item) {
  std::vector<IntendedPart> parts;
  TANDEM_CHECK(kParts.scan(reader, std::string(item) + '\0', "", [&](std::string_view, IntendedPart part) -> Result<bool> {
    parts.push_back(std::move(part));
    return true;
  }));
  return parts;
}

Result<Unit> forget_intended_parts(store::Writer& writer, std::string_view item) {
  TANDEM_TRY(auto const parts, intended_parts(writer, item));
  for (auto const& part : parts) TANDEM_CHECK(erase_intended_part(writer, part));
  return Unit{};
}

}  // namespace tandem::sync
