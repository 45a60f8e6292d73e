#include <tandem/sync/journal.hpp>

#include <algorithm>
#include <iterator>

namespace tandem::sync {

namespace {
constexpr store::Table<Intent> kJournal{"journal"};

struct EffectName {
  Effect effect;
  std::string_view name;
};
constexpr EffectName kEffects[] = {
    {Effect::create_issue, "create"},   {Effect::edit_issue, "edit"},       {Effect::update_record, "update-record"},
    {Effect::transition, "transition"}, {Effect::set_status, "set-status"}, {Effect::close, "close"},
    {Effect::rehearse, "rehearse"}};

std::string_view name_of(Effect effect) {
  for (auto const& row : kEffects) {
    if (row.effect == effect) return row.name;
  }
  return {};
}

json::Value text_or_null(std::optional<std::string> const& text) { return text ? json::Value(*text) : json::Value(); }
std::optional<std::string> optional_text(json::Value const& value) {
  return value.is_string() ? std::optional(std::string(value.text())) : std::nullopt;
}
}  // namespace

json::Value IntendedStatus::to_json() const {
  return json::Object{{"transition", transition}, {"from", from},       {"to", to},       {"target", target},
                      {"lastEntry", last_entry},  {"way", way},         {"state", state}, {"status", status},
                      {"activity", activity},     {"subject", subject}, {"was", was}};
}

IntendedStatus IntendedStatus::from_json(json::Value const& value) {
  IntendedStatus out;
  out.transition = value["transition"].text();
  out.from = value["from"].text();
  out.to = value["to"].text();
  out.target = value["target"].text();
  out.last_entry = value["lastEntry"].text();
  out.way = value["way"].text();
  out.state = value["state"];
  out.status = value["status"];
  out.was = value["was"];
  out.activity = value["activity"].text();
  out.subject = value["subject"].text();
  return out;
}

json::Value Rehearsal::to_json() const {
  return json::Object{{"state", state},           {"status", status},       {"issueStatus", issue_status},
                      {"resolution", resolution}, {"base", base.to_json()}, {"retry", retry}};
}

Result<Rehearsal> Rehearsal::from_json(json::Value const& value) {
  Rehearsal out;
  out.state = value["state"];
  out.status = value["status"];
  out.issue_status = value["issueStatus"].text();
  out.resolution = value["resolution"].text();
  TANDEM_TRY(out.base, link::Base::from_json(value["base"]));
  out.retry = value["retry"];
  return out;
}

json::Value Intent::to_json() const {
  json::Array held;
  for (auto const& field : fields) {
    held.push_back(json::Object{{"rule", field.rule},
                                {"field", field.field},
                                {"column", field.column},
                                {"before", field.before},
                                {"after", field.after},
                                {"merged", field.merged},
                                {"table", field.table}});
  }
  return json::Object{{"id", id},
                      {"effect", name_of(effect)},
                      {"run", run},
                      {"item", item},
                      {"entity", entity},
                      {"record", record},
                      {"number", number},
                      {"at", at ? json::Value(to_rfc3339(*at)) : json::Value()},
                      {"etag", etag},
                      {"project", project},
                      {"floor", floor},
                      {"base", base.to_json()},
                      {"issue", text_or_null(issue)},
                      {"key", text_or_null(issue_key)},
                      {"fields", held},
                      {"readAt", read_at},
                      {"putBack", put_back},
                      {"more", more},
                      {"moved", moved ? moved->to_json() : json::Value()},
                      {"undoes", undoes},
                      {"reason", reason},
                      {"rehearsal", rehearsal ? rehearsal->to_json() : json::Value()}};
}

Result<Intent> Intent::from_json(json::Value const& value) {
  Intent intent;
  auto const row =
      std::find_if(std::begin(kEffects), std::end(kEffects), [&](auto const& one) { return one.name == value["effect"].text(); });
  if (row == std::end(kEffects)) return fail(ErrorKind::store, "an intent of an unknown effect");
  intent.effect = row->effect;
  intent.id = value["id"].text();
  intent.run = value["run"].text();
  intent.item = value["item"].text();
  intent.entity = value["entity"].text();
  intent.record = value["record"].text();
  intent.number = value["number"].text();
  intent.at = parse_instant(value["at"].text());
  intent.etag = value["etag"].text();
  intent.project = value["project"].text();
  intent.floor = value["floor"].integer().value_or(0);
  TANDEM_TRY(intent.base, link::Base::from_json(value["base"]));
  intent.issue = optional_text(value["issue"]);
  intent.issue_key = optional_text(value["key"]);
  for (auto const& field : value["fields"].items()) {
    intent.fields.push_back({std::string(field["rule"].text()), std::string(field["field"].text()), field["column"],
                             field["before"], field["after"], field["merged"].truthy(), std::string(field["table"].text())});
  }
  intent.read_at = value["readAt"].text();
  intent.put_back = value["putBack"].truthy();
  intent.more = value["more"].truthy();
  if (value["moved"].is_object()) intent.moved = IntendedStatus::from_json(value["moved"]);
  intent.undoes = value["undoes"].text();
  intent.reason = value["reason"].text();
  if (value["rehearsal"].is_object()) {
    TANDEM_TRY(intent.rehearsal, Rehearsal::from_json(value["rehearsal"]));
  }
  return intent;
}

Result<Unit> put_intent(store::Writer& writer, Intent const& intent) { return kJournal.put(writer, intent.id, intent); }
Result<Unit> erase_intent(store::Writer& writer, std::string_view id) {
  TANDEM_TRY(auto held, kJournal.get(writer, id));
  if (!held || !held->rehearsal) return kJournal.erase(writer, id);
  held->effect = Effect::rehearse;
  held->moved.reset();
  return kJournal.put(writer, id, *held);
}
Result<Unit> erase_rehearsal(store::Writer& writer, std::string_view id) { return kJournal.erase(writer, id); }
Result<std::optional<Intent>> find_intent(store::Reader& reader, std::string_view id) { return kJournal.get(reader, id); }
Result<std::vector<Intent>> open_intents(store::Reader& reader) {
  std::vector<Intent> intents;
  TANDEM_CHECK(kJournal.scan(reader, "", "", [&](std::string_view, Intent intent) -> Result<bool> {
    intents.push_back(std::move(intent));
    return true;
  }));
  return intents;
}

}  // namespace tandem::sync
