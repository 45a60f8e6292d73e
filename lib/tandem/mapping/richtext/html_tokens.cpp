#include <tandem/mapping/richtext/html_tokens.hpp>

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping::richtext {

namespace {

constexpr std::string_view kBlanks = " \t\r\n\f";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view html) : html_(html) {}

  std::vector<HtmlToken> run() && {
    while (at_ < html_.size()) {
      auto const rest = html_.substr(at_);
      if (rest.size() > 1 && rest[0] == '<' && is_letter(rest[1]))
        start_tag();
      else if (rest.size() > 2 && rest.starts_with("</") && is_letter(rest[2]))
        add(HtmlToken::Kind::end, after('>', 2), name_at(at_ + 2));
      else if (rest.starts_with("<!--"))
        add(HtmlToken::Kind::comment, after_comment(), {});
      else if (rest.starts_with("<!") || rest.starts_with("<?") || rest.starts_with("</"))
        add(HtmlToken::Kind::other, after('>', 2), {});
      else
        text();
    }
    return std::move(tokens_);
  }

 private:
  void add(HtmlToken::Kind kind, std::size_t end, std::string name) {
    tokens_.push_back({kind, at_, end, std::move(name)});
    at_ = end;
  }

  [[nodiscard]] std::size_t after(char c, std::size_t skip) const {
    auto const found = html_.find(c, at_ + skip);
    return found == std::string_view::npos ? html_.size() : found + 1;
  }
  [[nodiscard]] std::size_t after_comment() const {
    for (auto found = html_.find("--", at_ + 4); found != std::string_view::npos; found = html_.find("--", found + 1)) {
      if (html_.substr(found + 2, 1) == ">") return found + 3;
      if (html_.substr(found + 2, 2) == "!>") return found + 4;
    }
    return html_.size();
  }
  [[nodiscard]] std::string name_at(std::size_t from) const {
    auto to = from;
    while (to < html_.size() && to - from < 100 &&
           (is_letter(html_[to]) || (html_[to] >= '0' && html_[to] <= '9') ||
            std::string_view(":-_.").find(html_[to]) != std::string_view::npos))
      ++to;
    return text::ascii_lower(html_.substr(from, to - from));
  }

  void start_tag() {
    auto name = name_at(at_ + 1);
    auto at = at_ + 1 + name.size();
    bool value = false;  // behind "="
    for (; at < html_.size() && html_[at] != '>'; ++at) {
      char const c = html_[at];
      if (value && (c == '"' || c == '\'')) {
        auto const close = html_.find(c, at + 1);
        if (close == std::string_view::npos) break;
        at = close;
      }
      if (kBlanks.find(c) == std::string_view::npos) value = c == '=';
    }
    add(HtmlToken::Kind::start, std::min(at + 1, html_.size()), name);
    if (name == "script" || name == "style") raw(name);
  }

  void raw(std::string const& name) {
    auto end = at_;
    while ((end = html_.find("</", end)) != std::string_view::npos) {
      if (text::equal_ignoring_case(html_.substr(end + 2, name.size()), name)) break;
      end += 2;
    }
    if (end > at_) add(HtmlToken::Kind::other, std::min(end, html_.size()), {});
  }

  void text() {
    auto end = at_;
    while ((end = html_.find('<', end + 1)) != std::string_view::npos) {
      char const next = end + 1 < html_.size() ? html_[end + 1] : ' ';
      if (is_letter(next) || next == '/' || next == '!' || next == '?') break;
    }
    add(HtmlToken::Kind::text, std::min(end, html_.size()), {});
  }

  std::string_view html_;
  std::size_t at_ = 0;
  std::vector<HtmlToken> tokens_;
};

}  // namespace

std::vector<HtmlToken> html_tokens(std::string_view html) { return Tokenizer(html).run(); }

}  // namespace tandem::mapping::richtext
