#include <tandem/mapping/status/close_text.hpp>

#include <array>
#include <functional>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/suggest.hpp>

namespace tandem::mapping::status {

namespace {

struct Placeholder {
  std::string_view name;
  std::string IssueWords::*word;
};
constexpr std::array<Placeholder, 6> kPlaceholders{{{"key", &IssueWords::key},
                                                    {"summary", &IssueWords::summary},
                                                    {"status", &IssueWords::status},
                                                    {"resolution", &IssueWords::resolution},
                                                    {"comment", &IssueWords::comment},
                                                    {"url", &IssueWords::url}}};

std::string IssueWords::*word_of(std::string_view name) {
  for (auto const& one : kPlaceholders) {
    if (one.name == name) return one.word;
  }
  return nullptr;
}

// Calls back with plain pieces and with the names of placeholders; a brace that is never closed is plain.
void split(std::string_view text, std::function<void(std::string_view)> const& plain,
           std::function<void(std::string_view)> const& placeholder) {
  while (!text.empty()) {
    auto const at = text.find('{');
    if (at == std::string_view::npos) return plain(text);
    if (at > 0) plain(text.substr(0, at));
    text.remove_prefix(at);
    if (text.starts_with("{{")) {
      plain("{");
      text.remove_prefix(2);
      continue;
    }
    auto const end = text.find('}');
    if (end == std::string_view::npos) return plain(text);
    placeholder(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
  }
}

std::string without_controls(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto const c = text::next(text);
    bool const control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    if (!control || c == '\n' || c == '\t') text::append(out, c);
  }
  return out;
}

}  // namespace

std::string filled_in(std::string_view text, IssueWords const& words, std::size_t most) {
  std::string out;
  split(
      text, [&](std::string_view piece) { out += piece; },
      [&](std::string_view name) {
        if (auto const word = word_of(name)) out += words.*word;
      });
  auto const clean = without_controls(out);
  return std::string(text::cut_utf16(text::trimmed(clean), most));
}

bool asks_for(std::string_view text, std::string_view placeholder) {
  bool asks = false;
  split(
      text, [](std::string_view) {}, [&](std::string_view name) { asks = asks || name == placeholder; });
  return asks;
}

std::optional<std::string> fault_of_template(std::string_view text) {
  std::vector<std::string> known;
  for (auto const& one : kPlaceholders) known.push_back(fmt::format("{{{}}}", one.name));
  std::optional<std::string> fault;
  split(
      text, [](std::string_view) {},
      [&](std::string_view name) {
        if (!fault && word_of(name) == nullptr)
          fault = fmt::format("found {{{}}}, expected {}; a brace itself is written {{{{", name, listed(known));
      });
  return fault;
}

}  // namespace tandem::mapping::status
