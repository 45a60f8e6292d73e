#include <tandem/mapping/value/rule.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/cut.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/column_codecs.hpp>
#include <tandem/mapping/value/decimal.hpp>
#include <tandem/mapping/value/field_codecs.hpp>
#include <tandem/mapping/value/kinds.hpp>
#include <tandem/mapping/value/matching.hpp>
#include <tandem/mapping/value/over_html.hpp>
#include <tandem/mapping/value/over_rich_text.hpp>
#include <tandem/mapping/value/parts.hpp>
#include <tandem/mapping/value/people.hpp>
#include <tandem/mapping/value/set_merge.hpp>

namespace tandem::mapping::value {

namespace {

Conversion with_reports(Conversion conversion, std::vector<Report> const& reports) {
  if (conversion.value) conversion.reports.insert(conversion.reports.begin(), reports.begin(), reports.end());
  return conversion;
}

class Rule final : public FieldRule {
 public:
  // `people` is null unless the field holds users.
  Rule(std::unique_ptr<ColumnCodec> column_codec, std::unique_ptr<FieldCodec> field_codec, std::unique_ptr<PeopleMatcher> people)
      : column_codec_(std::move(column_codec)), field_codec_(std::move(field_codec)), people_(std::move(people)) {}

  // After mapping, column and field are set.
  Result<Unit> prepare() {
    makes_parts_ = mapping.create_missing && part_kind_of(kind_of(field));
    if (kind_of(field) == FieldKind::priority) ranks_ = paired_by_rank(column.options, field.allowed);
    if (!mapping.default_value) return Unit{};
    auto conversion = from_item_file(*field_codec_, *mapping.default_value);
    if (!conversion.value) return fail(ErrorKind::config, conversion.refused->detail);
    default_ = std::move(*conversion.value);
    return Unit{};
  }

  [[nodiscard]] Conversion to_jira(json::Value const& raw, std::string_view label) const override {
    auto read = column_codec_->read(raw, label);
    if (!read.value) return {std::nullopt, read.refused, {}};
    if (is_empty(*read.value) && default_) return written(*default_);
    auto const target = field_value(*read.value);
    if (!target.value) return {std::nullopt, target.refused, {}};
    return with_reports(with_reports(field_codec_->write(*target.value), target.reports), read.reports);
  }

  [[nodiscard]] Conversion to_jira_over(json::Value const& raw, std::string_view label, json::Value const& shown,
                                        json::Value const& present) const override {
    if (kind_of(field) != FieldKind::rich_text || !mapping.values.empty()) return to_jira(raw, label);
    return write_over_rich_text(*column_codec_, to_jira(raw, label), {raw, shown, present, column.format == "RichText"});
  }

  [[nodiscard]] bool column_is_cut_copy(json::Value const& copy, json::Value const& original) const override {
    auto const held = column_codec_->read(copy, {});
    auto const* document = held.value ? std::get_if<richtext::Document>(&*held.value) : nullptr;
    auto const text = held.value ? as_text(*held.value) : std::nullopt;
    if (document != nullptr ? richtext::is_cut_copy(*document) : text && richtext::is_cut_copy(richtext::from_text(*text)))
      return true;
    // A small column has no room for the pointer.
    auto const made = to_column(original);
    bool const was_cut =
        std::any_of(made.reports.begin(), made.reports.end(), [](Report const& report) { return report.reason == Reason::cut; });
    if (!made.value || !was_cut || !held.value) return false;
    auto const cut = column_codec_->read(*made.value, {});
    return cut.value && same(*cut.value, *held.value);
  }

  [[nodiscard]] bool field_is_cut_copy(json::Value const& copy, json::Value const& original) const override {
    auto const held = field_codec_->read(copy);
    if (!held.value) return false;
    if (auto const* document = std::get_if<richtext::Document>(&*held.value); document && richtext::is_cut_copy(*document))
      return true;
    auto const made = to_jira(original, {});
    bool const was_cut =
        std::any_of(made.reports.begin(), made.reports.end(), [](Report const& report) { return report.reason == Reason::cut; });
    if (!made.value || !was_cut) return false;
    auto const cut = field_codec_->read(*made.value);
    return cut.value && same(*cut.value, *held.value);
  }

