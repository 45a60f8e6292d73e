#include "support/contract/openapi_schema.hpp"

#include <set>
#include <string>
#include <vector>

namespace tandem::test::contract {

namespace {

constexpr std::string_view kReference = "#/components/schemas/";

class Translation {
 public:
  Translation(json::Value const& components, Reading reading) : components_(components), strict_(reading == Reading::strict) {}

  json::Value whole(json::Value const& node) {
    auto root = schema(node);
    json::Object definitions;
    for (std::size_t i = 0; i < reached_.size(); ++i) {  // grows while it is walked
      auto const name = reached_[i];
      definitions.set(name, schema(components_[name]));
    }
    if (!definitions.empty()) root.set("definitions", std::move(definitions));
    return root;
  }

 private:
  json::Value schema(json::Value const& node) {
    if (auto const target = node["$ref"].text(); !target.empty()) return reference(std::string(target.substr(kReference.size())));
    json::Object out;
    for (auto const* const name : {"allOf", "anyOf", "oneOf"}) {
      if (!node.has(name)) continue;
      if (node[name].items().size() == 1)
        return schema(node[name].at(0));  // only a way to describe a $ref; a failure within it stays named
      json::Array all;
      for (auto const& one : node[name].items()) all.push_back(schema(one));
      // "any of these" beside null: the alternatives are objects, and each says itself which members it has.
      out.set(name, std::move(all));
      return out;
    }
    type_of(node, out);
    for (auto const* const name : {"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"}) {
      if (node.has(name)) out.set(name, node[name]);
    }
    if (strict_ && node.has("uniqueItems")) out.set("uniqueItems", node["uniqueItems"]);
    format_of(node, out);
    if (node.has("items")) out.set("items", schema(node["items"]));
    members_of(node, out);
    return out;
  }

  json::Value reference(std::string name) {
    if (seen_.insert(name).second) reached_.push_back(name);
    return json::Object{{"$ref", "#/definitions/" + name}};
  }

  [[nodiscard]] bool takes_null(json::Value const& node) const { return !strict_ || node["nullable"].truthy(); }

  void type_of(json::Value const& node, json::Object& out) const {
    if (node.has("type")) {
      if (takes_null(node)) {
        out.set("type", json::Array{node["type"], "null"});
      } else {
        out.set("type", node["type"]);
      }
    }
    if (!node.has("enum")) return;
    auto values = node["enum"].items();
    if (takes_null(node)) values.emplace_back(nullptr);
    out.set("enum", std::move(values));
  }

  static void format_of(json::Value const& node, json::Object& out) {
    auto const format = node["format"].text();
    if (format == "int32") {
      if (!node.has("minimum")) out.set("minimum", json::Number{"-2147483648"});
      if (!node.has("maximum")) out.set("maximum", json::Number{"2147483647"});
    } else if (format == "date") {
      out.set("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
    } else if (format == "date-time") {
      out.set("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+\\-][0-9]{2}:?[0-9]{2})$");
    }
  }

  void members_of(json::Value const& node, json::Object& out) {
    json::Object members;
    for (auto const& [name, member] : node["properties"].members()) {
      if (strict_ && member["readOnly"].truthy()) continue;
      members.set(name, schema(member));
    }
    json::Array required;
    for (auto const& name : node["required"].items()) {
      if (!strict_ || members.find(name.text()) != nullptr) required.push_back(name);
    }
    if (!required.empty()) out.set("required", std::move(required));
    auto const& further = node["additionalProperties"];
    if (further.is_object() && !further.members().empty()) {
      out.set("additionalProperties", schema(further));
    } else if (strict_ && node.has("properties")) {
      out.set("additionalProperties", false);
    }
    if (!members.empty()) out.set("properties", std::move(members));
  }

  json::Value const& components_;
  bool strict_;
  std::set<std::string> seen_;
  std::vector<std::string> reached_;
};

}  // namespace

json::Value draft4_of(json::Value const& components, json::Value const& node, Reading reading) {
  return Translation(components, reading).whole(node);
}

}  // namespace tandem::test::contract
