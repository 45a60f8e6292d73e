// Intents of a conversation: each of its writes has one, so that it is told in the history exactly when it was executed (SPEC R2, R7).
//
// Committed before the request, gone in the commit that records its outcome. A new comment and a new attachment have no identity of their own and
// are known again by what the intent holds; a note has its derived id, and an edit the content that it writes. While a link has an open intent
// nothing else is written into its conversation, so that the order is kept.
//
// Table: "conversation_journal" ((link, kind, note) -> Intent).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/link/twins.hpp>
#include <tandem/store/table.hpp>
#include <tandem/sync/conversation/plan.hpp>

namespace tandem::sync::conversation {

struct Intent {
  std::string link, item, record, number, issue, issue_key;
  Step step = Step::add_comment;
  link::Twin twin;  // as it will be, without the id that the answer brings
  std::size_t part = 1;  // of the copy, which is written
  std::string shown, shown_before;  // for the history
  bool cut = false;  // likewise
  std::string hash;  // a text: of the content that is to stand there
  std::optional<Instant> at;  // Jira's clock just before the write
  std::string floor;  // a comment: the highest id before it
  std::string file_name, sha256;  // a file: as sent
  std::uint64_t size = 0;
  std::vector<std::string> before;  // ids of the files that were there

  [[nodiscard]] json::Value to_json() const;
  static Result<Intent> from_json(json::Value const& value);
};

Result<Unit> put_intent(store::Writer& writer, Intent const& intent);
Result<Unit> erase_intent(store::Writer& writer, Intent const& intent);
// Its link goes: what is still on its way is nobody's any more.
Result<Unit> forget_intents(store::Writer& writer, std::string_view link_id);
Result<std::vector<Intent>> intents_of(store::Reader& reader, std::string_view link_id);
Result<std::size_t> count_intents(store::Reader& reader);

}  // namespace tandem::sync::conversation
