#include <tandem/connection/jira/model/transition.hpp>

namespace tandem::jira {

json::Value Transition::to_json() const {
  json::Array rows;
  for (auto const& field : fields) {
    if (field.required) rows.push_back(field.to_json());  // what is optional is not needed again
  }
  return json::Object{{"id", id},
                      {"name", name},
                      {"to", json::Object{{"id", to.id}, {"name", to.name}, {"category", to.category}}},
                      {"conditional", conditional},
                      {"fields", std::move(rows)}};
}

Result<Transition> Transition::from_json(json::Value const& value) {
  Transition out;
  out.id = value["id"].text();
  out.name = value["name"].text();
  auto const& to = value["to"];
  out.to = {std::string(to["id"].text()), std::string(to["name"].text()), std::string(to["category"].text())};
  if (out.id.empty() || out.to.id.empty()) return fail(ErrorKind::store, "a remembered transition has no id or no end");
  out.conditional = value["conditional"].truthy();
  for (auto const& row : value["fields"].items()) {
    TANDEM_TRY(auto field, Field::from_json(row));
    out.fields.push_back(std::move(field));
  }
  return out;
}

}  // namespace tandem::jira