  [[nodiscard]] Conversion to_column(json::Value const& jira_raw) const override {
    auto read = field_codec_->read(jira_raw);
    if (!read.value) return {std::nullopt, read.refused, {}};
    auto const target = column_value(*read.value);
    if (!target.value) return {std::nullopt, target.refused, {}};
    return with_reports(with_reports(column_codec_->write(*target.value), target.reports), read.reports);
  }

  [[nodiscard]] Conversion to_column_over(json::Value const& jira_raw, json::Value const& shown,
                                          json::Value const& present) const override {
    static_cast<void>(shown);  // the column itself tells what Jira was shown of it
    auto fresh = to_column(jira_raw);
    if (kind_of(field) != FieldKind::rich_text || kind_of(column) != ColumnKind::text || !mapping.values.empty()) return fresh;
    auto const read = field_codec_->read(jira_raw);
    auto const* document = read.value ? std::get_if<richtext::Document>(&*read.value) : nullptr;
    auto const most = column.max_length ? static_cast<std::size_t>(std::max<std::int64_t>(0, *column.max_length)) : SIZE_MAX;
    return write_over_html(std::move(fresh), {document, present, most, column.format == "RichText"});
  }

  [[nodiscard]] bool equivalent(json::Value const& column_raw, std::string_view label,
                                json::Value const& jira_raw) const override {
    auto const held = field_codec_->read(jira_raw);
    if (!held.value) return false;
    if (auto const wanted = to_jira(column_raw, label); wanted.value) {
      auto const value = field_codec_->read(*wanted.value);
      if (value.value && (same(*value.value, *held.value) || same_number_in_jira(*value.value, *held.value))) return true;
    }
    // An empty field has no say in what a filled column means, nor the other way round (C6).
    auto const source = column_codec_->read(column_raw, label);
    if (!source.value || is_empty(*source.value) != is_empty(*held.value)) return false;
    auto const back = to_column(jira_raw);
    if (!back.value) return false;
    auto const value = column_codec_->read(*back.value, {});
    return value.value && same(*value.value, *source.value);
  }

  void ask_for_jira(json::Value const& raw, std::string_view label, Needs& needs) const override {
    if (people_ == nullptr && !makes_parts_) return;
    auto const read = column_codec_->read(raw, label);
    if (!read.value) return;
    if (people_ != nullptr) return people_->ask_accounts(unmapped_people(*read.value), needs);
    for (auto const& name : part_names(*read.value)) {
      // What metadata offers needs no question, and what was asked for is known.
      if (auto const known = field_codec_->named(name); !known.value && known.refused->reason != Reason::value_not_made)
        needs.parts.insert({*part_kind_of(kind_of(field)), name});
    }
  }
  void ask_for_column(json::Value const& jira_raw, Needs& needs) const override {
    auto const read = field_codec_->read(jira_raw);
    if (!read.value) return;
    if (auto const* people = std::get_if<People>(&*read.value); people != nullptr && people_ != nullptr) {
      people_->ask_users(*people, needs);
    } else if (auto const target = column_value(*read.value); target.value) {
      column_codec_->ask(*target.value, needs);
    }
  }

  [[nodiscard]] json::Object column_body(json::Value const& write) const override {
    auto const kind = kind_of(column);
    bool const lookup = kind == ColumnKind::lookup || kind == ColumnKind::person;
    return lookup ? lookup_body(column, write) : FieldRule::column_body(write);
  }

  [[nodiscard]] std::optional<Merged> merge(json::Value const& base_column, json::Value const& column_raw,
                                            json::Value const& jira_raw) const override {
    auto const before = shown_in_field(base_column);
    auto const now = shown_in_field(column_raw);
    auto const held = field_codec_->read(jira_raw);
    if (!before || !now || !held.value) return std::nullopt;
    auto const merged = merged_set(*before, *now, *held.value);
    if (!merged) return std::nullopt;
    Merged out{field_codec_->write(*merged), {}};
    auto const target = column_value(*merged);
    out.column = target.value ? with_reports(column_codec_->write(*target.value), target.reports)
                              : Conversion{std::nullopt, target.refused, {}};
    if (!out.field.value || !out.column.value) return std::nullopt;
    return out;
  }

