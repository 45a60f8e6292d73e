#include "support/contract/odata_json.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "support/contract/edm.hpp"
#include "support/contract/odata_filter.hpp"

namespace tandem::test::contract {

ColumnFacts::ColumnFacts(json::Value definitions) : definitions_(std::move(definitions)) {}

std::string ColumnFacts::write_fault(std::string_view table, std::string_view column, json::Value const& value,
                                     bool create) const {
  for (auto const& definition : definitions_["value"].items()) {
    if (definition["LogicalName"].text() != table) continue;
    for (auto const& attribute : definition["Attributes"].items()) {
      if (attribute["LogicalName"].text() != column) continue;
      auto const* const flag = attribute[create ? "IsValidForCreate" : "IsValidForUpdate"].if_bool();
      if (flag != nullptr && !*flag) return create ? "is not valid for a create" : "is not valid for an update";
      auto const most = attribute["MaxLength"].integer();
      if (most && value.is_string() && text::utf16_units(value.text()) > static_cast<std::size_t>(*most)) {
        return fmt::format("is longer than {} characters", *most);
      }
    }
  }
  return {};
}

namespace {

class SentRow {
 public:
  SentRow(Csdl const& csdl, ColumnFacts const& facts, Write write, Findings& findings)
      : csdl_(csdl), facts_(facts), write_(write), findings_(findings) {}

  void check(std::string_view type, json::Value const& row, std::string const& at) {
    if (!row.is_object()) return findings_.add(at, "a row is an object");
    for (auto const& [name, value] : row.members()) {
      auto const here = at + "/" + name;
      if (auto const mark = name.find('@'); mark != std::string::npos) {
        annotation(type, name.substr(0, mark), name.substr(mark), value, here);
      } else if (!type.empty()) {
        member(type, name, value, here);
      }
    }
  }

 private:
  void annotation(std::string_view type, std::string const& name, std::string const& kind, json::Value const& value,
                  std::string const& at) {
    if (kind == "@odata.bind") return bind(type, name, value, at);
    if (!name.empty() || (kind != "@odata.type" && kind != "@odata.id" && kind != "@odata.etag")) {
      findings_.add(at, "is no annotation that a client sends (dataverse §12)");
    } else if (kind == "@odata.type" && csdl_.type(element_of(bare(value.text()))) == nullptr && !is_custom(bare(value.text()))) {
      findings_.add(at, fmt::format("{} is no type of the metadata document", value.text()));
    }
  }

  static std::string bare(std::string_view type) {
    if (type.starts_with('#')) type.remove_prefix(1);
    constexpr std::string_view kNamespace = "Microsoft.Dynamics.CRM.";
    return std::string(type.starts_with(kNamespace) ? type.substr(kNamespace.size()) : type);
  }

  // "customerid_account@odata.bind": "/accounts(<guid>)"
  void bind(std::string_view type, std::string const& name, json::Value const& value, std::string const& at) {
    if (type.empty()) return;
    auto const* const navigation = csdl_.navigation(type, name);
    if (navigation == nullptr) {
      if (!is_custom(name))
        findings_.add(at, fmt::format("{} is no single-valued navigation property of {} (dataverse §12)", name, type));
      return;
    }
    if (is_collection(*navigation)) return findings_.add(at, name + " is a collection: it cannot be bound (dataverse §12)");
    if (value.is_null()) return;
    auto text = value.text();
    if (text.starts_with('$')) return;  // an earlier part of the change set
    if (auto const service = text.find("/api/data/v9."); service != std::string_view::npos) {
      text.remove_prefix(std::min(text.find('/', service + 13), text.size()));
    }
    if (text.starts_with('/')) text.remove_prefix(1);
    auto const open = text.find('(');
    if (open == std::string_view::npos || !text.ends_with(')')) return findings_.add(at, "is no /set(id) (dataverse §12)");
    auto const set_name = std::string(text.substr(0, open));
    auto const* const set = csdl_.set(set_name);
    if (set == nullptr) {
      if (!is_custom(set_name)) findings_.add(at, set_name + " is no entity set");
    } else if (!csdl_.derives(set->type, *navigation)) {
      findings_.add(at, fmt::format("{} holds {}, but {} refers to {}", set_name, set->type, name, *navigation));
    }
    auto const key = text.substr(open + 1, text.size() - open - 2);
    if (!is_guid(key) && key.find('=') == std::string_view::npos) findings_.add(at, "the key is no GUID");
  }

