#include <tandem/mapping/parse_switches.hpp>

#include <fmt/format.h>

namespace tandem::mapping {

namespace {

constexpr std::int64_t kMostFileBytes = 1LL << 40;
constexpr std::int64_t kMostMinutes = 1'000'000;

void read_status_map(Section& status) {
  auto const* pairs = status.list("map");
  if (pairs == nullptr) return;
  for (std::size_t i = 0; i < pairs->size(); ++i) {
    Section pair(status.reader(), (*pairs)[i], status.at("map") / i);
    if ((*pairs)[i].is_object()) {
      if (!pair.has("dynamics")) pair.reader().fault(pair.path(), "\"dynamics\" is missing: a status reason's label or value");
      if (!pair.has("jira")) pair.reader().fault(pair.path(), "\"jira\" is missing: a status, or {\"status\", \"resolution\"}");
    }
    pair.text_or_number("dynamics");
    auto const* jira = pair.any("jira");
    if (jira != nullptr && jira->is_object()) {
      Section both(status.reader(), *jira, pair.at("jira"));
      if (!both.has("status")) both.reader().fault(both.path(), "\"status\" is missing: a Jira status");
      both.text_or_number("status");
      both.text_or_number("resolution");
      both.close();
    } else {
      pair.text_or_number("jira");
    }
    pair.close();
  }
}

void read_closing(Section& status, std::string_view key, bool resolving) {
  auto const* value = status.any(key);
  if (value == nullptr) return;
  Section closing(status.reader(), *value, status.at(key));
  closing.text_or_number("statusReason");
  if (resolving) {
    closing.text_or_number("resolutionType");
    closing.text("subject");
    closing.text("text");
    closing.number("minutes", 0, kMostMinutes);
  }
  closing.close();
}

void read_status(Section& file, Item& item) {
  auto const* value = file.any("status");
  if (value == nullptr) return;
  item.status = *value;
  Section status(file.reader(), *value, file.at("status"));
  status.flag("enabled");
  status.text("column");
  status.flag("explore");
  status.flag("allowLowest");
  status.texts("path");
  if (auto const* fields = status.any("fields"); fields != nullptr && !fields->is_object())
    status.fault("fields", fmt::format("found {}, expected an object of field and value", kind_of(*fields)));
  read_status_map(status);
  read_closing(status, "resolve", true);
  read_closing(status, "cancel", false);
  status.close();
}

void read_comments(Section& file, Item& item) {
  auto const* value = file.any("comments");
  if (value == nullptr) return;
  item.comments = *value;
  Section comments(file.reader(), *value, file.at("comments"));
  comments.flag("enabled");
  if (auto const since = comments.text("since"); since && *since != "all" && !parse_instant(*since)) {
    comments.fault("since", fmt::format("found \"{}\", expected a time such as 2026-01-31T00:00:00Z, or \"all\"", *since));
  }
  comments.one_of("visibility", {"internal", "public"});
  comments.flag("includeRestricted");
  comments.flag("edits");
  comments.close();
}

void read_attachments(Section& file, Item& item) {
  auto const* value = file.any("attachments");
  if (value == nullptr) return;
  item.attachments = *value;
  Section attachments(file.reader(), *value, file.at("attachments"));
  attachments.flag("enabled");
  attachments.number("maxBytes", 1, kMostFileBytes);
  attachments.flag("verify");
  attachments.close();
}

void read_users(Section& file, Item& item) {
  auto const* value = file.any("users");
  if (value == nullptr) return;
  Section users(file.reader(), *value, file.at("users"));
  item.users = Users{};
  item.users->by_email = users.flag("byEmail").value_or(false);
  auto const* table = users.any("table");
  if (table != nullptr && !table->is_object()) {
    users.fault("table", fmt::format("found {}, expected an object of Dynamics user and Jira account id", kind_of(*table)));
  } else if (table != nullptr) {
    for (auto const& [from, to] : table->members()) {
      if (to.is_string() && !to.text().empty())
        item.users->table[from] = to.text();
      else
        users.reader().fault(users.at("table") / from, fmt::format("found {}, expected a Jira account id", kind_of(to)));
    }
  }
  users.close();
}

// What it says of the table is read and judged by validate(), which knows the metadata's own form.
void read_schema(Section& file) {
  auto const* value = file.any("schema");
  if (value == nullptr) return;
  Section schema(file.reader(), *value, file.at("schema"));
  auto const* entity = schema.any("entity");
  if (value->is_object() && entity == nullptr)
    schema.reader().fault(schema.path(),
                          "\"entity\" is missing: the table's metadata, as `tandem items export --with-schema` writes it");
  if (entity != nullptr && !entity->is_object())
    schema.fault("entity", fmt::format("found {}, expected an object", kind_of(*entity)));
  schema.close();
}

}  // namespace

void read_switches(Section& file, Item& item) {
  read_status(file, item);
  read_comments(file, item);
  read_attachments(file, item);
  read_users(file, item);
  file.text("when");
  read_schema(file);
}

}  // namespace tandem::mapping
