#include <tandem/link/conversations.hpp>

namespace tandem::link {

namespace {

constexpr store::Table<DueConversation> kConversations{"conversations"};

}  // namespace

json::Value DueConversation::to_json() const {
  return json::Object{
      {"item", item},     {"link", link},     {"tries", tries},  {"next", next ? json::Value(to_rfc3339(*next)) : json::Value()},
      {"parked", parked}, {"reason", reason}, {"detail", detail}};
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
  return due;
}

Result<Unit> note_conversation(store::Writer& writer, std::string_view item, std::string_view link_id) {
  DueConversation due;
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
