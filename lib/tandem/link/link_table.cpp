#include <tandem/link/link_table.hpp>

#include <fmt/format.h>

#include <tandem/link/conversations.hpp>
#include <tandem/link/twins.hpp>

namespace tandem::link {

namespace {

constexpr store::Table<Link> kLinks{"links"};
constexpr store::Table<Base> kBases{"base"};
constexpr std::string_view kByRecord = "by_record";
constexpr std::string_view kByIssue = "by_issue";
constexpr std::string_view kOwed = "owed";

std::string prefix_of(std::string_view part) { return std::string(part) + '\0'; }

// Follows an index whose keys are (parent, child) and whose values are link ids.
Result<std::vector<Link>> follow(store::Reader& reader, std::string_view index, std::string_view parent, std::string_view after,
                                 std::size_t most) {
  std::vector<std::string> ids;
  auto const prefix = prefix_of(parent);
  auto const from = after.empty() ? prefix : store::key_of({parent, after}) + '\0';
  TANDEM_CHECK(reader.scan(index, prefix, from, [&](std::string_view, std::string_view id) -> Result<bool> {
    ids.emplace_back(id);
    return ids.size() < most;
  }));
  std::vector<Link> links;
  for (auto const& id : ids) {
    TANDEM_TRY(auto link, kLinks.get(reader, id));
    if (!link) return fail(ErrorKind::store, fmt::format("the store's index {} names a link that does not exist: {}", index, id));
    links.push_back(std::move(*link));
  }
  return links;
}

}  // namespace

Result<std::optional<Link>> find_link(store::Reader& reader, std::string_view link_id) { return kLinks.get(reader, link_id); }

Result<std::optional<Link>> find_by_record(store::Reader& reader, std::string_view item, std::string_view record) {
  TANDEM_TRY(auto const id, reader.get(kByRecord, store::key_of({item, record})));
  if (!id) return std::optional<Link>{};
  return kLinks.get(reader, *id);
}

Result<std::vector<Link>> find_by_issue(store::Reader& reader, std::string_view issue_id) {
  return follow(reader, kByIssue, issue_id, "", 1000);
}

Result<std::optional<Base>> find_base(store::Reader& reader, std::string_view link_id) { return kBases.get(reader, link_id); }

Result<Unit> put_link(store::Writer& writer, Link const& link) {
  TANDEM_TRY(auto const held, writer.get(kByRecord, store::key_of({link.item, link.record})));
  if (held && *held != link.id) {
    return fail(ErrorKind::refused,
                fmt::format("the record {} is already linked under the item {}", link.record_number, link.item));
  }
  TANDEM_TRY(auto const others, find_by_issue(writer, link.issue));
  for (auto const& other : others) {
    if (other.item == link.item && other.id != link.id) {
      return fail(ErrorKind::refused, fmt::format("the issue {} is already linked to {} under the item {}", link.issue_key,
                                                  other.record_number, link.item));
    }
  }
  TANDEM_TRY(auto const before, kLinks.get(writer, link.id));
  if (before && before->issue != link.issue) TANDEM_CHECK(writer.erase(kByIssue, store::key_of({before->issue, link.id})));
  if (!before) TANDEM_CHECK(note_conversation(writer, link.item, link.id));
  TANDEM_CHECK(kLinks.put(writer, link.id, link));
  TANDEM_CHECK(writer.put(kByRecord, store::key_of({link.item, link.record}), link.id));
  TANDEM_CHECK(writer.put(kByIssue, store::key_of({link.issue, link.id}), link.id));
  auto const owed_key = store::key_of({link.item, link.id});
  return link.owed.any() ? writer.put(kOwed, owed_key, link.id) : writer.erase(kOwed, owed_key);
}

Result<Unit> put_base(store::Writer& writer, std::string_view link_id, Base const& base) {
  return kBases.put(writer, link_id, base);
}

Result<Unit> erase_link(store::Writer& writer, Link const& link) {
  TANDEM_CHECK(writer.erase(kByRecord, store::key_of({link.item, link.record})));
  TANDEM_CHECK(writer.erase(kByIssue, store::key_of({link.issue, link.id})));
  TANDEM_CHECK(writer.erase(kOwed, store::key_of({link.item, link.id})));
  TANDEM_CHECK(kBases.erase(writer, link.id));
  TANDEM_CHECK(erase_twins(writer, link.id));
  TANDEM_CHECK(erase_conversation(writer, link.item, link.id));
  return kLinks.erase(writer, link.id);
}

Result<std::vector<Link>> links_of_item(store::Reader& reader, std::string_view item, std::string_view after_record,
                                        std::size_t most) {
  return follow(reader, kByRecord, item, after_record, most);
}

Result<Unit> each_link(store::Reader& reader, std::function<Result<bool>(Link const&)> const& visit) {
  return kLinks.scan(reader, "", "", [&](std::string_view, Link const& link) { return visit(link); });
}

Result<std::vector<Link>> links_that_owe(store::Reader& reader, std::string_view item, std::string_view after_link,
                                         std::size_t most) {
  return follow(reader, kOwed, item, after_link, most);
}

Result<std::size_t> count_links(store::Reader& reader, std::string_view item) {
  std::size_t count = 0;
  TANDEM_CHECK(reader.scan(kByRecord, prefix_of(item), "", [&](std::string_view, std::string_view) -> Result<bool> {
    ++count;
    return true;
  }));
  return count;
}

}  // namespace tandem::link
