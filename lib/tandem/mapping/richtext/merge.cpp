#include <tandem/mapping/richtext/merge.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/align.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

using Kind = Block::Kind;
using Prints = std::vector<std::string>;

struct Range {
  std::size_t from = 0, to = 0;
  [[nodiscard]] bool empty() const { return from == to; }
  [[nodiscard]] std::size_t size() const { return to - from; }
};

// One node of the ADF and what the poorer side shows of it.
struct Node {
  Block block;
  Prints prints;
  bool rich = false;           // holds more than the view shows
  std::optional<Range> place;  // the blocks of `shown` that it stood for when both agreed
};

// Blocks that show nothing take no part.
std::vector<Block> visible(std::vector<Block> blocks) {
  std::erase_if(blocks, [](Block const& block) { return !shows_anything(block); });
  return blocks;
}

Prints prints_of(std::vector<Block> const& blocks) {
  Prints out;
  for (auto const& block : blocks) out.push_back(fingerprint(block));
  return out;
}

// Ids that nothing else in the document has.
void name_tasks(Block& block, std::string const& prefix, int& next) {
  if (block.kind == Kind::task_list || block.kind == Kind::decision_list) block.id = fmt::format("{}-{}", prefix, ++next);
  for (auto& child : block.blocks) {
    if (child.kind == Kind::item) child.id = fmt::format("{}-{}", prefix, ++next);
    name_tasks(child, prefix, next);
  }
}

class Merger {
 public:
  Merger(json::Value const& present, Document const& shown, Document const& edited, View const& view)
      : present_(present),
        edited_(visible(edited.blocks)),
        before_(prints_of(visible(shown.blocks))),
        after_(prints_of(edited_)) {
    Prints all;
    for (auto const& raw : present["content"].items()) {
      Node node;
      node.block = block_from_adf(raw);
      auto const seen = visible(view({{node.block}}).blocks);
      node.prints = prints_of(seen);
      node.rich = holds_irreplaceable(node.block) || fingerprint(Document{seen}) != fingerprint(Document{{node.block}});
      all.insert(all.end(), node.prints.begin(), node.prints.end());
      nodes_.push_back(std::move(node));
    }
    place_nodes(align(all, before_));
    still_ = align(before_, after_);
  }

