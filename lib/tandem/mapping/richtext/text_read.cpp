#include <algorithm>
#include <charconv>
#include <optional>

#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

using Kind = Block::Kind;

constexpr std::size_t kDeepestList = 8;

// "  - text": the marker of a list line.
struct Marker {
  std::size_t indent = 0;
  Kind list = Kind::bullet_list;
  int number = 0;
  bool done = false;
  std::string_view text;
};

std::optional<Marker> marker_of(std::string_view line) {
  Marker marker;
  marker.indent = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(marker.indent);
  if (line.starts_with("- ")) {
    marker.text = line.substr(2);
  } else if (line.starts_with("[ ] ") || line.starts_with("[x] ")) {
    marker.list = Kind::task_list;
    marker.done = line[1] == 'x';
    marker.text = line.substr(4);
  } else {
    auto const dot = std::min(line.find('.'), line.size());
    auto const read = std::from_chars(line.data(), line.data() + dot, marker.number);
    if (dot == 0 || dot > 6 || read.ec != std::errc{} || read.ptr != line.data() + dot) return std::nullopt;
    if (!line.substr(dot).starts_with(". ") || marker.number < 0) return std::nullopt;
    marker.list = Kind::ordered_list;
    marker.text = line.substr(dot + 2);
  }
  if (marker.text.find_first_not_of(" \t") != 0) return std::nullopt;
  return marker;
}

Block lines_of(std::string_view paragraph) {
  Block block;
  while (true) {
    auto const end = paragraph.find('\n');
    auto const line = paragraph.substr(0, end);
    if (!line.empty()) block.inlines.push_back({Inline::Kind::text, std::string(line), {}, {}});
    if (end == std::string_view::npos) return block;
    block.inlines.push_back({Inline::Kind::line_break, {}, {}, {}});
    paragraph.remove_prefix(end + 1);
  }
}

// The lists that the lines make; nothing when some line is none of theirs.
std::optional<Block> list_of(std::string_view lines) {
  Block root;
  std::vector<Block*> open;  // the list of each depth
  while (!lines.empty()) {
    auto const end = lines.find('\n');
    auto const line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    auto const marker = marker_of(line);
    if (!marker) {  // a further line of the item above, as deep as its text
      auto const indent = std::min(line.find_first_not_of(' '), line.size());
      if (open.empty() || indent < 2 || indent % 2 != 0 || indent / 2 > open.size() || indent == line.size()) return std::nullopt;
      open.resize(indent / 2);
      auto& item = open.back()->blocks.back();
      if (item.blocks.size() != 1) return std::nullopt;
      item.blocks.front().inlines.push_back({Inline::Kind::line_break, {}, {}, {}});
      item.blocks.front().inlines.push_back({Inline::Kind::text, std::string(line.substr(indent)), {}, {}});
      continue;
    }
    auto const depth = marker->indent / 2;
    if (marker->indent % 2 != 0 || depth > open.size() || depth >= kDeepestList) return std::nullopt;
    open.resize(std::min(open.size(), depth + 1));
    if (depth == open.size() || open.back()->kind != marker->list) {
      if (depth == 0 && !open.empty()) return std::nullopt;  // two lists need a blank line between them
      if (depth < open.size()) open.pop_back();
      Block list;
      list.kind = marker->list;
      list.number = marker->number;
      auto& into = depth == 0 ? root.blocks : open.back()->blocks.back().blocks;
      into.push_back(std::move(list));
      open.push_back(&into.back());
    }
    Block item;
    item.kind = Kind::item;
    item.on = marker->done;
    item.blocks.push_back(paragraph(std::string(marker->text)));
    open.back()->blocks.push_back(std::move(item));
  }
  if (root.blocks.empty()) return std::nullopt;
  return std::move(root.blocks.front());
}

Block block_of(std::string_view paragraph) {
  // One line alone is rather a signature, a date or a dash than a list.
  if (paragraph.find('\n') != std::string_view::npos && marker_of(paragraph.substr(0, paragraph.find('\n')))) {
    if (auto list = list_of(paragraph); list && to_text({{*list}}) == paragraph) return std::move(*list);
  }
  return lines_of(paragraph);
}

}  // namespace

Document from_text(std::string_view raw) {
  auto const text = clean(raw);
  Document document;
  if (text.empty()) return document;
  std::string_view rest = text;
  while (true) {
    auto const end = rest.find("\n\n");
    document.blocks.push_back(block_of(rest.substr(0, end)));
    if (end == std::string_view::npos) return document;
    rest.remove_prefix(end + 2);
  }
}

}  // namespace tandem::mapping::richtext
