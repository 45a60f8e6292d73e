// Links by hand in a story: an issue that a person made, and the link commands' library calls in one step each.
#pragma once

#include <string>

#include <tandem/sync/attach.hpp>
#include <tandem/sync/find_links.hpp>
#include <tandem/sync/find_record.hpp>

#include "support/story.hpp"

namespace tandem::test {

// The example item without auto-create: nothing is linked but by hand.
inline std::string manual_item() {
  auto text = example_item();
  auto const at = text.find(R"("autoCreate": true)");
  return text.replace(at, std::string(R"("autoCreate": true)").size(), R"("autoCreate": false)");
}

inline std::string display_item(std::string const& name = "case-view") {
  return R"({"name":")" + name +
         R"(","mode":"display-only","jira":{"project":"SUP"},"dynamics":{"entity":"incident"},"display":["ticketnumber","title"]})";
}

// Made by alice; gives its key.
inline std::string make_issue(Story& story, std::string const& summary, std::string const& type = "Task",
                              std::string const& project = "SUP") {
  auto const made =
      story.edit("alice", sandbox::ServiceName::jira, "POST", "/rest/api/3/issue",
                 R"({"fields":{"project":{"key":")" + project + R"("},"issuetype":{"name":")" + type + R"("},"summary":")" +
                     summary + '"' + (type == "Bug" ? R"(,"customfield_10060":{"value":"Minor"})" : "") + "}}");
  return std::string(made["key"].text());
}

// As alice does it in the browser: to another project that has the type; gives the new key.
inline std::string move_issue(Story& story, std::string const& key, std::string const& project) {
  story.edit("alice", sandbox::ServiceName::jira, "POST", "/rest/api/3/bulk/issues/move",
             R"({"targetToSourcesMapping":{")" + project + R"(,10002":{"issueIdsOrKeys":[")" + key + R"("]}}})");
  return std::string(
      story.edit("alice", sandbox::ServiceName::jira, "GET", "/rest/api/3/issue/" + key + "?fields=summary")["key"].text());
}

struct AttachOptions {
  std::string item = "support-cases";
  sync::Initial initial = sync::Initial::dynamics;
  bool replace = false;
};

// plan_attach and attach, as `link add` does them.
inline Result<sync::Attached> link_add(sync::RunContext& run, sync::LinkItems const& items, std::string const& issue,
                                       std::string const& record, AttachOptions const& options = {}) {
  sync::AttachRequest request;
  TANDEM_TRY(request.item, items.named(options.item));
  TANDEM_TRY(request.issue, sync::find_issue(run, items.items, issue));
  TANDEM_TRY(auto const reference, link::parse_record(record, sync::sites_of(run)));
  TANDEM_TRY(request.record, sync::find_record(run, *request.item->compiled, reference));
  request.initial = options.initial;
  request.replace = options.replace;
  TANDEM_TRY(auto plan, sync::plan_attach(run, request));
  return sync::attach(run, request, std::move(plan));
}

// As `link remove` does it, for the only link.
inline Result<sync::Removals> link_remove(sync::RunContext& run, sync::LinkItems const& items, std::string const& reference) {
  TANDEM_TRY(auto const found, sync::find_links(run, items, reference));
  if (found.links.size() != 1) return fail(ErrorKind::internal, "not one link");
  auto const& link = found.links.front();
  TANDEM_CHECK(run.store().write(
      [&](store::Writer& writer) { return sync::commit_unlink(run, writer, link, items.find(link.item), ""); }));
  return sync::write_removals(run, &link);
}

}  // namespace tandem::test
