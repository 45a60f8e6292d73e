#include <tandem/mapping/richtext/html_locate.hpp>

#include <charconv>

#include <fmt/format.h>

#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_active.hpp>
#include <tandem/mapping/richtext/html_element.hpp>
#include <tandem/mapping/richtext/xml_library.hpp>

namespace tandem::mapping::richtext {

namespace {

constexpr std::string_view kMarker = "tandem-token:";

class Locator {
 public:
  explicit Locator(std::string html) : out_{std::move(html), {}, {}, {}, {}, {}} { out_.tokens = html_tokens(out_.html); }

  std::optional<LocatedHtml> run() && {
    auto const plain = from_html(out_.html);
    if (!plain || out_.tokens.empty() || out_.html.find(kMarker) != std::string::npos) return std::nullopt;
    auto tree = parse_html(marked());
    if (!tree) return std::nullopt;
    out_.tree = std::move(*tree);
    auto* const root = xml().root(out_.tree.get());
    if (root == nullptr) return std::nullopt;
    taken_.assign(tokens_.size(), false);
    locate(out_.tree->children);  // a comment before the root is no child of it
    auto read = read_tree(root);
    if (fingerprint(read.document) != fingerprint(plain->document)) return std::nullopt;
    out_.blocks = std::move(read.document.blocks);
    std::erase_if(out_.blocks, [](Block const& block) { return fingerprint(block).empty(); });
    return std::move(out_);
  }

 private:
  std::string marked() const {
    std::string out;
    out.reserve(out_.html.size() * 2);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      auto const& token = tokens_[i];
      if (token.kind != HtmlToken::Kind::other && !is_raw_end(i)) out += fmt::format("<!--{}{}-->", kMarker, i);
      out.append(out_.html, token.begin, token.end - token.begin);
    }
    return out;
  }

  // The end of a script or style: a marker before it would be inside.
  [[nodiscard]] bool is_raw_end(std::size_t i) const {
    if (i == 0 || tokens_[i].kind != HtmlToken::Kind::end || (tokens_[i].name != "script" && tokens_[i].name != "style"))
      return false;
    auto const& start = tokens_[i - 1].kind == HtmlToken::Kind::other && i > 1 ? tokens_[i - 2] : tokens_[i - 1];
    return start.kind == HtmlToken::Kind::start && start.name == tokens_[i].name;
  }

  void note(xmlNode* node, Span span) {
    out_.spans.push_back(span);
    node->_private = &out_.spans.back();
  }
  bool starts(xmlNode* node) const {
    auto const& token = tokens_[at_];
    return token.kind == HtmlToken::Kind::start && !taken_[at_] && token.name == name_of(node);
  }
  bool ends(xmlNode* node) const {
    auto const& token = tokens_[at_];
    return token.kind == HtmlToken::Kind::end && !taken_[at_] && token.name == name_of(node);
  }

  // Notes on each element and text of the tree the tokens that it came from; elements that the parser added get none.
  void locate(xmlNode* node) {
    for (; node != nullptr; node = node->next) {
      if (node->type == XML_COMMENT_NODE) {
        comment(content_of(node));
      } else if (node->type == XML_ELEMENT_NODE) {
        element(node);
      } else if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE || node->type == XML_ENTITY_REF_NODE) {
        note(node, {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + 1)});
      }
    }
  }
  void comment(std::string_view content) {
    if (!content.starts_with(kMarker)) {
      if (looks_active(content)) out_.active_comments.push_back(at_);
      return;
    }
    content.remove_prefix(kMarker.size());
    std::size_t number = 0;
    std::from_chars(content.data(), content.data() + content.size(), number);
    if (number < tokens_.size()) at_ = number;
  }
  void element(xmlNode* node) {
    bool const found = starts(node);
    auto const from = at_;
    if (found) taken_[at_] = true;
    locate(node->children);
    for (std::size_t next = at_ + 1; found && next <= from + 2 && next < tokens_.size(); ++next) {
      if (is_raw_end(next)) at_ = next;
    }
    if (ends(node)) taken_[at_] = true;
    if (!found) return;
    auto const& last = tokens_[at_];
    bool const tag = last.kind == HtmlToken::Kind::start || last.kind == HtmlToken::Kind::end;
    auto const to = tag && !taken_[at_] ? at_ : at_ + 1;  // a tag that is not its own ended it
    note(node, {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)});
  }

  LocatedHtml out_;
  std::vector<HtmlToken> const& tokens_ = out_.tokens;
  std::size_t at_ = 0;  // the token whose marker was seen last
  std::vector<bool> taken_;
};

}  // namespace

std::optional<LocatedHtml> locate_html(std::string html) { return Locator(std::move(html)).run(); }

}  // namespace tandem::mapping::richtext
