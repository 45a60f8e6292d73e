#include <stdexcept>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_merge.hpp>
#include <tandem/mapping/richtext/text.hpp>

#include "targets.hpp"

namespace fuzz {

void html(std::string_view bytes) {
  using namespace tandem::mapping::richtext;
  looks_like_html(bytes, false);
  looks_like_html(bytes, true);
  auto const read = from_html(bytes);
  if (!read) return;
  auto const adf = tandem::json::to_text(to_adf(read->document).adf);
  if (!tandem::text::is_valid(adf)) throw std::logic_error("the ADF is no UTF-8");
  if (adf.find("\"mention\",") != std::string::npos) throw std::logic_error("a live mention was made");
  if (adf.size() > kMostAdfBytes) throw std::logic_error("the ADF is too long");
  auto const text = to_text(read->document);
  if (to_text(from_text(text)) != text) throw std::logic_error("the plain text comes back otherwise");
  auto edited = from_html(to_html(read->document));
  if (!edited) throw std::logic_error("our own HTML cannot be read");
  edited->document.blocks.push_back(paragraph("a new last line"));
  auto const merged = merge_html(bytes, edited->document);
  if (merged && merged->held.empty() &&
      fingerprint(from_html(merged->html)->document).find("a new last line") == std::string::npos)
    throw std::logic_error("the edit is lost");
}

}  // namespace fuzz
