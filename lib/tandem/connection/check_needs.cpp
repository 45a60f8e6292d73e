#include <tandem/connection/check_needs.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

namespace tandem::connection {
namespace {

// A note's content counts with its base64 length (dataverse.md §22).
std::int64_t base64_length(std::int64_t bytes) { return (bytes + 2) / 3 * 4; }

bool passed(Proof const& proof, std::string_view step) {
  return std::any_of(proof.steps.begin(), proof.steps.end(),
                     [&](auto const& one) { return one.name == step && one.outcome == Outcome::ok; });
}

class Checker {
 public:
  Checker(Connection& connection, Proof& proof) : connection_(connection), proof_(proof) {
    for (auto const& table : proof.tables) tables_.emplace(table.logical_name, &table);
    for (auto const& privilege : proof.privileges) depths_[text::ascii_lower(privilege.id)] = privilege.depth;
  }

  void check(ItemNeeds const& needs) {
    item_ = needs.item;
    for (auto const& need : needs.tables) table(need);
    attachments(needs);
    permissions(needs);
  }

 private:
  void add(std::string name, Outcome outcome, std::string detail) {
    proof_.steps.push_back({std::move(name), outcome, std::move(detail), {}, item_});
  }
  void failed(std::string name, ErrorKind kind, std::string detail, std::string cure) {
    if (!proof_.error)
      proof_.error = Error{kind, fmt::format("item {}: {}; {}", item_, detail, cure), {{"item", item_}, {"step", name}}};
    proof_.steps.push_back({std::move(name), Outcome::failed, std::move(detail), std::move(cure), item_});
  }

  void table(TableNeed const& need) {
    auto const name = need.access == Access::append_to
                          ? "append to " + need.table
                          : fmt::format("{} {}", text::ascii_lower(name_of(need.access)), need.table);
    if (!need.needed) return add(name, Outcome::not_needed, need.purpose);
    if (!passed(proof_, "privileges")) return add(name, Outcome::not_needed, "Dataverse could not be asked");
    if (proof_.tables.empty()) return add(name, Outcome::ok, "not known: the role may not read metadata");
    auto const known = tables_.find(need.table);
    if (known == tables_.end()) {
      return failed(name, ErrorKind::config, fmt::format("the table {} does not exist, or may not be seen", need.table),
                    "check the item's \"dynamics.entity\", or give the application user a role with this table");
    }
    if (!proof_.privileges_known) return add(name, Outcome::ok, "not known: the application user may not ask for its privileges");
    auto const privilege = known->second->privileges.find(std::string(name_of(need.access)));
    if (privilege == known->second->privileges.end()) return add(name, Outcome::ok, "the table has no such privilege");
    auto const held = depths_.find(text::ascii_lower(privilege->second.id));
    if (held == depths_.end()) {
      return failed(name, ErrorKind::auth, fmt::format("Dataverse: {} is missing ({})", privilege->second.name, need.purpose),
                    fmt::format("add {} on {} at depth Organization to a security role of the application user, in the Power "
                                "Platform admin center",
                                name_of(need.access), known->second->label));
    }
    bool const everywhere = held->second == "Global";
    add(name, Outcome::ok,
        everywhere ? fmt::format("{}, everywhere", privilege->second.name)
                   : fmt::format("{} at depth {} only: records outside of it are invisible, not refused", privilege->second.name,
                                 held->second));
  }

  void attachments(ItemNeeds const& needs) {
    std::string const name = "file size";
    if (!needs.attachment_bytes) return add(name, Outcome::not_needed, "the item mirrors no files");
    auto const most = proof_.organization_file_bytes;
    if (most <= 0) return add(name, Outcome::ok, "not known: the organisation's limit may not be read");
    if (base64_length(*needs.attachment_bytes) > most) {
      return failed(name, ErrorKind::config,
                    fmt::format("the item mirrors files of up to {} bytes, Dataverse takes them up to {}",
                                *needs.attachment_bytes, most / 4 * 3),
                    fmt::format("set \"attachments.maxBytes\" to at most {}, or raise the organisation's limit", most / 4 * 3));
    }
    add(name, Outcome::ok, fmt::format("files of up to {} bytes; Dataverse takes {}", *needs.attachment_bytes, most / 4 * 3));
  }

  void permissions(ItemNeeds const& needs) {
    if (!passed(proof_, "jira")) {
      for (auto const& need : needs.permissions)
        add(need.permission, Outcome::not_needed, need.needed ? "Jira could not be asked" : need.purpose);
      return;
    }
    std::vector<std::string> names;
    for (auto const& need : needs.permissions) {
      if (need.needed) names.push_back(need.permission);
    }
    auto const held = connection_.jira().my_permissions(needs.project, names);
    if (!held) {
      auto const& error = held.error();
      auto const at = error.message.find("; ");
      return failed("project " + needs.project, error.kind, error.message.substr(0, at),
                    at == std::string::npos ? "check the item's \"jira.project\", and that the account may see it"
                                            : error.message.substr(at + 2));
    }
    for (auto const& need : needs.permissions) {
      if (!need.needed) {
        add(need.permission, Outcome::not_needed, need.purpose);
        continue;
      }
      auto const found = held->find(need.permission);
      if (found != held->end() && found->second) {
        add(need.permission, Outcome::ok, fmt::format("in project {}", needs.project));
        continue;
      }
      failed(need.permission, ErrorKind::auth,
             fmt::format("Jira: {} is missing in project {} ({})", need.permission, needs.project, need.purpose),
             fmt::format("give {} a project role that has it: Project settings, Permissions and Access",
                         proof_.jira_user.empty() ? "the account" : proof_.jira_user));
    }
  }

  Connection& connection_;
  Proof& proof_;
  std::string item_;
  std::map<std::string, dataverse::Client::EntityName const*, std::less<>> tables_;
  std::map<std::string, std::string> depths_;  // privilege id -> depth
};

}  // namespace

std::string_view name_of(Access access) {
  switch (access) {
    case Access::create: return "Create";
    case Access::read: return "Read";
    case Access::write: return "Write";
    case Access::remove: return "Delete";
    case Access::append: return "Append";
    case Access::append_to: break;
  }
  return "AppendTo";
}

void check_needs(Connection& connection, std::vector<ItemNeeds> const& items, Proof& proof) {
  Checker checker(connection, proof);
  for (auto const& item : items) checker.check(item);
}

}  // namespace tandem::connection
