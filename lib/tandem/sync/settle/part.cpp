// Settling components and versions that were about to be made: the project's list is the evidence.

#include <algorithm>

#include <tandem/base/text/utf8.hpp>
#include <tandem/sync/make_missing.hpp>
#include <tandem/sync/part_journal.hpp>
#include <tandem/sync/settle/settle.hpp>

namespace tandem::sync {

Result<Unit> settle_parts(RunContext& run, RunItem const& item) {
  auto const& compiled = *item.compiled;
  std::vector<IntendedPart> open;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(open, intended_parts(reader, item.name()));
    return Unit{};
  }));
  if (open.empty() || !compiled.schema.project) return Unit{};
  for (auto const kind : {jira::PartKind::component, jira::PartKind::version}) {
    if (std::none_of(open.begin(), open.end(), [&](auto const& one) { return one.kind == kind; })) continue;
    TANDEM_CHECK(run.go_on());
    auto const list = run.jira().parts(*compiled.schema.project, kind);
    if (!list && ends_run(list.error().kind) && list.error().kind != ErrorKind::auth) return fail(list.error());
    if (!list) continue;  // whoever needs it is told why
    auto const now = run.jira_now();
    for (auto const& one : open) {
      if (one.kind != kind) continue;
      auto const made = std::find_if(list->begin(), list->end(), [&](auto const& part) { return part.name == one.name; });
      if (made != list->end()) {
        TANDEM_CHECK(tell_made(run, one));
      } else if (now && one.at && *now - *one.at >= run.options.settle_after) {
        TANDEM_CHECK(run.store().write([&](store::Writer& writer) { return erase_intended_part(writer, one); }));
      }
    }
  }
  return Unit{};
}

}  // namespace tandem::sync
