#include <tandem/mapping/draft_pairs.hpp>

#include <algorithm>
#include <array>
#include <string_view>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/value/kinds.hpp>
#include <tandem/mapping/value/matching.hpp>

namespace tandem::mapping {

namespace {

// Columns in the order in which they are tried; the first that exists and converts is taken.
struct Preset {
  std::string_view entity;
  std::array<std::string_view, 2> summary, description, priority, due;
};
// Lead and opportunity: their prioritycode has one option only ("Default Value"), the rating is what people fill.
constexpr std::array<Preset, 4> kPresets{{
    {"incident", {"title"}, {"description"}, {"prioritycode", "severitycode"}, {"followupby", "resolveby"}},
    {"task", {"subject"}, {"description"}, {"prioritycode"}, {"scheduledend"}},
    {"lead", {"subject", "fullname"}, {"description"}, {"leadqualitycode", "prioritycode"}, {"estimatedclosedate"}},
    {"opportunity", {"name"}, {"description"}, {"opportunityratingcode", "prioritycode"}, {"estimatedclosedate"}},
}};

bool usable(dataverse::Attribute const& column) {
  return column.readable && !column.secured && support_of(column).supported && !support_of(column).experimental;
}

bool writable(jira::Field const& field) {
  auto const can = [](std::string const& operation) { return operation == "set" || operation == "add"; };
  return field.operations.empty() || std::any_of(field.operations.begin(), field.operations.end(), can);
}

bool converts(dataverse::Attribute const& column, jira::Field const& field) {
  return usable(column) && support_of(field).supported && !support_of(field).experimental && writable(field) &&
         value::converts_to_jira(value::kind_of(column), value::kind_of(field));
}

// A choice whose options Jira does not have would cost each record that value, and a required field the whole issue.
bool offers_its_choices(dataverse::Attribute const& column, jira::Field const& field) {
  auto const to = value::kind_of(field);
  bool const listed = value::offers_choices(to) && to != value::FieldKind::priority;
  bool const flag = value::kind_of(column) == value::ColumnKind::flag;
  if (!listed || (flag && value::is_checkbox(field))) return true;
  return !column.options.empty() && std::all_of(column.options.begin(), column.options.end(), [&](auto const& option) {
    return value::labelled_in(field.allowed, option.label) != nullptr;
  });
}

class Pairing {
 public:
  explicit Pairing(connection::Schema const& schema) : schema_(schema), entity_(*schema.entity) {}

  std::vector<DraftPair> run() {
    auto const preset =
        std::find_if(kPresets.begin(), kPresets.end(), [&](Preset const& one) { return one.entity == entity_.logical_name; });
    bool const known = preset != kPresets.end();
    using Names = std::vector<std::string_view>;
    auto const names = [&](std::array<std::string_view, 2> Preset::*part, Names otherwise) {
      if (!known) return otherwise;
      auto const& list = (*preset).*part;
      return Names(list.begin(), list.end());
    };
    take("summary", names(&Preset::summary, {std::string_view(entity_.primary_name)}), "");
    take("description", names(&Preset::description, {"description"}), "description");
    take("priority", names(&Preset::priority, {"prioritycode"}), "priority");
    take("duedate", names(&Preset::due, {"scheduledend", "duedate"}), "duedate");
    alike();
    return std::move(pairs_);
  }

 private:
  jira::Field const* field(std::string_view id) const {
    auto const found = std::find_if(schema_.fields.begin(), schema_.fields.end(), [&](auto const& one) { return one.id == id; });
    return found == schema_.fields.end() ? nullptr : &*found;
  }

  // `ending`: of a custom table, a column whose name ends so ("new_priority") serves too.
  void take(std::string_view field_id, std::vector<std::string_view> const& columns, std::string_view ending) {
    auto const* target = field(field_id);
    if (target == nullptr) return;
    for (auto const name : columns) {
      auto const* column = name.empty() ? nullptr : entity_.attribute(name);
      if (column != nullptr && add(*column, *target, false)) return;
    }
    if (ending.empty()) return;
    for (auto const& column : entity_.attributes) {
      bool const fits = column.logical_name.size() > ending.size() && column.logical_name.ends_with(ending);
      if (fits && add(column, *target, true)) return;
    }
  }

