// The tables of links: links (id -> Link), by_record ((item, record) -> id), by_issue ((issue, link) -> ""), base (id -> Base), owed (id -> "").
//
// They change together, only through these functions, which enforce SPEC D1: a record has at most one link per item, an issue too.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/link/link.hpp>
#include <tandem/store/table.hpp>

namespace tandem::link {

Result<std::optional<Link>> find_link(store::Reader& reader, std::string_view link_id);
Result<std::optional<Link>> find_by_record(store::Reader& reader, std::string_view item, std::string_view record);
Result<std::vector<Link>> find_by_issue(store::Reader& reader, std::string_view issue_id);
Result<std::optional<Base>> find_base(store::Reader& reader, std::string_view link_id);

// Adds or replaces; a new link's conversation is due to be looked at. Errors: refused, when the record or the issue has another link under that item.
Result<Unit> put_link(store::Writer& writer, Link const& link);
Result<Unit> put_base(store::Writer& writer, std::string_view link_id, Base const& base);
// Removes the link with its base, twins and due conversation; absent is fine. What tandem copied under it stays known as copies.
Result<Unit> erase_link(store::Writer& writer, Link const& link);

// Links of one item in the order of their records, from after `after_record` on; at most `most`.
Result<std::vector<Link>> links_of_item(store::Reader& reader, std::string_view item, std::string_view after_record,
                                        std::size_t most);
// All links in the order of their ids, until `visit` answers false: for what no index helps with.
Result<Unit> each_link(store::Reader& reader, std::function<Result<bool>(Link const&)> const& visit);
// Links that owe a follow-up write, of one item; at most `most`, from after `after_link` on.
Result<std::vector<Link>> links_that_owe(store::Reader& reader, std::string_view item, std::string_view after_link,
                                         std::size_t most);
// Reads every index entry of the item: for dashboards, not for cycles.
Result<std::size_t> count_links(store::Reader& reader, std::string_view item);

}  // namespace tandem::link
