#include "dataverse/metadata.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dataverse/metadata_json.hpp"
#include "dataverse/odata/filter.hpp"
#include "dataverse/odata/split.hpp"
#include "dataverse/schema_change.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::string_view kEntities = "EntityDefinitions", kOptionSets = "GlobalOptionSetDefinitions",
                           kRelationships = "RelationshipDefinitions";

struct Expanded {
  std::string name;
  std::vector<std::string> select;
};

struct MetadataOptions {
  std::vector<std::string> select;
  std::vector<Expanded> expand;
  std::optional<odata::Filter> filter;
};

Checked<MetadataOptions> options_of_metadata(Call const& call, Dialect dialect) {
  MetadataOptions out;
  for (auto const& [name, value] : call.request.query()) {
    if (name == "$select") {
      out.select = odata::split_outside(value, ',');
    } else if (name == "$filter") {
      SANDBOX_TRY(auto filter, odata::parse_filter(value, {}, dialect));
      out.filter = std::move(filter);
    } else if (name == "$expand") {
      for (auto const& one : odata::split_outside(value, ',')) {
        Expanded expanded{one.substr(0, one.find('(')), {}};
        if (auto const open = one.find('('); open != std::string::npos && one.back() == ')') {
          for (auto const& option : odata::split_outside(std::string_view(one).substr(open + 1, one.size() - open - 2), ';')) {
            if (!option.starts_with("$select="))
              return tl::unexpected(bad_query(dialect, "Only $select is supported inside $expand of metadata."));
            expanded.select = odata::split_outside(std::string_view(option).substr(8), ',');
          }
        }
        out.expand.push_back(std::move(expanded));
      }
    } else if (name.starts_with('$')) {
      return tl::unexpected(bad_query(dialect, fmt::format("The query parameter {} is not supported", name)));
    }
  }
  return out;
}

json::Value const* property(json::Object const& object, odata::Path const& path) {
  json::Value const* found = object.find(path.front());
  for (std::size_t i = 1; found != nullptr && i < path.size(); ++i) found = found->members().find(path[i]);
  return found;
}

// Filters on simple and enum properties (and managed ones by path).
Checked<bool> holds(odata::Filter const& filter, MetadataObject const& object, Dialect dialect) {
  using Kind = odata::Filter::Kind;
  if (filter.kind == Kind::all || filter.kind == Kind::any) {
    bool const all = filter.kind == Kind::all;
    bool out = all;
    for (auto const& part : filter.parts) {
      SANDBOX_TRY(bool const one, holds(part, object, dialect));
      out = all ? out && one : out || one;
    }
    return out;
  }
  if (filter.kind == Kind::negate) {
    SANDBOX_TRY(bool const inner, holds(filter.parts.front(), object, dialect));
    return !inner;
  }
  if (filter.kind == Kind::lambda || !filter.other.empty())
    return tl::unexpected(bad_query(dialect, "Only simple properties can be compared with literals in $filter of metadata."));
  auto const* value = property(object.common, filter.path);
  if (value == nullptr) return tl::unexpected(unknown_property(dialect, filter.path.front(), object.type));
  bool const simple = !value->is_object() && !value->is_array();
  if (!simple || filter.kind == Kind::function || filter.kind == Kind::text_call) {
    return tl::unexpected(
        bad_query(dialect, fmt::format("The property '{}' cannot be used in the query option $filter.", filter.path.front())));
  }
  if (filter.kind == Kind::flag) return value->truthy();
  auto const& literal = filter.literal;
  bool const equal = literal.kind == odata::Literal::Kind::null ? value->is_null() : value->scalar_text() == literal.text;
  if (filter.op == "eq") return equal;
  if (filter.op == "ne") return !equal;
  auto const number = value->integer();
  if (!number || literal.kind != odata::Literal::Kind::number)
    return tl::unexpected(bad_query(dialect, "Only numbers can be ordered."));
  auto const other = std::atoll(literal.text.c_str());
  if (filter.op == "gt") return *number > other;
  if (filter.op == "ge") return *number >= other;
  if (filter.op == "lt") return *number < other;
  return *number <= other;
}

json::Value selected(json::Value const& value, std::vector<std::string> const& select) {
  if (select.empty() || !value.is_object()) return value;
  json::Object out;
  for (auto const& name : select) {
    if (auto const* found = value.members().find(name)) out.set(name, *found);
  }
  if (auto const* id = value.members().find("MetadataId")) out.set("MetadataId", *id);
  return out;
}

