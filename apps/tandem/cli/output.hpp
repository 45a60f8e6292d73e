// Output: results on stdout, everything else on stderr.
//
// In JSON mode a command calls result() once and its text calls print nothing to stdout. Every text passes through the redactor and
// text::printable, so foreign text cannot move the cursor and a secret cannot slip out.
//
// With `log_json` (--log-format json) everything on stderr is one JSON object a line: time (this machine's), level, run (once it is known),
// message, and where they are known item, record, number, issue, reason, requestId (of the remote system) and what else an event tells. The
// last line of a command that did not end with 0 or 10 has "type":"exit_error" and its code (decision 0028).
#pragma once

#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/log/log.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

#include "cli/table.hpp"

namespace tandem::cli {

enum class Format { table, json };

class Output {
 public:
  struct Options {
    Format format = Format::table;
    bool quiet = false;
    bool colour_out = false, colour_err = false;  // terminal, no NO_COLOR, no --no-color, TERM not dumb
    bool progress = false;  // stderr is a terminal, and neither quiet nor --no-progress nor log_json
    std::size_t width = 0;  // of the terminal at stdout; 0 = none
    std::size_t width_err = 80;  // of the terminal at stderr: what the progress line may fill
    bool log_json = false;
    std::function<Instant()> now{};  // of the lines on stderr; none = the system's
  };
  using Sink = std::function<void(std::string_view)>;
  // What a line is about, for those who read it by program: the text says it too. Empty values are left out.
  using About = std::vector<LogField>;
  Output(Options options, Sink out, Sink err, Redactor const& redactor);

  [[nodiscard]] Options const& options() const { return options_; }
  [[nodiscard]] bool json() const { return options_.format == Format::json; }
  [[nodiscard]] bool quiet() const { return options_.quiet; }
  [[nodiscard]] bool progress() const { return options_.progress; }
  [[nodiscard]] bool log_json() const { return options_.log_json; }
  void set_run(std::string run) { run_ = std::move(run); }
  [[nodiscard]] std::string const& run() const { return run_; }

  // stdout, the machine's form; nothing in table mode.
  void result(json::Value const& value);
  // stdout, whatever the mode: one compact value on a line of its own, for commands that give many.
  void json_line(json::Value const& value);
  // stdout, the person's form; nothing in JSON mode.
  void line(std::string_view text, Style style = Style::plain);
  void table(Table const& table);
  // stderr. A note is left out by -q; a warning never.
  void note(std::string_view text, About const& about = {});
  void warning(std::string_view text, About const& about = {});
  // stderr, with `log_json` alone and without -q: what a person reads on stdout, for those who keep logs.
  void summary(std::string_view text, json::Object const& about);
  // stderr: an event of the log.
  void event(LogEvent const& event);
  // stderr, on a terminal only: replaces the progress line; "" removes it. Cut to the terminal's width.
  void status_line(std::string_view text);

  // "tandem: error: message: cure", and in JSON mode {"type":"exit_error","code":N,"message":…} instead; both on stderr, one line.
  // An error's context pair "cure" is the cure; other pairs follow in brackets.
  void error(Error const& error, int code);
  // The end of a command whose results were told: with `log_json` the last line says its code, unless that is no failure.
  void ended(int code, std::string_view meaning, std::string_view cure);
  // False after stdout could not be written (disk full, closed pipe).
  [[nodiscard]] bool healthy() const { return healthy_; }
  void mark_unhealthy() { healthy_ = false; }

 private:
  void err_line(std::string_view text);
  [[nodiscard]] json::Object log_line(Level level, std::string_view message) const;
  void tell(Level level, std::string_view text, About const& about);
  void add(json::Object& line, std::string_view key, std::string_view value) const;
  Options options_;
  Sink out_, err_;
  Redactor const& redactor_;
  std::string run_;
  std::recursive_mutex mutex_;  // workers log while progress is drawn
  bool status_shown_ = false;
  bool healthy_ = true;
};

}  // namespace tandem::cli
