#include <tandem/sync/history.hpp>

#include <algorithm>
#include <charconv>
#include <deque>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>

namespace tandem::sync {

namespace {
constexpr store::Table<HistoryEntry> kHistory{"history"};
// The number of the newest entry: entries of one millisecond keep the order in which they were written.
constexpr std::string_view kLast = "history_last", kLastKey = "last";
constexpr std::size_t kPrintLength = 32;  // hexadecimal digits of a SHA-256

json::Value entry_as_sent(json::Value const& entry) {
  if (!entry.is_object()) return entry;
  if (auto const& account = entry["accountId"]; !account.is_null()) return json::Object{{"accountId", account}};
  auto const& id = entry["id"];
  if (id.is_null()) return entry;
  json::Object out{{"id", id}};
  if (auto const& child = entry["child"]; child.is_object()) out.set("child", entry_as_sent(child));
  return out;
}

std::string time_part(Instant at) { return fmt::format("{:020}", std::max<std::int64_t>(epoch_millis(at), 0)); }
}  // namespace

json::Value HistoryEntry::to_json() const {
  json::Object object{{"at", to_rfc3339(at)}, {"run", run},       {"item", item},     {"link", link},
                      {"record", record},     {"number", number}, {"key", issue_key}, {"action", action}};
  if (!issue_id.empty()) object.set("issueId", issue_id);
  if (!reason.empty()) object.set("reason", reason);
  if (!undoes.empty()) object.set("undoes", undoes);
  json::Array held;
  for (auto const& field : fields) {
    json::Object one{{"field", field.field}, {"after", field.after}};
    if (!field.before.empty()) one.set("before", field.before);
    if (!field.replaced.is_null()) one.set("replaced", field.replaced);
    if (!field.kept.empty()) one.set("kept", field.kept);
    if (!field.rule.empty()) one.set("rule", field.rule);
    if (!field.table.empty()) one.set("table", field.table);
    held.push_back(std::move(one));
  }
  if (!held.empty()) object.set("fields", std::move(held));
  return object;
}

Result<HistoryEntry> HistoryEntry::from_json(json::Value const& value) {
  auto const at = parse_instant(value["at"].text());
  if (!at) return fail(ErrorKind::store, "a history entry without a time");
  auto const text = [&](std::string_view name) { return std::string(value[name].text()); };
  HistoryEntry entry{
      *at, text("run"), text("item"), text("link"), text("record"), text("number"), text("key"), text("action"), text("reason"),
      {}};
  entry.issue_id = text("issueId");
  entry.undoes = text("undoes");
  for (auto const& field : value["fields"].items()) {
    entry.fields.push_back({std::string(field["field"].text()), std::string(field["before"].text()),
                            std::string(field["after"].text()), field["replaced"], std::string(field["kept"].text()),
                            std::string(field["rule"].text()), std::string(field["table"].text())});
  }
  return entry;
}

json::Value as_sent(json::Value const& raw) {
  if (!raw.is_array()) return entry_as_sent(raw);
  json::Array out;
  for (auto const& entry : raw.items()) out.push_back(entry_as_sent(entry));
  return out;
}

std::string value_print(json::Value const& raw) {
  auto const sent = as_sent(raw);
  std::string text;
  if (sent.is_array()) {
    std::vector<std::string> entries;
    for (auto const& entry : sent.items()) entries.push_back(json::to_canonical(entry));
    std::sort(entries.begin(), entries.end());
    for (auto const& entry : entries) text += entry + "\n";
  } else {
    text = "=" + json::to_canonical(sent);
  }
  return to_hex(sha256(text)).substr(0, kPrintLength);
}

Result<Unit> append_history(store::Writer& writer, HistoryEntry const& entry) {
  TANDEM_TRY(auto const text, writer.get(kLast, kLastKey));
  std::uint64_t last = 0;
  if (text) {
    auto const [end, fault] = std::from_chars(text->data(), text->data() + text->size(), last, 16);
    if (fault != std::errc{} || end != text->data() + text->size())
      return fail(ErrorKind::store, "the store's table history_last is damaged: what it holds is no number");
  }
  auto const number = fmt::format("{:016x}", last + 1);
  TANDEM_CHECK(writer.put(kLast, kLastKey, number));
  return kHistory.put(writer, store::key_of({time_part(entry.at), number}), entry);
}

Result<std::vector<HistoryEntry>> read_history(store::Reader& reader, std::size_t most) {
  std::deque<HistoryEntry> newest;
  TANDEM_CHECK(kHistory.scan(reader, "", "", [&](std::string_view, HistoryEntry entry) -> Result<bool> {
    newest.push_back(std::move(entry));
    if (newest.size() > most) newest.pop_front();
    return true;
  }));
  return std::vector<HistoryEntry>(newest.begin(), newest.end());
}

Result<Unit> scan_history(store::Reader& reader, Instant from, std::function<Result<bool>(HistoryEntry)> const& visit) {
  return kHistory.scan(reader, "", time_part(from),
                       [&](std::string_view, HistoryEntry entry) { return visit(std::move(entry)); });
}

Result<std::optional<Instant>> newest_history(store::Reader& reader) {
  // The first entry at or after `at`, by its key's time.
  auto const first_from = [&](std::int64_t at) -> Result<std::optional<std::int64_t>> {
    std::optional<std::int64_t> found;
    TANDEM_CHECK(reader.scan(kHistory.name(), "", time_part(from_epoch_millis(at)),
                             [&](std::string_view key, std::string_view) -> Result<bool> {
                               std::int64_t millis = 0;
                               std::from_chars(key.data(), key.data() + std::min<std::size_t>(key.size(), 20), millis);
                               found = millis;
                               return false;
                             }));
    return found;
  };
  TANDEM_TRY(auto newest, first_from(0));
  if (!newest) return std::optional<Instant>{};
  constexpr std::int64_t kYear9999 = 253402300799999;
  for (std::int64_t none = kYear9999; *newest + 1 < none;) {
    auto const middle = *newest + (none - *newest) / 2;
    TANDEM_TRY(auto const found, first_from(middle));
    if (found)
      newest = found;
    else
      none = middle;
  }
  return std::optional<Instant>(from_epoch_millis(*newest));
}

Result<Unit> forget_history(store::Writer& writer, Instant bound, std::size_t most) {
  auto const end = time_part(bound);
  std::size_t count = 0;
  return writer.scan(kHistory.name(), "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    if (key >= end || count++ >= most) return false;
    TANDEM_CHECK(writer.erase(kHistory.name(), key));
    return true;
  });
}

}  // namespace tandem::sync
