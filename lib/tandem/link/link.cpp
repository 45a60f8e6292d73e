#include <tandem/link/link.hpp>

namespace tandem::link {

namespace {

json::Value time_json(std::optional<Instant> const& at) { return at ? json::Value(to_rfc3339(*at)) : json::Value(); }
std::optional<Instant> time_of(json::Value const& value) {
  return value.is_string() ? parse_instant(value.text()) : std::nullopt;
}

}  // namespace

std::string_view name_of(Kind kind) { return kind == Kind::automatic ? "auto" : "manual"; }

json::Value Link::to_json() const {
  return json::Object{{"id", id},
                      {"item", item},
                      {"entity", entity},
                      {"record", record},
                      {"number", record_number},
                      {"issue", issue},
                      {"key", issue_key},
                      {"kind", name_of(kind)},
                      {"state", state == State::active ? "active" : "broken"},
                      {"owedRemoteLink", owed.remote_link},
                      {"owedLinkNote", owed.link_note},
                      {"owedProperty", owed.property},
                      {"noteHash", note_hash},
                      {"remoteHash", remote_hash},
                      {"madeAt", time_json(made_at)},
                      {"syncedAt", time_json(synced_at)},
                      {"rebuiltAt", time_json(rebuilt_at)}};
}

Result<Link> Link::from_json(json::Value const& value) {
  Link link;
  link.id = value["id"].text();
  link.item = value["item"].text();
  link.entity = value["entity"].text();
  link.record = value["record"].text();
  link.record_number = value["number"].text();
  link.issue = value["issue"].text();
  link.issue_key = value["key"].text();
  if (link.id.empty() || link.item.empty() || link.record.empty() || link.issue.empty()) {
    return fail(ErrorKind::store, "a link without id, item, record or issue");
  }
  link.kind = value["kind"].text() == "manual" ? Kind::manual : Kind::automatic;
  link.state = value["state"].text() == "broken" ? State::broken : State::active;
  link.owed = {value["owedRemoteLink"].truthy(), value["owedLinkNote"].truthy(), value["owedProperty"].truthy()};
  link.note_hash = value["noteHash"].text();
  link.remote_hash = value["remoteHash"].text();
  link.made_at = time_of(value["madeAt"]);
  link.synced_at = time_of(value["syncedAt"]);
  link.rebuilt_at = time_of(value["rebuiltAt"]);
  return link;
}

json::Value Base::to_json() const {
  json::Object held;
  for (auto const& [key, field] : fields) held.set(key, json::Object{{"column", field.column}, {"field", field.field}});
  json::Object out{
      {"fields", held}, {"state", status.dynamics_state}, {"status", status.dynamics_status}, {"jiraStatus", status.jira_status},
      {"etag", etag},   {"issueUpdated", issue_updated}};
  if (unseen) out.append("unseen", true);
  if (status.apply) out.append("statusOwed", true);
  if (!status.seen_status.is_null()) out.append("statusSeen", status.seen_status);
  if (status.seen_at) out.append("statusSeenAt", to_rfc3339(*status.seen_at));
  return out;
}

Result<Base> Base::from_json(json::Value const& value) {
  Base base;
  if (!value["fields"].is_object()) return fail(ErrorKind::store, "a base without fields");
  for (auto const& [key, field] : value["fields"].members()) base.fields[key] = {field["column"], field["field"]};
  base.status = {value["state"], value["status"], std::string(value["jiraStatus"].text())};
  base.status.apply = value["statusOwed"].truthy();
  base.status.seen_status = value["statusSeen"];
  base.status.seen_at = parse_instant(value["statusSeenAt"].text());
  base.etag = value["etag"].text();
  base.issue_updated = value["issueUpdated"].text();
  base.unseen = value["unseen"].truthy();
  return base;
}

}  // namespace tandem::link
