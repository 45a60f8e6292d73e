#include <stdexcept>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/merge.hpp>
#include <tandem/mapping/richtext/text.hpp>

#include "targets.hpp"

namespace fuzz {

void adf(std::string_view bytes) {
  using namespace tandem::mapping::richtext;
  auto const parsed = tandem::json::parse(bytes);
  if (!parsed) return;
  auto const read = from_adf(*parsed);
  auto const text = to_text(read.document);
  if (clean(text) != text) throw std::logic_error("the plain text is not clean");
  if (to_text(from_text(text)) != text) throw std::logic_error("the plain text comes back otherwise");
  if (to_html(read.document).size() < kMostHtmlBytes && !from_html(to_html(read.document)))
    throw std::logic_error("our own HTML cannot be read");
  tandem::json::to_text(to_adf(read.document).adf);
  if (!parsed->is_object()) return;
  auto const view = [](Document const& document) { return from_text(to_text(document)); };
  auto edited = view(read.document);
  auto const same = merge(*parsed, view(read.document), edited, view);
  if (!same.held.empty()) throw std::logic_error("a text that nobody edited is held");
  edited.blocks.push_back(paragraph(std::string("new")));
  merge(*parsed, view(read.document), edited, view);
}

}  // namespace fuzz
