#include "jira/endpoints/writing.hpp"

#include <charconv>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

#include "jira/fields/changes.hpp"
#include "jira/fields/meta.hpp"
#include "jira/visibility.hpp"

namespace sandbox::jira {

namespace {

std::string not_on_screen(std::string const& field) {
  return "Field '" + field + "' cannot be set. It is not on the appropriate screen, or unknown.";
}

// Numbers are doubles on the server: 20000.0000 does not change 20000.
bool same_value(Field const& field, json::Value const& a, json::Value const& b) {
  if (field.kind() != Kind::number || !a.is_number() || !b.is_number()) return a == b;
  double x = 0, y = 0;
  auto const& left = a.if_number()->text;
  auto const& right = b.if_number()->text;
  std::from_chars(left.data(), left.data() + left.size(), x);
  std::from_chars(right.data(), right.data() + right.size(), y);
  return !(x < y) && !(y < x);
}

// update.comment: [{"add": {"body": ADF, "visibility", "properties"}}]
std::optional<std::string> read_comments(Destination const& to, json::Value const& operations, Call const& call,
                                         std::vector<Comment>& out) {
  for (auto const& operation : operations.items()) {
    auto const& sent = operation["add"];
    if (!sent.is_object()) return "Only the operation 'add' is supported for comments.";
    if (auto fault = rich_text_fault(to.site, sent["body"], to.strict_adf)) return fault;
    auto properties = read_properties(sent["properties"]);
    if (!properties)
      return properties.error().messages.empty() ? "The comment's properties are invalid." : properties.error().messages.front();
    Comment comment;
    comment.body = sent["body"];
    auto visibility = read_visibility(to.site, call, sent["visibility"]);
    if (!visibility)
      return visibility.error().errors.empty() ? "The visibility is not valid."
                                               : std::string(visibility.error().errors.begin()->second.text());
    comment.visibility = std::move(*visibility);
    comment.properties = std::move(*properties);
    comment.author = comment.editor = call.account()->id;
    out.push_back(std::move(comment));
  }
  return std::nullopt;
}

// update.issuelinks: [{"add": {"type": {"name"}, "outwardIssue": {"key"}}}]
std::optional<std::string> read_links(Destination const& to, json::Value const& operations, Call const& call,
                                      std::vector<WantedLink>& out) {
  for (auto const& operation : operations.items()) {
    if (!operation["add"].is_object()) return "Only the operation 'add' is supported for issue links.";
    auto link = read_wanted_link(to.site, call, operation["add"]);
    if (!link) return link.error();
    out.push_back(std::move(*link));
  }
  return std::nullopt;
}

struct Reading {
  Destination const& to;
  Screen const& screen;
  Issue const* present;
  Refusal refusal;
  Written& out;

  void fault(std::string const& field, std::string text) { refusal.errors.set(field, std::move(text)); }

  Field const* settable(std::string const& id) {
    auto const* field = to.site.definition.field(id);
    if (field == nullptr || !on_screen(screen, id) || !field->used_in(to.project.id)) {
      fault(id, not_on_screen(id));
      return nullptr;
    }
    return field;
  }

  void keep(Field const& field, Taken taken) {
    if (!taken) return fault(field.id, std::move(taken).error());
    out.values.insert_or_assign(field.id, std::move(*taken));
  }

  json::Value stored_now(std::string const& id) const {
    if (auto const held = out.values.find(id); held != out.values.end()) return held->second;
    return present == nullptr ? json::Value() : present->value(id);
  }

