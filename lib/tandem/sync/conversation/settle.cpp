// Settling new comments and attachments whose answer got lost (SPEC R2). What is looked at here was read directly and does not lag.
#include <algorithm>

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
  change.step = intent.twin.kind == link::TwinKind::file ? Step::add_file : Step::add_comment;
  change.twin = intent.twin;
  change.part = intent.part;
  change.shown = intent.shown;
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

Result<bool> settle_one(Writer& writer, Intent const& intent, std::string& own_account) {
  if (intent.twin.kind == link::TwinKind::comment) {
    auto const* found = marked(writer.looked.both.comments, intent);
    if (found != nullptr) {
      TANDEM_CHECK(writer.commit(change_of(intent), with_comment(intent.twin, intent.part, *found), &intent));
      return true;
    }
  } else {
    if (own_account.empty()) {
      TANDEM_TRY(auto const self, writer.run.jira().myself());
      own_account = self.account_id;
    }
    TANDEM_TRY(auto const found, find_file(writer, intent, own_account));
    if (!found.empty()) {
      auto twin = intent.twin;
      twin.jira = found;
      TANDEM_CHECK(writer.commit(change_of(intent), twin, &intent));
      return true;
    }
  }
  if (!old_enough(writer.run, intent)) return false;
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
