// What `items rehearse` shows: the plan, each step as it is walked, and how both sides stand at the end, for people and as JSON.
#pragma once

#include <tandem/sync/status/rehearse.hpp>

#include "cli/output.hpp"

namespace tandem::cli {

void print_plan(Output& out, sync::PreparedRehearsal const& prepared);
void print_step(Output& out, sync::PreparedRehearsal const& prepared, sync::RehearsedStep const& step);
void print_back(Output& out, sync::PutBack const& back, link::Link const& link);
void print_end(Output& out, sync::PreparedRehearsal const& prepared, sync::Rehearsed const& done);

// item, record, number, issue, issueId, entity, before, plan, remains
json::Object plan_json(sync::PreparedRehearsal const& prepared);
json::Value back_json(sync::PutBack const& back);
// Adds steps, restored, stopped.
void add_outcome(json::Object& report, sync::PreparedRehearsal const& prepared, sync::Rehearsed const& done);

}  // namespace tandem::cli
