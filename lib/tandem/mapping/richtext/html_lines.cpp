#include <tandem/mapping/richtext/html_lines.hpp>

#include <algorithm>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

void Lines::text(std::string_view text, Marks const& marks, Span source) {
  std::string run;
  while (!text.empty()) {
    auto const c = text::next(text);
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      bool const starts = run.empty() && (line_.empty() || breaks_ > 0 || ended_);
      if (!starts && !gap_) run += ' ';
      gap_ = true;
    } else if (c == 0xA0) {
      run += ' ';
      gap_ = false;
    } else if (c != 0x200B && c != 0xFEFF && !is_dropped(c)) {
      text::append(run, c == 0x2028 || c == 0x2029 || c == 0x85 ? U' ' : c);
      gap_ = false;
    }
  }
  put(std::move(run), marks, source);
}

void Lines::put(std::string run, Marks const& marks, Span source) {
  if (run.empty()) return;
  bool const blank = text::trimmed(run).empty();
  if (blank && (line_.empty() || breaks_ > 0 || ended_)) {
    blank_seen_ = true;
    if (line_.empty() && breaks_ == 0 && !ended_) line_.push_back({Inline::Kind::text, std::move(run), marks, {}});
    return;
  }
  before_text();
  if (!blank) came_from(source);
  if (!line_.empty() && line_.back().kind == Inline::Kind::text && line_.back().marks == marks) {
    line_.back().text += run;
  } else {
    line_.push_back({Inline::Kind::text, std::move(run), marks, {}});
  }
}

void Lines::came_from(Span source) {
  if (source_.empty()) source_.from = source.from;
  source_.to = source.to;
}

void Lines::before_text() {
  auto const feeds = breaks_ + (ended_ ? 1U : 0U);
  breaks_ = 0;
  ended_ = false;
  blank_seen_ = false;
  if (feeds == 0 || line_.empty()) return;
  trim_line();
  if (feeds > 1) {
    flush();
  } else if (!line_.empty()) {
    line_.push_back({Inline::Kind::line_break, {}, {}, {}});
  }
}

void Lines::trim_line() {
  while (!line_.empty() && line_.back().kind == Inline::Kind::text) {
    auto& text = line_.back().text;
    while (text.ends_with(' ') || text.ends_with('\t')) text.pop_back();
    if (!text.empty()) return;
    line_.pop_back();
  }
}

void Lines::end_line() {
  if (!ended_ && breaks_ > 0) --breaks_;  // a break at the end of a line shows nothing
  ended_ = true;
  gap_ = false;
}

void Lines::end_paragraph(bool own) {
  bool const blank_line = own && blank_seen_;
  flush();
  if (blank_line && !blocks_.empty() && shows_anything(blocks_.back())) blocks_.push_back(paragraph(std::vector<Inline>{}));
}

void Lines::media(std::string shown, Span source) {
  before_text();
  came_from(source);
  line_.push_back({Inline::Kind::media, std::move(shown), {}, {}});
  gap_ = false;
}

void Lines::block(Block block) {
  flush();
  blocks_.push_back(std::move(block));
}

void Lines::flush() {
  trim_line();
  while (!line_.empty() && line_.back().kind == Inline::Kind::line_break) {
    line_.pop_back();
    trim_line();
  }
  if (!line_.empty()) {
    blocks_.push_back(paragraph(std::move(line_)));
    blocks_.back().source = source_;
  }
  line_.clear();
  source_ = {};
  breaks_ = 0;
  ended_ = false;
  blank_seen_ = false;
  gap_ = false;
}

std::vector<Block> Lines::finish() && {
  flush();
  while (!blocks_.empty() && !shows_anything(blocks_.back()) && blocks_.back().kind == Block::Kind::paragraph) blocks_.pop_back();
  return std::move(blocks_);
}

}  // namespace tandem::mapping::richtext
