#include "support/contract/csdl.hpp"

#include <memory>

#include <libxml/parser.h>
#include <libxml/tree.h>

namespace tandem::test::contract {

bool is_collection(std::string_view type) { return type.starts_with("Collection("); }

std::string element_of(std::string_view type) {
  return std::string(is_collection(type) ? type.substr(11, type.size() - 12) : type);
}

namespace {

std::string attribute(xmlNode* node, char const* name) {
  auto* const value = xmlGetProp(node, reinterpret_cast<xmlChar const*>(name));
  if (value == nullptr) return {};
  std::string out(reinterpret_cast<char const*>(value));
  xmlFree(value);
  return out;
}

// "mscrm.incident", "Microsoft.Dynamics.CRM.incident" -> "incident", also within Collection(…).
std::string bare(std::string type) {
  for (std::string_view const prefix : {"Microsoft.Dynamics.CRM.", "mscrm."}) {
    if (auto const at = type.find(prefix); at != std::string::npos) type.erase(at, prefix.size());
  }
  return type;
}

}  // namespace

class CsdlReader {
 public:
  explicit CsdlReader(Csdl& out) : out_(out) {}

  void read(xmlNode* node) {
    for (; node != nullptr; node = node->next) {
      if (node->type != XML_ELEMENT_NODE) continue;
      std::string_view const kind(reinterpret_cast<char const*>(node->name));
      auto const name = attribute(node, "Name");
      if (kind == "EntityType" || kind == "ComplexType") {
        read_type(node, out_.types_[name], kind == "EntityType");
      } else if (kind == "EnumType") {
        auto& members = out_.enums_[name];
        for (auto* child = node->children; child != nullptr; child = child->next) members.push_back(attribute(child, "Name"));
      } else if (kind == "Action" || kind == "Function") {
        out_.operations_.emplace(name, read_operation(node, kind == "Action"));
      } else if (kind == "EntitySet") {
        read_set(node, out_.sets_[name]);
      } else {
        read(node->children);
      }
    }
  }

 private:
  template <class Body>
  static void each(xmlNode* node, std::string_view kind, Body const& body) {
    for (auto* child = node->children; child != nullptr; child = child->next) {
      if (child->type == XML_ELEMENT_NODE && kind == reinterpret_cast<char const*>(child->name)) body(child);
    }
  }

  static Parameter read_parameter(xmlNode* node) {
    return {attribute(node, "Name"), bare(attribute(node, "Type")), attribute(node, "Nullable") != "false"};
  }

  static void read_type(xmlNode* node, StructuredType& type, bool entity) {
    type.entity = entity;
    type.base = bare(attribute(node, "BaseType"));
    each(node, "Property", [&](xmlNode* one) { type.properties.emplace(attribute(one, "Name"), read_parameter(one)); });
    each(node, "NavigationProperty",
         [&](xmlNode* one) { type.navigations.emplace(attribute(one, "Name"), bare(attribute(one, "Type"))); });
    each(node, "Key",
         [&](xmlNode* key) { each(key, "PropertyRef", [&](xmlNode* one) { type.key.push_back(attribute(one, "Name")); }); });
  }

  static Operation read_operation(xmlNode* node, bool action) {
    Operation out;
    out.action = action;
    out.bound = attribute(node, "IsBound") == "true";
    each(node, "Parameter", [&](xmlNode* one) { out.parameters.push_back(read_parameter(one)); });
    each(node, "ReturnType", [&](xmlNode* one) { out.returns = bare(attribute(one, "Type")); });
    return out;
  }

  static void read_set(xmlNode* node, EntitySet& set) {
    set.type = bare(attribute(node, "EntityType"));
    each(node, "NavigationPropertyBinding",
         [&](xmlNode* one) { set.targets.emplace(attribute(one, "Path"), attribute(one, "Target")); });
  }

  Csdl& out_;
};

Result<Csdl> Csdl::parse(std::string const& xml) {
  std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> const document(
      xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "metadata.xml", "UTF-8", XML_PARSE_NONET | XML_PARSE_HUGE),
      &xmlFreeDoc);
  if (document == nullptr) return fail(ErrorKind::config, "the metadata document is no XML");
  Csdl out;
  CsdlReader(out).read(xmlDocGetRootElement(document.get()));
  if (out.sets_.empty()) return fail(ErrorKind::config, "the metadata document has no entity set");
  return out;
}

void Csdl::supplement(std::string const& type_name, std::string const& name) {
  if (type(type_name) == nullptr || property(type_name, name) != nullptr || navigation(type_name, name) != nullptr) return;
  types_[type_name].properties.emplace(name, Parameter{name, "", true});
}

StructuredType const* Csdl::type(std::string_view name) const {
  auto const found = types_.find(name);
  return found == types_.end() ? nullptr : &found->second;
}

Parameter const* Csdl::property(std::string_view type_name, std::string_view name) const {
  for (auto const* one = type(type_name); one != nullptr; one = type(one->base)) {
    if (auto const found = one->properties.find(name); found != one->properties.end()) return &found->second;
  }
  return nullptr;
}

std::string const* Csdl::navigation(std::string_view type_name, std::string_view name) const {
  for (auto const* one = type(type_name); one != nullptr; one = type(one->base)) {
    if (auto const found = one->navigations.find(name); found != one->navigations.end()) return &found->second;
  }
  return nullptr;
}

EntitySet const* Csdl::set(std::string_view name) const {
  auto const found = sets_.find(name);
  return found == sets_.end() ? nullptr : &found->second;
}

std::string Csdl::set_of_type(std::string_view type) const {
  for (auto const& [name, one] : sets_) {
    if (one.type == type) return name;
  }
  return {};
}

bool Csdl::derives(std::string_view type_name, std::string_view base) const {
  for (std::string name(type_name); !name.empty();) {
    if (name == base) return true;
    auto const* const one = type(name);
    if (one == nullptr) return false;
    name = one->base;
  }
  return false;
}

std::vector<std::string> Csdl::derived_from(std::string_view base) const {
  std::vector<std::string> out;
  for (auto const& [name, one] : types_) {
    if (name != base && derives(name, base)) out.push_back(name);
  }
  return out;
}

Operation const* Csdl::operation(std::string_view name, std::string_view bound_to) const {
  auto const [first, last] = operations_.equal_range(name);
  for (auto one = first; one != last; ++one) {
    if (!one->second.bound) {
      if (bound_to.empty()) return &one->second;
      continue;
    }
    if (bound_to.empty() || one->second.parameters.empty()) continue;
    auto const& wanted = one->second.parameters.front().type;
    if (is_collection(wanted) == is_collection(bound_to) && derives(element_of(bound_to), element_of(wanted)))
      return &one->second;
  }
  return nullptr;
}

}  // namespace tandem::test::contract
