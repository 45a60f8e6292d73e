#include <tandem/sync/rebuild.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/link/marks.hpp>
#include <tandem/sync/broken_links.hpp>
#include <tandem/sync/conversation/find_twins.hpp>
#include <tandem/sync/first_contact.hpp>
#include <tandem/sync/look_up.hpp>
#include <tandem/sync/marks_writer.hpp>
#include <tandem/sync/rebuild_marks.hpp>
#include <tandem/sync/rows.hpp>
#include <tandem/sync/status/write_status.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

constexpr std::size_t kAtOnce = 100;

class Rebuild {
 public:
  Rebuild(RunContext& run, RunItem const& item, Prefer prefer, std::function<void(Progress const&)> const& progress)
      : run_(run), item_(item), compiled_(*item.compiled), prefer_(prefer), progress_(progress) {}

  Result<RebuildPlan> go() {
    TANDEM_TRY(marks_, find_marks(run_, item_, [this](std::size_t found) { tell(Work::marks, found, {}); }));
    for (auto const& issue : marks_.misfits)
      plan_.left.push_back({issue.key, "", "the issue property's parts do not belong together"});
    TANDEM_TRY(auto const fresh, unknown_to_store());
    std::vector<Due> due;
    for (auto const& id : fresh) TANDEM_CHECK(judge(id, due));
    for (std::size_t at = 0; at < due.size(); at += kAtOnce) {
      TANDEM_CHECK(run_.go_on());
      TANDEM_CHECK(read_records({due.begin() + static_cast<std::ptrdiff_t>(at),
                                 due.begin() + static_cast<std::ptrdiff_t>(std::min(at + kAtOnce, due.size()))}));
      tell(Work::links, std::min(at + kAtOnce, due.size()), due.size());
    }
    TANDEM_CHECK(see_remote_links());
    TANDEM_CHECK(see_twins());
    return std::move(plan_);
  }

 private:
  struct Due {
    std::string link, issue;
  };

  void tell(Work work, std::size_t done, std::optional<std::uint64_t> total) const {
    if (progress_) progress_({item_.name(), work, done, done, total, 0});
  }

  link::Link named(std::string const& id, std::string const& issue, std::string const& issue_key) const {
    link::Link link;
    link.id = id;
    link.item = item_.name();
    link.entity = compiled_.entity().logical_name;
    link.record = marks_.links.at(id).record;
    link.record_number = link.record;  // until it is read
    link.issue = issue;
    link.issue_key = issue_key;
    link.made_at = link.rebuilt_at = run_.jira_now();
    return link;
  }
  std::string key_of(LinkMarks const& marks) const {
    if (!marks.issues.empty()) return marks_.issues.at(marks.issues.begin()->first).key;
    return marks.note ? marks.note->issue_key : "";
  }
  Result<Unit> leave(std::string const& id, std::string why) {
    auto const& marks = marks_.links.at(id);
    plan_.left.push_back({key_of(marks), marks.record, std::move(why)});
    return Unit{};
  }
  Result<Unit> take_as_broken(std::string const& id, std::string const& issue, std::string const& issue_key, link::Kind kind) {
    bool const again =
        std::any_of(plan_.broken.begin(), plan_.broken.end(), [&](auto const& other) { return other.issue == issue; });
    if (again) return leave(id, "another record's link note names the same issue, which is gone");
    auto link = named(id, issue, issue_key.empty() ? issue : issue_key);
    link.kind = kind;
    link.state = link::State::broken;
    plan_.broken.push_back(std::move(link));
    return Unit{};
  }

