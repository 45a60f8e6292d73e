#include <tandem/link/conversations.hpp>

namespace tandem::link {

namespace {

constexpr store::Table<DueConversation> kConversations{"conversations"};

}  // namespace

json::Value DueConversation::to_json() const {
  json::Object out{
      {"item", item},     {"link", link},     {"tries", tries},  {"next", next ? json::Value(to_rfc3339(*next)) : json::Value()},
      {"parked", parked}, {"reason", reason}, {"detail", detail}};
  if (!issue_updated.empty()) out.append("issueUpdated", issue_updated);
  if (by_event) out.append("byEvent", true);
  return out;
}

Result<DueConversation> DueConversation::from_json(json::Value const& value) {
  DueConversation due;
  due.item = value["item"].text();
  due.link = value["link"].text();
  if (due.item.empty() || due.link.empty()) return fail(ErrorKind::store, "a conversation without item or link");
  due.tries = static_cast<int>(value["tries"].integer().value_or(0));
  due.next = parse_instant(value["next"].text());
  due.parked = value["parked"].truthy();
  due.reason = value["reason"].text();
  due.detail = value["detail"].text();
  due.issue_updated = value["issueUpdated"].text();
  due.by_event = value["byEvent"].truthy();
  return due;
}

Result<Unit> note_conversation(store::Writer& writer, std::string_view item, std::string_view link_id, Told told) {
  TANDEM_TRY(auto const held, find_conversation(writer, item, link_id));
  DueConversation due;
  due.issue_updated = told.issue_updated;
  due.by_event = told.by_event;
  if (held) {
    due.by_event = due.by_event || held->by_event;
    auto const before = parse_instant(held->issue_updated);
    auto const now = parse_instant(told.issue_updated);
    if (before && (!now || *now < *before)) due.issue_updated = held->issue_updated;
  }
  due.item = item;
  due.link = link_id;
  return put_conversation(writer, due);
}

Result<Unit> put_conversation(store::Writer& writer, DueConversation const& due) {
  return kConversations.put(writer, store::key_of({due.item, due.link}), due);
}

Result<Unit> erase_conversation(store::Writer& writer, std::string_view item, std::string_view link_id) {
  return kConversations.erase(writer, store::key_of({item, link_id}));
}

Result<std::optional<DueConversation>> find_conversation(store::Reader& reader, std::string_view item, std::string_view link_id) {
  return kConversations.get(reader, store::key_of({item, link_id}));
}

Result<std::vector<DueConversation>> conversations_of(store::Reader& reader, std::string_view item, std::string_view after_link,
                                                      std::size_t most) {
  std::vector<DueConversation> all;
  auto const prefix = std::string(item) + '\0';
  auto const from = after_link.empty() ? prefix : store::key_of({item, after_link}) + '\0';
  TANDEM_CHECK(kConversations.scan(reader, prefix, from, [&](std::string_view, DueConversation due) -> Result<bool> {
    all.push_back(std::move(due));
    return all.size() < most;
  }));
  return all;
}

}  // namespace tandem::link