  void operate(Field const& field, json::Value const& operations) {
    if (!operations.is_array()) return fault(field.id, "The operations of a field must be an array.");
    for (auto const& operation : operations.items()) {
      if (operation.members().size() != 1) return fault(field.id, "An operation must have exactly one verb.");
      auto const& [verb, sent] = *operation.members().begin();
      keep(field, take_operation(to, field, stored_now(field.id), verb, sent));
    }
  }
};

}  // namespace

std::optional<std::string> property_key_fault(std::string_view key) {
  if (key.empty()) return "The property key cannot be empty.";
  if (tandem::text::utf16_units(key) > 255) return "The property key is too long. It can be 255 characters at most.";
  return std::nullopt;
}

Checked<Properties> read_properties(json::Value const& list) {
  Properties out;
  if (list.is_null()) return out;
  if (!list.is_array()) return refuse(400, "The properties must be an array of objects with 'key' and 'value'.");
  for (auto const& property : list.items()) {
    if (!property["key"].is_string() || !property.has("value")) return refuse(400, "A property needs a 'key' and a 'value'.");
    if (auto fault = property_key_fault(property["key"].text())) return refuse(400, *fault);
    if (json::to_text(property["value"]).size() > 32768)
      return refuse(400, "The property value is too long. It can be 32768 characters at most.");
    out.insert_or_assign(std::string(property["key"].text()), property["value"]);
  }
  return out;
}

Refusal read_update(Destination const& to, json::Value const& body, Screen const& screen, Issue const* present, Call const& call,
                    Written& out) {
  Reading reading{to, screen, present, {}, out};
  auto const& fields = body["fields"];
  auto const& update = body["update"];
  if (body.has("fields") && !fields.is_object() && !fields.is_null()) return refuse(400, "'fields' must be an object.").value();
  if (body.has("update") && !update.is_object() && !update.is_null()) return refuse(400, "'update' must be an object.").value();
  for (auto const& [id, sent] : fields.members()) {
    if (present == nullptr && (id == "project" || id == "issuetype")) continue;  // read before
    if (update.has(id)) {
      reading.fault(id, "Field '" + id + "' cannot appear in both 'fields' and 'update'");
      continue;
    }
    if (auto const* field = reading.settable(id)) reading.keep(*field, take_value(to, *field, sent));
  }
  for (auto const& [id, operations] : update.members()) {
    if (fields.has(id)) continue;  // reported above
    if (id == "comment") {
      if (auto fault = read_comments(to, operations, call, reading.out.comments)) reading.fault("comment", std::move(*fault));
      continue;
    }
    auto const* field = reading.settable(id);
    if (field != nullptr && id == "issuelinks") {
      if (auto fault = read_links(to, operations, call, reading.out.links)) reading.fault(id, std::move(*fault));
    } else if (field != nullptr) {
      reading.operate(*field, operations);
    }
  }
  auto properties = read_properties(body["properties"]);
  if (!properties) {
    for (auto const& message : properties.error().messages) reading.refusal.messages.push_back(message);
  } else {
    reading.out.properties = std::move(*properties);
  }
  return std::move(reading.refusal);
}

std::vector<Change> apply_values(Site const& site, Issue& issue, std::map<std::string, json::Value> const& values) {
  std::vector<Change> out;
  for (auto const& [id, value] : values) {
    auto const* field = site.definition.field(id);
    if (field == nullptr || same_value(*field, issue.value(id), value)) continue;
    auto items = changes_of(site, issue, *field, issue.value(id), value);
    std::move(items.begin(), items.end(), std::back_inserter(out));
    if (id == "resolution") {
      if (value.is_null())
        issue.resolved.reset();
      else if (issue.value(id).is_null())
        issue.resolved = site.now();
    }
    issue.set(id, value);
  }
  return out;
}

void record(Site& site, Issue& issue, std::string_view author, std::vector<Change> items, json::Value metadata) {
  if (items.empty()) return;
  History history;
  history.id = site.store.next_history_id();
  history.author = author;
  history.created = site.now();
  history.items = std::move(items);
  history.metadata = std::move(metadata);
  issue.histories.push_back(std::move(history));
  issue.updated = site.now();
  announce_updated(site, issue, author, &issue.histories.back());
}

}  // namespace sandbox::jira
