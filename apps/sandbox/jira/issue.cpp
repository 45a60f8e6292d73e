#include "jira/issue.hpp"

namespace sandbox::jira {

json::Value const& Issue::value(std::string_view field) const {
  static json::Value const kNone;
  auto const found = values.find(field);
  return found == values.end() ? kNone : found->second;
}

void Issue::set(std::string const& field, json::Value value) {
  if (value.is_null()) {
    values.erase(field);
  } else {
    values.insert_or_assign(field, std::move(value));
  }
}

}  // namespace sandbox::jira