  [[nodiscard]] std::string show_column(json::Value const& raw, std::string_view label) const override {
    auto const read = column_codec_->read(raw, label);
    return read.value ? shown(*read.value) : text::printable(raw.scalar_text());
  }
  [[nodiscard]] std::string show_field(json::Value const& jira_raw) const override {
    auto const read = field_codec_->read(jira_raw);
    return read.value ? shown(*read.value) : text::printable(jira_raw.scalar_text());
  }
  [[nodiscard]] Shown show_columns(json::Value const& before, json::Value const& after) const override {
    auto const left = column_codec_->read(before, {}), right = column_codec_->read(after, {});
    return left.value && right.value ? shown_apart(*left.value, *right.value) : FieldRule::show_columns(before, after);
  }
  [[nodiscard]] Shown show_fields(json::Value const& before, json::Value const& after) const override {
    auto const left = field_codec_->read(before), right = field_codec_->read(after);
    return left.value && right.value ? shown_apart(*left.value, *right.value) : FieldRule::show_fields(before, after);
  }
  [[nodiscard]] bool same_columns(json::Value const& a, json::Value const& b) const override {
    return a == b || same_values(column_codec_->read(a, {}), column_codec_->read(b, {}));
  }
  [[nodiscard]] bool same_fields(json::Value const& a, json::Value const& b) const override {
    return a == b || same_values(field_codec_->read(a), field_codec_->read(b));
  }

 private:
  // A choice may be named by its label in one shape and by its id in the other.
  static bool same_values(Read const& a, Read const& b) {
    if (!a.value || !b.value) return false;
    if (same(*a.value, *b.value)) return true;
    bool const prose = std::holds_alternative<Text>(*a.value) || std::holds_alternative<richtext::Document>(*a.value);
    return !prose && as_text(*a.value) == as_text(*b.value);
  }
  // Jira computes with doubles: two numbers that it cannot tell apart are no difference.
  static bool same_number_in_jira(Value const& a, Value const& b) {
    auto const* left = std::get_if<Decimal>(&a);
    auto const* right = std::get_if<Decimal>(&b);
    return left != nullptr && right != nullptr && as_double_keeps(left->text) == as_double_keeps(right->text);
  }

  // What a column value looks like in the field, as a canonical value of Jira's side.
  [[nodiscard]] std::optional<Value> shown_in_field(json::Value const& column_raw) const {
    auto const conversion = to_jira(column_raw, {});
    if (!conversion.value) return std::nullopt;
    auto read = field_codec_->read(*conversion.value);
    return std::move(read.value);
  }

  // The value map's entry for a column value: by its own value, else by label (exact, then folded).
  [[nodiscard]] std::string const* mapped(std::string const& own, std::string const& label) const {
    if (auto const found = mapping.values.find(own); found != mapping.values.end()) return &found->second;
    if (label.empty()) return nullptr;
    if (auto const found = mapping.values.find(label); found != mapping.values.end()) return &found->second;
    auto const folded = text::folded(label);
    for (auto const& [from, to] : mapping.values) {
      if (text::folded(from) == folded) return &to;
    }
    return nullptr;
  }