  void member(std::string_view type, std::string const& name, json::Value const& value, std::string const& at) {
    if (auto const* property = csdl_.property(type, name)) {
      if (name.starts_with('_') && name.ends_with("_value"))
        return findings_.add(at, "a lookup is written by @odata.bind (dataverse §12)");
      if (value.is_null()) {
        if (!property->nullable) findings_.add(at, "cannot be null");
        return;
      }
      typed(property->type, value, at);
      if (write_ == Write::either) return;
      if (auto const why = facts_.write_fault(type, name, value, write_ == Write::create); !why.empty()) {
        findings_.add(at, why + " (dataverse-entitydefinitions.json)");
      }
      return;
    }
    if (auto const* navigation = csdl_.navigation(type, name)) {
      if (!is_collection(*navigation)) return check(*navigation, value, at);
      if (!value.is_array()) return findings_.add(at, "is a collection");
      for (std::size_t i = 0; i < value.items().size(); ++i)
        check(element_of(*navigation), value.at(i), fmt::format("{}/{}", at, i));
      return;
    }
    if (!is_custom(name)) findings_.add(at, fmt::format("{} is no property of {}", name, type));
  }

 public:
  void typed(std::string const& type, json::Value const& value, std::string const& at) {
    if (is_collection(type)) {
      if (!value.is_array()) return findings_.add(at, "is a collection");
      for (std::size_t i = 0; i < value.items().size(); ++i) typed(element_of(type), value.at(i), fmt::format("{}/{}", at, i));
    } else if (auto const* structured = csdl_.type(type)) {
      if (structured->entity && type == "crmbaseentity") return check(bare(value["@odata.type"].text()), value, at);
      check(type, value, at);
    } else if (auto const why = value_fault(csdl_, type, value)) {
      findings_.add(at, *why);
    }
  }

 private:
  Csdl const& csdl_;
  ColumnFacts const& facts_;
  Write write_;
  Findings& findings_;
};

}  // namespace

void check_sent_row(Csdl const& csdl, ColumnFacts const& facts, std::string_view type, json::Value const& row, Write write,
                    std::string const& at, Findings& findings) {
  SentRow(csdl, facts, write, findings).check(type, row, at);
}

void check_parameters(Csdl const& csdl, ColumnFacts const& facts, Operation const& operation, json::Value const& body,
                      Findings& findings) {
  SentRow row(csdl, facts, Write::either, findings);
  auto const first = operation.parameters.begin() + (operation.bound ? 1 : 0);
  for (auto const& [name, value] : body.members()) {
    auto const declared = std::find_if(first, operation.parameters.end(), [&](Parameter const& one) { return one.name == name; });
    if (declared == operation.parameters.end()) {
      findings.add("request body/" + name, "is no parameter of the action");
    } else if (!value.is_null()) {
      row.typed(declared->type, value, "request body/" + name);
    } else if (!declared->nullable) {
      findings.add("request body/" + name, "cannot be null");
    }
  }
  for (auto wanted = first; wanted != operation.parameters.end(); ++wanted) {
    if (!wanted->nullable && !body.has(wanted->name))
      findings.add("request body/" + wanted->name, "required: the parameter is missing");
  }
}

void check_answered(Csdl const& csdl, std::string_view type, json::Value const& value, std::string const& at,
                    Findings& findings) {
  if (value.is_null() || type.empty()) return;
  if (is_collection(type)) {
    if (!value.is_array()) return findings.add(at, fmt::format("is no list of {}", element_of(type)));
    for (std::size_t i = 0; i < value.items().size(); ++i)
      check_answered(csdl, element_of(type), value.at(i), fmt::format("{}/{}", at, i), findings);
    return;
  }
  if (csdl.type(type) == nullptr) {
    if (auto const why = value_fault(csdl, type, value)) findings.add(at, *why);
    return;
  }
  if (!value.is_object()) return findings.add(at, fmt::format("is no {}", type));
  // A row may say that it is of a type below the one that was asked for.
  auto actual = std::string(type);
  if (auto said = value["@odata.type"].text(); said.starts_with("#Microsoft.Dynamics.CRM.")) {
    said.remove_prefix(24);
    if (csdl.type(said) != nullptr) actual = said;
  }
  for (auto const& [name, member] : value.members()) {
    if (name.find('@') != std::string::npos || member.is_null()) continue;
    if (auto const* property = csdl.property(actual, name)) {
      check_answered(csdl, property->type, member, at + "/" + name, findings);
    } else if (auto const* navigation = csdl.navigation(actual, name)) {
      check_answered(csdl, *navigation, member, at + "/" + name, findings);
    }
  }
}

}  // namespace tandem::test::contract
