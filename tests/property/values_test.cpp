// Laws of every row of the table C2, over generated values, zones and limits:
//
//   there     what a column's valid value becomes in Jira shows the column (C7): it is not written again
//   back      that field's value becomes the column's again, or the loss is declared (a report, or a refusal with its reason)
//   at rest   what came back shows the same field: nothing travels to and fro
//   mirror    the same three from a field's valid value to the column
//
// The seed is printed; TANDEM_SEED runs one seed again.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <random>

#include <rapidcheck.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/column_codecs.hpp>
#include <tandem/mapping/value/decimal.hpp>
#include <tandem/mapping/value/field_codecs.hpp>
#include <tandem/mapping/value/kinds.hpp>
#include <tandem/mapping/value/set_merge.hpp>

#include "unit/mapping/rule_test_tools.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace mapping::value;
using mapping::Conversion;

namespace {

// Before the first property: one seed for all of them.
void seed_once() {
  static bool const done = [] {
    auto const* chosen = std::getenv("TANDEM_SEED");
    auto const seed = chosen != nullptr ? std::string(chosen) : std::to_string(std::random_device{}());
    std::printf("values: TANDEM_SEED=%s\n", seed.c_str());
    auto const* params = std::getenv("RC_PARAMS");
    auto const all = (params != nullptr ? std::string(params) + " " : std::string()) + "seed=" + seed;
    setenv("RC_PARAMS", all.c_str(), 1);  // rapidcheck's only door, read at its first use
    return true;
  }();
  (void)done;
}

template <class Law>
void holds(std::string const& name, Law&& law) {
  seed_once();
  CHECK(rc::check(name, std::forward<Law>(law)));
}

std::string const kZones[] = {
    "Europe/Berlin",      "America/New_York", "America/St_Johns",  "Asia/Kolkata",    "Australia/Lord_Howe",
    "Pacific/Apia",       "Africa/Cairo",     "America/Sao_Paulo", "Asia/Tehran",     "UTC",
    "Pacific/Kiritimati", "America/Havana",   "Asia/Beirut",       "Atlantic/Azores", "Africa/Monrovia"};

rc::Gen<std::string> any_zone() { return rc::gen::elementOf(std::vector<std::string>(std::begin(kZones), std::end(kZones))); }

std::size_t below(std::size_t end) { return *rc::gen::inRange<std::size_t>(0, end); }

// A text as people and machines write them: letters, blanks, accents, characters of two UTF-16 units, controls now and then.
std::string any_text(std::size_t most) {
  static char32_t const kOdd[] = {U' ',  U'-',  U'é', U'ß', U'Ж', U'漢',     U'😀', U'\u0301',
                                  U'\n', U'\t', U'"', U'<', U'&', U'\u200B', 7};
  std::string out;
  for (auto left = below(most + 1); left > 0; --left) {
    auto const pick = below(40);
    text::append(out, pick < 26 ? static_cast<char32_t>(U'a' + pick) : kOdd[pick % std::size(kOdd)]);
  }
  return out;
}

std::string any_decimal(std::size_t whole, std::size_t fraction) {
  std::string out = below(3) == 0 ? "-" : "";
  for (auto left = 1 + below(whole); left > 0; --left) out += static_cast<char>('0' + below(10));
  if (auto left = below(fraction + 1); left > 0) {
    out += '.';
    for (; left > 0; --left) out += static_cast<char>('0' + below(10));
  }
  return normal_decimal(out).value();
}

// Between 1900 and 2099, in whole seconds, often close to a quarter of an hour.
Instant any_instant() {
  auto const from = std::chrono::sys_days{std::chrono::year{1900} / 1 / 1};
  auto const seconds = *rc::gen::inRange<std::int64_t>(0, 6'311'433'600);
  auto const rounded = below(2) == 0 ? seconds - seconds % 900 : seconds;
  return Instant{from} + std::chrono::seconds{rounded};
}
Date any_day() {
  auto const from = std::chrono::sys_days{std::chrono::year{1900} / 1 / 1};
  return Date{from + std::chrono::days{*rc::gen::inRange(0, 73'000)}};
}

std::vector<jira::AllowedValue> offered() {
  return {{"101", "Alpha"}, {"102", "Béta"}, {"103", "Gamma Delta"}, {"104", "1"}, {"105", "Ω"}};
}
std::vector<dataverse::Option> options() {
  return {option(1, "alpha"), option(2, "Beta"), option(10, "Gamma Delta"), option(700610000, "1"), option(5, "ω")};
}

// One column and one field, and how their values are made.
struct Pair {
  std::string name;
  dataverse::Attribute column;
  jira::Field field;
  json::Value (*column_value)();
  json::Value (*field_value)();  // null: the pair is read from the column only
  // Two values of the column that are the same for a person, where the canonical comparison is too strict for a law.
  bool (*alike)(json::Value const&, json::Value const&) = nullptr;
};

bool same_line(json::Value const& a, json::Value const& b) {
  return mapping::richtext::one_line(a.text()) == mapping::richtext::one_line(b.text());
}
// A list of words in a text: the words, with their blanks as Jira's labels have them.
bool same_words(json::Value const& a, json::Value const& b) {
  auto const field = labels();
  auto const codec = labels_field(field);
  auto const read = [&](json::Value const& raw) {
    auto const text = mapping::richtext::clean(raw.text());
    return codec->write(text.empty() ? Value{Empty{}} : Value{Text{text}}).value.value_or(json::Value());
  };
  return same(*codec->read(read(a)).value, *codec->read(read(b)).value);
}

json::Value id_of(std::size_t index) { return json::Object{{"id", offered()[index].id}}; }
json::Value some_ids() {
  json::Array out;
  for (std::size_t i = 0; i < offered().size(); ++i) {
    if (below(2) == 0) out.push_back(id_of(i));
  }
  return out;
}
json::Value some_options() {
  std::string out;
  for (auto const& one : options()) {
    if (below(2) == 0) out += (out.empty() ? "" : ",") + std::to_string(one.value);
  }
  return out.empty() ? json::Value() : json::Value(out);
}
json::Value one_option() { return json::Number{std::to_string(options()[below(options().size())].value)}; }
json::Value label_list() {
  json::Array out;
  for (auto left = below(4); left > 0; --left) out.emplace_back("label" + std::to_string(below(6)) + (below(4) == 0 ? ",x" : ""));
  return out;
}

dataverse::Attribute limited(std::string type, std::int64_t length) {
  auto out = column("c", std::move(type));
  out.max_length = length;
  return out;
}
dataverse::Attribute ranged(std::string type, std::optional<std::int64_t> precision, std::string least, std::string most) {
  auto out = column("c", std::move(type));
  out.precision = precision;
  out.min_value = std::move(least);
  out.max_value = std::move(most);
  return out;
}
jira::Field offering(std::string type, std::string items = "", std::string custom = "select") {
  auto out = field("customfield_1", std::move(type), std::move(items), "", std::move(custom));
  out.allowed = offered();
  return out;
}
jira::Field one_box() {
  auto out = field("customfield_1", "array", "option", "", "multicheckboxes");
  out.allowed = {{"301", "Yes"}};
  return out;
}
jira::Field cascade() {
  auto out = field("customfield_1", "option-with-child", "", "", "cascadingselect");
  out.allowed = {{"1", "Printer", {{"2", "Laser"}, {"3", "Ink"}}}, {"4", "Scanner", {}}};
  return out;
}

std::vector<Pair> pairs() {
  auto const text = [] { return json::Value(any_text(300)); };
  auto const line = [] { return json::Value(mapping::richtext::one_line(any_text(300))); };
  auto const url = [] { return json::Value("https://example.com/" + std::to_string(below(100000))); };
  auto const small = [] { return json::Value(json::Number{any_decimal(3, 2)}); };
  auto const fine = [] { return json::Value(json::Number{any_decimal(4, 8)}); };
  auto const whole = [] { return json::Value(json::Number{any_decimal(18, 0)}); };
  auto const number = [] { return json::Value(json::Number{any_decimal(12, 6)}); };
  auto const day = [] { return json::Value(to_text(any_day())); };
  auto const instant = [] { return json::Value(to_rfc3339_seconds(any_instant())); };
  auto const jira_time = [] { return json::Value(to_jira_time(any_instant() + Millis{below(3) == 0 ? 250 : 0})); };
  auto const flag = [] { return json::Value(below(2) == 0); };
  auto const box = [] { return below(2) == 0 ? json::Value() : json::Value(json::Array{json::Object{{"id", "301"}}}); };
  auto const id = [] { return id_of(below(offered().size())); };
  auto const name = [] { return json::Value(offered()[below(offered().size())].name); };
  auto const leaf = [] {
    return json::Value(json::Object{{"id", "1"}, {"child", json::Object{{"id", below(2) == 0 ? "2" : "3"}}}});
  };
  auto const both = [] { return json::Value(below(2) == 0 ? "Printer / Laser" : "Scanner"); };
  auto const textfield = field("customfield_1", "string", "", "", "textfield");
  auto yes_no = choice_column("c", {option(0, "No"), option(1, "Yes")}, "Boolean");
  return {
      {"text and String", limited("String", 4000), textfield, +text, +line, &same_line},
      {"text and a short String", limited("String", 20), textfield, +[] { return json::Value(any_text(20)); }, +line, &same_line},
      {"text and Memo", limited("Memo", 2000), textfield, +text, +line, &same_line},
      {"url and String", limited("String", 200), field("customfield_1", "string", "", "", "url"), +url, +url},
      {"text and Integer", ranged("Integer", {}, "-999", "999"), textfield,
       +[] { return json::Value(json::Number{any_decimal(3, 0)}); }, +[] { return json::Value(any_decimal(3, 2)); }},
      {"number and Integer", ranged("Integer", {}, "-100", "100"), field("n", "number"),
       +[] { return json::Value(json::Number{any_decimal(2, 0)}); }, +small},
      {"number and BigInt", column("c", "BigInt"), field("n", "number"), +whole, +number},
      {"number and Decimal", ranged("Decimal", 3, "-100000000000", "100000000000"), field("n", "number"), +fine, +number},
      {"number and Double", ranged("Double", 5, "-1000", "1000000"), field("n", "number"), +small, +number},
      {"number and Money", ranged("Money", 2, "-922337203685477", "922337203685477"), field("n", "number"), +small, +number},
      {"date and DateOnly", time_column("c", "DateOnly"), duedate(), +day, +day},
      {"date and UserLocal", time_column("c", "UserLocal"), duedate(), +instant, +day},
      {"date and TimeZoneIndependent", time_column("c", "TimeZoneIndependent"), duedate(), +instant, +day},
      {"date-time and UserLocal", time_column("c", "UserLocal"), field("t", "datetime"), +instant, +jira_time},
      {"date-time and TimeZoneIndependent", time_column("c", "TimeZoneIndependent"), field("t", "datetime"), +instant,
       +jira_time},
      {"date-time and DateOnly", time_column("c", "DateOnly"), field("t", "datetime"), +day, +jira_time},
      {"checkbox and Boolean", yes_no, one_box(), +flag, +box},
      {"select and Boolean", yes_no, choice_field("s", "option", {{"1", "Yes"}, {"2", "No"}}), +flag,
       +[] {
         return json::Value(json::Object{{"id", below(2) == 0 ? "1" : "2"}});
       }},
      {"labels and Memo", limited("Memo", 2000), labels(), +text, &label_list, &same_words},
      {"labels and MultiSelectPicklist", choice_column("c", options(), "MultiSelectPicklist"), labels(), &some_options,
       +[] {
         return json::Value(json::Array{"Gamma-Delta", "alpha"});
       }},
      {"priority and Picklist", prioritycode(), priority(),
       +[] { return json::Value(json::Number{std::to_string(1 + below(3))}); },
       +[] {
         return json::Value(json::Object{{"id", std::to_string(11 + below(3))}});
       }},
      {"option and Picklist", choice_column("c", options()), offering("option"), &one_option, +id},
      {"option and String", limited("String", 100), offering("option"), +name, +id},
      {"options and MultiSelectPicklist", choice_column("c", options(), "MultiSelectPicklist"), offering("array", "option"),
       &some_options, &some_ids},
      {"options and String", limited("String", 400), offering("array", "option"), +name, &some_ids},
      {"components and String", limited("String", 400), offering("array", "component"), +name, &some_ids},
      {"components and Picklist", choice_column("c", options()), offering("array", "component"), &one_option,
       +[] { return json::Value(json::Array{id_of(below(offered().size()))}); }},
      {"versions and MultiSelectPicklist", choice_column("c", options(), "MultiSelectPicklist"), offering("array", "version"),
       &some_options, &some_ids},
      {"version and Picklist", choice_column("c", options()), offering("version"), &one_option, +id},
      {"cascading option and String", limited("String", 100), cascade(), +both, +leaf},
  };
}

bool declared(Conversion const& there, Conversion const& back) { return !there.reports.empty() || !back.reports.empty(); }

std::string told(json::Value const& from, Conversion const& there) {
  auto out = json::to_text(from) + " -> " + outcome(there);
  for (auto const& report : there.reports) out += " (" + report.detail + ")";
  return out;
}

}  // namespace

TEST_CASE("for each row of the table, a column's value goes to Jira and back unchanged, or the loss is declared [C2][C7]") {
  for (auto const& pair : pairs()) {
    holds(pair.name + ", from Dynamics", [&] {
      RuleMaker make;
      make.zone = *any_zone();
      auto const rule = make(pair.column, pair.field);
      auto const codec = column_codec(pair.column, Zone::find(make.zone), {});
      auto const raw = pair.column_value();
      auto const there = rule->to_jira(raw, "");
      RC_LOG(make.zone + ": " + told(raw, there));
      if (!there.value) {  // valid values may be refused only by a day that the zone has not got, or a number beyond Jira's
        RC_ASSERT(!there.refused->detail.empty());
        RC_ASSERT(kind_of(pair.column) == ColumnKind::day);
        return;
      }
      RC_ASSERT(rule->equivalent(raw, "", *there.value));
      auto const back = rule->to_column(*there.value);
      RC_LOG("back: " + told(*there.value, back));
      if (!back.value) {
        RC_ASSERT(!back.refused->detail.empty());
        RC_ASSERT(back.refused->reason == Reason::required_empty || declared(there, back));
        return;
      }
      auto const was = codec->read(raw, "");
      auto const is = codec->read(*back.value, "");
      RC_ASSERT(was.value && is.value);
      bool const alike = same(*was.value, *is.value) || (pair.alike != nullptr && pair.alike(raw, *back.value));
      RC_ASSERT(alike || declared(there, back));
      RC_ASSERT(rule->equivalent(*back.value, "", *there.value));
    });
  }
}

TEST_CASE("for each row of the table, a field's value goes to Dynamics and back unchanged, or the loss is declared [C2][C7]") {
  for (auto const& pair : pairs()) {
    holds(pair.name + ", from Jira", [&] {
      RuleMaker make;
      make.zone = *any_zone();
      auto const rule = make(pair.column, pair.field);
      auto const codec = field_codec(pair.field, Zone::find(make.zone));
      auto const raw = pair.field_value();
      auto const there = rule->to_column(raw);
      RC_LOG(make.zone + ": " + told(raw, there));
      if (!there.value) {  // beyond the column's range, no choice of it, or several for a column of one: told
        RC_ASSERT(!there.refused->detail.empty());
        return;
      }
      RC_ASSERT(rule->equivalent(*there.value, "", raw));
      auto const back = rule->to_jira(*there.value, "");
      RC_LOG("back: " + told(*there.value, back));
      if (!back.value) {
        RC_ASSERT(!back.refused->detail.empty());
        return;
      }
      auto const was = codec->read(raw);
      auto const is = codec->read(*back.value);
      RC_ASSERT(was.value && is.value);
      RC_ASSERT(same(*was.value, *is.value) || declared(there, back));
      RC_ASSERT(rule->equivalent(*there.value, "", *back.value));
    });
  }
}

TEST_CASE("a date never shifts: the day that a zone shows is the day that comes back [C2]") {
  holds("a day in any zone", [] {
    RuleMaker make;
    make.zone = *any_zone();
    auto const rule = make(time_column("c", "UserLocal"), duedate());
    auto const day = any_day();
    auto const there = rule->to_column(json::Value(to_text(day)));
    RC_LOG(make.zone + " " + told(json::Value(to_text(day)), there));
    if (!there.value) {
      RC_ASSERT(there.refused->reason == Reason::not_convertible);  // the zone left this day out
      return;
    }
    RC_ASSERT(rule->to_jira(*there.value, "").value == json::Value(to_text(day)));
  });
  holds("a moment in any zone", [] {
    auto const zone = *any_zone();
    auto const at = any_instant();
    auto const known = Zone::find(zone);
    RC_ASSERT(known.has_value());
    auto const day = known->date_of(at);
    RC_ASSERT(known->start_of(day) <= at);
    auto const next = Date{std::chrono::sys_days{day} + std::chrono::days{1}};
    RC_ASSERT(known->start_of(next) > at);
  });
}

TEST_CASE("what is written keeps the target's limits, whole characters, range and precision [C2]") {
  holds("texts", [] {
    auto const most = 1 + *rc::gen::inRange<std::int64_t>(0, 300);
    auto const raw = any_text(400);
    RuleMaker const make;
    auto const rule = make(limited("String", most), field("customfield_1", "string", "", "", "textfield"));
    for (auto const& conversion : {rule->to_column(json::Value(raw)), rule->to_jira(json::Value(raw), "")}) {
      if (!conversion.value || conversion.value->is_null()) continue;
      auto const& text = conversion.value->text();
      RC_ASSERT(text::is_valid(text));
      RC_ASSERT(text.find('\n') == std::string_view::npos);
    }
    auto const column = rule->to_column(json::Value(raw));
    if (!column.value || column.value->is_null()) return;
    auto const whole = mapping::richtext::one_line(raw);
    RC_ASSERT(text::utf16_units(column.value->text()) <= static_cast<std::size_t>(most));
    bool const cut = text::utf16_units(whole) > static_cast<std::size_t>(most);
    RC_ASSERT(cut == (column.value->text() != whole));
    RC_ASSERT(cut == !column.reports.empty());
  });
  holds("numbers", [] {
    auto const digits = *rc::gen::inRange<std::int64_t>(0, 6);
    auto const number = any_decimal(6, 8);
    RuleMaker const make;
    auto const rule = make(ranged("Decimal", digits, "-500000", "500000"), field("n", "number"));
    auto const there = rule->to_column(json::Number{number});
    if (!there.value) {
      RC_ASSERT(there.refused->reason == Reason::out_of_range);
      RC_ASSERT(compare_decimals(number, "499999") > 0 || compare_decimals(number, "-499999") < 0);
      return;
    }
    auto const text = there.value->scalar_text();
    auto const point = text.find('.');
    RC_ASSERT(point == std::string::npos || text.size() - point - 1 <= static_cast<std::size_t>(digits));
    RC_ASSERT(compare_decimals(text, "500000") <= 0);
    RC_ASSERT(compare_decimals(text, "-500000") >= 0);
    RC_ASSERT((text != number) == !there.reports.empty());
  });
}

TEST_CASE("anything at all is converted or refused with a reason, and never takes the program down [C4]") {
  auto const any = [] {
    switch (below(9)) {
      case 0: return json::Value();
      case 1: return json::Value(below(2) == 0);
      case 2: return json::Value(json::Number{any_decimal(30, 20)});
      case 3: return json::Value(any_text(60));
      case 4: return json::Value(json::Object{{"id", any_text(5)}, {"value", any_text(5)}});
      case 5: return json::Value(json::Array{json::Object{{"id", "101"}}, json::Value(any_text(5)), json::Value()});
      case 6: return json::Value(json::Object{{"accountId", any_text(3)}, {"child", json::Value(any_text(3))}});
      case 7: return json::Value("9999-12-31T23:59:59.999+1400");
      default: return json::Value("0000-00-00");
    }
  };
  for (auto const& pair : pairs()) {
    holds(pair.name + ", odd values", [&] {
      RuleMaker const make;
      auto const rule = make(pair.column, pair.field);
      auto const raw = any();
      auto const label = any_text(4);
      for (auto const& conversion : {rule->to_jira(raw, label), rule->to_column(raw)}) {
        RC_ASSERT(conversion.value.has_value() != conversion.refused.has_value());
        if (conversion.refused) RC_ASSERT(!conversion.refused->detail.empty());
      }
      (void)rule->equivalent(raw, label, any());
      (void)rule->show_column(raw, label);
      (void)rule->show_field(raw);
    });
  }
}

TEST_CASE("merging sets is fair: one side's change alone wins, equal changes count once, no element is made up [C2][E6]") {
  auto const set = [] {
    Words out;
    for (int i = 0; i < 6; ++i) {
      if (below(2) == 0) out.words.push_back("w" + std::to_string(i));
    }
    return out.words.empty() ? Value{Empty{}} : Value{out};
  };
  holds("merge", [&] {
    auto const before = set();
    auto const now = set();
    auto const theirs = set();
    RC_ASSERT(same(*merged_set(before, before, theirs), theirs));
    RC_ASSERT(same(*merged_set(before, now, before), now));
    RC_ASSERT(same(*merged_set(before, now, now), now));
    RC_ASSERT(same(*merged_set(before, now, theirs), *merged_set(before, theirs, now)));
  });
}