  // The users of a column's value, be it a lookup or a text that lists them.
  static People people_of(Value const& value) {
    if (auto const* people = std::get_if<People>(&value)) return *people;
    People out;
    for (auto& word : as_words(value).value_or(std::vector<std::string>{})) out.people.push_back({word, word, {}});
    return out;
  }
  [[nodiscard]] People unmapped_people(Value const& value) const {
    auto people = people_of(value);
    std::erase_if(people.people, [&](Person const& person) { return mapped(person.id, person.name) != nullptr; });
    return people;
  }
  [[nodiscard]] Read field_people(Value const& value) const {
    if (is_empty(value)) return given(value);
    Parts parts;
    for (auto const& person : people_of(value).people) {
      auto const* target = mapped(person.id, person.name);
      if (auto const refusal = parts.add(target != nullptr ? field_codec_->named(*target) : people_->accounts_of({{person}})))
        return {std::nullopt, refusal, {}};
    }
    return std::move(parts).finish();
  }
  [[nodiscard]] Read column_people(People const& people) const {
    Parts parts;
    std::vector<std::string> texts;
    for (auto const& person : people.people) {
      auto const* source = unmapped(People{{person}});
      auto read = source != nullptr ? column_codec_->named(*source) : people_->users_of({{person}});
      if (auto const* text = read.value ? std::get_if<Text>(&*read.value) : nullptr)
        texts.push_back(text->text);
      else if (auto const refusal = parts.add(std::move(read)))
        return {std::nullopt, refusal, {}};
    }
    auto read = std::move(parts).finish();
    if (kind_of(column) != ColumnKind::text) return read;
    for (auto& word : as_words(*read.value).value_or(std::vector<std::string>{})) texts.push_back(std::move(word));
    std::string joined;
    for (auto const& text : texts) joined += (joined.empty() ? "" : "; ") + text;
    return given(Text{std::move(joined)});
  }

  // The components or versions that a column's value names, through the map. A text lists several unless all of it is one name; the name of a row
  // is one name whatever it holds.
  [[nodiscard]] std::vector<std::string> part_names(Value const& value) const {
    std::vector<std::string> names;
    auto const add = [&](std::string const& own, std::string const& label) {
      auto const* target = mapped(own, label);
      names.emplace_back(text::trimmed(target != nullptr ? *target : label));
    };
    if (auto const* choices = std::get_if<Choices>(&value)) {
      for (auto const& choice : choices->chosen) add(choice.id, choice.label);
    } else if (auto const whole = is_empty(value) ? std::nullopt : as_text(value)) {
      bool const one = !holds_several() || kind_of(column) != ColumnKind::text || mapped(*whole, *whole) != nullptr ||
                       field_codec_->named(*whole).value;
      for (auto const& word : one ? std::vector{*whole} : as_words(value).value_or(std::vector<std::string>{})) add(word, word);
    }
    return names;
  }
  [[nodiscard]] Read field_parts(Value const& value) const {
    Parts parts;
    for (auto const& name : part_names(value)) {
      if (auto const refusal = parts.add(field_codec_->named(name))) return {std::nullopt, refusal, {}};
    }
    return std::move(parts).finish();
  }

  [[nodiscard]] Read field_value(Value const& value) const {
    if (people_ != nullptr) return field_people(value);
    if (makes_parts_) return field_parts(value);
    if (auto const* choices = std::get_if<Choices>(&value)) return field_choices(*choices);
    if (mapping.values.empty()) return given(value);
    if (auto const* flag = std::get_if<Flag>(&value)) {
      auto const* target = mapped(flag->on ? "true" : "false", flag->label);
      if (target == nullptr) target = mapped(flag->on ? "1" : "0", {});
      return target != nullptr ? field_codec_->named(*target) : given(value);
    }
    auto const text = as_text(value);
    if (!text) return given(value);
    if (auto const* target = mapped(*text, *text)) return field_codec_->named(*target);
    return holds_several() ? field_words(value) : given(value);
  }

  [[nodiscard]] bool holds_several() const {
    auto const kind = kind_of(field);
    return kind == FieldKind::labels || kind == FieldKind::options || kind == FieldKind::components ||
           kind == FieldKind::versions;
  }

  // Each word of a text list through the map; words without an entry stay as they are.
  [[nodiscard]] Read field_words(Value const& value) const {
    Parts parts;
    for (auto const& word : as_words(value).value_or(std::vector<std::string>{})) {
      auto const* target = mapped(word, word);
      if (auto const refusal = parts.add(field_codec_->named(target != nullptr ? *target : word)))
        return {std::nullopt, refusal, {}};
    }
    return std::move(parts).finish();
  }

