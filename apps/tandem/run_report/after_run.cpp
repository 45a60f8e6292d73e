#include "run_report/after_run.hpp"

#include <fmt/format.h>

#include "cli/exit.hpp"
#include "cli/replace_file.hpp"
#include "run_report/failure_command.hpp"
#include "run_report/metrics_text.hpp"
#include "run_report/report_file.hpp"
#include "run_report/state_counts.hpp"
#include "run_report/summary_text.hpp"

namespace tandem::cli {

namespace {

constexpr int kLocked = exit_code(ErrorKind::locked);

// What cannot be counted is left out: there may be no store at all, and the run itself has said so.
std::optional<StateCounts> state_of(Context& context) {
  auto const store = context.open_for_reading();
  if (!store) return std::nullopt;
  auto counts = count_state(**store);
  return counts ? std::optional(std::move(*counts)) : std::nullopt;
}

void write_metrics(Context& context, std::string const& path, RunDigest const& digest) {
  auto const state = digest.command == "sync-once" ? state_of(context) : std::nullopt;
  auto const now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  auto const text = context.log().redactor().clean(metrics_text(digest, state, now));
  if (auto const written = replace_file(path, text, {.keep_permissions = false, .follow_links = false}); !written)
    context.out().warning(fmt::format("no metrics were written: {}", written.error().to_line()));
}

void run_failure_command(Context& context, AfterRun const& wanted, RunDigest const& digest, std::string const& summary) {
  auto const paths = context.paths();
  std::map<std::string, std::string> facts{{"TANDEM_EXIT", fmt::format("{}", digest.exit)},
                                           {"TANDEM_MEANING", std::string(meaning_of_exit(digest.exit).meaning)},
                                           {"TANDEM_COMMAND", digest.command},
                                           {"TANDEM_RUN", digest.run},
                                           {"TANDEM_CONNECTION", digest.connection},
                                           {"TANDEM_FAILED", fmt::format("{}", digest.failed_count)},
                                           {"TANDEM_HELD", fmt::format("{}", digest.held_count)},
                                           // A tandem that the command runs does not run the command.
                                           {"TANDEM_ON_FAILURE", "true"}};
  if (paths) facts.emplace("TANDEM_STATE_DIR", paths->root);
  context.close();
  auto const environment = command_environment(context.environment(), context.log().redactor(), facts);
  auto const done = run_command(wanted.on_failure, summary, environment, wanted.on_failure_timeout, context.clock());
  if (!done) context.out().warning(fmt::format("the command of --on-failure {}", done.error().message));
}

}  // namespace

AfterRun configured_after_run(Config const& config) {
  return {config.text("metricsFile"), config.text("summaryFile"), config.text("onFailure"), config.duration("onFailureTimeout")};
}

void after_run(Context& context, AfterRun const& wanted, RunDigest const& digest) {
  bool const command = !wanted.on_failure.empty() && !digest.dry_run && needs_person(digest.exit);
  if (!wanted.metrics_file.empty() && !digest.dry_run && digest.exit != kLocked)
    write_metrics(context, wanted.metrics_file, digest);
  if (wanted.summary_file.empty() && !command) return;
  auto const summary = context.log().redactor().clean(summary_text(digest));
  if (!wanted.summary_file.empty()) {
    if (auto const written = append_report(wanted.summary_file, summary); !written)
      context.out().warning(fmt::format("no summary was written: {}", written.error().to_line()));
  }
  if (command) run_failure_command(context, wanted, digest, summary);
}

}  // namespace tandem::cli
