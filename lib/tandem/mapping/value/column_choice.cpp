// Boolean, Picklist, State, Status and MultiSelectPicklist columns. Labels come from the answer, else from metadata.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/mapping/value/column_codecs.hpp>
#include <tandem/mapping/value/matching.hpp>

namespace tandem::mapping::value {

namespace {

std::string unmatched(dataverse::Attribute const& column, std::string_view text) {
  return fmt::format("\"{}\" is no choice of {}: {}", text, column.logical_name, listed(names_of(column.options)));
}

class FlagColumn final : public ColumnCodec {
 public:
  explicit FlagColumn(dataverse::Attribute const& column) : column_(column) {}

  [[nodiscard]] Read read(json::Value const& raw, std::string_view label) const override {
    if (raw.is_null()) return given(Empty{});
    if (auto const* on = raw.if_bool()) return given(Flag{*on, label.empty() ? label_of(*on) : std::string(label)});
    return named(raw.scalar_text());
  }
  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(column_);
    if (auto const* flag = std::get_if<Flag>(&value)) return written(flag->on);
    auto const text = as_text(value).value_or("");
    auto const read = named(text);
    if (!read.value) return {std::nullopt, read.refused, {}};
    return written(std::get<Flag>(*read.value).on);
  }
  [[nodiscard]] Read named(std::string_view text) const override {
    if (auto const* option = named_in(column_.options, text)) return given(Flag{option->value != 0, option->label});
    if (auto const on = flag_of_word(text)) return given(Flag{*on, label_of(*on)});
    return refused(Reason::unmatched_value, unmatched(column_, text));
  }

 private:
  [[nodiscard]] std::string label_of(bool on) const {
    auto const* option = with_value(column_.options, on ? "1" : "0");
    return option != nullptr ? option->label : std::string();
  }
  dataverse::Attribute column_;
};

class ChoiceColumn final : public ColumnCodec {
 public:
  ChoiceColumn(dataverse::Attribute const& column, bool several) : column_(column), several_(several) {}

  [[nodiscard]] Read read(json::Value const& raw, std::string_view label) const override {
    auto const text = raw.scalar_text();
    if (text.empty()) return given(Empty{});
    Choices choices;
    std::string_view rest = text;
    while (!rest.empty()) {  // several choices stand in one string: "2,3,8"
      auto const end = rest.find(',');
      auto const id = std::string(text::trimmed(rest.substr(0, end)));
      if (!id.empty()) choices.chosen.push_back({id, label_of(id)});
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    if (choices.chosen.empty()) return given(Empty{});
    // The answer's label is fresher than the metadata, but several labels come joined.
    if (!several_ && !label.empty()) choices.chosen.front().label = label;
    return given(std::move(choices));
  }

  // Choices are taken by the column's own values; anything else by label.
  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(column_);
    std::vector<std::string> ids;
    if (auto const* choices = std::get_if<Choices>(&value)) {
      for (auto const& choice : choices->chosen) ids.push_back(choice.id);
    } else {
      auto const words = several_ ? as_words(value) : std::optional(std::vector{as_text(value).value_or("")});
      for (auto const& word : words.value_or(std::vector<std::string>{})) {
        auto const read = labelled(word);
        if (!read.value) return {std::nullopt, read.refused, {}};
        ids.push_back(std::get<Choices>(*read.value).chosen.front().id);
      }
    }
    return several_ ? write_several(std::move(ids)) : write_one(ids);
  }

  [[nodiscard]] Read named(std::string_view text) const override { return chosen(named_in(column_.options, text), text); }
  [[nodiscard]] Read labelled(std::string_view label) const override {
    if (auto const* option = labelled_in(column_.options, label)) return chosen(option, label);
    // Labels of the other side may be words joined by "-": "Mobile-App" is "Mobile App".
    auto spaced = std::string(label);
    std::replace(spaced.begin(), spaced.end(), '-', ' ');
    return chosen(labelled_in(column_.options, spaced), label);
  }

 private:
  [[nodiscard]] Read chosen(dataverse::Option const* option, std::string_view text) const {
    if (option == nullptr) return refused(Reason::unmatched_value, unmatched(column_, text));
    return given(Choices{{{std::to_string(option->value), option->label}}});
  }
  [[nodiscard]] std::string label_of(std::string const& id) const {
    auto const* option = with_value(column_.options, id);
    return option != nullptr ? option->label : std::string();
  }
  [[nodiscard]] Conversion write_one(std::vector<std::string> const& ids) const {
    if (ids.empty()) return cleared(column_);
    if (ids.size() > 1) return not_written(Reason::not_convertible, fmt::format("{} values for a column of one", ids.size()));
    return written(json::Number{ids.front()});
  }
  [[nodiscard]] Conversion write_several(std::vector<std::string> ids) const {
    if (ids.empty()) return cleared(column_);
    auto const number = [](std::string const& id) { return std::make_pair(id.size(), id); };
    std::sort(ids.begin(), ids.end(), [&](auto const& a, auto const& b) { return number(a) < number(b); });
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::string joined;
    for (auto const& id : ids) joined += (joined.empty() ? "" : ",") + id;
    return written(std::move(joined));
  }

  dataverse::Attribute column_;
  bool several_;
};

}  // namespace

std::unique_ptr<ColumnCodec> flag_column(dataverse::Attribute const& column) { return std::make_unique<FlagColumn>(column); }
std::unique_ptr<ColumnCodec> choice_column(dataverse::Attribute const& column, bool several) {
  return std::make_unique<ChoiceColumn>(column, several);
}

}  // namespace tandem::mapping::value
