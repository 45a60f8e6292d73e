// Recognise: which comments and notes, attachments and file notes of one link are twins, told from both sides alone (SPEC D11, H3).
//
// Pure: no I/O, no clock. Towards Dynamics the note's derived id tells it, also of an original that was edited since; towards Jira a comment's
// mark does, and an attachment, which carries none, is known by name, size and account. What content alone can tell apart is left to the caller.
// Versions and contents of what is found are "": the next look compares both sides.
#pragma once

#include <string>
#include <vector>

#include <tandem/sync/conversation/plan.hpp>

namespace tandem::sync::conversation {

// Files of one name and size, several on a side: which note became which attachment only their contents tell. In the order of their making.
struct Lookalikes {
  std::vector<std::string> notes, attachments;
  std::uint64_t size = 0;
};

struct Recognised {
  std::vector<link::Twin> twins;
  std::vector<Lookalikes> doubtful;
};

// `account`: ours in Jira.
Recognised recognise(Conversation const& all, Rules const& rules, std::string const& account);

}  // namespace tandem::sync::conversation
