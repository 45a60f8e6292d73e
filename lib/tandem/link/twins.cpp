#include <tandem/link/twins.hpp>

namespace tandem::link {

namespace {

constexpr store::Table<Twin> kTwins{"twins"};
constexpr store::Table<Copy> kCopies{"copies"};

}  // namespace

std::string_view name_of(TwinKind kind) { return kind == TwinKind::comment ? "comment" : "file"; }
std::string_view name_of(Side side) { return side == Side::jira ? "jira" : "dynamics"; }

CopyPart Twin::part(std::size_t number) const {
  if (number <= 1) return {original == Side::jira ? note : jira, copy_version, copy_hash, pending};
  return number - 2 < more.size() ? more[number - 2] : CopyPart{};
}

void Twin::set_part(std::size_t number, CopyPart part) {
  if (number > 1) {
    if (more.size() < number - 1) more.resize(number - 1);
    more[number - 2] = std::move(part);
    return;
  }
  (original == Side::jira ? note : jira) = std::move(part.id);
  copy_version = std::move(part.version);
  copy_hash = std::move(part.hash);
  pending = std::move(part.pending);
}

std::string Twin::note_version(std::string_view id) const {
  if (original == Side::dynamics) return id == note ? original_version : std::string();
  for (std::size_t number = 1; number <= parts(); ++number) {
    if (auto const one = part(number); one.id == id) return one.version;
  }
  return "";
}

json::Value Twin::to_json() const {
  json::Object out{{"kind", name_of(kind)},
                   {"original", name_of(original)},
                   {"note", note},
                   {"jira", jira},
                   {"originalVersion", original_version},
                   {"copyVersion", copy_version},
                   {"originalHash", original_hash},
                   {"copyHash", copy_hash},
                   {"pending", pending}};
  if (more.empty()) return out;
  json::Array parts;
  for (auto const& one : more) {
    parts.push_back(json::Object{{"id", one.id}, {"version", one.version}, {"hash", one.hash}, {"pending", one.pending}});
  }
  out.set("more", std::move(parts));
  return out;
}

Result<Twin> Twin::from_json(json::Value const& value) {
  Twin twin;
  twin.kind = value["kind"].text() == "file" ? TwinKind::file : TwinKind::comment;
  twin.original = value["original"].text() == "jira" ? Side::jira : Side::dynamics;
  twin.note = value["note"].text();
  twin.jira = value["jira"].text();
  if (twin.note.empty() || twin.jira.empty()) return fail(ErrorKind::store, "a twin without its two ids");
  twin.original_version = value["originalVersion"].text();
  twin.copy_version = value["copyVersion"].text();
  twin.original_hash = value["originalHash"].text();
  twin.copy_hash = value["copyHash"].text();
  twin.pending = value["pending"].text();
  for (auto const& one : value["more"].items()) {
    twin.more.push_back({std::string(one["id"].text()), std::string(one["version"].text()), std::string(one["hash"].text()),
                         std::string(one["pending"].text())});
  }
  return twin;
}

json::Value Copy::to_json() const { return json::Object{{"link", link}, {"twin", twin}}; }

Result<Copy> Copy::from_json(json::Value const& value) {
  return Copy{std::string(value["link"].text()), std::string(value["twin"].text())};
}

Result<Unit> put_twin(store::Writer& writer, std::string_view link_id, Twin const& twin) {
  TANDEM_CHECK(kTwins.put(writer, store::key_of({link_id, name_of(twin.kind), twin.note}), twin));
  bool const from_jira = twin.original == Side::jira;
  auto const copied_to = name_of(from_jira ? Side::dynamics : Side::jira);
  Copy const copy{std::string(link_id), from_jira ? twin.jira : twin.note};
  for (std::size_t number = 1; number <= twin.parts(); ++number)
    TANDEM_CHECK(kCopies.put(writer, store::key_of({name_of(twin.kind), copied_to, twin.part(number).id}), copy));
  return Unit{};
}

Result<std::optional<Twin>> find_twin(store::Reader& reader, std::string_view link_id, TwinKind kind, std::string_view note) {
  return kTwins.get(reader, store::key_of({link_id, name_of(kind), note}));
}

Result<std::vector<Twin>> twins_of(store::Reader& reader, std::string_view link_id) {
  std::vector<Twin> twins;
  TANDEM_CHECK(kTwins.scan(reader, std::string(link_id) + '\0', "", [&](std::string_view, Twin twin) -> Result<bool> {
    twins.push_back(std::move(twin));
    return true;
  }));
  return twins;
}

Result<Unit> erase_twins(store::Writer& writer, std::string_view link_id) {
  return kTwins.scan(writer, std::string(link_id) + '\0', "", [&](std::string_view key, Twin const&) -> Result<bool> {
    TANDEM_CHECK(kTwins.erase(writer, key));
    return true;
  });
}

Result<std::optional<Copy>> find_copy(store::Reader& reader, TwinKind kind, Side side, std::string_view id) {
  return kCopies.get(reader, store::key_of({name_of(kind), name_of(side), id}));
}

}  // namespace tandem::link
