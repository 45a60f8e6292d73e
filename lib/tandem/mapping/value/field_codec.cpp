// Chooses a field's codec.
#include <tandem/mapping/value/field_codecs.hpp>
#include <tandem/mapping/value/kinds.hpp>

namespace tandem::mapping::value {

std::unique_ptr<FieldCodec> field_codec(jira::Field const& field, std::optional<Zone> const& zone) {
  switch (kind_of(field)) {
    case FieldKind::none: return nullptr;
    case FieldKind::text: return text_field(field);
    case FieldKind::url: return url_field(field);
    case FieldKind::rich_text: return rich_text_field(field);
    case FieldKind::number: return number_field(field);
    case FieldKind::date: return date_field(field, zone);
    case FieldKind::date_time: return date_time_field(field, zone);
    case FieldKind::labels: return labels_field(field);
    case FieldKind::priority:
    case FieldKind::option:
    case FieldKind::cascading:
    case FieldKind::version: return choice_field(field, false);
    case FieldKind::options:
    case FieldKind::components:
    case FieldKind::versions: return choice_field(field, true);
    case FieldKind::person: return people_field(field, false);
    case FieldKind::people: return people_field(field, true);
  }
  return nullptr;
}

}  // namespace tandem::mapping::value
