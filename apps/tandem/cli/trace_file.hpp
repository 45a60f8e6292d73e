// TraceFile: where --trace-http writes. Appended to, one line at a time; mode 0600, and a file that others can read is refused.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tandem/base/log/log.hpp>
#include <tandem/base/result.hpp>

namespace tandem::cli {

class TraceFile {
 public:
  // Errors: config. `redactor` outlives the file: what slips through the allow-list still loses its secrets.
  static Result<std::shared_ptr<TraceFile>> open(std::string const& path, Redactor const& redactor);
  ~TraceFile();
  TraceFile(TraceFile const&) = delete;
  TraceFile& operator=(TraceFile const&) = delete;

  // Best effort: a full disk costs the trace and never the run.
  void append(std::string_view line) const;

 private:
  TraceFile(int descriptor, Redactor const& redactor) : descriptor_(descriptor), redactor_(redactor) {}
  int descriptor_;
  Redactor const& redactor_;
};

}  // namespace tandem::cli
