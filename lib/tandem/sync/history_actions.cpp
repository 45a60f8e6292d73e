#include <tandem/sync/history_actions.hpp>

#include <algorithm>
#include <array>

namespace tandem::sync {

std::span<HistoryAction const> history_actions() {
  static constexpr std::array kAll{
      HistoryAction{"created-issue", Side::jira},          HistoryAction{"settled-issue", Side::jira},
      HistoryAction{"adopted-issue", Side::jira},          HistoryAction{"duplicate-issue", std::nullopt},
      HistoryAction{"edited-issue", Side::jira},           HistoryAction{"put-back", Side::jira},
      HistoryAction{"updated-record", Side::dynamics},     HistoryAction{"moved-issue", Side::jira},
      HistoryAction{"changed-status", Side::dynamics},     HistoryAction{"closed-record", Side::dynamics},
      HistoryAction{"ended-rehearsal", std::nullopt},      HistoryAction{"added-comment", Side::jira},
      HistoryAction{"edited-comment", Side::jira},         HistoryAction{"added-note", Side::dynamics},
      HistoryAction{"edited-note", Side::dynamics},        HistoryAction{"added-attachment", Side::jira},
      HistoryAction{"added-file-note", Side::dynamics},    HistoryAction{"created-component", Side::jira},
      HistoryAction{"created-version", Side::jira},        HistoryAction{"wrote-issue-property", Side::jira},
      HistoryAction{"wrote-remote-link", Side::jira},      HistoryAction{"wrote-link-note", Side::dynamics},
      HistoryAction{"removed-issue-property", Side::jira}, HistoryAction{"removed-remote-link", Side::jira},
      HistoryAction{"removed-link-note", Side::dynamics},  HistoryAction{"made-link", std::nullopt},
      HistoryAction{"removed-link", std::nullopt},         HistoryAction{"broke-link", std::nullopt},
      HistoryAction{"restored-link", std::nullopt},        HistoryAction{"rebuilt-link", std::nullopt},
  };
  return kAll;
}

std::optional<Side> side_written(std::string_view action) {
  auto const all = history_actions();
  auto const found = std::find_if(all.begin(), all.end(), [&](HistoryAction const& one) { return one.name == action; });
  return found == all.end() ? std::nullopt : found->side;
}

}  // namespace tandem::sync