  [[nodiscard]] Read field_choices(Choices const& choices) const {
    if (!offers_choices(kind_of(field))) return field_labels(choices);
    Parts parts;
    for (auto const& choice : choices.chosen) {
      auto const* target = mapped(choice.id, choice.label);
      Read read = target != nullptr ? field_codec_->named(*target) : field_codec_->labelled(choice.label);
      if (!read.value && target == nullptr) {
        if (auto ranked = by_rank(choice)) read = given(Choices{{std::move(*ranked)}});
      }
      if (auto const refusal = parts.add(std::move(read))) return {std::nullopt, refusal, {}};
    }
    return std::move(parts).finish();
  }
  // Texts and label lists show the choices' labels, or what the map makes of them.
  [[nodiscard]] Read field_labels(Choices choices) const {
    for (auto& choice : choices.chosen) {
      if (auto const* target = mapped(choice.id, choice.label)) choice.label = *target;
    }
    return given(std::move(choices));
  }
  [[nodiscard]] std::optional<Choice> by_rank(Choice const& choice) const {
    for (auto const& [option, id] : ranks_) {
      auto const* allowed = with_id(field.allowed, id);
      if (option == choice.id && allowed != nullptr) return Choice{allowed->id, allowed->name};
    }
    return std::nullopt;
  }

  // The column value that the map turns into this field value; of several the first in the map's order.
  [[nodiscard]] std::string const* unmapped(Value const& field_part) const {
    auto const* part = makes_parts_ ? std::get_if<Choices>(&field_part) : nullptr;
    for (auto const& [from, to] : mapping.values) {
      // One that was made is known by its name alone until metadata are read anew.
      if (part != nullptr && text::folded(part->chosen.front().label) == text::folded(to)) return &from;
      auto const target = field_codec_->named(to);
      if (target.value && same(*target.value, field_part)) return &from;
    }
    return nullptr;
  }

  [[nodiscard]] Read column_value(Value const& value) const {
    if (auto const* choices = std::get_if<Choices>(&value)) return column_choices(*choices);
    if (auto const* people = std::get_if<People>(&value); people != nullptr && people_ != nullptr) return column_people(*people);
    // Nothing ticked in a one-option checkbox is a "no", not an unknown.
    if (is_empty(value) && is_checkbox(field) && kind_of(column) == ColumnKind::flag) return given(Flag{});
    if (auto const* words = std::get_if<Words>(&value)) {
      auto read = mapping.values.empty() ? given(value) : column_words(*words);
      // A text lists words between commas: one that holds a comma would come back as two.
      auto const splits = [](std::string const& word) { return word.find_first_of(",;\n") != std::string::npos; };
      if (kind_of(column) == ColumnKind::text && std::any_of(words->words.begin(), words->words.end(), splits))
        read.reports.push_back({Reason::lossy, "an entry holds a comma or semicolon, which divides entries in a text"});
      return read;
    }
    if (mapping.values.empty() || is_empty(value)) return given(value);
    if (auto const* source = unmapped(value)) return column_codec_->named(*source);
    return given(value);
  }
  [[nodiscard]] Read column_words(Words const& words) const {
    Words texts;
    Parts parts;
    bool const plain = kind_of(column) == ColumnKind::text;
    for (auto const& word : words.words) {
      auto const* source = unmapped(Words{{word}});
      if (plain) {
        texts.words.push_back(source != nullptr ? *source : word);
      } else if (auto const refusal =
                     parts.add(source != nullptr ? column_codec_->named(*source) : column_codec_->labelled(word))) {
        return {std::nullopt, refusal, {}};
      }
    }
    return plain ? given(std::move(texts)) : std::move(parts).finish();
  }
  [[nodiscard]] Read column_choices(Choices const& choices) const {
    if (kind_of(column) == ColumnKind::flag && is_checkbox(field)) return given(Flag{true, {}});
    if (kind_of(column) == ColumnKind::text && mapping.values.empty()) return given(choices);
    Parts parts;
    std::vector<std::string> texts;
    for (auto const& choice : choices.chosen) {
      auto const* source = unmapped(Choices{{choice}});
      if (kind_of(column) == ColumnKind::text) {
        texts.push_back(source != nullptr ? *source : choice.label);
        continue;
      }
      Read read = source != nullptr ? column_codec_->named(*source) : column_codec_->labelled(choice.label);
      if (!read.value && source == nullptr && kind_of(field) == FieldKind::cascading) {
        // The column may know the second level alone: "Printer / Laser" is its "Laser".
        if (auto const slash = choice.label.rfind(" / "); slash != std::string::npos) {
          auto leaf = column_codec_->labelled(std::string_view(choice.label).substr(slash + 3));
          if (leaf.value) read = std::move(leaf);
        }
      }
      if (!read.value && source == nullptr) {
        for (auto const& [option, id] : ranks_) {
          if (id == choice.id) read = column_codec_->named(option);
        }
      }
      if (auto const refusal = parts.add(std::move(read))) return {std::nullopt, refusal, {}};
    }
    if (!texts.empty()) return given(Words{std::move(texts)});
    return std::move(parts).finish();
  }

