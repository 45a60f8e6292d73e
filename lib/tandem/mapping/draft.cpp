#include <tandem/mapping/draft.hpp>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/mapping/draft_pairs.hpp>
#include <tandem/mapping/value/kinds.hpp>
#include <tandem/mapping/value/zone.hpp>

namespace tandem::mapping {

namespace {

constexpr std::string_view kPlaceholder = "none";
constexpr std::size_t kMostListedOptions = 12;

std::string quoted(std::string_view text) { return json::to_text(json::Value(std::string(text))); }
// Foreign text inside of a comment: one line, nothing that ends it.
std::string said(std::string_view text) { return text::printable(text); }

std::string module_of(connection::Schema const& schema) {
  for (auto const& module : schema.modules) {
    bool const inside =
        std::find(module.entities.begin(), module.entities.end(), schema.entity->logical_name) != module.entities.end();
    if (inside) return module.name;
  }
  return "custom";
}

// A value that Jira accepts for a field that it requires: its first allowed value, or a plain one of its type. Nothing for a type that
// cannot be made up, such as a person or a date.
std::optional<json::Value> filler(jira::Field const& field) {
  bool const list = field.type == "array";
  if (!field.allowed.empty()) {
    auto const& first = field.allowed.front();
    if (support_of(field).supported && !first.name.empty())
      return list ? json::Value(json::Array{json::Value(first.name)}) : json::Value(first.name);
    json::Value by_id = json::Object{{"id", first.id}};
    return list ? json::Value(json::Array{std::move(by_id)}) : std::optional(std::move(by_id));
  }
  using F = value::FieldKind;
  switch (value::kind_of(field)) {
    case F::text:
    case F::rich_text: return json::Value(kPlaceholder);
    case F::number: return json::Value(0);
    case F::labels: return json::Value(json::Array{json::Value("dynamics")});
    default: return std::nullopt;
  }
}

bool always_filled(dataverse::Attribute const& column) {
  return column.required == "ApplicationRequired" || column.required == "SystemRequired";
}

class Writer {
 public:
  Writer(DraftRequest const& request, connection::Schema const& schema)
      : schema_(schema), entity_(*schema.entity), pairs_(draft_pairs(schema)) {
    out_.name = request.name.empty() ? default_name() : request.name;
    module_ = request.module.empty() ? module_of(schema) : request.module;
    zone_ = value::Zone::find(request.time_zone) ? request.time_zone : "UTC";
  }

  Draft run() {
    fill_required();
    out_.text = render();
    drop_what_is_refused();
    note_what_is_left();
    return std::move(out_);
  }

 private:
  std::string default_name() const { return text::ascii_lower(schema_.project->key) + "-" + entity_.logical_name; }

  // Jira's required fields that no column fills get a default.
  void fill_required() {
    for (auto const& field : schema_.fields) {
      if (!field.required || field.has_default || field.id == "summary" || field.id == "project" || field.id == "issuetype")
        continue;
      bool const mapped = std::any_of(pairs_.begin(), pairs_.end(), [&](auto const& pair) { return pair.field.id == field.id; });
      if (mapped) continue;
      if (auto value = filler(field)) {
        out_.notes.push_back(
            fmt::format("Jira requires {} (\"{}\"): every new issue gets {} until you map a column to it or change "
                        "jira.defaults",
                        field.id, said(field.name), json::to_text(*value)));
        defaults_.set(field.id, std::move(*value));
      }
    }
  }

  std::string mapping_line(DraftPair const& pair) const {
    auto line = fmt::format("    {{ \"column\": {}, \"field\": {}", quoted(pair.column.logical_name), quoted(pair.field.id));
    if (!pair.values.empty()) {
      line += ", \"values\": { ";
      for (std::size_t i = 0; i < pair.values.size(); ++i)
        line += fmt::format("{}{}: {}", i == 0 ? "" : ", ", quoted(pair.values[i].first), quoted(pair.values[i].second));
      line += " }";
    }
    bool const may_be_empty = pair.field.required && pair.field.id != "summary" && !always_filled(pair.column);
    if (auto const value = may_be_empty ? filler(pair.field) : std::nullopt; value && !value->is_object())
      line += fmt::format(", \"default\": {}", json::to_text(*value));
    return line + " },";
  }

  std::string mapping_comment(DraftPair const& pair) const {
    auto comment =
        fmt::format("    // {} ({}) -> {} ({})", said(pair.column.label), pair.column.type, said(pair.field.name),
                    pair.field.items.empty() ? pair.field.type : fmt::format("{} of {}", pair.field.type, pair.field.items));
    if (pair.guessed) comment += "; paired by its name: is it the same thing?";
    if (!pair.values.empty()) {
      comment += "; ";
      for (std::size_t i = 0; i < pair.column.options.size() && i < kMostListedOptions; ++i)
        comment += fmt::format("{}{} = {}", i == 0 ? "" : ", ", pair.column.options[i].value, said(pair.column.options[i].label));
      if (pair.column.options.size() > kMostListedOptions) comment += ", …";
    }
    return comment;
  }

