#include <tandem/sync/unlink.hpp>

#include <tandem/link/link_table.hpp>
#include <tandem/link/marks.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/retry_table.hpp>

namespace tandem::sync {

namespace {

constexpr std::size_t kBatch = 50;

Result<Unit> remove_property_entry(RunContext const& run, link::Link const& link) {
  std::string const key(link::kIssueProperty);
  TANDEM_TRY(auto const property, run.jira().property(link.issue, key));
  if (!property) return Unit{};
  auto const entry = link::marked(*property, link.item, run.in.organisation_id);
  if (!entry || entry->link_id != link.id) return Unit{};  // another link's by now
  auto const left = link::without_mark(*property, link.item, run.in.organisation_id);
  if (!left) return Unit{};
  return left->is_null() ? run.jira().remove_property(link.issue, key) : run.jira().put_property(link.issue, key, *left);
}

Result<Unit> remove_note(RunContext const& run, link::Link const& link) {
  auto gone = run.dataverse().remove("annotations", link.id);
  if (!gone && gone.error().kind == ErrorKind::not_found) return Unit{};
  return gone;
}

bool is_privilege(Error const& error) { return error.kind == ErrorKind::auth && !error.find("privilege").empty(); }

// One removal's marks in their order; a side that failed as a whole is left alone from then on.
class Remover {
 public:
  Remover(RunContext& run, Removals& out) : run_(run), out_(out) {}

  Result<Unit> take_away(link::Removal removal) {
    auto const& link = removal.link;
    if (removal.property && !jira_down_)
      removal.property = !done(link, "issue property", remove_property_entry(run_, link), jira_down_);
    // The remote link goes with the property or after it, the note last: a rebuild tells by what is there how far this got (rebuild.hpp).
    if (removal.remote_link && !removal.property && !jira_down_) {
      removal.remote_link = !done(link, "remote link",
                                  run_.jira().remove_remote_link(link.issue, link::remote_link_global_id(link.id)), jira_down_);
    }
    if (removal.link_note && !dataverse_down_)
      removal.link_note = !done(link, "link note", remove_note(run_, link), dataverse_down_);
    auto const at = run_.jira_now() ? run_.jira_now() : run_.dataverse_now();
    auto const taken = std::move(taken_);
    taken_.clear();
    if (taken.empty()) return Unit{};
    return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& mark : taken) {
        TANDEM_CHECK(append_history(writer, history_of(run_, link, "removed-" + mark, at.value_or(Instant{}))));
      }
      return link::put_removal(writer, removal);
    });
  }

 private:
  bool done(link::Link const& link, std::string const& mark, Result<Unit> outcome, bool& down) {
    if (outcome) {
      ++out_.done;
      auto name = mark;
      for (auto& c : name) c = c == ' ' ? '-' : c;
      taken_.push_back(std::move(name));
      return true;
    }
    auto error = std::move(outcome).error();
    // Whether it was executed does not matter: the next time it finds nothing to take away.
    if (error.kind == ErrorKind::unknown_outcome) error.kind = ErrorKind::transient;
    out_.left.push_back({link, mark, error});
    if (ends_run(error.kind) && !is_privilege(error)) {
      down = true;
      if (!out_.fatal) out_.fatal = std::move(error);
    }
    return false;
  }

  RunContext& run_;
  Removals& out_;
  std::vector<std::string> taken_;
  bool jira_down_ = false, dataverse_down_ = false;
};

}  // namespace

Result<Unit> commit_unlink(RunContext const& run, store::Writer& writer, link::Link const& link, RunItem const* item,
                           std::string reason) {
  TANDEM_CHECK(link::erase_link(writer, link));
  TANDEM_CHECK(forget_holds(writer, link.id));
  TANDEM_CHECK(conversation::forget_intents(writer, link.id));
  TANDEM_CHECK(erase_retry(writer, link.item, link.record));
  TANDEM_CHECK(link::put_removal(writer, {link, true, true, true}));
  auto const at = run.jira_now() ? run.jira_now() : run.dataverse_now();
  if (item != nullptr)
    TANDEM_CHECK(
        link::put_unlinked(writer, link.item, link.record, {link.record_number, link.issue_key, item->stored.baseline, at}));
  auto entry = history_of(run, link, "removed-link", at.value_or(Instant{}));
  entry.reason = std::move(reason);
  return append_history(writer, entry);
}

Result<Removals> write_removals(RunContext& run, link::Link const* only) {
  Removals out;
  Remover remover(run, out);
  std::optional<link::Removal> after;
  for (;;) {
    TANDEM_CHECK(run.go_on());
    std::vector<link::Removal> batch;
    TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(batch, link::owed_removals(reader, only != nullptr ? only->item : "", after ? &*after : nullptr, kBatch));
      return Unit{};
    }));
    if (batch.empty()) return out;
    after = batch.back();
    auto const before = out.done;
    for (auto& removal : batch) {
      if (only != nullptr && (removal.link.id != only->id || removal.link.issue != only->issue)) continue;
      TANDEM_CHECK(remover.take_away(std::move(removal)));
    }
    // A batch that is refused as a whole costs a cycle no more than this.
    if (only == nullptr && out.done == before) return out;
  }
}

}  // namespace tandem::sync
