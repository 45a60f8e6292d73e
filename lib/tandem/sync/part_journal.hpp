// Part journal: components and versions that are about to be made (SPEC C2, R7).
//
// Their name is their identity, so no evidence is needed to know them again (decisions/0013). What is kept here tells that it was us who made what
// is found under that name, so that the history says so exactly once. They belong to an item and to no link.
//
// Table: "part_journal" ((item, kind, name) -> IntendedPart).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/connection/jira/model/field.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sync {

struct IntendedPart {
  std::string item;
  jira::PartKind kind = jira::PartKind::component;
  std::string name;
  std::optional<Instant> at;  // Jira's clock before the request
  [[nodiscard]] json::Value to_json() const;
  static Result<IntendedPart> from_json(json::Value const& value);
};

std::string_view name_of(jira::PartKind kind);  // "component", "version"

Result<Unit> put_intended_part(store::Writer& writer, IntendedPart const& part);
// It is made and told, or surely not made.
Result<Unit> erase_intended_part(store::Writer& writer, IntendedPart const& part);
Result<std::vector<IntendedPart>> intended_parts(store::Reader& reader, std::string_view item);
Result<Unit> forget_intended_parts(store::Writer& writer, std::string_view item);

}  // namespace tandem::sync