  std::string render() const {
    auto const& type = schema_.issue_type->name;
    auto const& key = schema_.project->key;
    std::string text = fmt::format(
        "// Each new {} ({}) becomes a {} in the Jira project {} and follows its record from then on.\n"
        "//\n"
        "//   tandem items apply -f FILE --dry-run    checks this file against both systems\n"
        "//   tandem items apply -f FILE              creates the item; tandem sync-once --dry-run then shows every field\n"
        "//\n"
        "// Comments and trailing commas are allowed. An editor that knows JSON Schema completes the keys from the line below.\n"
        "{{\n"
        "  \"$schema\": \"tandem-item.schema.json\",\n"
        "  \"name\": {},\n"
        "  \"mode\": \"one-way\",  // Dynamics -> Jira: what somebody edits in Jira is left alone\n\n",
        said(entity_.label), entity_.logical_name, said(type), said(key), quoted(out_.name));
    text += fmt::format("  \"jira\": {{\n    \"project\": {},\n    \"issueType\": {},\n", quoted(key), quoted(type));
    text += "    // Given to each new issue, in addition to the mapped fields.\n    \"defaults\": {";
    bool first = true;
    for (auto const& [id, value] : defaults_) {
      text += fmt::format("\n      {}: {},  // {}: required by Jira, and no column fills it", quoted(id), json::to_text(value),
                          said(field_name(id)));
      first = false;
    }
    text += first ? "},\n  },\n" : "\n    },\n  },\n";
    text += fmt::format(
        "  \"dynamics\": {{\n    \"module\": {},\n    \"entity\": {},\n"
        "    // \"filter\": {},  // which records become issues; linked ones are followed either way\n  }},\n\n",
        quoted(module_), quoted(entity_.logical_name), quoted(example_filter()));
    text +=
        "  // Records made from now on become issues. For older ones: tandem items apply -f FILE --baseline all\n"
        "  \"autoCreate\": true,\n"
        "  \"fields\": true,\n"
        "  \"status\": { \"enabled\": false },\n"
        "  \"comments\": { \"enabled\": false },\n"
        "  \"attachments\": { \"enabled\": false },\n\n"
        "  // More than this in one run stops the item until a person has looked.\n"
        "  \"brakes\": { \"maxCreates\": 500, \"maxUpdates\": 5000 },\n";
    text += fmt::format("  \"timeZone\": {},  // says on which day a point in time falls\n\n", quoted(zone_));
    text +=
        fmt::format("  // `tandem items columns {}` and `tandem items fields --project {} --issue-type {}` list what there is.\n",
                    entity_.logical_name, said(key), said(quoted(type)));
    text += "  \"mappings\": [\n";
    for (auto const& pair : pairs_) text += mapping_comment(pair) + "\n" + mapping_line(pair) + "\n";
    text += "  ],\n";
    std::string display;
    for (auto const& name : {std::string("ticketnumber"), entity_.primary_name, std::string("customerid"),
                             std::string("prioritycode"), std::string("statuscode")}) {
      if (entity_.attribute(name) != nullptr) display += (display.empty() ? "" : ", ") + quoted(name);
    }
    text += fmt::format("  \"display\": [{}],\n}}\n", display);
    return text;
  }

  std::string example_filter() const {
    return entity_.attribute("statecode") != nullptr ? "statecode eq 0" : fmt::format("{} ne null", entity_.primary_id);
  }
  std::string field_name(std::string_view id) const {
    for (auto const& field : schema_.fields) {
      if (field.id == id) return field.name;
    }
    return std::string(id);
  }

  [[nodiscard]] std::vector<Fault> faults() const {
    auto parsed = parse_item(out_.text);
    if (!parsed.item || !parsed.faults.empty()) return parsed.faults;
    return validate(*parsed.item, schema_, out_.text);
  }

  // The judge of `items apply` has the last word: a pair that it refuses is left out, and said.
  void drop_what_is_refused() {
    std::vector<std::size_t> refused;
    for (auto const& fault : faults()) {
      constexpr std::string_view kBefore = "mappings[";
      if (!fault.path.starts_with(kBefore)) continue;
      auto const index = static_cast<std::size_t>(std::stoul(fault.path.substr(kBefore.size())));
      if (std::find(refused.begin(), refused.end(), index) != refused.end() || index >= pairs_.size()) continue;
      refused.push_back(index);
      out_.notes.push_back(
          fmt::format("{} is not mapped to {}: {}", pairs_[index].column.logical_name, pairs_[index].field.id, fault.message));
    }
    if (refused.empty()) return;
    std::sort(refused.rbegin(), refused.rend());
    for (auto const index : refused) pairs_.erase(pairs_.begin() + static_cast<std::ptrdiff_t>(index));
    fill_required();
    out_.text = render();
  }

  void note_what_is_left() {
    for (auto const& fault : faults()) {
      out_.notes.push_back(fault.path.empty() ? fault.message : fmt::format("{}: {}", fault.path, fault.message));
    }
  }

  connection::Schema const& schema_;
  dataverse::Entity const& entity_;
  std::vector<DraftPair> pairs_;
  json::Object defaults_;
  std::string module_, zone_;
  Draft out_;
};

}  // namespace

Result<Draft> draft(DraftRequest const& request, connection::Schema const& schema) {
  if (!schema.entity || !schema.project || !schema.issue_type)
    return fail(ErrorKind::internal, "a draft needs the metadata of the table, the project and the issue type");
  if (schema.issue_type->subtask) {
    return fail(Error{ErrorKind::config,
                      fmt::format("{} is a sub-task of {}: it needs a parent issue, which no record has", schema.issue_type->name,
                                  schema.project->key),
                      {{"cure", "take another issue type"}}});
  }
  auto made = Writer(request, schema).run();
  for (auto const& fault : parse_item(made.text).faults) {
    if (fault.path == "name") return fail(ErrorKind::usage, fmt::format("the item's name: {}", fault.message));
  }
  return made;
}

}  // namespace tandem::mapping
