#include <tandem/mapping/richtext/html_merge.hpp>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/align.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_inside.hpp>
#include <tandem/mapping/richtext/html_split.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

using Prints = std::vector<std::string>;

constexpr std::size_t kNone = SIZE_MAX;
constexpr std::string_view kDivider = "<p></p>";  // shows nothing, but ends what stands before it

Prints prints_of(std::vector<Block> const& blocks) {
  Prints out;
  for (auto const& block : blocks) {
    if (auto print = fingerprint(block); !print.empty()) out.push_back(std::move(print));  // an empty line has none
  }
  return out;
}

class HtmlMerger {
 public:
  HtmlMerger(SplitHtml split, Document const& edited, int depth) : split_(std::move(split)), depth_(depth) {
    for (auto const& block : edited.blocks) {
      auto print = fingerprint(block);
      if (print.empty()) continue;
      after_.push_back(std::move(print));
      edited_.push_back(&block);
    }
    kept_.assign(split_.units.size(), kNone);
    used_.assign(split_.units.size(), false);
    covered_.assign(after_.size(), kNone);
    held_inside_.resize(split_.units.size());
    before_.resize(split_.units.size());
    behind_.resize(split_.units.size());
    units_.resize(split_.units.size());
    for (auto const& piece : split_.pieces) {
      if (piece.unit != HtmlPiece::kGlue) units_[piece.unit].pieces.push_back(&piece);
    }
  }

  std::optional<MergedHtml> run() && {
    read_units();
    place_units();
    move_units();
    write_stretches();
    if (auto held = what_goes(); !held.empty()) return MergedHtml{{}, {}, std::move(held)};
    assemble();
    auto const read = from_html(out_.html);
    if (!read || prints_of(read->document.blocks) != expected_) return std::nullopt;
    return std::move(out_);
  }

 private:
  struct Unit {
    std::vector<HtmlPiece const*> pieces;
    Prints own;  // what its HTML reads as
    Prints seen;  // the same as Jira shows it, which has no form for some of HTML
  };
  // One thing to write: a unit's bytes in a new place, or a block of the edited text.
  struct Entry {
    std::size_t place = 0;  // in the edited text
    std::size_t unit = kNone;
    std::string html{};  // merged from within; "" = not
  };

  void read_units() {
    std::unordered_set<std::string> const wanted(after_.begin(), after_.end());
    auto const known = [&](Prints const& prints) {
      return std::all_of(prints.begin(), prints.end(), [&](std::string const& print) { return wanted.count(print) > 0; });
    };
    for (std::size_t i = 0; i < units_.size(); ++i) {
      std::vector<Block> const blocks(split_.blocks.begin() + at(split_.units[i].first),
                                      split_.blocks.begin() + at(split_.units[i].last + 1));
      units_[i].own = prints_of(blocks);
      units_[i].seen = units_[i].own;
      if (known(units_[i].own)) continue;
      auto const in_jira = from_adf(to_adf({blocks}, SIZE_MAX).adf);
      if (auto const back = from_html(to_html(in_jira.document))) {
        if (auto seen = prints_of(back->document.blocks); !seen.empty() && known(seen)) units_[i].seen = std::move(seen);
      }
    }
  }

  void cover(std::size_t unit, std::size_t place) {
    for (std::size_t i = 0; i < units_[unit].seen.size(); ++i) covered_[place + i] = unit;
  }

