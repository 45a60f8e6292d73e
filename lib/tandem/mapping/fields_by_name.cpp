#include <tandem/mapping/fields_by_name.hpp>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping {

FoundField find_field(std::vector<jira::Field> const& fields, std::string_view id_or_name) {
  for (auto const& field : fields) {
    if (field.id == id_or_name) return {field, {field.id}};
  }
  auto const folded = text::folded(id_or_name);
  if (folded.empty()) return {};
  FoundField found;
  for (auto const& field : fields) {
    if (text::folded(field.name) != folded) continue;
    found.field = field;
    found.ids.push_back(field.id);
  }
  if (found.ids.size() > 1) found.field.reset();
  return found;
}

}  // namespace tandem::mapping
