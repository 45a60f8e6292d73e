#include <tandem/mapping/richtext/html.hpp>

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>
#include <libxml/HTMLparser.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

namespace {

template <std::size_t N>
using Names = std::array<std::string_view, N>;

template <std::size_t N>
bool is_one_of(std::string_view name, Names<N> const& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr Names<7> kSkipped{"script", "style", "head", "title", "template", "noscript", "meta"};
constexpr Names<11> kFormatting{"b", "strong", "i", "em", "u", "s", "strike", "del", "code", "font", "mark"};
constexpr Names<16> kParagraphs{"p",  "h1",    "h2", "h3",  "h4",      "h5",      "h6",     "blockquote",
                                "ul", "table", "ol", "pre", "section", "article", "figure", "form"};
constexpr Names<10> kLines{"div", "tr", "body", "dt", "dd", "header", "footer", "address", "dl", "caption"};
constexpr Names<7> kMedia{"img", "video", "audio", "object", "embed", "iframe", "svg"};

std::string_view name_of(xmlNode const* node) {
  return reinterpret_cast<char const*>(node->name);
}  // NOLINT: libxml2's text type

std::string attribute(xmlNode* node, char const* name) {
  auto* const raw = xmlGetProp(node, reinterpret_cast<xmlChar const*>(name));  // NOLINT: libxml2's text type
  if (raw == nullptr) return {};
  std::string out = reinterpret_cast<char const*>(raw);  // NOLINT: libxml2's text type
  xmlFree(raw);
  return out;
}

// Walks the tree (at most 256 levels: the parser saw to that) and gathers text with line and paragraph ends.
class Walker {
 public:
  ReadHtml finish() && { return {from_text(out_), std::move(losses_)}; }
  [[nodiscard]] bool saw_anything() const { return !text::trimmed(out_).empty() || losses_.count("images") > 0; }

  void walk(xmlNode* node) {
    for (; node != nullptr; node = node->next) {
      if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
        text_node(reinterpret_cast<char const*>(node->content));  // NOLINT: libxml2's text type
      } else if (node->type == XML_ENTITY_REF_NODE) {
        put(fmt::format("&{};", name_of(node)));
      } else if (node->type == XML_ELEMENT_NODE) {
        element(node);
      }
    }
  }

 private:
  void end(std::size_t feeds) {
    if (pending_ == 0 && breaks_ > 0) --breaks_;  // a break at the end of a block shows nothing
    pending_ = std::max(pending_, feeds);
    gap_ = false;
  }
  void put(std::string_view text) {
    if (text.empty()) return;
    if (!out_.empty()) {
      out_.append(pending_ + breaks_, '\n');
      if (pending_ + breaks_ == 0 && gap_ && out_.back() != '\n') out_ += ' ';
    }
    pending_ = 0;
    breaks_ = 0;
    gap_ = false;
    out_ += text;
  }

  void text_node(std::string_view text) {
    if (preformatted_ > 0) {
      put(text);
      return;
    }
    // Runs of white space are one blank; a non-breaking space is a blank that stays.
    std::string run;
    while (!text.empty()) {
      auto const c = text::next(text);
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        put(run);
        run.clear();
        gap_ = true;
      } else if (c == 0xA0) {
        run += ' ';
      } else if (c != 0x200B && c != 0xFEFF) {
        text::append(run, c);
      }
    }
    put(run);
  }

  void element(xmlNode* node) {
    auto const name = name_of(node);
    if (is_one_of(name, kSkipped)) return;
    if (name == "br") {
      ++breaks_;
      gap_ = false;
    } else if (name == "hr") {
      ++losses_["rules"];
      end(2);
      put("---");
      end(2);
    } else if (is_one_of(name, kMedia)) {
      ++losses_["images"];
      put(attribute(node, "alt"));
    } else if (name == "a") {
      link(node);
    } else if (name == "li") {
      list_item(node);
    } else if (name == "td" || name == "th") {
      if (cell_++ > 0) put(" | ");
      walk(node->children);
    } else {
      container(node, name);
    }
  }