  Result<std::vector<std::string>> unknown_to_store() {
    std::vector<std::string> fresh;
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      for (auto const& [id, marks] : marks_.links) {
        TANDEM_TRY(auto const held, link::find_link(reader, id));
        bool const same = held && (held->state == link::State::broken || marks.issues.contains(held->issue));
        if (same) {
          ++plan_.known;
        } else if (held) {
          TANDEM_CHECK(leave(id, "the store has another link of this record"));
        } else {
          fresh.push_back(id);
        }
      }
      return Unit{};
    }));
    return fresh;
  }

  Result<Unit> judge(std::string const& id, std::vector<Due>& due) {
    auto const& marks = marks_.links.at(id);
    if (marks.issues.empty()) return judge_note(id, *marks.note);
    auto const& first = marks.issues.begin()->first;
    bool const alone = marks.issues.size() == 1;
    if (marks.note && marks.issues.contains(marks.note->issue)) return take(id, marks.note->issue, due);
    if (marks.note && !marks.note->issue.empty()) {
      // A link takes another's place from the property on: that one's entry is gone, and the note is still to be written.
      if (alone && marks_.issues.contains(marks.note->issue)) return take(id, first, due);
      return leave(id, "the link note names another issue");
    }
    if (!alone)
      return leave(id, fmt::format("{} issues carry the same mark, and no link note names one of them", marks.issues.size()));
    if (marks.note || !has_link_notes(compiled_)) return take(id, first, due);
    TANDEM_TRY(auto const shown, run_.jira().remote_link(first, link::remote_link_global_id(id)));
    if (!shown) return take(id, first, due);
    TANDEM_TRY(bool const gone, record_is_gone(run_, compiled_, marks.record));  // its note went with it
    if (gone) return take_as_broken(id, first, marks_.issues.at(first).key, marks.issues.at(first));
    return leave(id, "the record has no link note; `tandem link add` makes the link anew");
  }

  Result<Unit> judge_note(std::string const& id, NoteMark const& note) {
    if (note.issue.empty()) return leave(id, "the link note names no issue any more");
    if (marks_.issues.contains(note.issue)) {
      plan_.removals.push_back({named(id, note.issue, marks_.issues.at(note.issue).key), false, true, true});
      return leave(id, "the link note's issue has no entry for this record: the link was removed, its note goes too");
    }
    TANDEM_TRY(bool const gone, issue_is_gone(run_, note.issue));
    if (!gone) return leave(id, "the link note's issue cannot be read");
    TANDEM_TRY(bool const taken, has_other_link(id, note.issue));
    if (taken) return leave(id, "the issue has another link");
    return take_as_broken(id, note.issue, note.issue_key, link::kind_named_by(note.text));
  }

  Result<bool> has_other_link(std::string const& id, std::string const& issue) const {
    bool taken = false;
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const of_issue, link::find_by_issue(reader, issue));
      taken = std::any_of(of_issue.begin(), of_issue.end(),
                          [&](link::Link const& link) { return link.item == item_.name() && link.id != id; });
      return Unit{};
    }));
    return taken;
  }

  Result<Unit> take(std::string const& id, std::string const& issue, std::vector<Due>& due) {
    bool const twice = std::any_of(due.begin(), due.end(), [&](Due const& other) { return other.issue == issue; });
    TANDEM_TRY(bool const taken, has_other_link(id, issue));
    if (taken || twice) return leave(id, "the issue has another link");
    due.push_back({id, issue});
    // The link that it replaced, or that was to replace it: only people make a second one. An issue that was made twice keeps its entry.
    for (auto const& [other, kind] : marks_.links.at(id).issues) {
      if (other != issue && kind == link::Kind::manual)
        plan_.removals.push_back({named(id, other, marks_.issues.at(other).key), true, true, false});
    }
    return Unit{};
  }

  Result<Unit> read_records(std::vector<Due> const& due) {
    std::vector<std::string> ids;
    for (auto const& one : due) ids.push_back(marks_.links.at(one.link).record);
    TANDEM_TRY(auto const found, records_by_id(run_, compiled_, ids));
    std::vector<Row> rows;
    for (auto const& record : found) {
      Row row;
      row.record = record;
      rows.push_back(std::move(row));
    }
    TANDEM_CHECK(look_up_for(run_, compiled_, rows));
    for (auto const& one : due) {
      auto const& marks = marks_.links.at(one.link);
      auto const& issue = marks_.issues.at(one.issue);
      auto const record = std::find_if(found.begin(), found.end(), [&](auto const& row) { return row.id == marks.record; });
      if (record != found.end()) {
        plan_.links.push_back(made(one.link, marks, issue, *record));
        continue;
      }
      TANDEM_TRY(bool const gone, record_is_gone(run_, compiled_, marks.record));
      TANDEM_CHECK(gone ? take_as_broken(one.link, issue.id, issue.key, marks.issues.at(issue.id))
                        : leave(one.link, "the record cannot be read"));
    }
    return Unit{};
  }

  RebuiltLink made(std::string const& id, LinkMarks const& marks, jira::Issue const& issue,
                   dataverse::Record const& record) const {
    RebuiltLink out;
    auto& link = out.link;
    link = named(id, issue.id, issue.key);
    link.record_number = compiled_.record_number(record);
    link.kind = marks.issues.at(issue.id);
    link.owed.remote_link = true;
    link.owed.link_note = has_link_notes(compiled_);
    if (marks.note) {
      auto const wanted = link::link_note(link, run_.jira().issue_url(link.issue_key));
      link.note_hash = link::content_hash(link::LinkNote{marks.note->subject, marks.note->text});
      link.owed.link_note = link.note_hash != link::content_hash(wanted);
    }
    for (auto const& rule : compiled_.rules) {
      if (rule->mapping.on_create_only) continue;
      auto const* column = record.column(rule->column.query_name());
      auto const* field = issue.field(rule->field.id);
      auto const label = record.formatted.find(rule->column.query_name());
      auto const shown = label == record.formatted.end() ? std::string() : label->second;
      if (column == nullptr || rule->equivalent(*column, shown, field == nullptr ? json::Value() : *field)) continue;
      out.differing.push_back(rule->key());
    }
    auto const initial = !compiled_.item.synchronised() ? Initial::none
                         : prefer_ == Prefer::jira      ? Initial::jira
                                                        : Initial::dynamics;
    out.base = first_contact(compiled_, record, issue, initial);
    if (compiled_.statuses) {
      auto const question = question_of(compiled_, out.base.status, record, issue);
      if (statuses_differ(*compiled_.statuses, question)) {
        out.differing.emplace_back(kStatusRule);
        if (prefer_ != Prefer::neither) out.base.status = base_taking(question, prefer_ == Prefer::dynamics);
      }
    }
    out.record = record;
    out.issue = issue;
    return out;
  }

  // A remote link that is there as it should be is not written again.
  Result<Unit> see_remote_links() {
    std::vector<std::optional<Error>> failed(plan_.links.size());
    for_each_of(plan_.links.size(), run_.options.jobs, [&](std::size_t i) {
      auto& link = plan_.links[i].link;
      auto held = run_.jira().remote_link(link.issue, link::remote_link_global_id(link.id));
      if (!held) {
        if (ends_run(held.error().kind)) failed[i] = std::move(held).error();
        return;
      }
      auto const face = face_of(run_, compiled_, plan_.links[i].record);
      if (!*held || !link::shows(**held, link, face)) return;
      link.remote_hash = link::content_hash(json::Value(link::remote_link(link, face)));
      link.owed.remote_link = false;
    });
    for (auto& error : failed) {
      if (error) return fail(std::move(*error));
    }
    return Unit{};
  }

  Result<Unit> see_twins() {
    std::vector<link::Link> links;
    for (auto const& found : plan_.links) links.push_back(found.link);
    TANDEM_TRY(auto all, conversation::find_twins(run_, compiled_, links,
                                                  [&](std::size_t done) { tell(Work::conversations, done, links.size()); }));
    for (std::size_t i = 0; i < all.size(); ++i) {
      plan_.links[i].twins = std::move(all[i].twins);
      if (all[i].failed) plan_.links[i].twins_unknown = all[i].failed->to_line();
    }
    return Unit{};
  }

  RunContext& run_;
  RunItem const& item_;
  CompiledItem const& compiled_;
  Prefer prefer_;
  std::function<void(Progress const&)> const& progress_;
  FoundMarks marks_;
  RebuildPlan plan_;
};

}  // namespace

std::size_t RebuiltLink::twins_of(link::TwinKind kind) const {
  return static_cast<std::size_t>(
      std::count_if(twins.begin(), twins.end(), [&](link::Twin const& twin) { return twin.kind == kind; }));
}

Result<RebuildPlan> plan_rebuild(RunContext& run, RunItem const& item, Prefer prefer,
                                 std::function<void(Progress const&)> const& progress) {
  return Rebuild(run, item, prefer, progress).go();
}

}  // namespace tandem::sync
