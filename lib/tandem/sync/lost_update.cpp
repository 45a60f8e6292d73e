#include <tandem/sync/lost_update.hpp>

#include <algorithm>

#include <tandem/base/json/parse.hpp>
#include <tandem/sync/pair.hpp>

namespace tandem::sync {

namespace {

struct Step {
  std::string author;
  jira::FieldEntry const* entry;
};

// The changes of one field since the issue was read.
std::vector<Step> steps_of(std::string const& field, Instant since, std::vector<jira::ChangelogEntry> const& history) {
  std::vector<Step> steps;
  for (auto const& one : history) {
    if (one.created <= since) continue;
    // Lists are told entry by entry within one step.
    auto const entry =
        std::find_if(one.fields.begin(), one.fields.end(), [&](jira::FieldEntry const& part) { return part.field_id == field; });
    if (entry != one.fields.end()) steps.push_back({one.author, &*entry});
  }
  return steps;
}

// Labels and the like travel as single additions and removals: nobody's are replaced.
bool is_list_of_labels(jira::Field const& field) { return field.type == "array" && field.items == "string"; }

}  // namespace

std::optional<json::Value> written_in_history(jira::Field const& field, std::string const& id, std::string const& text) {
  auto const by_id = [&](std::string_view member) -> std::optional<json::Value> {
    if (id.empty()) return json::Value();
    return json::Object{{std::string(member), id}};
  };
  if (field.type == "string") {
    bool const rich = field.system == "description" || field.system == "environment" || field.custom == "textarea";
    if (rich) return std::nullopt;
    return text.empty() ? json::Value() : json::Value(text);
  }
  if (field.type == "number") {
    if (text.empty()) return json::Value();
    auto number = json::parse(text);
    return number && number->is_number() ? std::optional(*number) : std::nullopt;
  }
  if (field.type == "date") return id.empty() ? json::Value() : json::Value(id);
  if (field.type == "priority" || field.type == "option") return by_id("id");
  if (field.type == "user") return by_id("accountId");
  return std::nullopt;
}

bool holds_rivals(Intent const& intent, std::vector<jira::ChangelogEntry> const& history) {
  auto const since = parse_instant(intent.read_at);
  return since && !intent.put_back && std::any_of(intent.fields.begin(), intent.fields.end(), [&](IntendedField const& field) {
           return steps_of(field.field, *since, history).size() > 1;
         });
}

std::vector<LostUpdate> lost_updates(mapping::CompiledItem const& item, Intent const& intent,
                                     std::vector<jira::ChangelogEntry> const& history, std::string_view account) {
  std::vector<LostUpdate> lost;
  auto const since = parse_instant(intent.read_at);
  if (!since || intent.put_back) return lost;
  for (std::size_t i = 0; i < intent.fields.size(); ++i) {
    auto const& field = intent.fields[i];
    auto const* rule = rule_of(item, field.rule);
    if (rule == nullptr || is_list_of_labels(rule->field)) continue;
    auto const steps = steps_of(field.field, *since, history);
    auto const ours = std::find_if(steps.rbegin(), steps.rend(), [&](Step const& step) { return step.author == account; });
    if (ours == steps.rend() || std::next(ours) == steps.rend()) continue;
    auto const& theirs = *std::next(ours)->entry;
    auto value = written_in_history(rule->field, theirs.to, theirs.to_text);
    // Changed and changed back: what we replaced is what we had planned over.
    if (value && rule->same_fields(*value, field.before)) continue;
    lost.push_back({i, theirs.to_text.empty() ? theirs.to : theirs.to_text, std::move(value)});
  }
  return lost;
}

}  // namespace tandem::sync
