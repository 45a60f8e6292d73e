// Removing an item (SPEC B10): first what its links left on both sides, then the links, then everything the store knows of the item.
//
// Neither issue nor record is deleted or edited. Per link, in this order (D6): the item's entry in the issue property, the link note, the
// remote link, then the link itself. Each step is idempotent by nature, and each batch is committed: what a crash or a refusal leaves
// is taken up by the next call. The caller holds the run lock, and has disabled the item, so that no cycle makes issues for records whose
// link is gone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <tandem/connection/connection.hpp>
#include <tandem/link/link.hpp>
#include <tandem/store/store.hpp>

namespace tandem::sync {

struct RemovalInput {
  connection::Connection& connection;
  store::Store& store;
  std::string organisation_id;
  int jobs = 8;
  std::function<bool()> stop;
  std::function<void(std::size_t)> progress;  // links removed so far; may be empty
};

struct LeftLink {
  std::string number, issue_key;
  Error why;
};
struct Removal {
  std::size_t removed = 0;
  std::vector<LeftLink> left;  // refused by a system: these links stay
};
// Errors: what ends a run (a service that cannot be used, the store, a stop); what was removed until then stays removed.
Result<Removal> remove_links(RemovalInput const& input, std::string const& item);

// The item, its metadata, feed, retries. REQUIRES: it has no links. Its history stays.
Result<Unit> forget_item(store::Writer& writer, std::string const& item);

// Writes of the item whose outcome is not known yet: a cycle must settle them first.
Result<std::size_t> count_open_intents(store::Reader& reader, std::string const& item);

}  // namespace tandem::sync