  void place_units() {
    Prints all;
    for (auto const& unit : units_) all.insert(all.end(), unit.seen.begin(), unit.seen.end());
    auto const partner = align(all, after_);
    std::size_t print = 0;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      auto const from = print;
      print += units_[i].seen.size();
      bool whole = !split_.units[i].active && partner[from].has_value();
      for (auto one = from; whole && one < print; ++one) whole = partner[one] == *partner[from] + (one - from);
      if (!whole) continue;
      kept_[i] = *partner[from];
      cover(i, kept_[i]);
    }
  }

  void move_units() {
    std::unordered_map<std::string, std::vector<std::size_t>> free;
    for (auto i = units_.size(); i-- > 0;) {
      bool const movable = kept_[i] == kNone && !split_.units[i].active && units_[i].pieces.size() == 1;
      if (movable) free[units_[i].seen.front()].push_back(i);
    }
    for (std::size_t place = 0; place < after_.size(); ++place) {
      auto const found = covered_[place] == kNone ? free.find(after_[place]) : free.end();
      if (found == free.end() || found->second.empty()) continue;
      auto const unit = found->second.back();
      auto const& seen = units_[unit].seen;
      bool fits = place + seen.size() <= after_.size();
      for (std::size_t i = 0; fits && i < seen.size(); ++i) fits = covered_[place + i] == kNone && after_[place + i] == seen[i];
      if (!fits) continue;
      found->second.pop_back();
      used_[unit] = true;
      cover(unit, place);
    }
  }

  std::string what_goes() {
    std::string held;
    if (split_.left_out > 0) out_.losses["active content"] += split_.left_out;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (kept_[i] != kNone || used_[i]) continue;
      if (!held_inside_[i].empty()) {
        held += (held.empty() ? "" : "; ") + held_inside_[i];
        continue;
      }
      std::vector<Block> const blocks(split_.blocks.begin() + at(split_.units[i].first),
                                      split_.blocks.begin() + at(split_.units[i].last + 1));
      if (std::any_of(blocks.begin(), blocks.end(), holds_irreplaceable))
        held += (held.empty() ? "" : "; ") + what_it_holds({blocks});
      if (!held.empty()) continue;
      std::string bytes;
      for (auto const* piece : units_[i].pieces) bytes += piece->text;
      if (auto const read = from_html(bytes)) add(out_.losses, read->losses);
      if (split_.units[i].active) ++out_.losses["active content"];
    }
    return held;
  }

  // What is to be written between two kept units, and where.
  void write_stretches() {
    std::size_t unit = 0;
    std::size_t place = 0;
    for (std::size_t i = 0; i <= units_.size(); ++i) {
      if (i < units_.size() && kept_[i] == kNone) continue;
      auto const end = i < units_.size() ? kept_[i] : after_.size();
      stretch(unit, i, place, end);
      if (i < units_.size()) place = end + units_[i].seen.size();
      unit = i + 1;
    }
  }
  void stretch(std::size_t from, std::size_t to, std::size_t place, std::size_t end) {
    std::vector<Entry> entries;
    while (place < end) {
      auto const unit = covered_[place];
      entries.push_back({place, unit});
      place += unit == kNone ? 1 : units_[unit].seen.size();
    }
    bool const paired = entries.size() == to - from;
    // A list stays a list: the next one among what is written, or what stands in its place.
    std::size_t next = 0;
    for (auto unit = from; unit < to; ++unit) {
      auto const at_own = unit - from;
      if (paired) {
        merge_within(unit, entries[at_own]);
      } else {
        for (auto i = next; i < entries.size(); ++i) {
          if (!merge_within(unit, entries[i])) continue;
          next = i + 1;
          break;
        }
      }
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      // Nothing goes: behind the unit before, or at the very start.
      auto& where = from < to ? before_[from + (paired ? i : 0)] : from > 0 ? behind_[from - 1] : before_[0];
      where.push_back(entries[i]);
    }
  }

  // True when the entry is what the unit was, or would be but for what it holds.
  bool merge_within(std::size_t unit, Entry& entry) {
    bool const one = !used_[unit] && !split_.units[unit].active && units_[unit].pieces.size() == 1 &&
                     split_.units[unit].first == split_.units[unit].last;
    if (!one || entry.unit != kNone || split_.blocks[split_.units[unit].first].kind != edited_[entry.place]->kind) return false;
    auto const& bytes = units_[unit].pieces.front()->text;
    auto merged = merge_inside(bytes, *edited_[entry.place], depth_);
    if (!merged) return false;
    if (!merged->held.empty()) {
      held_inside_[unit] = std::move(merged->held);
      return true;
    }
    used_[unit] = true;
    entry.html = std::move(merged->html);
    auto const before = from_html(bytes);
    auto const after = from_html(entry.html);
    for (auto const& [what, count] : before->losses) {
      auto const left = after->losses.find(what);
      auto const gone = count - (left == after->losses.end() ? 0 : left->second);
      if (gone > 0) out_.losses[what] += gone;
    }
    return true;
  }

  void assemble() {
    expected_.reserve(after_.size());
    std::vector<std::size_t> left(units_.size());
    for (std::size_t i = 0; i < units_.size(); ++i) left[i] = units_[i].pieces.size();
    bool dropping = false;  // blank lines behind a unit that went go too
    for (auto const& piece : split_.pieces) {
      if (piece.unit == HtmlPiece::kGlue) {
        if (dropping && piece.spacer) continue;
        out_.html += piece.text;
        if (piece.text.find('<') != std::string::npos) open_.clear();
        continue;
      }
      auto const unit = piece.unit;
      bool const first = left[unit] == units_[unit].pieces.size();
      if (first) write(before_[unit]);
      if (kept_[unit] != kNone) {
        out_.html += piece.text;
        open_ = split_.units[unit].close;
        if (first) expected_.insert(expected_.end(), units_[unit].own.begin(), units_[unit].own.end());
      } else if (first && before_[unit].empty()) {
        divide(unit);
      }
      dropping = kept_[unit] == kNone && before_[unit].empty();
      if (--left[unit] == 0) write(behind_[unit]);
    }
  }
  // Neighbours of a unit that goes must not run into one line.
  void divide(std::size_t unit) {
    bool const apart_before = unit == 0 || split_.units[unit - 1].apart;
    bool const apart_behind = unit + 1 == units_.size() || split_.units[unit + 1].apart;
    if (!apart_before && !apart_behind) out_.html += kDivider;
  }
  void write(std::vector<Entry> const& entries) {
    for (auto const& entry : entries) {
      out_.html += std::exchange(open_, {});
      if (entry.unit == kNone) {
        out_.html += entry.html.empty() ? to_html_part({{*edited_[entry.place]}}) : entry.html;
        expected_.push_back(after_[entry.place]);
        continue;
      }
      bool const apart = split_.units[entry.unit].apart;
      if (!apart) out_.html += kDivider;
      out_.html += units_[entry.unit].pieces.front()->text + split_.units[entry.unit].close;
      if (!apart) out_.html += kDivider;
      auto const& own = units_[entry.unit].own;
      expected_.insert(expected_.end(), own.begin(), own.end());
    }
  }

  static std::ptrdiff_t at(std::size_t place) { return static_cast<std::ptrdiff_t>(place); }

  SplitHtml split_;
  int depth_;
  std::vector<Unit> units_;
  Prints after_;  // of the edited text
  std::vector<Block const*> edited_;
  std::vector<std::size_t> kept_;  // where the edited text has the unit, in its old place
  std::vector<bool> used_;  // moved, or merged from within
  std::vector<std::size_t> covered_;  // by which unit each block of the edited text is shown
  std::vector<std::vector<Entry>> before_, behind_;
  Prints expected_;
  std::vector<std::string> held_inside_;
  std::string open_;  // the end tag that the unit before lacks
  MergedHtml out_;
};

}  // namespace

std::optional<MergedHtml> merge_html(std::string_view present, Document const& edited, int depth) {
  auto split = split_html(present);
  if (!split) return std::nullopt;
  return HtmlMerger(std::move(*split), edited, depth).run();
}

}  // namespace tandem::mapping::richtext
