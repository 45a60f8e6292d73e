// The codecs of Jira fields, one maker per kind; field_codec() chooses (contract: jira.md §5, §6).
#pragma once

#include <memory>

#include <tandem/mapping/value/codec.hpp>

namespace tandem::mapping::value {

std::unique_ptr<FieldCodec> text_field(jira::Field const& field);
std::unique_ptr<FieldCodec> url_field(jira::Field const& field);
std::unique_ptr<FieldCodec> rich_text_field(jira::Field const& field);
std::unique_ptr<FieldCodec> number_field(jira::Field const& field);
std::unique_ptr<FieldCodec> date_field(jira::Field const& field, std::optional<Zone> const& zone);
std::unique_ptr<FieldCodec> date_time_field(jira::Field const& field, std::optional<Zone> const& zone);
std::unique_ptr<FieldCodec> labels_field(jira::Field const& field);
std::unique_ptr<FieldCodec> choice_field(jira::Field const& field, bool several);
// Components or versions that may be made where Jira has none of a name (`createMissing`): what metadata lacks is looked for in `directory`.
std::unique_ptr<FieldCodec> parts_field(jira::Field const& field, jira::PartKind kind,
                                        std::shared_ptr<Directory const> directory);
std::unique_ptr<FieldCodec> people_field(jira::Field const& field, bool several);

// SPEC C6: what clears a field (null, [] for lists), unless it requires a value.
Conversion cleared(jira::Field const& field);

}  // namespace tandem::mapping::value
