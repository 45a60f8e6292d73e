// Output: results on stdout, everything else on stderr.
//
// In JSON mode a command calls result() once and its text calls print nothing to stdout. Every text passes through the redactor and
// text::printable, so foreign text cannot move the cursor and a secret cannot slip out.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include <tandem/base/json/value.hpp>
#include <tandem/base/log/log.hpp>
#include <tandem/base/result.hpp>

#include "cli/table.hpp"

namespace tandem::cli {

enum class Format { table, json };

class Output {
 public:
  struct Options {
    Format format = Format::table;
    bool quiet = false;
    bool colour_out = false, colour_err = false;  // terminal, no NO_COLOR, no --no-color, TERM not dumb
    bool progress = false;  // stderr is a terminal and not quiet
    std::size_t width = 0;  // of the terminal at stdout; 0 = none
  };
  using Sink = std::function<void(std::string_view)>;
  Output(Options options, Sink out, Sink err, Redactor const& redactor);

  [[nodiscard]] bool json() const { return options_.format == Format::json; }
  [[nodiscard]] bool quiet() const { return options_.quiet; }
  [[nodiscard]] bool progress() const { return options_.progress; }

  // stdout, the machine's form; nothing in table mode.
  void result(json::Value const& value);
  // stdout, whatever the mode: one compact value on a line of its own, for commands that give many.
  void json_line(json::Value const& value);
  // stdout, the person's form; nothing in JSON mode.
  void line(std::string_view text, Style style = Style::plain);
  void table(Table const& table);
  // stderr. A note is left out by -q; a warning never.
  void note(std::string_view text);
  void warning(std::string_view text);
  // stderr, on a terminal only: replaces the progress line; "" removes it.
  void status_line(std::string_view text);

  // "tandem: error: message: cure", and in JSON mode {"type":"exit_error","code":N,"message":…} instead; both on stderr, one line.
  // An error's context pair "cure" is the cure; other pairs follow in brackets.
  void error(Error const& error, int code);
  // False after stdout could not be written (disk full, closed pipe).
  [[nodiscard]] bool healthy() const { return healthy_; }
  void mark_unhealthy() { healthy_ = false; }

 private:
  void err_line(std::string_view text);
  Options options_;
  Sink out_, err_;
  Redactor const& redactor_;
  bool status_shown_ = false;
  bool healthy_ = true;
};

}  // namespace tandem::cli
