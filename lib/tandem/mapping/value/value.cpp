#include <tandem/mapping/value/value.hpp>

#include <algorithm>
#include <array>
#include <set>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/decimal.hpp>

namespace tandem::mapping::value {

namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

std::string joined(std::vector<std::string> const& parts, std::string_view between) {
  std::string out;
  for (auto const& part : parts) {
    if (!out.empty()) out += between;
    out += part;
  }
  return out;
}

std::vector<std::string> names_of(People const& people) {
  std::vector<std::string> names;
  for (auto const& person : people.people) names.push_back(person.name.empty() ? person.id : person.name);
  return names;
}

std::vector<std::string> labels_of(Choices const& choices) {
  std::vector<std::string> labels;
  for (auto const& choice : choices.chosen) labels.push_back(choice.label.empty() ? choice.id : choice.label);
  return labels;
}

}  // namespace

bool is_empty(Value const& value) { return std::holds_alternative<Empty>(value); }

bool same(Value const& a, Value const& b) {
  auto const prose = [](Value const& value) {
    return std::holds_alternative<Text>(value) || std::holds_alternative<richtext::Document>(value);
  };
  auto const* document = std::get_if<richtext::Document>(&a);
  auto const* other = std::get_if<richtext::Document>(&b);
  if (document != nullptr && other != nullptr) return richtext::fingerprint(*document) == richtext::fingerprint(*other);
  if (prose(a) && prose(b)) return richtext::comparable(as_text(a).value_or("")) == richtext::comparable(as_text(b).value_or(""));
  if (auto const* left = std::get_if<Choices>(&a)) {
    auto const* right = std::get_if<Choices>(&b);
    if (right == nullptr) return false;
    std::set<std::string> ids, others;
    for (auto const& choice : left->chosen) ids.insert(choice.id);
    for (auto const& choice : right->chosen) others.insert(choice.id);
    return ids == others;
  }
  if (auto const* left = std::get_if<Words>(&a)) {
    auto const* right = std::get_if<Words>(&b);
    return right != nullptr &&
           std::set(left->words.begin(), left->words.end()) == std::set(right->words.begin(), right->words.end());
  }
  if (auto const* left = std::get_if<People>(&a)) {
    auto const* right = std::get_if<People>(&b);
    if (right == nullptr) return false;
    std::set<std::string> ids, others;
    for (auto const& person : left->people) ids.insert(person.id);
    for (auto const& person : right->people) others.insert(person.id);
    return ids == others;
  }
  if (a.index() != b.index()) return false;
  return std::visit(
      [&](auto const& left) {
        using Kind = std::decay_t<decltype(left)>;
        if constexpr (std::is_same_v<Kind, Choices> || std::is_same_v<Kind, Words> || std::is_same_v<Kind, People>) {
          return false;  // compared above
        } else {
          return left == std::get<Kind>(b);
        }
      },
      a);
}

std::optional<std::string> as_text(Value const& value) {
  using Out = std::optional<std::string>;
  return std::visit(Overloaded{
                        [](Empty const&) { return Out{}; },
                        [](Text const& v) { return Out{v.text}; },
                        [](richtext::Document const& v) { return Out{richtext::to_text(v)}; },
                        [](Decimal const& v) { return Out{v.text}; },
                        [](Flag const& v) {
                          return Out{!v.label.empty() ? v.label : v.on ? "Yes" : "No"};
                        },
                        [](Date const& v) { return Out{to_text(v)}; },
                        [](Instant const& v) { return Out{to_rfc3339(v)}; },
                        [](Wall const& v) {
                          auto text = to_rfc3339(v.clock);
                          text.pop_back();  // a wall clock is not UTC
                          return Out{text};
                        },
                        [](Choices const& v) { return Out{joined(labels_of(v), "; ")}; },
                        [](Words const& v) { return Out{joined(v.words, ", ")}; },
                        [](People const& v) { return Out{joined(names_of(v), "; ")}; },
                    },
                    value);
}

std::optional<std::string> as_decimal(Value const& value) {
  if (auto const* decimal = std::get_if<Decimal>(&value)) return decimal->text;
  if (auto const* text = std::get_if<Text>(&value)) return normal_decimal(text::trimmed(text->text));
  return std::nullopt;
}

