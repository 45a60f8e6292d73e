// parse_item(): the structure of an item file (SPEC B1, N3). What only live metadata can tell is validate()'s.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/file_reader.hpp>
#include <tandem/mapping/item.hpp>
#include <tandem/mapping/parse_switches.hpp>
#include <tandem/mapping/suggest.hpp>

namespace tandem::mapping {

namespace {

constexpr std::size_t kMostBytes = 1U << 20U;
constexpr std::size_t kMostName = 64;
constexpr std::int64_t kMostBrake = 10'000'000;

bool is_name(std::string_view name) {
  auto const fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kMostName && std::all_of(name.begin(), name.end(), fits);
}

void read_jira(Section& file, Item& item) {
  static json::Value const nothing = json::Object{};
  if (!file.has("jira")) file.reader().fault(file.path(), "\"jira\" is missing: the project and the issue type");
  auto const* value = file.any("jira");
  Section jira(file.reader(), value != nullptr ? *value : nothing, file.at("jira"));
  if (value != nullptr) {
    item.project = jira.required_text("project", "the project's key, id or name");
    if (item.synchronised())
      item.issue_type = jira.required_text("issueType", "the issue type's name or id");
    else
      item.issue_type = jira.text("issueType").value_or("");
  }
  if (auto const* defaults = jira.any("defaults")) {
    if (auto const* object = defaults->if_object())
      item.defaults = *object;
    else
      jira.fault("defaults", fmt::format("found {}, expected an object of field and value", kind_of(*defaults)));
  }
  jira.close();
}

void read_dynamics(Section& file, Item& item) {
  auto const* value = file.any("dynamics");
  if (value == nullptr) {
    file.reader().fault(file.path(), "\"dynamics\" is missing: the module and the entity");
    return;
  }
  Section dynamics(file.reader(), *value, file.at("dynamics"));
  if (item.synchronised())
    item.module = dynamics.required_text("module", "customer-service, sales, field-service, custom or an app's unique name");
  else
    item.module = dynamics.text("module").value_or("");
  item.entity = dynamics.required_text("entity", "the table's logical name, such as incident");
  item.filter = dynamics.text("filter").value_or("");
  dynamics.flag("changeTracking");
  dynamics.close();
}

void read_values(Section& mapping, Mapping& out) {
  auto const* value = mapping.any("values");
  if (value == nullptr) return;
  if (!value->is_object()) {
    mapping.fault("values", fmt::format("found {}, expected an object of column value and field value", kind_of(*value)));
    return;
  }
  for (auto const& [from, to] : value->members()) {
    bool const fits = (to.is_string() && !to.text().empty()) || to.is_number() || to.is_bool();
    if (fits)
      out.values[from] = to.scalar_text();
    else
      mapping.reader().fault(mapping.at("values") / from,
                             fmt::format("found {}, expected the field's value: a name, an id or a text", kind_of(to)));
  }
}

void read_mapping(FileReader& reader, json::Value const& value, Path const& path, Item& item) {
  Section mapping(reader, value, path);
  Mapping out;
  out.offset = value.offset();
  out.column = mapping.required_text("column", "a column's logical name");
  out.field = mapping.required_text("field", "a Jira field's id or name");
  if (auto const choice = mapping.one_of("direction", {"both", "to-jira", "to-dynamics"}))
    out.direction = static_cast<Direction>(*choice);
  read_values(mapping, out);
  if (auto const* given = mapping.any("default")) {
    if (given->is_object() || given->is_null()) {
      mapping.fault("default", fmt::format("found {}, expected a text, a number, true, false or a list", kind_of(*given)));
    } else {
      out.default_value = *given;
    }
  }
  out.on_create_only = mapping.flag("onCreateOnly").value_or(false);
  out.create_missing = mapping.flag("createMissing").value_or(false);
  mapping.close();
  auto const same_pair = [&](Mapping const& other) { return other.column == out.column && other.field == out.field; };
  bool const twice = !out.field.empty() && std::any_of(item.mappings.begin(), item.mappings.end(), same_pair);
  if (twice) reader.fault(path, fmt::format("{} and {} are mapped twice", out.column, out.field));
  item.mappings.push_back(std::move(out));
}

void read_options(Section& file, Item& item) {
  item.auto_create = file.flag("autoCreate").value_or(false);
  item.fields = file.flag("fields").value_or(item.synchronised());
  item.manual_links = file.flag("manualLinks").value_or(true);
  item.link_note = file.flag("linkNote").value_or(true);
  item.enabled = file.flag("enabled");
  if (auto const choice = file.one_of("conflict", {"latest", "dynamics", "jira", "hold"}))
    item.conflict = static_cast<Conflict>(*choice);
  item.time_zone = file.text("timeZone").value_or("");
  item.display = file.texts("display");
  if (auto const* value = file.any("brakes")) {
    Section brakes(file.reader(), *value, file.at("brakes"));
    item.brakes.max_creates = brakes.number("maxCreates", 0, kMostBrake).value_or(item.brakes.max_creates);
    item.brakes.max_updates = brakes.number("maxUpdates", 0, kMostBrake).value_or(item.brakes.max_updates);
    brakes.close();
  }
  if (auto const* value = file.any("create")) {
    Section create(file.reader(), *value, file.at("create"));
    item.skip_closed = create.flag("skipClosed").value_or(false);
    create.close();
  }
}

Fault syntax_fault(Error const& error) {
  auto const number = [&](std::string_view key) {
    std::size_t value = 0;
    auto const text = error.find(key);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  return {number("line"), number("column"), "", error.message};
}

}  // namespace

ParsedItem parse_item(std::string_view text) {
  json::Limits limits;
  limits.bytes = kMostBytes;
  limits.comments = true;
  auto parsed = json::parse(text, limits);
  if (!parsed) return {std::nullopt, {syntax_fault(parsed.error())}};
  // Offsets count from behind a byte order mark.
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  FileReader reader{text, *parsed, {}};
  Section file(reader, *parsed, {});
  if (!parsed->is_object()) return {std::nullopt, std::move(reader.faults)};

  Item item;
  file.any("$schema");
  item.name = file.required_text("name", "the item's name, such as support-cases");
  if (!item.name.empty() && !is_name(item.name)) {
    file.fault("name", fmt::format("found \"{}\", expected 1 to {} of the characters A-Z a-z 0-9 . _ -",
                                   text::cut_code_points(item.name, 80), kMostName));
  }
  if (!file.has("mode")) reader.fault({}, "\"mode\" is missing: display-only, one-way or two-way");
  if (auto const choice = file.one_of("mode", {"display-only", "one-way", "two-way"})) item.mode = static_cast<Mode>(*choice);
  read_jira(file, item);
  read_dynamics(file, item);
  read_options(file, item);
  read_switches(file, item);
  if (auto const* mappings = file.list("mappings")) {
    for (std::size_t i = 0; i < mappings->size(); ++i) read_mapping(reader, (*mappings)[i], file.at("mappings") / i, item);
  }
  file.close();
  item.definition = std::move(*parsed);
  // In the order of the file, as an editor shows them.
  std::stable_sort(reader.faults.begin(), reader.faults.end(),
                   [](Fault const& a, Fault const& b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); });
  return {std::move(item), std::move(reader.faults)};
}

}  // namespace tandem::mapping
