#include "run_report/summary_text.hpp"

#include <fmt/format.h>

#include "cli/exit.hpp"
#include "run_report/markdown.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kMostBytes = 1'000'000;

using Rows = std::vector<std::vector<std::string>>;

std::string number(std::uint64_t count) { return fmt::format("{}", count); }

std::string more(std::uint64_t all, std::size_t shown) {
  return all > shown ? fmt::format("\n… and {} more; `tandem status` and `--output json` have them all.\n", all - shown) : "";
}

std::string head(RunDigest const& digest) {
  auto const meaning = meaning_of_exit(digest.exit);
  auto out = fmt::format("### tandem {}{}: {}\n\n", digest.command, digest.dry_run ? " (dry run)" : "",
                         digest.exit == 0 ? "done" : fmt::format("exit code {}", digest.exit));
  std::string facts = "connection " + markdown_text(digest.connection);
  if (!digest.run.empty()) facts += ", run " + digest.run;
  facts += fmt::format(", {}", to_text(std::chrono::floor<std::chrono::seconds>(digest.duration)));
  if (digest.record) facts += fmt::format(", {} requests", digest.record->requests);
  out += facts + "\n";
  if (digest.exit != 0 && !meaning.meaning.empty()) {
    out += fmt::format("\nThat means: {}.", meaning.meaning);
    if (meaning.cure != "nothing") out += fmt::format(" What to do: {}.", meaning.cure);
    out += "\n";
  }
  if (digest.error) {
    Error shown{digest.error->kind, digest.error->message, {}};
    for (auto const& pair : digest.error->context) {
      if (pair.first != "cure") shown.context.push_back(pair);
    }
    out += "\n**Error**: " + markdown_text(shown.to_line()) + "\n";
    if (auto const cure = digest.error->find("cure"); !cure.empty()) out += "\n**What to do**: " + markdown_text(cure) + "\n";
  } else if (digest.record && !digest.record->error.empty()) {
    out +=
        "\n**" + std::string(digest.record->stopped ? "Stopped" : "Error") + "**: " + markdown_text(digest.record->error) + "\n";
  }
  if (digest.record && digest.record->stopped) out += "\nStopped before the end: the next run continues.\n";
  return out;
}

std::string items(RunDigest const& digest) {
  if (!digest.record || digest.record->items.empty()) return {};
  Rows rows;
  Rows reasons;
  std::string stopped;
  for (auto const& item : digest.record->items) {
    std::uint64_t skipped = 0;
    for (auto const& [code, count] : item.skipped) {
      skipped += count;
      auto const reason = reason_named(code);
      reasons.push_back({item.item, code, number(count), reason ? std::string(text_of(*reason).sentence) : ""});
    }
    rows.push_back({item.item, number(item.created), number(item.updated), number(item.records),
                    number(item.comments + item.notes), number(item.files), number(item.unchanged), number(skipped),
                    number(item.failed), number(item.held)});
    if (!item.error.empty()) stopped += "\n**" + markdown_text(item.item) + " stopped**: " + markdown_text(item.error) + "\n";
  }
  auto out = "\n" + markdown_table({"Item", digest.dry_run ? ">Issues to create" : ">Issues created",
                                    digest.dry_run ? ">Issues to update" : ">Issues updated",
                                    digest.dry_run ? ">Records to update" : ">Records updated", ">Comments, notes", ">Files",
                                    ">Unchanged", ">Skipped", ">Failed", ">Held"},
                                   rows);
  out += stopped;
  if (!reasons.empty()) out += "\n#### Skipped\n\n" + markdown_table({"Item", "Reason", ">How many", "Why"}, reasons);
  return out;
}

std::string trouble(std::string_view title, std::vector<sync::Skipped> const& all, std::uint64_t count) {
  if (all.empty()) return {};
  Rows rows;
  for (auto const& one : all) {
    auto const& text = text_of(one.reason);
    rows.push_back({one.item, one.number.empty() ? one.record : one.number, one.issue_key, std::string(text.code),
                    one.detail.empty() ? std::string(text.sentence) : one.detail, std::string(text.cure)});
  }
  return fmt::format("\n#### {}\n\n", title) +
         markdown_table({"Item", "Record", "Issue", "Reason", "What happened", "What to do"}, rows) + more(count, all.size());
}

std::string plan(RunDigest const& digest) {
  if (!digest.dry_run || !digest.record) return {};
  if (digest.planned.empty()) return "\nNothing would change.\n";
  Rows rows;
  for (auto const& one : digest.planned)
    rows.push_back({one.item, one.issue, one.number, one.what, one.field, one.before, one.after});
  return "\n#### Plan\n\n" + markdown_table({"Item", "Issue", "Record", "What", "Field", "Before", "After"}, rows) +
         more(digest.planned_count, digest.planned.size());
}

}  // namespace

std::string summary_text(RunDigest const& digest) {
  auto out = head(digest) + items(digest) + trouble("Failed", digest.failed, digest.failed_count) +
             trouble("Held: somebody must decide", digest.held, digest.held_count) + plan(digest);
  if (out.size() > kMostBytes) {
    out.resize(out.rfind('\n', kMostBytes) + 1);
    out += "\n… cut here.\n";
  }
  return out + "\n";
}

}  // namespace tandem::cli
