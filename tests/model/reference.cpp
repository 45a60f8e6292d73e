#include "reference.hpp"

#include <algorithm>
#include <utility>

namespace model_test {

namespace {

constexpr char const* kDefaultPriority = "Medium";  // of the Jira site

bool closed(Status status) { return status == Status::resolved; }

bool linked(Pair const& pair) { return pair.link == Kind::automatic || pair.link == Kind::manual; }

// What an issue becomes for a record, and a record for an issue (the item's map and the table of `items statuses`).
Status issue_for(Status record) { return record == Status::fresh ? Status::open : record; }
Status record_for(Status issue) { return issue == Status::fresh ? Status::open : issue; }

}  // namespace

bool fits(Status record, Status issue) { return issue_for(record) == issue || record_for(issue) == record; }

void Reference::new_record(Values values) {
  Pair pair;
  pair.has_record = true;
  pair.record.values = std::move(values);
  pair.record.status = Status::open;
  pair.record.touched = ++now_;
  pair.record.edited.fill(now_);
  pairs_.push_back(std::move(pair));
}

bool Reference::edit_record(std::size_t pair, Field field, std::string value) {
  auto& side = pairs_.at(pair).record;
  if (closed(side.status)) return false;
  auto const at = static_cast<std::size_t>(field);
  side.values.at(at) = std::move(value);
  side.touched = side.edited.at(at) = ++now_;
  return true;
}

bool Reference::edit_issue(std::size_t pair, Field field, std::string value) {
  auto& one = pairs_.at(pair);
  if (!one.has_issue) return false;
  auto const at = static_cast<std::size_t>(field);
  // Saving what is there already leaves no trace in an issue's changelog.
  if (one.issue.values.at(at) == value) return true;
  one.issue.values.at(at) = std::move(value);
  one.issue.edited.at(at) = ++now_;
  return true;
}

bool Reference::set_record_status(std::size_t pair, Status status) {
  auto& side = pairs_.at(pair).record;
  if (side.status == status) return false;
  if (closed(side.status) && status != Status::open) return false;
  side.status = status;
  side.touched = side.status_edited = ++now_;
  return true;
}

bool Reference::set_issue_status(std::size_t pair, Status status) {
  auto& one = pairs_.at(pair);
  if (!one.has_issue || one.issue.status == status) return false;
  // The workflow: out of Done there is one way only, and none but "In Progress" leads back to the first status besides.
  if (closed(one.issue.status) && status != Status::fresh) return false;
  if (one.issue.status == Status::on_hold && status == Status::fresh) return false;
  one.issue.status = status;
  one.issue.status_edited = ++now_;
  return true;
}

void Reference::note(std::size_t pair, std::string word) { pairs_.at(pair).record.talk.insert(std::move(word)); }

bool Reference::comment(std::size_t pair, std::string word) {
  auto& one = pairs_.at(pair);
  if (one.has_issue) one.issue.talk.insert(std::move(word));
  return one.has_issue;
}

void Reference::file_note(std::size_t pair, std::string name) { pairs_.at(pair).record.files.insert(std::move(name)); }

bool Reference::attach(std::size_t pair, std::string name) {
  auto& one = pairs_.at(pair);
  if (one.has_issue) one.issue.files.insert(std::move(name));
  return one.has_issue;
}

void Reference::reword(std::size_t at, bool in_jira, std::string const& word, std::string const& instead) {
  auto& pair = pairs_.at(at);
  auto& talk = in_jira ? pair.issue.talk : pair.record.talk;
  talk.erase(talk.find(word));
  talk.insert(instead);
  if (!pair.known_talk.contains(word)) return;
  pair.known_talk.insert(instead);
  pair.reworded.push_back({word, instead, !in_jira});
}

void Reference::drop(std::size_t at, bool in_jira, std::string const& word) {
  auto& pair = pairs_.at(at);
  auto& talk = in_jira ? pair.issue.talk : pair.record.talk;
  talk.erase(talk.find(word));
  // What was edited and then deleted before anybody looked was never edited.
  auto last = word;
  for (auto one = pair.reworded.rbegin(); one != pair.reworded.rend(); ++one) {
    if (one->copy_in_jira == in_jira || one->is != last) continue;
    last = std::exchange(one->was, "");
  }
  std::erase_if(pair.reworded, [](auto const& one) { return one.was.empty(); });
}

void Reference::delete_issue(std::size_t at) {
  auto& pair = pairs_.at(at);
  pair.has_issue = false;
  // A disabled item is not acted on; the daily sweep will tell, which this world never reaches.
  pair.link = Kind::broken;
}

int Reference::add_link(std::size_t at, Values issue, Initial initial) {
  auto& pair = pairs_.at(at);
  if (linked(pair)) return 7;
  ++now_;
  pair.has_issue = true;
  pair.issue = {};
  pair.issue.values = std::move(issue);
  pair.issue.edited.fill(now_);
  pair.link = Kind::manual;
  pair.unlinked = false;
  pair.record_status = pair.record.status;
  pair.issue_status = pair.issue.status;
  // Notes and files from before the link stay where they are (H1); so do comments.
  pair.known_talk.insert(pair.record.talk.begin(), pair.record.talk.end());
  pair.known_files.insert(pair.record.files.begin(), pair.record.files.end());
  for (std::size_t field = 0; field < kFields; ++field) {
    auto const& column = pair.record.values.at(field);
    auto const& value = pair.issue.values.at(field);
    if (options_.synchronises() && options_.fields && initial != Initial::none && column != value) {
      bool const from_record = initial == Initial::dynamics ? !column.empty() : value.empty();
      if (from_record)
        pair.issue.values.at(field) = column;
      else if (options_.mode == Mode::two_way)
        if (!closed(pair.record.status)) pair.record.values.at(field) = value;
    }
    agree(pair, field);
  }
  return 0;
}

int Reference::remove_link(std::size_t at) {
  auto& pair = pairs_.at(at);
  if (pair.link != Kind::manual) return pair.link == Kind::none ? 9 : 7;
  pair.link = Kind::none;
  pair.unlinked = true;
  pair.has_issue = false;  // out of sight: nobody looks at it again
  return 0;
}

bool Reference::held(std::size_t at, Field field) const {
  auto const& pair = pairs_.at(at);
  auto const i = static_cast<std::size_t>(field);
  return linked(pair) && options_.mode == Mode::two_way && options_.fields && options_.policy == Policy::hold &&
         pair.record.values.at(i) != pair.record_base.at(i) && pair.issue.values.at(i) != pair.issue_base.at(i) &&
         pair.record.values.at(i) != pair.issue.values.at(i);
}

void Reference::cycle() {
  if (!enabled_ || !options_.synchronises()) return;
  for (auto& pair : pairs_) {
    if (pair.link == Kind::none && options_.auto_create && !pair.unlinked) create(pair);
    if (linked(pair)) reconcile(pair);
  }
}

void Reference::event(std::size_t at) {
  auto& pair = pairs_.at(at);
  if (enabled_ && options_.synchronises() && linked(pair)) reconcile(pair);
}

// E4: mapped fields, or the record's name alone, and the status of a record that is on hold or resolved already.
void Reference::create(Pair& pair) {
  pair.has_issue = true;
  pair.link = Kind::automatic;
  pair.issue = {};
  // Without fields only the summary that every issue needs is taken: the record's name.
  pair.issue.values = options_.fields ? pair.record.values : Values{pair.record.values.front(), kDefaultPriority, ""};
  for (std::size_t field = 0; field < kFields; ++field) agree(pair, field);
  if (options_.status && pair.record.status != Status::open) pair.issue.status = issue_for(pair.record.status);
  pair.record_status = pair.record.status;
  pair.issue_status = pair.issue.status;
}

void Reference::agree(Pair& pair, std::size_t field) {
  pair.record_base.at(field) = pair.record.values.at(field);
  pair.issue_base.at(field) = pair.issue.values.at(field);
}

void Reference::take_record(Pair& pair, std::size_t field) {
  pair.issue.values.at(field) = pair.record.values.at(field);
  agree(pair, field);
}

void Reference::take_issue(Pair& pair, std::size_t field) {
  pair.record.values.at(field) = pair.issue.values.at(field);
  agree(pair, field);
}

// E5. A closed record is read-only: what Jira would write waits, and its base with it (G7).
void Reference::reconcile_field(Pair& pair, std::size_t field, bool record_is_read_only) {
  bool const record_moved = pair.record.values.at(field) != pair.record_base.at(field);
  bool const issue_moved = pair.issue.values.at(field) != pair.issue_base.at(field);
  if (!record_moved && !issue_moved) return;
  if (pair.record.values.at(field) == pair.issue.values.at(field)) return agree(pair, field);
  if (options_.mode == Mode::one_way) {
    if (record_moved) take_record(pair, field);
    return;
  }
  bool issue_wins = issue_moved;
  if (record_moved && issue_moved) {
    if (options_.policy == Policy::hold) return;
    issue_wins = options_.policy == Policy::jira ||
                 (options_.policy == Policy::latest && pair.issue.edited.at(field) > pair.record.touched);
  }
  if (!issue_wins) return take_record(pair, field);
  if (!record_is_read_only) take_issue(pair, field);
}

// G1: the base says who moved; if both did, the later.
Reference::Mover Reference::who_moved_status(Pair const& pair) const {
  if (!options_.status) return Mover::nobody;
  bool const record = pair.record.status != pair.record_status, issue = pair.issue.status != pair.issue_status;
  if (record && issue) return pair.issue.status_edited > pair.record.touched ? Mover::issue : Mover::record;
  return record ? Mover::record : issue ? Mover::issue : Mover::nobody;
}

// Comments and files: each on both sides, once; both ways in both modes (B5).
void Reference::share(Pair& pair) {
  auto const both = [](std::multiset<std::string>& a, std::multiset<std::string>& b, std::set<std::string>& known) {
    std::set<std::string> every(a.begin(), a.end());
    every.insert(b.begin(), b.end());
    for (auto const& one : every) {
      if (!known.insert(one).second) continue;
      if (!a.contains(one)) a.insert(one);
      if (!b.contains(one)) b.insert(one);
    }
  };
  // An edited original takes its copy along (F10); what was deleted stays deleted.
  if (options_.comments) {
    for (auto const& one : pair.reworded) {
      auto& copies = one.copy_in_jira ? pair.issue.talk : pair.record.talk;
      auto const copy = copies.find(one.was);
      if (copy == copies.end()) continue;
      copies.erase(copy);
      copies.insert(one.is);
    }
    pair.reworded.clear();
  }
  if (options_.comments) both(pair.record.talk, pair.issue.talk, pair.known_talk);
  if (options_.files) both(pair.record.files, pair.issue.files, pair.known_files);
}

void Reference::reconcile(Pair& pair) {
  bool const was_closed = closed(pair.record.status);
  auto const mover = who_moved_status(pair);
  if (mover != Mover::nobody && !fits(pair.record.status, pair.issue.status)) {
    if (mover == Mover::record)
      pair.issue.status = issue_for(pair.record.status);
    else
      pair.record.status = record_for(pair.issue.status);
  }
  if (mover != Mover::nobody) {
    pair.record_status = pair.record.status;
    pair.issue_status = pair.issue.status;
  }
  // Fields are written before closing and after reopening.
  bool const read_only = was_closed && closed(pair.record.status);
  if (options_.fields) {
    for (std::size_t field = 0; field < kFields; ++field) reconcile_field(pair, field, read_only);
  }
  share(pair);
}

int Reference::resolve(std::size_t at, Field field, bool take_jira) {
  auto& pair = pairs_.at(at);
  if (!held(at, field)) return 7;
  auto const i = static_cast<std::size_t>(field);
  if (take_jira) {
    if (closed(pair.record.status)) return 0;
    take_issue(pair, i);
  } else {
    take_record(pair, i);
  }
  return 0;
}

}  // namespace model_test
