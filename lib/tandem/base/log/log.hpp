// Structured log: one event per line, `verb_noun key=value`. The library writes to a sink that the program gives it.
//
// Levels: error = a person must look, warn = we coped, info = per run, debug = per item. Secrets cannot be logged by type
// (Secret has no text); as a second net, the values registered with `Redactor` are replaced wherever they appear.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem {

enum class Level { error, warn, info, debug };
std::string_view name_of(Level level);

using LogField = std::pair<std::string, std::string>;

struct LogEvent {
  Level level = Level::info;
  std::string name;  // "wrote_issue"
  std::vector<LogField> fields;
};

// Replaces registered secrets by "***". Thread-safe. Values shorter than six bytes are not registered: they would hit innocent text.
class Redactor {
 public:
  void add(std::string_view secret);
  [[nodiscard]] std::string clean(std::string_view text) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> secrets_;
};

class Log {
 public:
  using Sink = std::function<void(LogEvent const&)>;
  Log() = default;
  Log(Level most, Sink sink) : most_(most), sink_(std::move(sink)) {}
  void operator()(Level level, std::string_view name, std::vector<LogField> fields = {}) const;
  Redactor& redactor() { return redactor_; }
  [[nodiscard]] Redactor const& redactor() const { return redactor_; }
  [[nodiscard]] bool wants(Level level) const { return sink_ && level <= most_; }

 private:
  Level most_ = Level::warn;
  Sink sink_;
  Redactor redactor_;
  mutable std::mutex mutex_;
};

std::string to_logfmt(LogEvent const& event);  // level=info event=wrote_issue key=SUP-1
std::string to_json_line(LogEvent const& event);

}  // namespace tandem
