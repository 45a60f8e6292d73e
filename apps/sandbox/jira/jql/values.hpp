// What an issue holds in a field, as queries and sorting see it: dates, numbers, emptiness, texts.
#pragma once

#include <optional>

#include "jira/site.hpp"

namespace sandbox::jira::jql {

bool is_date(Field const& field);
bool is_number(Field const& field);
std::optional<Instant> date_of(Issue const& issue, Field const& field,
                               std::string const& zone);  // of a day: its beginning in `zone`
std::optional<double> number_of(Issue const& issue, Field const& field);
bool is_empty(Site const& site, Issue const& issue, Field const& field);
std::string all_text(Issue const& issue);  // summary, description, environment, text fields and comments

}  // namespace sandbox::jira::jql