  // What is called alike on both sides, as long as it is called so only once.
  void alike() {
    auto const label = [](std::string const& text) { return text::folded(text); };
    for (auto const& one : schema_.fields) {
      if (taken_field(one.id) || one.name.empty() || one.id == "labels") continue;
      dataverse::Attribute const* match = nullptr;
      std::size_t matches = 0;
      for (auto const& column : entity_.attributes) {
        if (column.label.empty() || label(column.label) != label(one.name) || !converts(column, one)) continue;
        match = &column;
        ++matches;
      }
      auto const namesakes = std::count_if(schema_.fields.begin(), schema_.fields.end(),
                                           [&](auto const& other) { return label(other.name) == label(one.name); });
      if (matches == 1 && namesakes == 1) add(*match, one, true);
    }
  }

  bool taken_field(std::string const& id) const {
    return std::any_of(pairs_.begin(), pairs_.end(), [&](auto const& pair) { return pair.field.id == id; });
  }

  bool add(dataverse::Attribute const& column, jira::Field const& target, bool guessed) {
    if (!converts(column, target) || !offers_its_choices(column, target)) return false;
    DraftPair pair{column, target, {}, guessed};
    if (value::kind_of(target) == value::FieldKind::priority) {
      if (column.options.size() < 2) return false;  // one option ranks nothing
      pair.values = ranked(column.options, target.allowed);
    }
    pairs_.push_back(std::move(pair));
    return true;
  }

  connection::Schema const& schema_;
  dataverse::Entity const& entity_;
  std::vector<DraftPair> pairs_;
};

bool has_word(std::string const& label, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text::folded(label).find(word) != std::string::npos; });
}
bool sounds_urgent(std::string const& label) {
  return has_word(label, {"high", "hot", "urgent", "critical", "hoch", "dringend", "kritisch", "haut", "alta", "elev"});
}
bool sounds_calm(std::string const& label) {
  return has_word(label, {"low", "cold", "niedrig", "gering", "kalt", "basse", "faible", "baja", "bassa"});
}

// Option sets are written in either order: a case's begins with High, a task's with Low.
bool begins_with_the_least(std::vector<dataverse::Option> const& options) {
  auto const& first = options.front().label;
  auto const& last = options.back().label;
  return sounds_calm(first) || (sounds_urgent(last) && !sounds_urgent(first));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> ranked(std::vector<dataverse::Option> const& options,
                                                        std::vector<jira::AllowedValue> const& allowed) {
  std::vector<std::pair<std::string, std::string>> out;
  if (options.empty() || allowed.empty()) return out;
  auto const n = options.size();
  auto const m = allowed.size();
  bool const reversed = begins_with_the_least(options);
  for (std::size_t i = 0; i < n; ++i) {
    auto const rank = reversed ? n - 1 - i : i;
    // Fewer options than priorities: they take the middle ones (High, Normal, Low of Highest … Lowest); more: they share.
    std::size_t const at = n <= m ? rank + (m - n) / 2 : (n == 1 ? 0 : rank * (m - 1) / (n - 1));
    auto const* equal = value::labelled_in(allowed, options[i].label);
    auto const& target = equal != nullptr ? *equal : allowed[at];
    bool const unique =
        std::count_if(allowed.begin(), allowed.end(), [&](auto const& one) { return one.name == target.name; }) == 1;
    out.emplace_back(std::to_string(options[i].value), unique ? target.name : target.id);
  }
  return out;
}

std::vector<DraftPair> draft_pairs(connection::Schema const& schema) { return Pairing(schema).run(); }

}  // namespace tandem::mapping
