#include <tandem/link/identity.hpp>

#include <tandem/base/ids/uuid.hpp>

namespace tandem::link {

namespace {

// Never to be changed: every derived id depends on it.
constexpr std::string_view kNameSpace = "6f1d3c52-8f0e-5b0a-9a5e-3b7f0f6c2d41";

std::string_view name_of(NoteKind kind) {
  switch (kind) {
    case NoteKind::comment: return "comment";
    case NoteKind::file: return "file";
    case NoteKind::link: break;
  }
  return "link";
}

}  // namespace

std::string note_id(NoteIdentity const& identity) {
  std::string name;
  for (auto const part : {name_of(identity.kind), identity.origin, identity.id, identity.part, identity.record}) {
    name += part;
    name += '\n';  // no part holds a new line, so different parts never give one name
  }
  return uuid5(kNameSpace, name);
}

std::string link_id(std::string_view organisation_id, std::string_view item, std::string_view record) {
  return note_id({NoteKind::link, organisation_id, item, "", record});
}

}  // namespace tandem::link
