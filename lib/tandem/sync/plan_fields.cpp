// The plan of a linked pair, field by field (SPEC E5, C6-C9, D3).
#include <algorithm>
#include <tuple>

#include <tandem/sync/plan.hpp>
#include <tandem/sync/plan_parts.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;
using mapping::Conflict;
using mapping::FieldRule;

constexpr Millis kSameMoment{2000};  // times of the two services that differ by no more count as equal (SPEC R8)

// Labels are added and removed one by one: a list that a person changes meanwhile loses nothing (SPEC R3). Only labels that the mapping itself
// had put there are removed.
json::Array label_operations(FieldRule const& rule, link::FieldBase const* base, json::Value const& wanted,
                             json::Value const& present) {
  json::Array operations;
  for (auto const& label : wanted.items()) {
    if (!contains(present.items(), label)) operations.push_back(json::Object{{"add", label}});
  }
  if (base != nullptr) {
    auto const put = rule.to_jira(base->column, "");
    for (auto const& label : put.value ? put.value->items() : json::Array{}) {
      if (!contains(wanted.items(), label) && contains(present.items(), label))
        operations.push_back(json::Object{{"remove", label}});
    }
  }
  return operations;
}

bool is_empty(json::Value const& raw) {
  if (raw.is_null()) return true;
  if (raw.is_string()) return raw.text().empty();
  if (raw.is_array()) return raw.items().empty();
  return raw["type"].text() == "doc" && raw["content"].items().empty();
}

// One mapping of one pair.
class FieldPlan {
 public:
  FieldPlan(Plan& plan, CompiledItem const& item, Circumstances const& circumstances, FieldRule const& rule,
            link::FieldBase const* base, json::Value const& raw, std::string label, json::Value const* field)
      : plan_(plan),
        item_(item),
        circumstances_(circumstances),
        rule_(rule),
        base_(base),
        raw_(raw),
        label_(std::move(label)),
        field_known_(field != nullptr),
        present_(field != nullptr ? *field : json::Value()),
        to_jira_(rule.writes_jira(item.item.mode)),
        to_column_(rule.writes_column(item.item.mode)) {}

  void decide() {
    if (auto const taken = circumstances_.take.find(rule_.key()); taken != circumstances_.take.end()) return take(taken->second);
    if (auto const sticky = circumstances_.sticky.find(rule_.key()); sticky != circumstances_.sticky.end())
      return hold(sticky->second);
    if (base_ == nullptr) return first_contact();
    bool const column_moved = !(base_->column == raw_);
    bool const field_moved = !(base_->field == present_);
    if (!column_moved && !field_moved) return;
    if (rule_.equivalent(raw_, label_, present_)) return agree();
    if (column_moved && field_moved && to_jira_ && to_column_) return conflict();
    if (column_moved && to_jira_) return write_field();
    if (field_moved && to_column_) return write_column();
    leave_to_its_side();
  }

 private:
  void take(Side side) {
    forced_ = true;
    bool const allowed = side == Side::dynamics ? to_jira_ : to_column_;
    // Where the chosen side may not write the other, both stay as they are and that is settled.
    if (!allowed || rule_.equivalent(raw_, label_, present_)) return agree();
    side == Side::dynamics ? write_field() : write_column();
  }

  void first_contact() {
    if (rule_.equivalent(raw_, label_, present_)) return agree();
    bool const field_empty = is_empty(present_);
    bool const column_empty = is_empty(raw_);
    if (field_empty && column_empty) return agree();
    switch (circumstances_.first_contact) {
      case FirstContact::hold: return hold({Reason::unknown_base, ""});
      case FirstContact::none: return agree();
      case FirstContact::dynamics:
        // A value is never replaced by an empty one; what only one side has goes to the other where that is allowed.
        if (!column_empty && to_jira_) return write_field();
        if (!field_empty && to_column_) return write_column();
        return agree();
      case FirstContact::jira:
        if (!field_empty && to_column_) return write_column();
        if (field_empty && to_jira_) return write_field();
        return agree();
    }
  }

  void conflict() {
    if (auto const merged = rule_.merge(base_->column, raw_, present_)) return merge(*merged);
    lost_ = true;
    switch (item_.item.conflict) {
      case Conflict::dynamics: return write_field();
      case Conflict::jira: return write_column();
      case Conflict::hold: return hold({Reason::conflict, ""});
      case Conflict::latest: break;
    }
    if (!circumstances_.jira_at) return plan_.times_wanted.push_back(rule_.field.id);
    auto const at = circumstances_.jira_at->find(rule_.field.id);
    bool const jira_later = at != circumstances_.jira_at->end() && circumstances_.dynamics_at &&
                            at->second - *circumstances_.dynamics_at > kSameMoment;
    jira_later ? write_column() : write_field();
  }

  void merge(FieldRule::Merged const& merged) {
    bool const field_differs = !(*merged.field.value == present_);
    bool const column_differs = !(*merged.column.value == raw_) && !rule_.equivalent(raw_, label_, *merged.field.value);
    if (!field_differs && !column_differs) return agree();
    if (field_differs) {
      auto change = change_of(Side::jira, *merged.field.value, merged.field.reports);
      change.merged = column_differs;
      put_field(std::move(change), holds_label_list(rule_.field) ? operations_to(*merged.field.value, present_) : json::Array{});
    }
    if (column_differs) {
      auto change = change_of(Side::dynamics, *merged.column.value, merged.column.reports);
      change.merged = field_differs;
      put_column(std::move(change));
    }
  }

