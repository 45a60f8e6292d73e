#include <tandem/mapping/richtext/text.hpp>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping::richtext {

namespace {

bool is_dropped(char32_t c) {
  bool const control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F && c != 0x85);
  bool const no_character = (c & 0xFFFEU) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  return control || no_character || c == 0xFEFF;
}

void append_paragraph(Document& document, std::string_view paragraph) {
  Block block;
  while (true) {
    auto const end = paragraph.find('\n');
    auto const line = paragraph.substr(0, end);
    if (!line.empty()) block.inlines.push_back({Inline::Kind::text, std::string(line)});
    if (end == std::string_view::npos) break;
    block.inlines.push_back({Inline::Kind::line_break, {}});
    paragraph.remove_prefix(end + 1);
  }
  document.blocks.push_back(std::move(block));
}

}  // namespace

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  auto const end_line = [&] {
    while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
    if (!out.empty()) out += '\n';  // no blank lines at the start
  };
  while (!text.empty()) {
    auto const c = text::next(text);
    if (c == '\r') {
      if (!text.empty() && text.front() == '\n') text.remove_prefix(1);
      end_line();
    } else if (c == '\n' || c == 0x2028 || c == 0x2029 || c == 0x85) {
      end_line();
    } else if (!is_dropped(c)) {
      text::append(out, c);
    }
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '\t' || out.back() == '\n')) out.pop_back();
  return out;
}

std::string one_line(std::string_view text) {
  auto out = clean(text);
  for (char& c : out) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return std::string(text::trimmed(out));
}

Document from_text(std::string_view raw) {
  auto const text = clean(raw);
  Document document;
  if (text.empty()) return document;
  std::string_view rest = text;
  while (true) {
    auto const end = rest.find("\n\n");
    append_paragraph(document, rest.substr(0, end));
    if (end == std::string_view::npos) return document;
    rest.remove_prefix(end + 2);
  }
}

std::string to_text(Document const& document) {
  std::string out;
  for (std::size_t i = 0; i < document.blocks.size(); ++i) {
    if (i > 0) out += "\n\n";
    for (auto const& part : document.blocks[i].inlines) out += part.kind == Inline::Kind::text ? part.text : "\n";
  }
  return out;
}

std::string comparable(std::string_view raw) {
  auto const text = clean(raw);
  std::string out;
  std::size_t feeds = 0;
  for (char const c : text) {
    feeds = c == '\n' ? feeds + 1 : 0;
    if (feeds <= 2) out += c;
  }
  return out;
}

std::string describe(Losses const& losses) {
  std::string out;
  for (auto const& [what, count] : losses) {
    if (!out.empty()) out += ", ";
    out += count > 1 ? fmt::format("{} ({})", what, count) : what;
  }
  return out;
}

}  // namespace tandem::mapping::richtext
