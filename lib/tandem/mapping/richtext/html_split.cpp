#include <tandem/mapping/richtext/html_split.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_active.hpp>
#include <tandem/mapping/richtext/html_element.hpp>
#include <tandem/mapping/richtext/html_locate.hpp>
#include <tandem/mapping/richtext/xml_library.hpp>

namespace tandem::mapping::richtext {

namespace {

constexpr std::size_t kNone = SIZE_MAX;
// Frames whatever they hold.
constexpr std::array<std::string_view, 8> kAlwaysFrames{"html", "body", "tbody", "thead", "tfoot", "tr", "td", "th"};
// Frames around several blocks, or around all of them.
constexpr std::array<std::string_view, 16> kFrames{"div",     "section", "article", "main",  "header", "footer",
                                                   "aside",   "center",  "form",    "span",  "font",   "fieldset",
                                                   "address", "details", "table",   "figure"};
constexpr std::array<std::string_view, 24> kApart{
    "p",  "h1",     "h2",   "h3",      "h4",   "h5",      "h6",      "ul",         "ol",     "li",       "table", "pre",
    "hr", "figure", "form", "section", "main", "article", "details", "blockquote", "center", "fieldset", "dl",    "menu"};

template <std::size_t N>
bool is_one_of(std::string_view name, std::array<std::string_view, N> const& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Splitter {
 public:
  explicit Splitter(LocatedHtml located) : located_(std::move(located)) {}

  std::optional<SplitHtml> run() && {
    out_.blocks = std::move(located_.blocks);
    if (out_.blocks.empty() || !own_tokens()) return std::nullopt;
    parts_.assign(tokens_.size(), {});
    walk(xml().root(located_.tree.get()));
    if (failed_ || !gather()) return std::nullopt;
    return std::move(out_);
  }

 private:
  // What becomes of one token.
  struct Part {
    std::size_t first = kNone, last = 0;  // blocks; kNone = glue
    bool active = false;
    bool apart = false;
    bool spacer = false;
    bool bare = false;  // a tag of a frame without its attributes
    bool open = false;  // of an element without its end tag
    std::size_t piece = 0;  // tokens of one element go together
  };

  // Which block each token belongs to; false when the blocks do not follow each other.
  bool own_tokens() {
    next_.assign(tokens_.size() + 1, kNone);
    std::size_t free = 0;
    for (auto const& block : out_.blocks) {
      if (block.source.empty() || block.source.from < free || block.source.to > tokens_.size()) return false;
      free = block.source.to;
    }
    auto block = out_.blocks.size();
    for (auto token = tokens_.size(); token-- > 0;) {
      while (block > 0 && out_.blocks[block - 1].source.from > token) --block;
      bool const owned = block > 0 && token < out_.blocks[block - 1].source.to;
      owner_.push_back(owned ? block - 1 : kNone);
      next_[token] = owned ? token : next_[token + 1];
    }
    std::reverse(owner_.begin(), owner_.end());
    last_.assign(tokens_.size() + 1, kNone);
    for (std::size_t token = 0; token < tokens_.size(); ++token)
      last_[token + 1] = owner_[token] != kNone ? owner_[token] : last_[token];
    return true;
  }
  // First and last block of some tokens.
  struct Blocks {
    std::size_t first = kNone, last = 0;
    [[nodiscard]] bool none() const { return first == kNone; }
  };
  Blocks blocks_in(Span span) const {
    auto const first = next_[span.from];
    if (first == kNone || first >= span.to) return {};
    return {owner_[first], last_[span.to]};
  }

  void walk(xmlNode* node) {
    for (; node != nullptr; node = node->next) {
      auto const span = span_of(node);
      if (node->type == XML_ELEMENT_NODE && span.empty()) {
        walk(node->children);  // the parser's own
        continue;
      }
      if (span.empty()) continue;
      auto const blocks = blocks_in(span);
      if (node->type != XML_ELEMENT_NODE) {
        if (!blocks.none()) put(span, blocks, {});
      } else if (blocks.none()) {
        silent(node, span);
      } else if (is_frame(node, blocks)) {
        parts_[span.from].bare = has_active_attribute(node);
        walk(node->children);
      } else {
        auto const& last = tokens_[span.to - 1];
        bool const closed = last.kind == HtmlToken::Kind::end && last.name == name_of(node);
        Part part;
        part.active = is_active(node);
        part.apart = is_one_of(name_of(node), kApart);
        part.open = !closed && node->children != nullptr;
        put(span, blocks, part);
      }
    }
  }

  bool is_frame(xmlNode* node, Blocks blocks) const {
    auto const name = name_of(node);
    if (is_one_of(name, kAlwaysFrames)) return true;
    bool const several = blocks.first < blocks.last || out_.blocks.size() == 1;
    if (!several || !(is_one_of(name, kFrames) || name.starts_with("o:"))) return false;
    // A list or a table of data lies in its own tags.
    if (name == "table" && out_.blocks[blocks.first].kind == Block::Kind::table && blocks.first == blocks.last) return false;
    Marks marks;
    take_style(node, marks);
    return marks == Marks{};
  }

  void put(Span span, Blocks blocks, Part part) {
    part.first = blocks.first;
    part.last = blocks.last;
    part.piece = ++piece_;
    for (auto token = span.from; token < span.to; ++token) {
      if (parts_[token].first != kNone) failed_ = true;
      parts_[token] = part;
    }
  }
  void silent(xmlNode* node, Span span) {
    if (is_active(node)) {
      for (auto token = span.from; token < span.to; ++token) parts_[token].active = true;
      return;
    }
    auto const name = name_of(node);
    if (name != "p" && name != "div") return;
    ++piece_;
    for (auto token = span.from; token < span.to; ++token) {
      auto const& one = tokens_[token];
      if (one.kind == HtmlToken::Kind::comment || one.kind == HtmlToken::Kind::other) return;
    }
    for (auto token = span.from; token < span.to; ++token) {
      parts_[token].spacer = true;
      parts_[token].piece = piece_;
    }
  }

  // Tokens to pieces, pieces to units: those that share a block are one.
  bool gather() {
    for (auto const token : located_.active_comments) parts_[token].active = true;
    for (std::size_t token = 0; token < tokens_.size();) {
      auto const& part = parts_[token];
      if (part.first == kNone) {
        glue(token++);
        continue;
      }
      auto to = token;
      std::string text;
      for (; to < tokens_.size() && parts_[to].piece == part.piece && parts_[to].first != kNone; ++to) text += bytes(to);
      if (out_.units.empty() || part.first > out_.units.back().last)
        out_.units.push_back({part.first, part.last, false, part.apart, {}});
      auto& unit = out_.units.back();
      if (part.first > unit.last || part.first < unit.first) return false;
      unit.last = std::max(unit.last, part.last);
      unit.active = unit.active || part.active || looks_active(text);
      unit.apart = unit.apart && part.apart;
      unit.close = part.open ? fmt::format("</{}>", tokens_[token].name) : std::string();
      append_piece(std::move(text), out_.units.size() - 1);
      token = to;
    }
    std::size_t next = 0;
    for (auto const& unit : out_.units) {
      if (unit.first != next) return false;
      next = unit.last + 1;
    }
    return next == out_.blocks.size();
  }

  void append_piece(std::string text, std::size_t unit) {
    // Comments and blanks between two parts of a unit are its own; a tag there is a frame's.
    auto const size = out_.pieces.size();
    if (size > 0 && out_.pieces.back().unit == unit) {
      out_.pieces.back().text += text;
    } else if (size > 1 && out_.pieces[size - 2].unit == unit && out_.pieces.back().unit == HtmlPiece::kGlue && !tag_in_glue_) {
      out_.pieces[size - 2].text += out_.pieces.back().text + text;
      out_.pieces.pop_back();
    } else {
      out_.pieces.push_back({std::move(text), unit, false});
    }
  }

  void glue(std::size_t token) {
    auto const& part = parts_[token];
    auto const& source = tokens_[token];
    auto text = part.active ? std::string() : part.bare ? fmt::format("<{}>", source.name) : bytes(token);
    if (looks_active(text)) text.clear();
    if (text.empty() || part.bare) ++out_.left_out;
    bool const tag = source.kind == HtmlToken::Kind::start || source.kind == HtmlToken::Kind::end;
    bool const joins = !out_.pieces.empty() && out_.pieces.back().unit == HtmlPiece::kGlue &&
                       out_.pieces.back().spacer == part.spacer && (!part.spacer || parts_[token - 1].piece == part.piece);
    if (!joins) {
      tag_in_glue_ = false;
      out_.pieces.push_back({{}, HtmlPiece::kGlue, part.spacer});
    }
    tag_in_glue_ = tag_in_glue_ || tag;
    out_.pieces.back().text += text;
  }
  [[nodiscard]] std::string bytes(std::size_t token) const { return located_.bytes(token, token + 1); }

  LocatedHtml located_;
  std::vector<HtmlToken> const& tokens_ = located_.tokens;
  std::vector<std::size_t> owner_, next_, last_;
  std::vector<Part> parts_;
  std::size_t piece_ = 0;
  bool tag_in_glue_ = false;
  bool failed_ = false;
  SplitHtml out_;
};

}  // namespace

std::optional<SplitHtml> split_html(std::string_view html) {
  auto clean = readable(html);
  if (clean.empty() || clean.size() > kMostHtmlBytes) return std::nullopt;
  auto located = locate_html(std::move(clean));
  return located ? Splitter(std::move(*located)).run() : std::nullopt;
}

}  // namespace tandem::mapping::richtext
