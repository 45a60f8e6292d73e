#include <tandem/sync/conversation/journal.hpp>

#include <algorithm>

#include <tandem/base/json/count.hpp>

namespace tandem::sync::conversation {

namespace {

constexpr store::Table<Intent> kJournal{"conversation_journal"};

std::string key(Intent const& intent) { return store::key_of({intent.link, link::name_of(intent.twin.kind), intent.twin.note}); }

}  // namespace

json::Value Intent::to_json() const {
  json::Array held;
  for (auto const& id : before) held.emplace_back(id);
  // A twin that is not complete yet: its members as they will be.
  return json::Object{{"link", link},
                      {"item", item},
                      {"record", record},
                      {"number", number},
                      {"issue", issue},
                      {"key", issue_key},
                      {"step", name_of(step)},
                      {"twin", twin.to_json()},
                      {"part", static_cast<std::int64_t>(part)},
                      {"shown", shown},
                      {"shownBefore", shown_before},
                      {"cut", cut},
                      {"hash", hash},
                      {"at", at ? json::Value(to_rfc3339(*at)) : json::Value()},
                      {"floor", floor},
                      {"file", file_name},
                      {"sha256", sha256},
                      {"size", size},
                      {"before", std::move(held)}};
}

Result<Intent> Intent::from_json(json::Value const& value) {
  Intent intent;
  intent.link = value["link"].text();
  intent.item = value["item"].text();
  intent.record = value["record"].text();
  intent.number = value["number"].text();
  intent.issue = value["issue"].text();
  intent.issue_key = value["key"].text();
  intent.part = static_cast<std::size_t>(std::max<std::int64_t>(value["part"].integer().value_or(1), 1));
  auto twin = value["twin"];
  bool const fresh = twin["jira"].text().empty();
  if (fresh) twin.set("jira", "?");  // not known yet, and a twin is never without
  TANDEM_TRY(intent.twin, link::Twin::from_json(twin));
  if (fresh) intent.twin.jira.clear();
  // Before each write had an intent those two had one.
  bool const is_file = intent.twin.kind == link::TwinKind::file;
  intent.step = step_named(value["step"].text()).value_or(is_file ? Step::add_file : Step::add_comment);
  if (intent.part > intent.twin.parts()) return fail(ErrorKind::store, "an intent of a part that its twin does not have");
  if (intent.link.empty() || intent.item.empty()) return fail(ErrorKind::store, "an intent of a conversation without its link");
  intent.shown = value["shown"].text();
  intent.shown_before = value["shownBefore"].text();
  intent.cut = value["cut"].truthy();
  intent.hash = value["hash"].text();
  intent.at = parse_instant(value["at"].text());
  intent.floor = value["floor"].text();
  intent.file_name = value["file"].text();
  intent.sha256 = value["sha256"].text();
  intent.size = json::count_of(value["size"]);
  for (auto const& id : value["before"].items()) intent.before.emplace_back(id.text());
  return intent;
}

Result<Unit> put_intent(store::Writer& writer, Intent const& intent) { return kJournal.put(writer, key(intent), intent); }
Result<Unit> erase_intent(store::Writer& writer, Intent const& intent) { return kJournal.erase(writer, key(intent)); }

Result<std::vector<Intent>> intents_of(store::Reader& reader, std::string_view link_id) {
  std::vector<Intent> intents;
  TANDEM_CHECK(kJournal.scan(reader, std::string(link_id) + '\0', "", [&](std::string_view, Intent intent) -> Result<bool> {
    intents.push_back(std::move(intent));
    return true;
  }));
  return intents;
}

Result<Unit> forget_intents(store::Writer& writer, std::string_view link_id) {
  TANDEM_TRY(auto const intents, intents_of(writer, link_id));
  for (auto const& intent : intents) TANDEM_CHECK(erase_intent(writer, intent));
  return Unit{};
}

Result<std::size_t> count_intents(store::Reader& reader) { return kJournal.count(reader); }

}  // namespace tandem::sync::conversation
