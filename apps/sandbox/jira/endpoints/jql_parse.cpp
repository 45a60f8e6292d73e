#include "jira/endpoints/search.hpp"

#include "jira/jql/compile.hpp"

namespace sandbox::jira {

namespace {

json::Value operand_json(jql::Operand const& operand) {
  json::Object out;
  switch (operand.kind) {
    case jql::Operand::Kind::empty: out.append("keyword", "empty"); break;
    case jql::Operand::Kind::value: out.append("value", operand.text); break;
    case jql::Operand::Kind::function: {
      json::Array args;
      for (auto const& arg : operand.args) args.emplace_back(arg);
      out.append("function", operand.text);
      out.append("arguments", std::move(args));
      break;
    }
  }
  return out;
}

json::Value predicates_json(jql::Clause const& clause) {
  json::Array out;
  for (auto const& predicate : clause.predicates) {
    json::Array values;
    for (auto const& operand : predicate.operands) values.push_back(operand_json(operand));
    auto operand = values.size() == 1 ? values.front() : json::Value(json::Object{{"values", std::move(values)}});
    out.emplace_back(json::Object{{"operator", predicate.name}, {"operand", std::move(operand)}});
  }
  return out;
}

json::Value clause_json(jql::Clause const& clause) {
  json::Object out;
  if (clause.kind == jql::Clause::Kind::field) {
    out.append("field", json::Object{{"name", clause.field}});
    out.append("operator", clause.sign);
    if (!clause.predicates.empty() || clause.sign == "changed") out.append("predicates", predicates_json(clause));
    if (clause.sign == "changed") return out;
    if (clause.sign.ends_with("in")) {
      json::Array values;
      for (auto const& operand : clause.operands) values.push_back(operand_json(operand));
      out.append("operand", json::Object{{"values", std::move(values)}});
    } else {
      out.append("operand", operand_json(clause.operands.front()));
    }
    return out;
  }
  if (clause.kind == jql::Clause::Kind::words) {
    std::string text;
    for (auto const& word : clause.words) text += (text.empty() ? "" : " ") + word;
    out.append("field", json::Object{{"name", "text"}});
    out.append("operator", "~");
    out.append("operand", json::Object{{"value", std::move(text)}});
    return out;
  }
  json::Array parts;
  for (auto const& part : clause.parts) parts.push_back(clause_json(part));
  out.append("clauses", std::move(parts));
  out.append("operator", clause.kind == jql::Clause::Kind::any_of    ? "or"
                         : clause.kind == jql::Clause::Kind::none_of ? "not"
                                                                     : "and");
  return out;
}

json::Value structure_of(jql::Query const& query) {
  json::Object out;
  if (query.bounded) out.append("where", clause_json(query.where));
  if (!query.order.empty()) {
    json::Array fields;
    for (auto const& key : query.order) {
      fields.emplace_back(
          json::Object{{"field", json::Object{{"name", key.field}}}, {"direction", key.descending ? "desc" : "asc"}});
    }
    out.append("orderBy", json::Object{{"fields", std::move(fields)}});
  }
  return out;
}

}  // namespace

Response post_jql_parse(Site& site, Call const& call) {
  auto const validation = call.param("validation").value_or("strict");
  if (validation != "strict" && validation != "warn" && validation != "none")
    return refused(400, "The validation mode is not valid.");
  auto const& queries = call.body["queries"];
  if (!queries.is_array() || queries.items().empty()) return refused(400, "The queries must hold at least one query.");
  json::Array out;
  for (auto const& text : queries.items()) {
    json::Object row;
    row.append("query", text.text());
    auto const parsed = jql::parse(text.text());
    json::Array errors;
    if (!parsed) {
      errors.emplace_back("Error in the JQL Query: " + parsed.error());
    } else {
      // Names and values are looked up too, but an unbounded query is no error here.
      auto const compiled = jql::compile(site, call.reader, text.text());
      if (parsed->bounded && !compiled && validation != "none") {
        for (auto const& error : compiled.error()) errors.emplace_back(error);
      }
      if (errors.empty() || validation == "warn") row.append("structure", structure_of(*parsed));
    }
    if (!errors.empty()) row.append(parsed && validation == "warn" ? "warnings" : "errors", std::move(errors));
    out.emplace_back(std::move(row));
  }
  return json_answer(200, json::Object{{"queries", std::move(out)}});
}

}  // namespace sandbox::jira
