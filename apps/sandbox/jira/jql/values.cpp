#include "jira/jql/values.hpp"

#include <charconv>

#include "jira/adf/text.hpp"
#include "jira/endpoints/worklogs.hpp"
#include "jira/jql/fields.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira::jql {

bool is_date(Field const& field) { return field.type->type == "date" || field.type->type == "datetime"; }
bool is_number(Field const& field) { return field.type->type == "number"; }

std::optional<Instant> date_of(Issue const& issue, Field const& field, std::string const& zone) {
  if (!field.custom()) {
    if (field.id == "updated") return issue.updated;
    if (field.id == "created") return issue.created;
    if (field.id == "resolutiondate") return issue.resolved;
    if (field.id == "statuscategorychangedate") return issue.status_category_changed;
  }
  auto const& stored = issue.value(field.id);
  if (auto const millis = stored.integer()) return tandem::from_epoch_millis(*millis);
  auto const day = tandem::parse_date(stored.text());
  if (!day) return std::nullopt;
  return instant_of_local(std::chrono::local_days{*day}, zone);
}

std::optional<double> number_of(Issue const& issue, Field const& field) {
  if (field.id == "timespent") {
    auto const spent = seconds_spent(issue);
    return spent == 0 ? std::nullopt : std::optional(static_cast<double>(spent));
  }
  auto const& stored =
      field.custom() ? issue.value(field.id) : issue.value("timetracking")[field.id == "timeestimate" ? "remaining" : "original"];
  auto const* number = stored.if_number();
  if (number == nullptr) return std::nullopt;
  double out = 0;
  std::from_chars(number->text.data(), number->text.data() + number->text.size(), out);
  return out;
}

bool is_empty(Site const& site, Issue const& issue, Field const& field) {
  if (field.id == "comment") return issue.comments.empty();
  if (field.id == "attachment") return issue.attachments.empty();
  if (field.id == "timespent") return issue.worklogs.empty();
  if (holds_ids(field)) return ids_of_issue(site, issue, field).empty();
  if (is_date(field)) return !date_of(issue, field, "UTC");
  return issue.value(field.id).is_null();
}

std::string all_text(Issue const& issue) {
  std::string out;
  for (auto const& [id, value] : issue.values) {
    if (value.is_object() && value["type"].text() == "doc")
      out += adf_text(value) + "\n";
    else if (id == "summary" || (id.starts_with("customfield_") && value.is_string()))
      out += std::string(value.text()) + "\n";
  }
  for (auto const& comment : issue.comments) out += adf_text(comment.body) + "\n";
  return out;
}

}  // namespace sandbox::jira::jql
