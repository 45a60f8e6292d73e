#include <tandem/mapping/suggest.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping {

namespace {

// Longer names are never typed by hand; the bound keeps the work small for hostile input.
constexpr std::size_t kLongest = 128;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t const change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last[b.size()];
}

}  // namespace

std::string closest(std::string_view wrong, std::vector<std::string> const& known) {
  auto const folded = text::folded(wrong);
  if (folded.empty() || folded.size() > kLongest) return {};
  std::size_t best = std::max<std::size_t>(1, folded.size() / 3) + 1;
  std::string found;
  for (auto const& name : known) {
    auto const other = text::folded(name);
    if (other.size() > kLongest) continue;
    auto const apart = distance(folded, other);
    if (apart < best) {
      best = apart;
      found = name;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view wrong, std::vector<std::string> const& known) {
  auto const name = closest(wrong, known);
  return name.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", name);
}

std::string or_list(std::string hint, std::string_view command) {
  return hint.empty() ? fmt::format("; `tandem {}` lists them", command) : std::move(hint);
}

std::string listed(std::vector<std::string> const& names, std::size_t most) {
  std::string out;
  auto const shown = std::min(names.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += fmt::format("\"{}\"", names[i]);
  }
  if (shown < names.size()) out += ", …";
  return out;
}

}  // namespace tandem::mapping
