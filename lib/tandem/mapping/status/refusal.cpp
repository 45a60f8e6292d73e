#include <tandem/mapping/status/refusal.hpp>

#include <algorithm>
#include <array>

namespace tandem::mapping::status {

namespace {

struct Row {
  std::string_view code;
  Reason reason;
};
constexpr std::array<Row, 16> kRows{{{"0x80048408", Reason::reason_not_of_state},
                                     {"0x8004f854", Reason::transition_rules},
                                     {"0x8004f855", Reason::transition_rules},
                                     {"0x8004f856", Reason::transition_rules},
                                     {"0x8004f857", Reason::transition_rules},
                                     {"0x8004f858", Reason::transition_rules},
                                     {"0x8004440e", Reason::open_activities},
                                     {"0x8003f451", Reason::open_child_cases},
                                     {"0x8003f452", Reason::open_child_cases},
                                     {"0x8004f456", Reason::open_child_cases},
                                     {"0x80100005", Reason::closing_message},
                                     {"0x80055000", Reason::on_hold_refused},
                                     {"0x80040265", Reason::plugin_refused},
                                     {"0x80040224", Reason::plugin_refused},
                                     {"0x80040220", Reason::status_privilege},
                                     {"0x80048306", Reason::status_privilege}}};

// Codes that stand for a closed record: the message's own, and what a second WinOpportunity answers has none of its own.
constexpr std::string_view kClosedAlready = "0x80044411";

}  // namespace

Report refusal_of(Error const& error) {
  auto const code = error.find("code");
  auto const* const row = std::find_if(kRows.begin(), kRows.end(), [&](Row const& one) { return one.code == code; });
  if (row != kRows.end()) return {row->reason, error.message};
  if (error.kind == ErrorKind::auth) return {Reason::status_privilege, error.message};
  return {error.find("service") == "dataverse" ? Reason::rejected : Reason::transition_refused, error.message};
}

bool says_closed_already(Error const& error) { return error.find("code") == kClosedAlready; }

bool wants_message(Error const& error) { return error.find("code") == "0x80100005"; }

}  // namespace tandem::mapping::status
