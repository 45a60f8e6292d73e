#include <tandem/mapping/status/match_search.hpp>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include <tandem/mapping/status/name_key.hpp>
#include <tandem/mapping/suggest.hpp>

namespace tandem::mapping::status {

namespace {

constexpr int kClosedPlace = 3;  // "closed" among the names of what is done

std::string name_of(DynamicsStatus const& one) { return one.label; }
std::string name_of(JiraStatus const& one) { return one.name; }
std::optional<Meaning> meaning_of_candidate(DynamicsStatus const& one) { return meaning_of(one); }
std::optional<Meaning> meaning_of_candidate(JiraStatus const& one) { return meaning_of(one.name); }

template <class T>
Report ambiguous(std::vector<T const*> const& candidates) {
  std::vector<std::string> names;
  for (auto const* one : candidates) names.push_back(name_of(*one));
  return {Reason::status_ambiguous, fmt::format("{} fit equally", listed(names))};
}

// Those whose name says the same, as near as can be; several when they are equally near.
template <class T>
std::vector<T const*> nearest(std::vector<T const*> const& among, Meaning const& meaning) {
  std::vector<T const*> best;
  int least = 0;
  for (auto const* one : among) {
    auto const own = meaning_of_candidate(*one);
    if (!own || own->group != meaning.group) continue;
    int const far = std::abs(own->place - meaning.place);
    if (best.empty() || far < least) {
      best.clear();
      least = far;
    }
    if (far == least) best.push_back(one);
  }
  return best;
}

template <class T>
std::vector<T const*> pointers(std::vector<T> const& list) {
  std::vector<T const*> out;
  for (auto const& one : list) out.push_back(&one);
  return out;
}

Kind kind_of(Group group) {
  if (group == Group::finished) return Kind::done;
  return group == Group::cancelled ? Kind::cancelled : Kind::open;
}

bool is_closed(Kind kind) { return kind == Kind::done || kind == Kind::cancelled; }

// A pair of the lowest rank is shown, and does nothing unless the item allows it.
void weaken(Match& match, bool allowed, std::string why) {
  match.rank = Rank::weak;
  if (!allowed) match.left = Report{Reason::status_unsure, std::move(why)};
}

// The item's own pair leads to what was there when it was applied: nothing is guessed in its place.
void leave_for_map(Match& match, std::string const& named, std::string_view why) {
  match.rule = Rule::map;
  match.left = Report{Reason::status_unmatched, fmt::format("the item's map says \"{}\": {}", named, why)};
}

template <class Fits>
bool any_label(DynamicsStatus const& reason, Fits fits) {
  return fits(reason.label) || std::any_of(reason.labels.begin(), reason.labels.end(), fits);
}

// What is being reviewed is being worked on, where the other side does not tell it apart.
std::optional<Meaning> wider(Meaning const& meaning) {
  if (meaning.group == Group::reviewing) return Meaning{Group::working, 0};
  return std::nullopt;
}

}  // namespace

std::optional<Meaning> meaning_of(DynamicsStatus const& reason) {
  if (auto const own = meaning_of(reason.label)) return own;
  for (auto const& label : reason.labels) {
    if (auto const other = meaning_of(label)) return other;
  }
  return std::nullopt;
}

ToDynamicsSearch::ToDynamicsSearch(StatusTable const& table, std::string_view status, std::string_view resolution)
    : table_(table), status_(table.status(status)), resolution_(table.resolution(resolution)) {
  if (status_ != nullptr) meaning_ = meaning_of(status_->name);
  if (resolution_ != nullptr) resolved_as_ = meaning_of_resolution(resolution_->name);
}

ToDynamics ToDynamicsSearch::run() {
  if (status_ == nullptr) {
    out_.left = Report{Reason::status_unmatched, "it is no status of the item's project and issue type"};
    return out_;
  }
  if (by_map() || by_resolution() || by_label() || by_synonym() || by_category()) return out_;
  out_.left = Report{Reason::status_unmatched, fmt::format("no status reason stands for \"{}\"", status_->name)};
  return out_;
}

bool ToDynamicsSearch::take(DynamicsStatus const* target, Rule rule, Rank rank, bool state_only) {
  if (target == nullptr) return false;
  // The item says how records are closed; its own pairs and an equal label are more exact than that.
  bool const by_name = rule == Rule::map || rule == Rule::label || rule == Rule::near_label;
  auto const& options = table_.options();
  auto const& closing = target->kind == Kind::done        ? options.resolve_reason
                        : target->kind == Kind::cancelled ? options.cancel_reason
                                                          : std::string();
  if (!by_name && !closing.empty()) target = default_of(target->kind);
  out_.target = target;
  out_.rule = rule;
  out_.rank = rank;
  out_.state_only = state_only;
  return true;
}

bool ToDynamicsSearch::by_map() {
  auto const fits = [&](StatusOptions::Pair const& pair, bool with_resolution) {
    if (table_.status_named(pair.status) != status_ || pair.resolution.empty() == with_resolution) return false;
    return !with_resolution || (resolution_ != nullptr && table_.resolution_named(pair.resolution) == resolution_);
  };
  StatusOptions::Pair const* gone = nullptr;
  for (bool const with_resolution : {true, false}) {
    for (auto const& pair : table_.options().map) {
      if (!fits(pair, with_resolution)) continue;
      if (take(table_.reason_named(pair.dynamics), Rule::map, Rank::certain)) return true;
      gone = &pair;
    }
  }
  if (gone == nullptr) return false;
  leave_for_map(out_, gone->dynamics, "there is no such status reason");
  return true;
}

bool ToDynamicsSearch::by_resolution() {
  bool const cancels = status_->closed() && resolved_as_ && resolved_as_->group == Group::cancelled;
  auto const among = of_kind(Kind::cancelled);
  if (!cancels || among.empty()) return false;
  // A reason that is called as the status or the resolution is, else how the item or the table cancels.
  for (std::string_view const name : {std::string_view(status_->name), std::string_view(resolution_->name)}) {
    for (auto const* reason : among) {
      if (any_label(*reason, [&](std::string const& label) { return near_equal(label, name); }))
        return take(reason, Rule::near_label, Rank::strong);
    }
  }
  return take(default_of(Kind::cancelled), Rule::resolution, Rank::good);
}

bool ToDynamicsSearch::by_label() {
  auto const look = [&](Rule rule, auto equal) {
    Candidates found;
    for (auto const& reason : table_.reasons()) {
      if (any_label(reason, equal)) found.push_back(&reason);
    }
    if (found.size() > 1) {  // the same label in two states: the one that agrees with the category
      std::erase_if(found, [&](auto const* reason) { return contradicts(*reason); });
    }
    if (found.size() > 1) {
      out_.rule = rule;
      out_.left = ambiguous(found);
      return true;
    }
    if (found.empty() || !take(found.front(), rule, Rank::strong)) return false;
    if (contradicts(*found.front()))
      weaken(out_, table_.options().allow_lowest,
             fmt::format("\"{}\" is {} in Jira", status_->name, status_->closed() ? "done" : "not done"));
    return true;
  };
  return look(Rule::label, [&](std::string const& label) { return label == status_->name; }) ||
         look(Rule::near_label, [&](std::string const& label) { return near_equal(label, status_->name); });
}

bool ToDynamicsSearch::take_nearest(Candidates const& candidates, Meaning const& meaning, Rule rule, Rank rank) {
  auto found = nearest(candidates, meaning);
  if (found.size() > 1) {
    auto const chosen = std::find_if(found.begin(), found.end(), [](auto const* reason) { return reason->is_default; });
    if (chosen != found.end()) found = {*chosen};
  }
  if (found.empty()) return false;
  if (found.size() > 1) {
    out_.rule = rule;
    out_.left = ambiguous(found);
    return true;
  }
  take(found.front(), rule, rank);
  if (contradicts(*found.front()))
    weaken(out_, table_.options().allow_lowest,
           fmt::format("\"{}\" is {} in Jira", status_->name, status_->closed() ? "done" : "not done"));
  return true;
}

bool ToDynamicsSearch::by_synonym() {
  if (!meaning_) return false;
  auto const all = pointers(table_.reasons());
  if (take_nearest(all, *meaning_, Rule::synonym, Rank::good)) return true;
  auto const other = wider(*meaning_);
  return other && take_nearest(all, *other, Rule::synonym, Rank::good);
}

bool ToDynamicsSearch::by_category() {
  if (!table_.has_states()) return false;
  bool const agrees = meaning_ && is_closed(kind_of(meaning_->group)) == status_->closed();
  if (!status_->closed()) return take(default_of(Kind::open), Rule::category, Rank::fair, true);
  if (agrees && default_of(kind_of(meaning_->group)) != nullptr)
    return take(default_of(kind_of(meaning_->group)), Rule::category, Rank::fair, true);
  auto const* done = default_of(Kind::done);
  auto const* cancelled = default_of(Kind::cancelled);
  if (done != nullptr && resolved_as_ && resolved_as_->group == Group::finished)
    return take(done, Rule::resolution, Rank::good, true);
  if (done == nullptr || cancelled == nullptr) return take(done != nullptr ? done : cancelled, Rule::category, Rank::fair, true);
  take(done, Rule::category, Rank::weak, true);
  weaken(out_, table_.options().allow_lowest,
         fmt::format("\"{}\" may mean {} or {}", status_->name, done->label, cancelled->label));
  return true;
}

ToDynamicsSearch::Candidates ToDynamicsSearch::of_kind(Kind kind) const {
  Candidates out;
  for (auto const& reason : table_.reasons()) {
    if (reason.kind == kind) out.push_back(&reason);
  }
  return out;
}

DynamicsStatus const* ToDynamicsSearch::default_of(Kind kind) const {
  auto const& options = table_.options();
  auto const& wanted = kind == Kind::done        ? options.resolve_reason
                       : kind == Kind::cancelled ? options.cancel_reason
                                                 : std::string();
  if (auto const* reason = table_.reason_named(wanted); reason != nullptr && reason->kind == kind) return reason;
  auto const all = of_kind(kind);
  auto const chosen = std::find_if(all.begin(), all.end(), [](auto const* reason) { return reason->is_default; });
  if (chosen != all.end()) return *chosen;
  return all.empty() ? nullptr : all.front();
}

bool ToDynamicsSearch::contradicts(DynamicsStatus const& reason) const {
  return reason.kind != Kind::none && is_closed(reason.kind) != status_->closed();
}

ToJiraSearch::ToJiraSearch(StatusTable const& table, std::int64_t reason) : table_(table), reason_(table.reason(reason)) {
  if (reason_ != nullptr) meaning_ = meaning_of(*reason_);
}

ToJira ToJiraSearch::run() {
  if (reason_ == nullptr) {
    out_.left = Report{Reason::status_unmatched, fmt::format("{} has no such status reason", table_.column())};
    return out_;
  }
  if (by_map() || by_label() || by_synonym() || by_resolution() || by_transition() || by_category()) return out_;
  out_.left = Report{Reason::status_unmatched, fmt::format("no Jira status stands for \"{}\"", reason_->label)};
  return out_;
}

bool ToJiraSearch::take(JiraStatus const* target, Rule rule, Rank rank, bool state_only) {
  if (target == nullptr) return false;
  out_.target = target;
  out_.rule = rule;
  out_.rank = rank;
  out_.state_only = state_only;
  return true;
}

bool ToJiraSearch::by_map() {
  StatusOptions::Pair const* gone = nullptr;
  for (auto const& pair : table_.options().map) {
    if (table_.reason_named(pair.dynamics) != reason_) continue;
    if (!take(table_.status_named(pair.status), Rule::map, Rank::certain)) {
      if (!pair.status.empty()) gone = &pair;
      continue;
    }
    out_.resolution = table_.resolution_named(pair.resolution);
    return true;
  }
  if (gone == nullptr) return false;
  leave_for_map(out_, gone->status, "it is no status of the item's project and issue type any more");
  return true;
}

bool ToJiraSearch::by_label() {
  auto const look = [&](Rule rule, auto equal) {
    Candidates found;
    for (auto const& status : table_.statuses()) {
      if (any_label(*reason_, [&](std::string const& label) { return equal(label, status.name); })) found.push_back(&status);
    }
    if (found.size() > 1) std::erase_if(found, [&](auto const* status) { return contradicts(*status); });
    if (found.size() > 1) {
      out_.rule = rule;
      out_.left = ambiguous(found);
      return true;
    }
    if (found.empty() || !take(found.front(), rule, Rank::strong)) return false;
    if (contradicts(*found.front()))
      weaken(out_, table_.options().allow_lowest,
             fmt::format("\"{}\" is {} in Jira", found.front()->name, found.front()->closed() ? "done" : "not done"));
    return true;
  };
  return look(Rule::label, [](std::string const& a, std::string const& b) { return a == b; }) ||
         look(Rule::near_label, [](std::string const& a, std::string const& b) { return near_equal(a, b); });
}

bool ToJiraSearch::take_nearest(Candidates const& candidates, Meaning const& meaning, Rule rule, Rank rank) {
  auto const found = nearest(candidates, meaning);
  if (found.empty()) return false;
  if (found.size() > 1) {
    out_.rule = rule;
    out_.left = ambiguous(found);
    return true;
  }
  take(found.front(), rule, rank);
  if (contradicts(*found.front()))
    weaken(out_, table_.options().allow_lowest,
           fmt::format("\"{}\" is {} in Jira", found.front()->name, found.front()->closed() ? "done" : "not done"));
  return true;
}

bool ToJiraSearch::by_synonym() {
  if (!meaning_) return false;
  auto const all = pointers(table_.statuses());
  if (take_nearest(all, *meaning_, Rule::synonym, Rank::good)) return true;
  auto const other = wider(*meaning_);
  return other && take_nearest(all, *other, Rule::synonym, Rank::good);
}

// A cancelled record is a done issue that says why, where Jira has no status of its own for it.
bool ToJiraSearch::by_resolution() {
  auto const* resolution = cancelling_resolution();
  if (reason_->kind != Kind::cancelled || resolution == nullptr) return false;
  auto done = in_category(true);
  if (done.size() > 1) {
    auto const nearer = nearest(done, Meaning{Group::finished, kClosedPlace});
    if (nearer.size() == 1) done = nearer;
  }
  if (done.size() != 1) return false;
  out_.resolution = resolution;
  return take(done.front(), Rule::resolution, Rank::good);
}

bool ToJiraSearch::by_transition() {
  if (!meaning_) return false;
  Candidates found;
  for (auto const& [to, name] : table_.transition_names_) {
    auto const means = meaning_of_transition(name);
    auto const* status = table_.status(to);
    bool const fits = means && means->group == meaning_->group && status != nullptr && !contradicts(*status);
    if (fits && std::find(found.begin(), found.end(), status) == found.end()) found.push_back(status);
  }
  return found.size() == 1 && take(found.front(), Rule::transition, Rank::good);
}

bool ToJiraSearch::by_category() {
  if (reason_->kind == Kind::none) return false;
  bool const closed = is_closed(reason_->kind);
  auto candidates = in_category(closed);
  auto const keep = [&](auto fits) {
    Candidates kept;
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(kept), fits);
    if (!kept.empty()) candidates = std::move(kept);
  };
  auto const cancels = [](JiraStatus const* status) {
    auto const meaning = meaning_of(status->name);
    return meaning && meaning->group == Group::cancelled;
  };
  if (reason_->kind == Kind::cancelled) keep(cancels);
  if (reason_->kind == Kind::done) keep([&](auto const* status) { return !cancels(status); });
  if (reason_->kind == Kind::open) keep([](auto const* status) { return status->category == "indeterminate"; });
  if (candidates.empty()) return false;
  if (reason_->kind == Kind::cancelled && !cancels(candidates.front())) out_.resolution = cancelling_resolution();
  bool const sure = candidates.size() == 1;
  take(candidates.front(), Rule::category, sure ? Rank::fair : Rank::weak, true);
  if (!sure) weaken(out_, table_.options().allow_lowest, ambiguous(candidates).detail);
  return true;
}

jira::Resolution const* ToJiraSearch::cancelling_resolution() const {
  Meaning const wanted = meaning_ && meaning_->group == Group::cancelled ? *meaning_ : Meaning{Group::cancelled, 0};
  jira::Resolution const* best = nullptr;
  int least = 0;
  for (auto const& one : table_.resolutions()) {
    auto const meaning = meaning_of_resolution(one.name);
    if (!meaning || meaning->group != Group::cancelled) continue;
    int const far = std::abs(meaning->place - wanted.place);
    if (best != nullptr && far >= least) continue;
    best = &one;
    least = far;
  }
  return best;
}

ToJiraSearch::Candidates ToJiraSearch::in_category(bool closed) const {
  Candidates out;
  for (auto const& status : table_.statuses()) {
    if (status.closed() == closed) out.push_back(&status);
  }
  return out;
}

bool ToJiraSearch::contradicts(JiraStatus const& status) const {
  return reason_->kind != Kind::none && is_closed(reason_->kind) != status.closed();
}

}  // namespace tandem::mapping::status
