#include "link/panel_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "link/link.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kLeastValue = 30;  // columns; labels are cut before values become narrower
constexpr std::size_t kMostValue = 2000;  // code points of one value

// Pieces of at most `width` columns, at blanks where there are some, else wherever a character ends. An address stays whole.
std::vector<std::string> folded(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    auto const blank = text.find(' ');
    std::string word(text.substr(0, blank));
    bool const address = word.find("://") != std::string::npos;
    auto const room = text::display_width(lines.back()) + (lines.back().empty() ? 0 : 1) + text::display_width(word);
    if (!lines.back().empty() && room > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    while (!address && text::display_width(word) > width) {
      std::string_view rest = word;
      std::string head;
      while (!rest.empty()) {
        auto const before = rest;
        text::next(rest);
        auto const piece = before.substr(0, before.size() - rest.size());
        if (text::display_width(head) + text::display_width(piece) > width && !head.empty()) {
          rest = before;
          break;
        }
        head += piece;
      }
      lines.back() += head;
      word = std::string(rest);
      lines.emplace_back();
    }
    lines.back() += word;
    if (blank == std::string_view::npos) break;
    text.remove_prefix(blank + 1);
  }
  return lines;
}

class Lines {
 public:
  explicit Lines(std::size_t width) : width_(width) {}

  void heading(std::string const& text) {
    for (auto& line : folded(clean(text), width_)) out_.push_back({std::move(line), Style::strong});
  }
  void blank() { out_.push_back({""}); }

  struct Fact {
    std::string label, value;
    Style style = Style::plain;
  };
  // Aligned with each other.
  void facts(std::vector<Fact> const& facts) {
    std::size_t widest = 0;
    for (auto const& fact : facts) widest = std::max(widest, text::display_width(clean(fact.label)));
    auto const most = width_ > kLeastValue + 4 ? width_ - kLeastValue - 4 : std::size_t{10};
    widest = std::min(widest, most);
    for (auto const& fact : facts) {
      auto const labels = folded(clean(fact.label), widest);
      auto const values = folded(clean(fact.value), width_ - widest - 4);
      for (std::size_t i = 0; i < std::max(labels.size(), values.size()); ++i) {
        auto const label = i < labels.size() ? labels[i] : std::string();
        auto line = "  " + label;
        if (i < values.size() && !values[i].empty())
          line += std::string(widest - std::min(widest, text::display_width(label)) + 2, ' ') + values[i];
        out_.push_back({std::move(line), fact.style});
      }
    }
  }
  std::vector<PanelLine> take() { return std::move(out_); }

 private:
  static std::string clean(std::string_view text) { return text::printable(text::cut_code_points(text, kMostValue)); }
  std::size_t width_;
  std::vector<PanelLine> out_;
};

std::string or_none(std::string const& text) { return text.empty() ? "-" : text; }

std::string status_pair(link::PanelStatus const& status) {
  return fmt::format("{}; Dynamics: {}; Jira: {}", status.enabled ? "on" : "off", or_none(status.dynamics), or_none(status.jira));
}

void add_link(Lines& lines, link::PanelLink const& shown, std::optional<Instant> const& now) {
  auto const& link = shown.link;
  lines.heading(fmt::format("{}: {}", link.item, link.record_number));
  std::vector<Lines::Fact> facts;
  if (!shown.trouble.empty()) facts.push_back({"Record", shown.trouble, Style::bad});
  for (auto const& column : shown.columns) facts.push_back({column.label, or_none(column.shown)});
  facts.push_back({"Open in Dynamics", shown.record_url});
  bool const broken = link.state == link::State::broken;
  facts.push_back({"Link",
                   fmt::format("{}, {}{}{}", link::name_of(link.kind), broken ? "broken" : "active",
                               shown.mode.empty() ? "" : ", " + shown.mode, shown.enabled ? "" : ", the item is disabled"),
                   broken ? Style::bad : Style::plain});
  if (shown.mode != "display-only") {
    facts.push_back({"Status sync", status_pair(shown.status)});
    facts.push_back(
        {"Last sync", link.synced_at ? fmt::format("{} ({})", readable(*link.synced_at), age(link.synced_at, now)) : "never"});
  } else {
    facts.push_back(
        {"Status", fmt::format("Dynamics: {}; Jira: {}", or_none(shown.status.dynamics), or_none(shown.status.jira))});
    facts.push_back({"Sync", "none: the item only displays"});
  }
  for (auto const& note : shown.pending) facts.push_back({"Pending", note.text, Style::warning});
  if (shown.pending.empty()) facts.push_back({"Pending", "nothing"});
  for (auto const& note : shown.conflicts)
    facts.push_back({"Conflict", fmt::format("{} ({})", note.text, note.code), Style::bad});
  if (shown.conflicts.empty()) facts.push_back({"Conflicts", "none"});
  if (!shown.owed.empty()) facts.push_back({"Owed", fmt::format("{}", fmt::join(shown.owed, ", ")), Style::warning});
  lines.facts(facts);
}

}  // namespace

std::vector<PanelLine> panel_lines(link::Panel const& panel, std::size_t width) {
  Lines lines(std::max<std::size_t>(width, 40));
  lines.heading(panel.summary.empty() ? panel.key : fmt::format("{}  {}", panel.key, panel.summary));
  std::vector<Lines::Fact> facts;
  if (!panel.trouble.empty()) facts.push_back({"Issue", panel.trouble, Style::bad});
  if (!panel.status.empty()) facts.push_back({"Status", panel.status});
  if (!panel.type.empty()) facts.push_back({"Type", fmt::format("{} in {}", panel.type, panel.project)});
  facts.push_back({"Open in Jira", panel.url});
  std::string applying;
  for (auto const& item : panel.items) {
    if (!item.applies) continue;
    applying += fmt::format("{}{} ({}{}{})", applying.empty() ? "" : ", ", item.name, item.mode, item.enabled ? "" : ", disabled",
                            item.manual_links ? "" : ", no links by hand");
  }
  facts.push_back({"Items that apply", applying.empty() ? "none" : applying});
  lines.facts(facts);
  for (auto const& link : panel.links) {
    lines.blank();
    add_link(lines, link, panel.now);
  }
  if (panel.links.empty()) {
    lines.blank();
    lines.facts({{"Linked", "no; `tandem link add KEY --item NAME --record REF` ties it to a record"}});
  }
  return lines.take();
}

}  // namespace tandem::cli
