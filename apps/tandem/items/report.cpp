#include "items/report.hpp"

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::cli {

void print_faults(Output& out, std::string const& file, std::vector<mapping::Fault> const& faults) {
  for (auto const& fault : faults) {
    auto const place = fault.line > 0 ? fmt::format("{}:{}:{}", file, fault.line, fault.column) : file;
    out.line(fault.path.empty() ? fmt::format("{}: {}", place, fault.message)
                                : fmt::format("{}: {}: {}", place, fault.path, fault.message));
  }
}

json::Value to_json(std::vector<mapping::Fault> const& faults) {
  json::Array out;
  for (auto const& fault : faults) {
    bool const placed = fault.line > 0;
    out.push_back(json::Object{{"line", placed ? json::Value(static_cast<std::uint64_t>(fault.line)) : json::Value()},
                               {"column", placed ? json::Value(static_cast<std::uint64_t>(fault.column)) : json::Value()},
                               {"path", fault.path},
                               {"message", fault.message}});
  }
  return out;
}

namespace {

// A schema or a long table is told in full by --output json only.
std::string shown(json::Value const& value) {
  constexpr std::size_t kMostShown = 200;
  auto const text = json::to_text(value);
  auto const cut = text::cut_code_points(text, kMostShown);
  return cut.size() == text.size() ? text : std::string(cut) + "…";
}

}  // namespace

void print_changes(Output& out, std::vector<mapping::Change> const& changes) {
  for (auto const& change : changes) {
    if (change.before.is_null()) {
      out.line(fmt::format("  + {}: {}", change.path, shown(change.after)), Style::good);
    } else if (change.after.is_null()) {
      out.line(fmt::format("  - {}: {}", change.path, shown(change.before)), Style::bad);
    } else {
      out.line(fmt::format("  ~ {}: {} -> {}", change.path, shown(change.before), shown(change.after)), Style::warning);
    }
  }
}

json::Value to_json(std::vector<mapping::Change> const& changes) {
  json::Array out;
  for (auto const& change : changes)
    out.push_back(json::Object{{"path", change.path}, {"before", change.before}, {"after", change.after}});
  return out;
}

}  // namespace tandem::cli
