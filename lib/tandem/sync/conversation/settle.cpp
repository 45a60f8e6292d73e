// Settling writes whose answer got lost (SPEC R2). What is looked at here was read directly and does not lag. What is found to be done is told in the
// history as it would have been then (R7).
#include <algorithm>

#include <tandem/mapping/conversation/text.hpp>
#include <tandem/sync/clock_back.hpp>
#include <tandem/sync/conversation/apply.hpp>
#include <tandem/sync/conversation/writer.hpp>

namespace tandem::sync::conversation {

namespace {

bool old_enough(RunContext const& run, Intent const& intent) {
  auto const now = run.jira_now();
  return now && intent.at && *now - *intent.at >= run.options.settle_after;
}

Change change_of(Intent const& intent) {
  Change change;
  change.step = intent.step;
  change.twin = intent.twin;
  change.part = intent.part;
  change.shown = intent.shown;
  change.before = intent.shown_before;
  return change;
}

// A file that came since, is nobody's twin, ours, of the same name and size: then its content decides.
Result<std::string> find_file(Writer& writer, Intent const& intent, std::string const& own_account) {
  auto const& both = writer.looked.both;
  for (auto const& file : both.files) {
    bool const was_there = std::find(intent.before.begin(), intent.before.end(), file.id) != intent.before.end();
    bool const known = both.own_files.contains(file.id) ||
                       std::any_of(both.twins.begin(), both.twins.end(),
                                   [&](auto const& twin) { return twin.kind == link::TwinKind::file && twin.jira == file.id; });
    if (was_there || known || file.author_id != own_account) continue;
    if (file.filename != intent.file_name || file.size != intent.size) continue;
    TANDEM_TRY(auto const content, writer.fetch_attachment(file.id, file.size));
    if (content->sha256() == intent.sha256) return file.id;
  }
  return std::string();
}

// The comment shows what the edit was to leave there.
jira::Comment const* edited(std::vector<jira::Comment> const& comments, Intent const& intent) {
  auto const id = intent.twin.part(intent.part).id;
  auto const found = std::find_if(comments.begin(), comments.end(), [&](jira::Comment const& one) { return one.id == id; });
  bool const done = found != comments.end() && mapping::conversation::hash_of_comment(found->body) == intent.hash;
  return done ? &*found : nullptr;
}

// What a person has edited since it was written is no content of ours: the next look finds that the copy was edited.
link::Twin as_sent(link::Twin twin, Intent const& intent, bool edited_by_others) {
  auto part = twin.part(intent.part);
  if (!edited_by_others || intent.hash.empty() || part.hash == intent.hash) return twin;
  part.version.clear();
  part.hash = intent.hash;
  twin.set_part(intent.part, std::move(part));
  return twin;
}

// The twin as it is once the write was executed; nothing while there is no evidence of that.
Result<std::optional<link::Twin>> done_twin(Writer& writer, Intent const& intent, std::string& own_account) {
  auto const& both = writer.looked.both;
  switch (intent.step) {
    case Step::add_comment:
    case Step::edit_comment: {
      auto const* found = intent.step == Step::add_comment ? marked(both.comments, intent) : edited(both.comments, intent);
      if (found == nullptr) return std::optional<link::Twin>{};
      return std::optional(as_sent(with_comment(intent.twin, intent.part, *found), intent, found->editor_id != found->author_id));
    }
    case Step::add_note:
    case Step::edit_note: {
      TANDEM_TRY(auto const row, read_note(writer.run, intent.twin.part(intent.part).id));
      if (!row || dataverse::note_of(*row).record != intent.record) return std::optional<link::Twin>{};
      auto const note = dataverse::note_of(*row);
      auto twin = with_note(intent.twin, intent.part, *row);
      if (intent.step == Step::edit_note && twin.part(intent.part).hash != intent.hash) return std::optional<link::Twin>{};
      return std::optional(as_sent(std::move(twin), intent, note.editor_id != note.author_id));
    }
    case Step::add_file: {
      if (own_account.empty()) {
        TANDEM_TRY(auto const self, writer.run.jira().myself());
        own_account = self.account_id;
      }
      TANDEM_TRY(auto const found, find_file(writer, intent, own_account));
      if (found.empty()) return std::optional<link::Twin>{};
      auto twin = intent.twin;
      twin.jira = found;
      return std::optional(std::move(twin));
    }
    case Step::add_file_note: {
      TANDEM_TRY(auto const row, writer.run.dataverse().get(std::string(dataverse::kNotes), std::string(dataverse::kNoteId),
                                                            intent.twin.note, dataverse::note_columns()));
      auto const note = row ? dataverse::note_of(*row) : dataverse::Note{};
      if (!row || note.file_size != intent.size || note.record != intent.record) return std::optional<link::Twin>{};
      auto twin = intent.twin;
      twin.copy_version = note.etag;
      return std::optional(std::move(twin));
    }
    case Step::keep: break;
  }
  return std::optional<link::Twin>{};
}

// A note is made only where there is none, and edited only at the version that was looked at: what is still on its way changes nothing then.
bool waits(Step step) { return step == Step::add_comment || step == Step::edit_comment || step == Step::add_file; }

Result<bool> settle_one(Writer& writer, Intent const& intent, std::string& own_account) {
  TANDEM_TRY(auto const done, done_twin(writer, intent, own_account));
  if (done) {
    TANDEM_CHECK(writer.commit(change_of(intent), *done, intent));
    return true;
  }
  if (waits(intent.step)) {
    if (auto const now = writer.run.jira_now(); now && intent.at && *intent.at > *now + kClocksAgree) {
      auto counted = intent;  // the clock went back: counted from now on
      counted.at = now;
      TANDEM_CHECK(writer.run.store().write([&](store::Writer& to) { return put_intent(to, counted); }));
    }
    if (!old_enough(writer.run, intent)) return false;
  }
  TANDEM_CHECK(writer.run.store().write([&](store::Writer& store) { return erase_intent(store, intent); }));
  return true;
}

}  // namespace

Outcome settle(RunContext& run, mapping::CompiledItem const& item, Looked const& looked) {
  Outcome outcome;
  Writer writer{run, item, looked, outcome};
  std::string own_account;
  for (auto const& intent : looked.intents) {
    auto const done = settle_one(writer, intent, own_account);
    if (!done && !writer.take_error(done.error(), intent.shown)) return outcome;
    if (!done) continue;
    if (*done)
      outcome.again = true;  // both sides are looked at anew with what is known now
    else
      ++outcome.waiting;
  }
  return outcome;
}

}  // namespace tandem::sync::conversation
