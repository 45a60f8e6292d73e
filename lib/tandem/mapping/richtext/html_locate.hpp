// Locate: the parser's tree of an HTML text, with the tokens that each element and each text of it came from. Private to this folder.
//
// A marker is put before each token; libxml2 reads that text, and the markers, now comments of the tree, tell where its nodes come from. What the
// markers changed is no answer. Blocks of the document know their tokens too (Block::source), lists' items, rows and cells as well.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <tandem/mapping/richtext/document.hpp>
#include <tandem/mapping/richtext/html_tokens.hpp>
#include <tandem/mapping/richtext/html_tree.hpp>

namespace tandem::mapping::richtext {

struct LocatedHtml {
  std::string html;
  std::vector<HtmlToken> tokens;
  Tree tree;
  std::deque<Span> spans;  // of the tree's nodes (span_of)
  std::vector<std::size_t> active_comments;  // tokens
  std::vector<Block> blocks;  // of the document, but empty lines

  [[nodiscard]] std::string bytes(std::size_t from, std::size_t to) const {
    return from >= to ? std::string() : html.substr(tokens[from].begin, tokens[to - 1].end - tokens[from].begin);
  }
};

// `html`: readable(). Nothing: it cannot be located.
std::optional<LocatedHtml> locate_html(std::string html);

}  // namespace tandem::mapping::richtext
