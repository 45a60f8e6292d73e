#include "run_report/metrics_text.hpp"

#include <array>

#include <fmt/format.h>

#include <tandem/connection/http/traffic.hpp>

namespace tandem::cli {

namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

std::string escaped(std::string_view value) {
  std::string out;
  for (char const c : value) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '"')
      out += "\\\"";
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

double seconds(Millis time) { return static_cast<double>(time.count()) / 1000.0; }
double seconds(Instant at) { return seconds(at.time_since_epoch()); }

class Text {
 public:
  explicit Text(RunDigest const& digest) : common_{{"connection", digest.connection}, {"command", digest.command}} {}

  // All samples of one name stand together, below its help.
  void family(std::string_view name, std::string_view help) {
    name_ = name;
    help_ = help;
  }
  void sample(Labels const& labels, std::string const& value) {
    if (!help_.empty()) text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name_, help_);
    help_ = {};
    text_ += name_;
    char between = '{';
    for (auto const* const part : std::initializer_list<Labels const*>{&common_, &labels}) {
      for (auto const& [key, said] : *part) {
        text_ += fmt::format("{}{}=\"{}\"", between, key, escaped(said));
        between = ',';
      }
    }
    text_ += fmt::format("}} {}\n", value);
  }
  void sample(Labels const& labels, std::uint64_t value) { sample(labels, fmt::format("{}", value)); }
  void sample(Labels const& labels, double value) { sample(labels, fmt::format("{:.3f}", value)); }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  Labels common_;
  std::string_view name_, help_;
  std::string text_;
};

// One number of each item.
template <class Item>
struct Count {
  std::string_view name, help;
  std::uint64_t Item::*value;
};

// `named`: an element of `items` as the item's name and what is counted of it.
template <class Counts, class Items, class Named>
void add_counts(Text& text, Counts const& counts, Items const& items, Named const& named) {
  for (auto const& count : counts) {
    text.family(count.name, count.help);
    for (auto const& one : items) {
      auto const& [name, item] = named(one);
      text.sample({{"item", name}}, item.*count.value);
    }
  }
}

void add_run(Text& text, RunDigest const& digest, std::optional<StateCounts> const& state, Instant now) {
  text.family("tandem_build_info", "The version of tandem that ran last.");
  text.sample({{"version", TANDEM_VERSION}}, std::uint64_t{1});
  text.family("tandem_run_timestamp_seconds", "When the last run ended.");
  text.sample({}, seconds(now));
  auto const succeeded = digest.exit == 0 ? std::optional(now) : state ? state->succeeded_at : std::nullopt;
  text.family("tandem_run_success_timestamp_seconds", "When a run last ended with exit code 0.");
  if (succeeded) text.sample({}, seconds(*succeeded));
  text.family("tandem_run_duration_seconds", "How long the last run took.");
  text.sample({}, seconds(digest.duration));
  text.family("tandem_run_exit_code", "Exit code of the last run; see tandem help exit-codes.");
  text.sample({}, fmt::format("{}", digest.exit));
  text.family("tandem_run_stopped", "1 when the last run was ended by its deadline or a signal before it was through.");
  if (digest.record) text.sample({}, std::uint64_t{digest.record->stopped ? 1U : 0U});
}

