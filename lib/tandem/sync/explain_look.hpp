// Explaining a record or an issue: reads both sides and the store, and hands what it found to explain.hpp (SPEC X1).
//
// Reads only: no lock, no write to either system, nothing kept in the store. A system that cannot be asked costs the answers that need it,
// which are then unknown, with the error.
#pragma once

#include <string>
#include <vector>

#include <tandem/sync/explain_part.hpp>
#include <tandem/sync/link_items.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync::explain {

struct Question {
  std::string what;  // an issue's key, id or address; a record's id, number, name or address
  std::string item{};  // "" = every item that applies
  std::string field{};  // "" = all effects
  std::optional<Part> part{};  // of one comment, note or file only
};

// One record and its issue under one item.
struct Explained {
  std::string item, record, number, title, issue_key;
  std::vector<Effect> effects;
};

// REQUIRES: run.options.dry_run. Errors: not_found (neither system knows it, no item applies, no mapping has that field), usage (a page of
// another site, several records of that name), config (the item that was named no longer fits its metadata).
Result<std::vector<Explained>> explain(RunContext& run, LinkItems const& items, Question const& question);

json::Value to_json(Explained const& explained);

}  // namespace tandem::sync::explain
