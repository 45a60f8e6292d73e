// Recorder: hands everything but progress, which is counted by events here, on to the run's observer and remembers, per item and record, what came of it, for an event's outcome.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <tandem/sync/observer.hpp>

namespace tandem::sync::event {

class Recorder final : public Observer {
 public:
  explicit Recorder(Observer& next) : next_(next) {}

  struct Seen {
    bool wrote = false;
    bool left_to_jira = false;  // the issue holds a value that may not travel
    std::optional<Report> failed, skipped, held;
  };
  [[nodiscard]] Seen of(std::string const& item, std::string const& record) const {
    auto const found = seen_.find({item, record});
    return found == seen_.end() ? Seen{} : found->second;
  }

  void item_started(std::string const& item) override { next_.item_started(item); }
  void planned(Plan const& plan) override {
    seen_[{plan.item, plan.record}].left_to_jira = std::any_of(
        plan.left.begin(), plan.left.end(), [](FieldLeft const& field) { return field.report.reason == Reason::direction; });
    next_.planned(plan);
  }
  void held(Skipped const& one) override {
    seen_[{one.item, one.record}].held = Report{one.reason, one.detail};
    next_.held(one);
  }
  void planned_conversation(link::Link const& link, conversation::Plan const& plan) override {
    next_.planned_conversation(link, plan);
  }
  void skipped(Skipped const& one) override {
    seen_[{one.item, one.record}].skipped = Report{one.reason, one.detail};
    next_.skipped(one);
  }
  void wrote(HistoryEntry const& entry) override {
    seen_[{entry.item, entry.record}].wrote = true;
    next_.wrote(entry);
  }
  void failed(Skipped const& one) override {
    seen_[{one.item, one.record}].failed = Report{one.reason, one.detail};
    next_.failed(one);
  }
  void item_finished(ItemRun const& stats) override { next_.item_finished(stats); }

 private:
  Observer& next_;
  std::map<std::pair<std::string, std::string>, Seen> seen_;
};

}  // namespace tandem::sync::event
