#include <tandem/mapping/richtext/html_inside.hpp>

#include <algorithm>

#include <tandem/mapping/richtext/align.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_locate.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

using Kind = Block::Kind;

constexpr int kMostDepth = 8;

std::vector<std::string> prints_of(std::vector<Block> const& blocks) {
  std::vector<std::string> out;
  for (auto const& block : blocks) out.push_back(fingerprint(block));
  return out;
}

// <li>…</li>, <tr>…</tr>, <td>…</td>, as the writer makes them.
std::string fresh(Block const& child) {
  if (child.kind != Kind::item) return to_html_part({{child}});
  Block list;
  list.kind = Kind::bullet_list;
  list.blocks.push_back(child);
  auto const html = to_html_part({{std::move(list)}});
  return html.substr(4, html.size() - 9);  // without <ul> and </ul>
}
std::string content_of(std::string const& element) {
  auto const from = element.find('>') + 1;
  return element.substr(from, element.rfind("</") - from);
}

class Inside {
 public:
  Inside(LocatedHtml located, int depth) : located_(std::move(located)), depth_(depth) {}

  std::optional<MergedHtml> run(Block const& edited) && {
    if (located_.blocks.size() != 1) return std::nullopt;
    auto const& present = located_.blocks.front();
    if (present.kind != edited.kind || present.number != edited.number || !is_element(present)) return std::nullopt;
    std::string html;
    switch (present.kind) {
      case Kind::bullet_list:
      case Kind::ordered_list:
      case Kind::table: html = children(present, edited.blocks); break;
      case Kind::quote: html = content(present, edited, {}); break;
      default: return std::nullopt;
    }
    if (!out_.held.empty()) return std::move(out_);
    if (failed_) return std::nullopt;
    auto const before = located_.bytes(0, present.source.from);
    out_.html = before + html + located_.bytes(present.source.to, located_.tokens.size());
    auto const read = from_html(out_.html);
    if (!read || fingerprint(read->document) != fingerprint(edited)) return std::nullopt;
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_element(Block const& block) const {
    return !block.source.empty() && located_.tokens[block.source.from].kind == HtmlToken::Kind::start;
  }
  [[nodiscard]] bool is_closed(Span span) const {
    auto const& last = located_.tokens[span.to - 1];
    return span.to > span.from + 1 && last.kind == HtmlToken::Kind::end && last.name == located_.tokens[span.from].name;
  }

  std::string children(Block const& present, std::vector<Block> const& after) {
    auto const& before = present.blocks;
    auto free = present.source.from + 1;
    for (auto const& child : before) {
      failed_ = failed_ || !is_element(child) || child.source.from < free || child.source.to > present.source.to;
      free = child.source.to;
    }
    if (failed_ || before.empty()) {
      failed_ = true;
      return {};
    }
    auto const partner = align(prints_of(before), prints_of(after));
    std::string html;
    auto token = present.source.from;
    std::size_t place = 0;
    for (std::size_t i = 0; i < before.size();) {
      auto end = i;  // of the stretch of children that were changed
      while (end < before.size() && !partner[end]) ++end;
      auto const until = end < before.size() ? *partner[end] : after.size();
      bool const paired = until - place == end - i;
      bool const written = end > i;
      for (; i < end; ++i) {
        html += located_.bytes(token, before[i].source.from);
        token = before[i].source.to;
        if (paired)
          html += changed(before[i], after[place++]);
        else
          goes(before[i]);
        while (!paired && place < until) html += fresh(after[place++]);
      }
      if (end == before.size()) break;
      if (!written && place < until) {
        // Nothing goes: what is new stands right behind the child before, or first of all.
        if (i == 0) html += located_.bytes(token, before[i].source.from);
        if (i == 0) token = before[i].source.from;
        while (place < until) html += open_end(before, i) + fresh(after[place++]);
      }
      html += located_.bytes(token, before[end].source.to);
      token = before[end].source.to;
      place = until + 1;
      i = end + 1;
    }
    while (place < after.size()) html += open_end(before, before.size()) + fresh(after[place++]);
    return html + located_.bytes(token, present.source.to);
  }
  // The end tag that the child before place `i` lacks.
  [[nodiscard]] std::string open_end(std::vector<Block> const& before, std::size_t i) const {
    if (i == 0 || is_closed(before[i - 1].source)) return {};
    return "</" + located_.tokens[before[i - 1].source.from].name + ">";
  }

  std::string changed(Block const& present, Block const& edited) {
    bool const same_tag = present.kind == edited.kind && present.on == edited.on && present.columns == edited.columns &&
                          present.rows == edited.rows;
    if (present.kind == Kind::row && same_tag && !present.blocks.empty()) return children(present, edited.blocks);
    if (same_tag && present.kind != Kind::row) return content(present, edited, content_of(fresh(edited)));
    goes(present);
    return fresh(edited);
  }

  // The element with its own tags; `anew`: its content as the writer makes it.
  std::string content(Block const& present, Block const& edited, std::string anew) {
    auto const span = present.source;
    bool const closed = is_closed(span);
    auto const inner = located_.bytes(span.from + 1, closed ? span.to - 1 : span.to);
    bool const one_line = edited.blocks.size() == 1 && edited.blocks.front().kind == Kind::paragraph && present.blocks.size() < 2;
    auto merged = one_line && !anew.empty() ? std::nullopt : merge_html(inner, {edited.blocks}, depth_ + 1);
    if (merged) {
      out_.held += merged->held;
      anew = std::move(merged->html);
    } else {
      goes(present);
      if (anew.empty()) anew = to_html_part({edited.blocks});
    }
    return located_.bytes(span.from, span.from + 1) + anew + "</" + located_.tokens[span.from].name + ">";
  }

  void goes(Block const& block) {
    if (holds_irreplaceable(block)) out_.held += (out_.held.empty() ? "" : "; ") + what_it_holds({{block}});
  }

  LocatedHtml located_;
  int depth_;
  bool failed_ = false;
  MergedHtml out_;
};

}  // namespace

std::optional<MergedHtml> merge_inside(std::string const& html, Block const& edited, int depth) {
  if (depth >= kMostDepth) return std::nullopt;
  auto located = locate_html(html);
  return located ? Inside(std::move(*located), depth).run(edited) : std::nullopt;
}

}  // namespace tandem::mapping::richtext
