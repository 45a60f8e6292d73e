// Priorities, options, components and versions, one or several. Written by id, since names are localised; read in both shapes.
//
// A cascading option is one choice of two levels: id "1/2", label "Printer / Laser". It is found by both names or by the second alone, where
// that is the only one of its kind.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/mapping/suggest.hpp>
#include <tandem/mapping/value/field_codecs.hpp>
#include <tandem/mapping/value/kinds.hpp>
#include <tandem/mapping/value/matching.hpp>

namespace tandem::mapping::value {

namespace {

class ChoiceField final : public FieldCodec {
 public:
  ChoiceField(jira::Field const& field, bool several)
      : field_(field), several_(several), cascades_(kind_of(field) == FieldKind::cascading), checkbox_(is_checkbox(field)) {
    if (!cascades_) return;
    std::vector<jira::AllowedValue> flat;
    for (auto const& parent : field.allowed) {
      flat.push_back({parent.id, parent.name});
      for (auto const& child : parent.children) {
        flat.push_back({parent.id + "/" + child.id, parent.name + " / " + child.name});
        leaves_.push_back({flat.back().id, child.name});
      }
    }
    field_.allowed = std::move(flat);
  }

  [[nodiscard]] Read read(json::Value const& raw) const override {
    Choices choices;
    if (raw.is_array()) {
      for (auto const& element : raw.items()) add(choices, element);
    } else if (!raw.is_null()) {
      add(choices, raw);
    }
    if (choices.chosen.empty()) return given(Empty{});
    return given(std::move(choices));
  }

  // Choices are taken by this field's ids; anything else by label.
  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(field_);
    if (auto const* choices = std::get_if<Choices>(&value)) return write_choices(*choices);
    if (auto const* flag = std::get_if<Flag>(&value)) return write_flag(*flag);
    auto const text = as_text(value).value_or("");
    auto read = named(text);
    if (!read.value && several_) read = words(value);
    if (!read.value) return {std::nullopt, read.refused, {}};
    return write(*read.value);
  }

  [[nodiscard]] Read named(std::string_view text) const override {
    return chosen(or_leaf(named_in(field_.allowed, text), text), text);
  }
  [[nodiscard]] Read labelled(std::string_view label) const override {
    return chosen(or_leaf(labelled_in(field_.allowed, label), label), label);
  }

 private:
  void add(Choices& choices, json::Value const& raw) const {
    auto id = raw.is_object() ? raw["id"].scalar_text() : std::string();
    auto name = std::string(raw.is_object() ? raw["value"].text_or(raw["name"].text()) : raw.scalar_text());
    if (cascades_ && raw["child"].is_object()) {
      id += "/" + raw["child"]["id"].scalar_text();
      name += fmt::format(" / {}", raw["child"]["value"].text());
    }
    if (id.empty() && name.empty()) return;
    auto const* known = with_id(field_.allowed, id);
    if (known == nullptr && id.empty()) known = named_in(field_.allowed, name);
    // A value that the create screen no longer offers still is what the issue holds.
    Choice choice = known != nullptr ? Choice{known->id, known->name} : Choice{id.empty() ? name : id, name};
    bool const held = std::find(choices.chosen.begin(), choices.chosen.end(), choice) != choices.chosen.end();
    if (!held) choices.chosen.push_back(std::move(choice));
  }

  [[nodiscard]] jira::AllowedValue const* or_leaf(jira::AllowedValue const* found, std::string_view text) const {
    if (found != nullptr || leaves_.empty()) return found;
    auto const* leaf = labelled_in(leaves_, text);
    return leaf != nullptr ? with_id(field_.allowed, leaf->id) : nullptr;
  }

  [[nodiscard]] json::Value reference(jira::AllowedValue const& value) const {
    auto const slash = cascades_ ? value.id.find('/') : std::string::npos;
    if (slash == std::string::npos) return json::Object{{"id", value.id}};
    return json::Object{{"id", value.id.substr(0, slash)}, {"child", json::Object{{"id", value.id.substr(slash + 1)}}}};
  }

  [[nodiscard]] Read chosen(jira::AllowedValue const* value, std::string_view text) const {
    if (value == nullptr) {
      return refused(Reason::unmatched_value,
                     fmt::format("\"{}\" is no value of {}: {}", text, field_.name, listed(names_of(field_.allowed))));
    }
    return given(Choices{{{value->id, value->name}}});
  }

  [[nodiscard]] Read words(Value const& value) const {
    Choices choices;
    for (auto const& word : as_words(value).value_or(std::vector<std::string>{})) {
      auto read = named(word);
      if (!read.value) return read;
      auto& one = std::get<Choices>(*read.value).chosen.front();
      if (std::find(choices.chosen.begin(), choices.chosen.end(), one) == choices.chosen.end())
        choices.chosen.push_back(std::move(one));
    }
    if (choices.chosen.empty()) return given(Empty{});
    return given(std::move(choices));
  }

  [[nodiscard]] Conversion write_choices(Choices const& choices) const {
    json::Array out;
    for (auto const& choice : choices.chosen) {
      auto const* known = with_id(field_.allowed, choice.id);
      if (known == nullptr) return {std::nullopt, chosen(nullptr, choice.label.empty() ? choice.id : choice.label).refused, {}};
      out.push_back(reference(*known));
    }
    if (several_) return written(std::move(out));
    if (out.size() != 1) return not_written(Reason::not_convertible, fmt::format("{} values for a field of one", out.size()));
    return written(std::move(out.front()));
  }

  // A one-option checkbox is set or not; a select has an option of the same label, else one that says yes or no.
  [[nodiscard]] Conversion write_flag(Flag const& flag) const {
    if (auto const* known = labelled_in(field_.allowed, flag.label);
        known != nullptr && !flag.label.empty() && !(checkbox_ && !flag.on)) {
      return write_choices(Choices{{{known->id, known->name}}});
    }
    if (checkbox_) return flag.on ? write_choices(Choices{{{field_.allowed.front().id, {}}}}) : cleared(field_);
    jira::AllowedValue const* found = nullptr;
    for (auto const& allowed : field_.allowed) {
      if (flag_of_word(allowed.name) != flag.on) continue;
      if (found != nullptr) return {std::nullopt, chosen(nullptr, flag.label).refused, {}};
      found = &allowed;
    }
    if (found == nullptr)
      return {std::nullopt, chosen(nullptr, flag.label.empty() ? (flag.on ? "Yes" : "No") : flag.label).refused, {}};
    return write_choices(Choices{{{found->id, found->name}}});
  }

  jira::Field field_;
  std::vector<jira::AllowedValue> leaves_;  // second level of a cascade: full id, own name
  bool several_, cascades_, checkbox_;
};

}  // namespace

std::unique_ptr<FieldCodec> choice_field(jira::Field const& field, bool several) {
  return std::make_unique<ChoiceField>(field, several);
}

}  // namespace tandem::mapping::value