  void container(xmlNode* node, std::string_view name) {
    bool const list = name == "ul" || name == "ol";
    if (list) ++losses_["lists"];
    if (name == "table") ++losses_["tables"];
    if (name == "blockquote") ++losses_["quotes"];
    if (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6') ++losses_["headings"];
    if (is_one_of(name, kFormatting) || (name == "span" && !attribute(node, "style").empty())) ++losses_["formatting"];
    if (name == "tr") cell_ = 0;
    std::size_t const feeds = list && depth_ > 0 ? 1 : is_one_of(name, kParagraphs) ? 2 : is_one_of(name, kLines) ? 1 : 0;
    if (feeds > 0) end(feeds);
    auto const outer = number_;
    if (list) {
      ++depth_;
      number_ = name == "ol" ? 1 : 0;
    }
    if (name == "pre") ++preformatted_;
    walk(node->children);
    if (name == "pre") --preformatted_;
    if (list) {
      --depth_;
      number_ = outer;
    }
    if (feeds > 0) end(feeds);
  }

  void list_item(xmlNode* node) {
    end(1);
    std::string const indent(depth_ > 1 ? 2 * (depth_ - 1) : 0, ' ');
    put(indent + (number_ > 0 ? fmt::format("{}. ", number_++) : "- "));
    auto* child = node->children;
    // `<li><p>text</p></li>`: the paragraph begins on the item's own line.
    while (child != nullptr && child->type == XML_TEXT_NODE && xmlIsBlankNode(child) != 0) child = child->next;
    if (child != nullptr && child->type == XML_ELEMENT_NODE && name_of(child) == "p") {
      walk(child->children);
      child = child->next;
    }
    walk(child);
    end(1);
  }

  void link(xmlNode* node) {
    auto const target = attribute(node, "href");
    auto const from = out_.size();
    walk(node->children);
    auto const shown = std::string(text::trimmed(std::string_view(out_).substr(std::min(from, out_.size()))));
    bool const safe = target.starts_with("http://") || target.starts_with("https://") || target.starts_with("mailto:");
    if (target.empty() || target == shown || target == "mailto:" + shown) return;
    ++losses_["links"];
    if (safe) put(fmt::format(" ({})", target));
  }

  std::string out_;
  std::size_t pending_ = 0;  // line feeds that block ends owe
  std::size_t breaks_ = 0;   // <br> since the last text
  bool gap_ = false;
  int preformatted_ = 0;
  std::size_t depth_ = 0;
  std::size_t cell_ = 0;
  int number_ = 0;  // of the next item of a numbered list; 0 in others
  Losses losses_;
};

// Whether something a reader would see stands outside of tags, comments, scripts and styles: a second opinion on an empty parse.
bool shows_text(std::string_view html) {
  auto const lower = text::ascii_lower(html);
  std::size_t at = 0;
  while (at < lower.size()) {
    auto const rest = std::string_view(lower).substr(at);
    if (rest.starts_with("<!--") || rest.starts_with("<style") || rest.starts_with("<script") || rest.starts_with("<head")) {
      std::string_view const close = rest.starts_with("<!--")      ? "-->"
                                     : rest.starts_with("<style")  ? "</style"
                                     : rest.starts_with("<script") ? "</script"
                                                                   : "</head";
      auto const end = lower.find(close, at);
      if (end == std::string::npos) return false;
      at = end + close.size();
    } else if (lower[at] == '<') {
      auto const end = lower.find('>', at);
      if (end == std::string::npos) return true;
      at = end + 1;
    } else if (rest.starts_with("&nbsp;")) {
      at += 6;
    } else if (rest.starts_with("&#160;")) {
      at += 6;
    } else if (rest.starts_with("\xC2\xA0")) {
      at += 2;
    } else if (rest.starts_with("\xE2\x80\x8B") || rest.starts_with("\xEF\xBB\xBF")) {
      at += 3;
    } else if (lower[at] == '>' || text::trimmed(rest.substr(0, 1)).empty()) {
      ++at;
    } else {
      return true;
    }
  }
  return false;
}

struct FreeContext {
  void operator()(htmlParserCtxt* context) const { htmlFreeParserCtxt(context); }
};
struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

}  // namespace

Result<ReadHtml> from_html(std::string_view html) {
  if (html.size() > kMostHtmlBytes) {
    return fail(ErrorKind::remote, fmt::format("the rich text is larger than {} bytes", kMostHtmlBytes));
  }
  if (html.empty()) return ReadHtml{};
  std::unique_ptr<htmlParserCtxt, FreeContext> const context(htmlNewParserCtxt());
  if (!context) return fail(ErrorKind::internal, "no memory for the HTML parser");
  constexpr int kOptions =
      HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER | HTML_PARSE_NODEFDTD;
  std::unique_ptr<xmlDoc, FreeDocument> const document(
      htmlCtxtReadMemory(context.get(), html.data(), static_cast<int>(html.size()), nullptr, "UTF-8", kOptions));
  // The parser switches its events off when it gives up (more than 256 levels, a huge text) and still returns a document.
  if (!document || context->disableSAX != 0 || context->lastError.level == XML_ERR_FATAL) {
    return fail(ErrorKind::remote, "the rich text is nested too deeply or cannot be read");
  }
  Walker walker;
  walker.walk(xmlDocGetRootElement(document.get()));
  if (!walker.saw_anything() && shows_text(html)) return fail(ErrorKind::remote, "the rich text was read as empty");
  return std::move(walker).finish();
}

}  // namespace tandem::mapping::richtext