class Metadata {
 public:
  Metadata(Engine const& engine, Call const& call, MetadataOptions options)
      : engine_(engine), call_(call), options_(std::move(options)), language_(engine.settings.locale.language) {}

  Checked<Response> answer(std::vector<Segment> const& segments) {
    if (segments.front().name == kOptionSets) {
      return from_set(global_option_sets(engine_.schema, language_), "Name", segments);
    }
    if (segments.front().name == kRelationships) {
      std::vector<MetadataObject> all;
      for (auto const& table : engine_.schema.tables()) {
        for (auto& one : many_to_one(engine_.schema, *table)) all.push_back(std::move(one));
      }
      return from_set(std::move(all), "SchemaName", segments);
    }
    if (!segments.front().key) {
      if (segments.size() > 1) return tl::unexpected(unknown_segment(dialect(), segments[1].name));
      std::vector<MetadataObject> all;
      for (auto const& table : engine_.schema.tables()) all.push_back(entity(*table));
      return list(std::move(all), "EntityDefinitions", false, false);
    }
    auto const* table = table_of(*segments.front().key);
    if (table == nullptr) {
      return refuse(404, "0x80060888",
                    fmt::format("Could not find an entity with name {} and objecttypecode -1 in the metadata cache.",
                                *segments.front().key));
    }
    auto const where = fmt::format("EntityDefinitions({})", table->metadata_id);
    if (segments.size() == 1) return one(entity(*table), "EntityDefinitions", false);
    auto const& part = segments[1];
    if (part.name == "Attributes") return attributes(*table, segments, where);
    if (segments.size() == 2 && !part.key) {
      if (part.name == "ManyToOneRelationships")
        return list(many_to_one(engine_.schema, *table), where + "/ManyToOneRelationships", false, false);
      if (part.name == "OneToManyRelationships")
        return list(one_to_many(engine_.schema, *table), where + "/OneToManyRelationships", false, false);
      if (part.name == "ManyToManyRelationships") return list({}, where + "/" + part.name, false, false);
      if (part.name == "Keys") return list(keys_of(*table, language_), where + "/Keys", false, false);
      if (part.name == "Privileges") {
        return json_answer(200,
                           json::Object{{"@odata.context", context(where + "/Privileges")}, {"value", privileges_json(*table)}});
      }
    }
    return tl::unexpected(unknown_segment(dialect(), part.name));
  }

 private:
  // A set that is addressed by name or by MetadataId, with a cast to a derived type behind it.
  Checked<Response> from_set(std::vector<MetadataObject> all, std::string const& name_property,
                             std::vector<Segment> const& segments) {
    constexpr std::string_view kNamespace = "Microsoft.Dynamics.CRM.";
    auto const& first = segments.front();
    std::string cast;
    if (segments.size() > 1) {
      if (segments.size() > 2 || !segments[1].name.starts_with(kNamespace))
        return tl::unexpected(unknown_segment(dialect(), segments.back().name));
      cast = segments[1].name.substr(kNamespace.size());
      bool const castable = cast == "OptionSetMetadata" || cast == "BooleanOptionSetMetadata" ||
                            cast == "OneToManyRelationshipMetadata" || cast == "ManyToManyRelationshipMetadata";
      if (!castable) return tl::unexpected(unknown_segment(dialect(), segments[1].name));
      std::erase_if(all, [&](MetadataObject const& object) { return object.type != cast; });
    }
    auto const what = first.name + (cast.empty() ? "" : "/" + std::string(kNamespace) + cast);
    if (!first.key) return list(std::move(all), what, true, !cast.empty());
    auto const name = named_key(*first.key, name_property);
    for (auto& object : all) {
      if (object.common.find(name ? name_property : "MetadataId")->text() == (name ? *name : *first.key))
        return one(object, what, !cast.empty());
    }
    return refuse(404, "0x80060888", fmt::format("Could not find a definition with the name or id {}.", *first.key));
  }

  Dialect dialect() const { return engine_.settings.dialect; }
  std::string context(std::string const& what) const { return call_.base + "/$metadata#" + what; }

  Table const* table_of(std::string const& key) const {
    if (auto const name = named_key(key, "LogicalName")) return engine_.schema.table(*name);
    if (auto const name = named_key(key, "SchemaName")) {
      for (auto const& table : engine_.schema.tables()) {
        if (table->schema_name == *name) return table.get();
      }
      return nullptr;
    }
    return engine_.schema.table_of_metadata(key);
  }