  std::unique_ptr<ColumnCodec> column_codec_;
  std::unique_ptr<FieldCodec> field_codec_;
  std::unique_ptr<PeopleMatcher> people_;
  std::vector<std::pair<std::string, std::string>> ranks_;  // option value -> allowed id
  std::optional<json::Value> default_;
  bool makes_parts_ = false;  // components or versions with createMissing
};

}  // namespace

Conversion from_item_file(FieldCodec const& codec, json::Value const& value) {
  if (value.is_object()) {
    auto const read = codec.read(value);
    return read.value ? codec.write(*read.value) : Conversion{std::nullopt, read.refused, {}};
  }
  if (!value.is_array()) {
    auto const read = value.is_null() ? given(Empty{}) : codec.named(value.scalar_text());
    return read.value ? codec.write(*read.value) : Conversion{std::nullopt, read.refused, {}};
  }
  Parts parts;
  for (auto const& element : value.items()) {
    auto const refusal = parts.add(element.is_object() ? codec.read(element) : codec.named(element.scalar_text()));
    if (refusal) return {std::nullopt, refusal, {}};
  }
  auto const read = std::move(parts).finish();
  return codec.write(*read.value);
}

Result<std::unique_ptr<FieldRule>> make_rule(Mapping const& mapping, dataverse::Attribute const& column, jira::Field const& field,
                                             std::string const& time_zone, Lookups lookups) {
  std::optional<Zone> zone;
  if (!time_zone.empty()) {
    zone = Zone::find(time_zone);
    if (!zone) return fail(ErrorKind::config, fmt::format("the time zone \"{}\" is not known on this machine", time_zone));
  }
  auto const directory = lookups.directory ? lookups.directory : std::make_shared<Directory const>();
  bool const people = holds_people(kind_of(field));
  bool const person = people && kind_of(column) == ColumnKind::person;
  auto column_side = person ? person_column(column) : column_codec(column, zone, directory);
  auto const part_kind = part_kind_of(kind_of(field));
  auto field_side = mapping.create_missing && part_kind ? parts_field(field, *part_kind, directory) : field_codec(field, zone);
  if (!column_side || !field_side || !converts_to_jira(kind_of(column), kind_of(field))) {
    return fail(ErrorKind::config,
                fmt::format("{} ({}) does not convert to {} ({})", column.logical_name, column.type, field.id, field.type));
  }
  std::unique_ptr<PeopleMatcher> matcher;
  if (people) {
    if (!lookups.users)
      return fail(ErrorKind::config,
                  fmt::format("{} holds users, but the item does not say how they are matched: \"users\"", field.id));
    matcher = std::make_unique<PeopleMatcher>(*lookups.users, directory, !person);
  }
  auto rule = std::make_unique<Rule>(std::move(column_side), std::move(field_side), std::move(matcher));
  rule->mapping = mapping;
  rule->column = column;
  rule->field = field;
  TANDEM_CHECK(rule->prepare());
  return std::unique_ptr<FieldRule>(std::move(rule));
}

}  // namespace tandem::mapping::value
