// Csdl: a service's $metadata document (OData CSDL XML), as far as requests and answers can be checked by it.
//
// Type names stand without their namespace ("incident", "Edm.String"); "Collection(x)" is kept as written. Lookups by name walk up the base types.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/result.hpp>

namespace tandem::test::contract {

struct Parameter {
  std::string name, type;
  bool nullable = true;
};

// An action (POST) or a function (GET). A bound one's first parameter is what it is called on.
struct Operation {
  bool action = false, bound = false;
  std::vector<Parameter> parameters;
  std::string returns;  // "" = nothing
};

struct StructuredType {
  std::string base;
  bool entity = false;
  std::vector<std::string> key;
  std::map<std::string, Parameter, std::less<>> properties;
  std::map<std::string, std::string, std::less<>> navigations;  // name -> type, "Collection(task)" for many
};

struct EntitySet {
  std::string type;
  std::map<std::string, std::string, std::less<>> targets;  // navigation property -> entity set
};

class Csdl {
 public:
  // Errors: config.
  static Result<Csdl> parse(std::string const& xml);
  // A property that the document does not have, for it is older than the service. Its type is not known.
  void supplement(std::string const& type, std::string const& property);

  [[nodiscard]] StructuredType const* type(std::string_view name) const;
  [[nodiscard]] Parameter const* property(std::string_view type, std::string_view name) const;
  [[nodiscard]] std::string const* navigation(std::string_view type, std::string_view name) const;
  [[nodiscard]] EntitySet const* set(std::string_view name) const;
  [[nodiscard]] std::string set_of_type(std::string_view type) const;  // "" when none
  // By name; for a bound one, that which can be called on `bound_to` ("" = unbound).
  [[nodiscard]] Operation const* operation(std::string_view name, std::string_view bound_to) const;
  [[nodiscard]] bool is_enum(std::string_view type) const { return enums_.contains(type); }
  [[nodiscard]] bool derives(std::string_view type, std::string_view base) const;
  [[nodiscard]] std::vector<std::string> derived_from(std::string_view base) const;  // all types below `base`

 private:
  friend class CsdlReader;
  std::map<std::string, StructuredType, std::less<>> types_;
  std::map<std::string, EntitySet, std::less<>> sets_;
  std::map<std::string, std::vector<std::string>, std::less<>> enums_;
  std::multimap<std::string, Operation, std::less<>> operations_;
};

bool is_collection(std::string_view type);
std::string element_of(std::string_view type);  // "Collection(x)" -> "x", "x" -> "x"

}  // namespace tandem::test::contract
