// The two steps of reading HTML: bytes to libxml2's tree, tree to a Document. Private to this folder.
#pragma once

#include <memory>
#include <string>

#include <libxml/tree.h>

#include <tandem/base/result.hpp>
#include <tandem/mapping/richtext/html.hpp>

namespace tandem::mapping::richtext {

struct FreeTree {
  void operator()(xmlDoc* tree) const;
};
using Tree = std::unique_ptr<xmlDoc, FreeTree>;

// `html`: readable(), not empty. Errors: remote, as from_html; config, without libxml2.
Result<Tree> parse_html(std::string const& html);
ReadHtml read_tree(xmlNode* root);

}  // namespace tandem::mapping::richtext