  MetadataObject entity(Table const& table) const {
    auto out = entity_metadata(table, language_);
    auto const wants = [&](std::string_view name) {
      return std::any_of(options_.expand.begin(), options_.expand.end(),
                         [&](Expanded const& expanded) { return expanded.name == name; });
    };
    auto const add = [&](std::string const& name, std::vector<MetadataObject> const& objects, bool typed) {
      json::Array rows;
      for (auto const& object : objects) rows.push_back(whole(object, typed));
      out.related.append(name, std::move(rows));
    };
    if (wants("Attributes")) add("Attributes", attributes_of(table), true);
    if (wants("ManyToOneRelationships")) add("ManyToOneRelationships", many_to_one(engine_.schema, table), false);
    if (wants("OneToManyRelationships")) add("OneToManyRelationships", one_to_many(engine_.schema, table), false);
    if (wants("ManyToManyRelationships")) add("ManyToManyRelationships", {}, false);
    if (wants("Keys")) add("Keys", keys_of(table, language_), false);
    return out;
  }

  std::vector<MetadataObject> attributes_of(Table const& table) const {
    std::vector<MetadataObject> out;
    for (auto const& column : table.columns) {
      if (is_gone(column)) continue;
      out.push_back(attribute_metadata(table, column, language_));
      for (auto& shadow : shadow_attributes(table, column)) out.push_back(std::move(shadow));
    }
    return out;
  }

  Checked<Response> attributes(Table const& table, std::vector<Segment> const& segments, std::string const& where) {
    constexpr std::string_view kNamespace = "Microsoft.Dynamics.CRM.";
    auto all = attributes_of(table);
    std::string cast;
    if (segments.size() >= 3) {
      if (!segments[2].name.starts_with(kNamespace)) return tl::unexpected(unknown_segment(dialect(), segments[2].name));
      cast = segments[2].name.substr(kNamespace.size());
      // Enum attributes have an abstract type that cannot be cast to (dataverse.md §17).
      bool const castable =
          cast.ends_with("AttributeMetadata") && cast != "EnumAttributeMetadata" && cast != "AttributeMetadata" &&
          (cast == "ImageAttributeMetadata" || cast == "FileAttributeMetadata" || cast == "ManagedPropertyAttributeMetadata" ||
           type_named(cast.substr(0, cast.size() - std::string_view("AttributeMetadata").size())));
      if (!castable) return tl::unexpected(unknown_segment(dialect(), segments[2].name));
      std::erase_if(all, [&](MetadataObject const& object) { return object.type != cast; });
    }
    auto const what = where + "/Attributes" + (cast.empty() ? "" : "/Microsoft.Dynamics.CRM." + cast);
    if (!segments[1].key) {
      if (segments.size() > 3) return tl::unexpected(unknown_segment(dialect(), segments[3].name));
      return list(std::move(all), what, true, !cast.empty());
    }
    auto const name = named_key(*segments[1].key, "LogicalName");
    for (auto& object : all) {
      auto const& wanted = name ? *name : *segments[1].key;
      if (object.common.find(name ? "LogicalName" : "MetadataId")->text() != wanted) continue;
      if (segments.size() == 3 || segments.size() == 2) return one(std::move(object), what, !cast.empty());
      auto const* related = segments.size() == 4 ? object.related.find(segments[3].name) : nullptr;
      if (related == nullptr) return tl::unexpected(unknown_segment(dialect(), segments[3].name));
      json::Object body{{"@odata.context", context(what + "/" + segments[3].name + "/$entity")}};
      auto const chosen = selected(*related, options_.select);
      for (auto const& [key, value] : chosen.members()) body.append(key, value);
      return json_answer(200, body);
    }
    return refuse(404, "0x80060888", fmt::format("Could not find an attribute with specified name or id: {}", *segments[1].key));
  }

  // All that is not behind an $expand.
  json::Object whole(MetadataObject const& object, bool typed) const {
    json::Object out;
    if (typed && object.type != "AttributeMetadata") out.append("@odata.type", "#Microsoft.Dynamics.CRM." + object.type);
    for (auto const& [name, value] : object.common) out.append(name, value);
    for (auto const& [name, value] : object.derived) out.append(name, value);
    return out;
  }