  Merged run() {
    Range nodes, before, after;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      auto const where = untouched(i);
      if (!where) continue;
      nodes.to = i;
      before.to = nodes_[i].place->from;
      after.to = where->from;
      stretch(nodes, before, after);
      keep(i);
      nodes.from = i + 1;
      before.from = nodes_[i].place->to;
      after.from = where->to;
    }
    nodes.to = nodes_.size();
    before.to = before_.size();
    after.to = after_.size();
    stretch(nodes, before, after);
    if (!held_.empty()) return {present_, {}, std::move(held_)};
    auto adf = present_;
    adf.set("content", std::move(out_));
    return {std::move(adf), std::move(losses_), {}};
  }

 private:
  void place_nodes(std::vector<std::optional<std::size_t>> const& partner) {
    std::size_t print = 0;
    for (auto& node : nodes_) {
      auto const from = print;
      print += node.prints.size();
      if (node.prints.empty() || !partner[from]) continue;
      bool whole = true;
      for (auto at = from; at < print; ++at) whole = whole && partner[at] == *partner[from] + (at - from);
      if (whole) node.place = Range{*partner[from], *partner[from] + node.prints.size()};
    }
  }

  // Where the edited text still has what the node showed; nothing when it was changed there, or never shown.
  [[nodiscard]] std::optional<Range> untouched(std::size_t i) const {
    auto const& place = nodes_[i].place;
    if (!place || !still_[place->from]) return std::nullopt;
    auto const first = *still_[place->from];
    for (auto at = place->from; at < place->to; ++at) {
      if (still_[at] != first + (at - place->from)) return std::nullopt;
    }
    return Range{first, first + place->size()};
  }

  void keep(std::size_t i) { out_.push_back(present_["content"].at(i)); }

  void write(Block block, std::size_t place) {
    int next = 0;
    name_tasks(block, fmt::format("e{}", place), next);
    for (auto& node : adf_blocks({std::move(block)}, losses_)) out_.push_back(std::move(node));
  }
  void write(Range after) {
    for (auto at = after.from; at < after.to; ++at) write(edited_[at], at);
  }

  // What lies between two untouched nodes.
  void stretch(Range nodes, Range before, Range after) {
    bool const same_text = std::equal(before_.begin() + at(before.from), before_.begin() + at(before.to),
                                      after_.begin() + at(after.from), after_.begin() + at(after.to));
    if (same_text && !before.empty()) {
      bool const rich =
          std::any_of(nodes_.begin() + at(nodes.from), nodes_.begin() + at(nodes.to), [](Node const& node) { return node.rich; });
      if (!rich) return write(after);
      for (auto i = nodes.from; i < nodes.to; ++i) keep(i);
      return;
    }
    if (already_there(nodes, after)) {
      for (auto i = nodes.from; i < nodes.to; ++i) keep(i);
      return;
    }
    replace(nodes, before, after);
  }

  [[nodiscard]] bool already_there(Range nodes, Range after) const {
    Prints seen;
    for (auto i = nodes.from; i < nodes.to; ++i) seen.insert(seen.end(), nodes_[i].prints.begin(), nodes_[i].prints.end());
    return !after.empty() && std::equal(seen.begin(), seen.end(), after_.begin() + at(after.from), after_.begin() + at(after.to));
  }

  // Whether the poorer side never showed the node: between its neighbours nothing of `shown` is left.
  [[nodiscard]] bool never_shown(std::size_t i, Range nodes, Range before) const {
    if (nodes_[i].prints.empty()) return true;
    if (nodes_[i].place) return false;
    auto low = before.from;
    auto high = before.to;
    for (auto other = i; other-- > nodes.from;) {
      if (nodes_[other].place) {
        low = nodes_[other].place->to;
        break;
      }
    }
    for (auto other = i + 1; other < nodes.to; ++other) {
      if (nodes_[other].place) {
        high = nodes_[other].place->from;
        break;
      }
    }
    return low >= high;
  }

  void replace(Range nodes, Range before, Range after) {
    std::vector<std::size_t> replaced;
    std::vector<bool> own(nodes.size(), false);
    for (auto i = nodes.from; i < nodes.to; ++i) {
      own[i - nodes.from] = never_shown(i, nodes, before);
      if (!own[i - nodes.from]) replaced.push_back(i);
    }
    bool const paired = replaced.size() == after.size();
    std::size_t pair = 0;
    for (auto i = nodes.from; i < nodes.to; ++i) {
      auto const& node = nodes_[i];
      if (own[i - nodes.from]) {
        if (node.rich || node.prints.empty()) keep(i);
        continue;
      }
      if (holds_irreplaceable(node.block)) hold(node);
      if (paired) {
        renew(node, Range{after.from + pair, after.from + pair + 1});
      } else if (pair == 0) {
        replaced.size() == 1 ? renew(node, after) : forget(node, after);
      } else {
        forget(node, {});
      }
      ++pair;
    }
    if (replaced.empty()) write(after);
  }

  void hold(Node const& node) { held_ += (held_.empty() ? "" : "; ") + what_it_holds({{node.block}}); }

  void forget(Node const& node, Range after) {
    if (node.rich) add(losses_, write_text({{node.block}}).losses);
    write(after);
  }

  // The new text in the old frame where one fits: a heading stays a heading, a panel a panel.
  void renew(Node const& node, Range after) {
    auto frame = node.block;
    bool const plain = std::all_of(edited_.begin() + at(after.from), edited_.begin() + at(after.to),
                                   [](Block const& block) { return block.kind == Kind::paragraph; });
    if (plain && frame.kind == Kind::heading && after.size() == 1) {
      frame.inlines = edited_[after.from].inlines;
      return write(std::move(frame), after.from);
    }
    bool const wraps = frame.kind == Kind::panel || frame.kind == Kind::quote;
    bool const paragraphs =
        std::all_of(frame.blocks.begin(), frame.blocks.end(), [](Block const& block) { return block.kind == Kind::paragraph; });
    if (plain && wraps && paragraphs && frame.blocks.size() == after.size()) {
      for (std::size_t i = 0; i < after.size(); ++i) {
        if (fingerprint(frame.blocks[i]) != after_[after.from + i]) frame.blocks[i] = edited_[after.from + i];
      }
      return write(std::move(frame), after.from);
    }
    forget(node, after);
  }

  static std::ptrdiff_t at(std::size_t place) { return static_cast<std::ptrdiff_t>(place); }

  json::Value const& present_;
  std::vector<Block> edited_;
  Prints before_, after_;
  std::vector<Node> nodes_;
  std::vector<std::optional<std::size_t>> still_;  // where a block of `shown` is in `edited`
  json::Array out_;
  Losses losses_;
  std::string held_;
};

}  // namespace

Merged merge(json::Value const& present, Document const& shown, Document const& edited, View const& view) {
  return Merger(present, shown, edited, view).run();
}

}  // namespace tandem::mapping::richtext
