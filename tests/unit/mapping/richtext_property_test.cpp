// Generated documents and hostile HTML through every reader and writer. TANDEM_SEED repeats a run.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>

#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>

#include "adf_schema.hpp"
#include "richtext_documents.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace tandem::mapping::richtext;

namespace {

constexpr int kDocuments = 5000;

// The names of all tags in HTML that we wrote: nothing else can follow a "<".
std::set<std::string> tags_of(std::string const& html) {
  std::set<std::string> tags;
  for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    auto const start = html[at + 1] == '/' ? at + 2 : at + 1;
    tags.insert(html.substr(start, html.find_first_of(" >", start) - start));
  }
  return tags;
}

bool is_allowed(std::string const& html) {
  static std::set<std::string> const allowed{"div", "p",  "br", "strong", "em", "u",     "s",     "code",      "sub", "sup",
                                             "a",   "h1", "h2", "h3",     "h4", "h5",    "h6",    "ul",        "ol",  "li",
                                             "pre", "hr", "tr", "th",     "td", "table", "tbody", "blockquote"};
  auto const tags = tags_of(html);
  for (auto at = html.find("href=\""); at != std::string::npos; at = html.find("href=\"", at + 1)) {
    if (!is_safe_link(std::string_view(html).substr(at + 6, html.find('"', at + 6) - at - 6))) return false;
  }
  return std::includes(allowed.begin(), allowed.end(), tags.begin(), tags.end());
}

}  // namespace

TEST_CASE("what is declared lossless is the same after ADF, and every written ADF validates [C5]") {
  Documents documents(told_seed("documents"));
  auto const schema = AdfSchema::load();
  int lossless = 0;
  for (int i = 0; i < kDocuments; ++i) {
    auto const document = documents.document();
    auto const written = to_adf(document, SIZE_MAX);
    auto const adf = json::to_text(written.adf);
    CAPTURE(i, adf);
    if (schema) REQUIRE(schema->accepts(adf));
    auto const read = from_adf(written.adf);
    REQUIRE(read.losses.empty());  // we write nothing that we cannot read
    auto const again = to_adf(read.document, SIZE_MAX);
    REQUIRE(json::to_text(again.adf) == adf);
    REQUIRE(again.losses.empty());
    if (!written.losses.empty()) continue;
    ++lossless;
    REQUIRE(fingerprint(read.document) == fingerprint(document));
  }
  CHECK(lossless > kDocuments / 4);
}

TEST_CASE("written HTML stays within the allow-list, shows every word, and reads back as it was written [C5][S2]") {
  Documents documents(told_seed("documents"));
  for (int i = 0; i < kDocuments; ++i) {
    auto const document = documents.document();
    auto const html = to_html(document);
    CAPTURE(i, html);
    REQUIRE(is_allowed(html));
    auto const read = from_html(html);
    REQUIRE(read.has_value());
    REQUIRE(read->losses.empty());
    // Once read, it is stable: no ping-pong (C7).
    auto const again = from_html(to_html(read->document));
    REQUIRE(again.has_value());
    REQUIRE(fingerprint(again->document) == fingerprint(read->document));
    auto const text = to_text(document);
    REQUIRE(clean(text) == text);
    REQUIRE(to_text(from_text(text)) == text);
  }
}

TEST_CASE("hostile HTML is read or refused, and what is made of it is sound [C5][S3]") {
  Documents documents(told_seed("hostile HTML"));
  auto const schema = AdfSchema::load();
  for (int i = 0; i < kDocuments; ++i) {
    auto const html = documents.hostile_html();
    CAPTURE(i, html);
    auto const read = from_html(html);
    if (!read) continue;
    auto const adf = json::to_text(to_adf(read->document).adf);
    REQUIRE(text::is_valid(adf));
    if (schema) REQUIRE(schema->accepts(adf));
    REQUIRE(adf.find("javascript:") == std::string::npos);
    REQUIRE(adf.find("\"mention\"") == std::string::npos);
    REQUIRE(is_allowed(to_html(read->document)));
  }
}