  Checked<json::Object> projected(MetadataObject const& object, bool typed, bool cast) const {
    json::Object out;
    if (options_.select.empty()) {
      out = whole(object, typed && !cast);
    } else {
      if (typed && !cast && object.type != "AttributeMetadata")
        out.append("@odata.type", "#Microsoft.Dynamics.CRM." + object.type);
      for (auto const& name : options_.select) {
        auto const* value = object.common.find(name);
        if (value == nullptr && cast) value = object.derived.find(name);
        if (value == nullptr && (cast || !typed) && object.related.find(name) != nullptr)
          continue;  // selected, but comes only by $expand
        if (value == nullptr)
          return tl::unexpected(
              unknown_property(dialect(), name, cast ? object.type : (typed ? "AttributeMetadata" : object.type)));
        out.set(name, *value);
      }
      if (auto const* id = object.common.find("MetadataId")) out.set("MetadataId", *id);
    }
    for (auto const& expanded : options_.expand) {
      auto const* related = object.related.find(expanded.name);
      bool const allowed = related != nullptr && (cast || !typed);
      if (!allowed) return tl::unexpected(unknown_property(dialect(), expanded.name, typed ? "AttributeMetadata" : object.type));
      if (!related->is_array()) {
        if (related->is_object()) out.set(expanded.name + "@odata.context", related_context(object, expanded));
        out.set(expanded.name, selected(*related, expanded.select));
        continue;
      }
      json::Array rows;
      for (auto const& row : related->items()) {
        auto kept = selected(row, expanded.select);
        if (auto const* type = row.members().find("@odata.type"); type != nullptr) kept.set("@odata.type", *type);
        rows.push_back(std::move(kept));
      }
      out.set(expanded.name, std::move(rows));
    }
    return out;
  }

  std::string related_context(MetadataObject const& object, Expanded const& expanded) const {
    auto const* table = engine_.schema.table(object.common.find("EntityLogicalName")->text());
    std::string select;
    for (auto const& name : expanded.select) select += (select.empty() ? "(" : ",") + name;
    return context(fmt::format("EntityDefinitions({})/Attributes({})/Microsoft.Dynamics.CRM.{}/{}{}/$entity",
                               table == nullptr ? "" : table->metadata_id, object.common.find("MetadataId")->text(), object.type,
                               expanded.name, select.empty() ? "" : select + ")"));
  }

  std::string select_list() const {
    std::string out;
    for (auto const& name : options_.select) out += (out.empty() ? "" : ",") + name;
    for (auto const& expanded : options_.expand) out += (out.empty() ? "" : ",") + expanded.name;
    return out.empty() ? "" : "(" + out + ")";
  }

  Checked<Response> list(std::vector<MetadataObject> objects, std::string const& what, bool typed, bool cast) {
    json::Array rows;
    for (auto const& object : objects) {
      if (options_.filter) {
        SANDBOX_TRY(bool const wanted, holds(*options_.filter, object, dialect()));
        if (!wanted) continue;
      }
      SANDBOX_TRY(auto row, projected(object, typed, cast));
      rows.push_back(std::move(row));
    }
    return json_answer(200, json::Object{{"@odata.context", context(what + select_list())}, {"value", std::move(rows)}});
  }

  Checked<Response> one(MetadataObject const& object, std::string const& what, bool cast) {
    bool const typed = object.type != "EntityMetadata";
    json::Object body{{"@odata.context", context(what + select_list() + "/$entity")}};
    SANDBOX_TRY(auto row, projected(object, typed, cast));
    for (auto& [name, value] : row) body.append(name, value);
    return json_answer(200, body);
  }

  Engine const& engine_;
  Call const& call_;
  MetadataOptions options_;
  int language_;
};

}  // namespace

bool is_metadata_set(std::string_view segment) {
  return segment == kEntities || segment == kOptionSets || segment == kRelationships;
}

Checked<Response> handle_metadata(Engine const& engine, Call const& call, std::vector<Segment> const& segments) {
  if (call.request.method != "GET") return tl::unexpected(wrong_verb(call.request.method));
  auto const& set = segments.front().name;
  SANDBOX_TRY([[maybe_unused]] auto const entities,
              need_named(engine, call.caller,
                         set == kEntities ? "prvReadEntity" : (set == kOptionSets ? "prvReadOptionSet" : "prvReadRelationship"),
                         "entity"));
  if (segments.size() > 1 && set == kEntities) {
    SANDBOX_TRY(
        [[maybe_unused]] auto const parts,
        need_named(engine, call.caller, segments[1].name == "Attributes" ? "prvReadAttribute" : "prvReadEntity", "attribute"));
  }
  SANDBOX_TRY(auto options, options_of_metadata(call, engine.settings.dialect));
  return Metadata(engine, call, std::move(options)).answer(segments);
}

}  // namespace sandbox::dataverse