std::optional<bool> flag_of_word(std::string_view word) {
  constexpr std::array<std::string_view, 4> kYes{"yes", "true", "on", "1"};
  constexpr std::array<std::string_view, 4> kNo{"no", "false", "off", "0"};
  auto const folded = text::folded(word);
  if (std::find(kYes.begin(), kYes.end(), folded) != kYes.end()) return true;
  if (std::find(kNo.begin(), kNo.end(), folded) != kNo.end()) return false;
  return std::nullopt;
}

std::optional<bool> as_flag(Value const& value) {
  if (auto const* flag = std::get_if<Flag>(&value)) return flag->on;
  if (auto const* text = std::get_if<Text>(&value)) return flag_of_word(text->text);
  return std::nullopt;
}

std::optional<Date> as_date(Value const& value, std::optional<Zone> const& zone) {
  if (auto const* date = std::get_if<Date>(&value)) return *date;
  if (auto const* wall = std::get_if<Wall>(&value)) return Date{std::chrono::floor<std::chrono::days>(wall->clock)};
  if (auto const* at = std::get_if<Instant>(&value); at != nullptr && zone) return zone->date_of(*at);
  return std::nullopt;
}

std::optional<Instant> as_instant(Value const& value, std::optional<Zone> const& zone) {
  if (auto const* at = std::get_if<Instant>(&value)) return *at;
  if (!zone) return std::nullopt;
  if (auto const* wall = std::get_if<Wall>(&value)) return zone->instant_of(wall->clock);
  if (auto const* date = std::get_if<Date>(&value)) {
    auto const start = zone->start_of(*date);
    // A day that the zone left out (a move across the date line) would become the next one: a date never shifts.
    return zone->date_of(start) == *date ? std::optional(start) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> as_words(Value const& value) {
  if (auto const* words = std::get_if<Words>(&value)) return words->words;
  if (auto const* choices = std::get_if<Choices>(&value)) return labels_of(*choices);
  if (auto const* people = std::get_if<People>(&value)) return names_of(*people);
  auto const text = as_text(value);
  if (!text) return std::nullopt;
  std::vector<std::string> words;
  std::string_view rest = *text;
  while (!rest.empty()) {
    auto const end = rest.find_first_of(",;\n");
    auto const word = text::trimmed(rest.substr(0, end));
    bool const known = std::find(words.begin(), words.end(), word) != words.end();
    if (!word.empty() && !known) words.emplace_back(word);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return words;
}

namespace {

// The line at `from`, which is a character's start, as far as there is room.
std::string shown_from(std::string_view text, std::size_t from) {
  constexpr std::size_t kMost = 80;
  auto const rest = text.substr(std::min(from, text.size()));
  auto const end = rest.find('\n');
  auto const line = rest.substr(0, end);
  auto const kept = text::cut_code_points(line, kMost);
  bool const more = end != std::string_view::npos || kept.size() < line.size();
  return (from > 0 ? "… " : "") + std::string(kept) + (more ? " …" : "");
}

}  // namespace

std::string shown(Value const& value) {
  auto const text = as_text(value);
  return text ? shown_from(richtext::clean(*text), 0) : std::string();
}

std::pair<std::string, std::string> shown_apart(Value const& before, Value const& after) {
  constexpr std::size_t kLead = 40;  // bytes of the line before the difference
  auto left = shown(before), right = shown(after);
  auto const old_text = as_text(before), new_text = as_text(after);
  if (left != right || !old_text || !new_text) return {std::move(left), std::move(right)};
  auto const a = richtext::clean(*old_text), b = richtext::clean(*new_text);
  if (a == b) {
    if (!same(before, after)) right += " (other formatting)";
    return {std::move(left), std::move(right)};
  }
  auto const differs = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  auto const line = differs == 0 ? 0 : a.rfind('\n', differs - 1) + 1;  // npos + 1: the first line
  auto from = differs - line > kLead ? differs - kLead : line;
  while (from > line && (static_cast<unsigned char>(a[from]) & 0xC0U) == 0x80U) --from;
  return {shown_from(a, from), shown_from(b, from)};
}

}  // namespace tandem::mapping::value
