#include <tandem/base/result.hpp>

namespace tandem {

std::string_view Error::find(std::string_view key) const {
  for (auto const& [name, value] : context) {
    if (name == key) return value;
  }
  return {};
}

std::string Error::to_line() const {
  std::string line = message;
  if (context.empty()) return line;
  line += " (";
  for (std::size_t i = 0; i < context.size(); ++i) {
    if (i > 0) line += ", ";
    line += context[i].first + "=" + context[i].second;
  }
  return line + ")";
}

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return "usage";
    case ErrorKind::config: return "config";
    case ErrorKind::auth: return "auth";
    case ErrorKind::not_found: return "not-found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::refused: return "refused";
    case ErrorKind::throttled: return "throttled";
    case ErrorKind::transient: return "transient";
    case ErrorKind::unknown_outcome: return "unknown-outcome";
    case ErrorKind::remote: return "remote";
    case ErrorKind::store: return "store";
    case ErrorKind::locked: return "locked";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::internal: break;
  }
  return "internal";
}

}  // namespace tandem
