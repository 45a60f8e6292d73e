#include <tandem/connection/jira/model/field.hpp>

namespace tandem::jira {

namespace {

json::Array allowed_json(std::vector<AllowedValue> const& allowed) {
  json::Array values;
  for (auto const& one : allowed) {
    json::Object row{{"id", one.id}, {"name", one.name}};
    if (!one.children.empty()) row.append("children", allowed_json(one.children));
    values.emplace_back(std::move(row));
  }
  return values;
}

std::vector<AllowedValue> allowed_from(json::Value const& rows) {
  std::vector<AllowedValue> out;
  for (auto const& row : rows.items()) {
    AllowedValue one{std::string(row["id"].text()), std::string(row["name"].text())};
    for (auto const& child : row["children"].items())
      one.children.push_back({std::string(child["id"].text()), std::string(child["name"].text())});
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

json::Value Field::to_json() const {
  json::Array ops;
  for (auto const& one : operations) ops.emplace_back(one);
  return json::Object{{"id", id},
                      {"name", name},
                      {"required", required},
                      {"hasDefault", has_default},
                      {"type", type},
                      {"items", items},
                      {"system", system},
                      {"custom", custom},
                      {"allowed", allowed_json(allowed)},
                      {"operations", std::move(ops)}};
}

Result<Field> Field::from_json(json::Value const& value) {
  Field out;
  out.id = value["id"].text();
  if (out.id.empty()) return fail(ErrorKind::config, "a field of a schema has no id");
  out.name = value["name"].text_or(out.id);
  out.required = value["required"].truthy();
  out.has_default = value["hasDefault"].truthy();
  out.type = value["type"].text();
  out.items = value["items"].text();
  out.system = value["system"].text();
  out.custom = value["custom"].text();
  out.allowed = allowed_from(value["allowed"]);
  for (auto const& one : value["operations"].items()) out.operations.emplace_back(one.text());
  return out;
}

}  // namespace tandem::jira
