#include <tandem/connection/jira/model/field.hpp>

namespace tandem::jira {

json::Value Field::to_json() const {
  json::Array values, ops;
  for (auto const& one : allowed) values.push_back(json::Object{{"id", one.id}, {"name", one.name}});
  for (auto const& one : operations) ops.emplace_back(one);
  return json::Object{{"id", id},
                      {"name", name},
                      {"required", required},
                      {"hasDefault", has_default},
                      {"type", type},
                      {"items", items},
                      {"system", system},
                      {"custom", custom},
                      {"allowed", std::move(values)},
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
  for (auto const& one : value["allowed"].items())
    out.allowed.push_back({std::string(one["id"].text()), std::string(one["name"].text())});
  for (auto const& one : value["operations"].items()) out.operations.emplace_back(one.text());
  return out;
}

}  // namespace tandem::jira