  void write_field() {
    if (!to_jira_) return leave_to_its_side();
    bool const column_moved = base_ != nullptr && !(base_->column == raw_);
    if (!forced_ && column_moved && rule_.column_is_cut_copy(base_->column, base_->field))
      return hold({Reason::cut_copy_edited, "the whole text is in Jira, what was edited is its cut copy in Dynamics"});
    auto conversion =
        base_ == nullptr || forced_ ? rule_.to_jira(raw_, label_) : rule_.to_jira_over(raw_, label_, base_->column, present_);
    if (!conversion.value) return refuse(conversion);
    if (*conversion.value == present_) return agree();  // what Jira alone holds stays, and the rest is there already
    json::Array operations;
    if (holds_label_list(rule_.field)) {
      operations = label_operations(rule_, base_, *conversion.value, present_);
      if (operations.empty()) return agree();
    }
    put_field(change_of(Side::jira, *conversion.value, std::move(conversion.reports)), std::move(operations));
  }

  void write_column() {
    if (!to_column_) return leave_to_its_side();
    if (!field_known_) {  // silence clears nothing (C6)
      plan_.left.push_back(left_alone(rule_, {Reason::absent, rule_.field.id}));
      return;
    }
    bool const field_moved = base_ != nullptr && !(base_->field == present_);
    if (!forced_ && field_moved && rule_.field_is_cut_copy(base_->field, base_->column))
      return hold({Reason::cut_copy_edited, "the whole text is in Dynamics, what was edited is its cut copy in Jira"});
    auto conversion =
        base_ == nullptr || forced_ ? rule_.to_column(present_) : rule_.to_column_over(present_, base_->field, raw_);
    if (!conversion.value) return refuse(conversion);
    if (*conversion.value == raw_) return agree();
    put_column(change_of(Side::dynamics, *conversion.value, std::move(conversion.reports)));
  }

  void put_field(FieldChange change, json::Array operations) {
    if (operations.empty())
      plan_.fields.set(rule_.field.id, change.write);
    else
      plan_.update.set(rule_.field.id, std::move(operations));
    plan_.changes.push_back(std::move(change));
  }
  void put_column(FieldChange change) { plan_.changes.push_back(std::move(change)); }

  [[nodiscard]] FieldChange change_of(Side side, json::Value const& write, std::vector<Report> reports) const {
    bool const jira = side == Side::jira;
    FieldChange change;
    change.rule = rule_.key();
    change.column = rule_.column.logical_name;
    change.field = rule_.field.id;
    change.field_name = rule_.field.name;
    change.side = side;
    if (jira) {
      std::tie(change.before, change.after) = rule_.show_fields(present_, write);
    } else {
      change.before = rule_.show_column(raw_, label_);
      change.after = shown_in_column(write);
      if (change.before == change.after) std::tie(change.before, change.after) = rule_.show_columns(raw_, write);
    }
    change.column_raw = raw_;
    change.field_raw = present_;
    change.write = write;
    change.reports = std::move(reports);
    if (lost_) change.lost = change.before;
    return change;
  }
  // The write shape of a lookup is a bind, which says nothing to people.
  [[nodiscard]] std::string shown_in_column(json::Value const& write) const {
    if (write.is_object()) return rule_.show_field(present_);
    return rule_.show_column(write, "");
  }

  void agree() {
    plan_.left.push_back(left_alone(rule_, {Reason::no_change, rule_.show_field(present_)}));
    plan_.base.fields[rule_.key()] = {raw_, present_};
    plan_.base_moved = true;
  }
  // What the side holds that may not write the other.
  void leave_to_its_side() {
    bool const in_jira = base_ == nullptr ? !to_column_ : !(base_->field == present_);
    plan_.left.push_back(
        left_alone(rule_, {Reason::direction, in_jira ? rule_.show_field(present_) : rule_.show_column(raw_, label_)}));
  }
  void refuse(mapping::Conversion const& conversion) {
    auto report = conversion.refused.value_or(Report{Reason::not_convertible, ""});
    if (report.reason == Reason::would_lose_content) return hold(std::move(report));
    plan_.left.push_back(left_alone(rule_, std::move(report)));
  }
  void hold(Report report) {
    plan_.held.push_back({rule_.key(), rule_.column.logical_name, rule_.field.id, std::move(report), raw_, present_,
                          rule_.show_column(raw_, label_), rule_.show_field(present_)});
  }

  Plan& plan_;
  CompiledItem const& item_;
  Circumstances const& circumstances_;
  FieldRule const& rule_;
  link::FieldBase const* base_;
  json::Value const& raw_;
  std::string label_;
  bool field_known_;
  json::Value present_;
  bool to_jira_, to_column_;
  bool forced_ = false;
  bool lost_ = false;  // the other side's value gives way
};

}  // namespace

Plan plan_update(CompiledItem const& item, link::Base const& base, dataverse::Record const& record, jira::Issue const& issue,
                 Circumstances const& circumstances) {
  auto plan = plan_named(item, record);
  plan.issue = issue.id;
  plan.issue_key = issue.key;
  plan.base = base;
  plan.base.etag = record.etag;
  if (auto const* updated = issue.field("updated")) plan.base.issue_updated = updated->text();
  plan.base.unseen = false;
  for (auto const& rule : item.rules) {
    if (!item.item.fields || rule->mapping.on_create_only) continue;
    if (!rule->writes_jira(item.item.mode) && !rule->writes_column(item.item.mode)) continue;
    auto const* raw = record.column(rule->column.query_name());
    if (raw == nullptr) {
      plan.left.push_back(left_alone(*rule, {Reason::absent, rule->column.logical_name}));
      continue;
    }
    auto const held = base.fields.find(rule->key());
    FieldPlan(plan, item, circumstances, *rule, held == base.fields.end() ? nullptr : &held->second, *raw,
              label_of(record, *rule), issue.field(rule->field.id))
        .decide();
  }
  plan.settle_action();
  return plan;
}

}  // namespace tandem::sync
