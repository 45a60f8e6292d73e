// Value: the canonical form that every converted value passes through (SPEC C2), and the conversions between its kinds.
//
// Codecs turn a side's raw JSON into a Value and back; nothing is ever converted pair by pair.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/mapping/richtext/document.hpp>
#include <tandem/mapping/value/zone.hpp>

namespace tandem::mapping::value {

struct Empty {
  friend bool operator==(Empty const&, Empty const&) = default;
};
struct Text {
  std::string text;  // one line or several; clean (richtext/text.hpp), never empty
  friend bool operator==(Text const&, Text const&) = default;
};
struct Decimal {
  std::string text;  // normal form (decimal.hpp)
  friend bool operator==(Decimal const&, Decimal const&) = default;
};
struct Flag {
  bool on = false;
  std::string label;  // of the state in words, "" when unknown
  friend bool operator==(Flag const& a, Flag const& b) { return a.on == b.on; }
};
struct Wall {
  Instant clock;  // a wall clock without a zone, written as if it were UTC
  friend bool operator==(Wall const&, Wall const&) = default;
};
struct Choice {
  std::string id, label;
  friend bool operator==(Choice const& a, Choice const& b) { return a.id == b.id; }
};
struct Choices {
  std::vector<Choice> chosen;  // at least one; each id once
};
struct Words {
  std::vector<std::string> words;  // at least one; each once
};

struct Person {
  std::string id;     // account id on Jira's side; on the other a systemuser's id, or what a text column holds
  std::string name;   // "" when unknown
  std::string email;  // "" when unknown
  friend bool operator==(Person const& a, Person const& b) { return a.id == b.id; }
};
struct People {
  std::vector<Person> people;  // at least one; each id once
};

using Value = std::variant<Empty, Text, richtext::Document, Decimal, Flag, Date, Instant, Wall, Choices, Words, People>;

bool is_empty(Value const& value);
// Equal for a person: order of choices and words, blank lines and line-end blanks do not count.
bool same(Value const& a, Value const& b);

// Conversions; nothing when there is no honest one.
std::optional<std::string> as_text(Value const& value);                // every kind but Empty has a text form
std::optional<std::string> as_decimal(Value const& value);             // Decimal, or Text that is a plain number
std::optional<bool> as_flag(Value const& value);                       // Flag, or a yes/no word
std::optional<Date> as_date(Value const& value, std::optional<Zone> const& zone);        // an Instant needs the zone
std::optional<Instant> as_instant(Value const& value, std::optional<Zone> const& zone);  // a Date or Wall needs the zone
std::optional<std::vector<std::string>> as_words(Value const& value);  // Text: split at commas, semicolons and line ends

// yes/no, true/false, on/off, 1/0: for booleans without labels.
std::optional<bool> flag_of_word(std::string_view word);
// One short line for a person; "" for an empty value.
std::string shown(Value const& value);
// Two values next to each other: where their first lines are the same, from where they differ.
std::pair<std::string, std::string> shown_apart(Value const& before, Value const& after);

}  // namespace tandem::mapping::value