void add_items(Text& text, RunDigest const& digest) {
  using sync::ItemRun;
  constexpr std::array<Count<ItemRun>, 7> kCounts{{
      {"tandem_run_seen", "Records and issues that the last run looked at.", &ItemRun::seen},
      {"tandem_run_unchanged", "Links that needed no write in the last run.", &ItemRun::unchanged},
      {"tandem_run_failed", "Records that failed in the last run.", &ItemRun::failed},
      {"tandem_run_held", "Fields that wait for a person since the last run.", &ItemRun::held},
      {"tandem_run_broken", "Links whose issue or record was found to be deleted in the last run.", &ItemRun::broken},
      {"tandem_run_marks", "Web links, link notes and issue properties that the last run wrote.", &ItemRun::marks},
      {"tandem_run_values_left", "Values that the last run could not write.", &ItemRun::values_left},
  }};
  static sync::RunRecord const none;
  auto const& items = (digest.record ? *digest.record : none).items;
  add_counts(text, kCounts, items, [](ItemRun const& item) { return std::pair<std::string, ItemRun const&>(item.item, item); });
  text.family("tandem_run_skipped", "Records and issues with which the last run did nothing, by reason.");
  for (auto const& item : items) {
    for (auto const& [reason, count] : item.skipped) text.sample({{"item", item.item}, {"reason", reason}}, count);
  }
  text.family("tandem_run_item_stopped", "1 when the last run could not finish the item.");
  for (auto const& item : items) text.sample({{"item", item.item}}, std::uint64_t{item.error.empty() ? 0U : 1U});
  text.family("tandem_run_behind_seconds", "How far the item was behind Dynamics when the last run ended.");
  for (auto const& item : items) {
    if (item.behind) text.sample({{"item", item.item}}, seconds(*item.behind));
  }
  text.family("tandem_run_writes",
              "What the last run wrote, by system and action of the history; none: only the store learned it.");
  for (auto const& [write, count] : digest.writes) {
    auto const& [item, side, action] = write;
    text.sample({{"item", item}, {"side", side}, {"action", action}}, count);
  }
  text.family("tandem_run_events", "Events that the last run handled or left queued, by outcome.");
  for (auto const& [outcome, count] : digest.events) text.sample({{"outcome", outcome}}, count);
}

void add_traffic(Text& text, http::TrafficCounts const& traffic) {
  constexpr std::array<std::string_view, 6> kClasses{"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
  text.family("tandem_run_requests", "Requests of the last run, by the class of the answer; none: no answer came.");
  for (auto const service : http::kServices) {
    auto const& counts = traffic[static_cast<std::size_t>(service)];
    for (std::size_t i = 0; i < kClasses.size(); ++i) {
      if (counts.answers[i] > 0)
        text.sample({{"service", std::string(name_of(service))}, {"status", std::string(kClasses[i])}}, counts.answers[i]);
    }
  }
  text.family("tandem_run_throttle_waits", "How often requests of the last run waited because the service asked for it.");
  for (auto const service : http::kServices)
    text.sample({{"service", std::string(name_of(service))}}, traffic[static_cast<std::size_t>(service)].waits);
  text.family("tandem_run_throttle_wait_seconds", "How long they waited; requests that waited side by side add up.");
  for (auto const service : http::kServices)
    text.sample({{"service", std::string(name_of(service))}}, seconds(traffic[static_cast<std::size_t>(service)].waited));
}

void add_state(Text& text, StateCounts const& state) {
  constexpr std::array<Count<ItemCounts>, 4> kCounts{{
      {"tandem_links", "Links of the item.", &ItemCounts::links},
      {"tandem_waiting", "Records and conversations that are tried again after a pause.", &ItemCounts::waiting},
      {"tandem_parked", "Records and conversations that failed too often; see tandem status.", &ItemCounts::parked},
      {"tandem_held_fields", "Fields that wait for tandem link resolve.", &ItemCounts::held},
  }};
  add_counts(text, kCounts, state.items, [](auto const& item) -> auto const& { return item; });
  text.family("tandem_outbox_events", "Events that wait to be handled.");
  text.sample({}, state.outbox);
  text.family("tandem_unsettled_writes", "Writes whose outcome is not known yet.");
  text.sample({}, state.unsettled);
}

}  // namespace

std::string metrics_text(RunDigest const& digest, std::optional<StateCounts> const& state, Instant now) {
  Text text(digest);
  add_run(text, digest, state, now);
  add_items(text, digest);
  add_traffic(text, digest.traffic);
  if (state) add_state(text, *state);
  return text.take();
}

}  // namespace tandem::cli
