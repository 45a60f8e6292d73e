#include <tandem/mapping/needs.hpp>

#include <algorithm>
#include <set>

namespace tandem::mapping {
namespace {

using connection::Access;

// Closing a case goes by a message with privileges of its own (dataverse.md §23); all activities share those of this table.
constexpr char const* kClosingActivity = "incidentresolution";
constexpr char const* kQueueItem = "queueitem";
constexpr char const* kNote = "annotation";

bool on(json::Value const& part) { return part["enabled"].truthy(); }

class Collector {
 public:
  Collector(Item const& item, dataverse::Entity const* entity) : item_(item), entity_(entity) {
    out_.item = item.name;
    out_.project = item.project;
  }

  connection::ItemNeeds run() {
    bool const writes_back = item_.mode == Mode::two_way;
    bool const status = on(item_.status), comments = on(item_.comments), files = on(item_.attachments);
    bool const notes = comments || files;
    table(item_.entity, Access::read, "to find its records", true);
    table(item_.entity, Access::write, writes_back || status ? "to write its fields or status" : "nothing is written to it",
          writes_back || status);
    char const* const why_notes = item_.link_note ? "for the link's note" : notes ? "for comments and files" : "it has no notes";
    for (auto const access : {Access::read, Access::create, Access::append})
      table(kNote, access, why_notes, item_.link_note || notes);
    table(item_.entity, Access::append_to, why_notes, item_.link_note || notes);
    table(kNote, Access::write, notes ? "for edited comments" : "no comments are mirrored", notes);
    table(kNote, Access::remove, item_.link_note || notes ? "for unlinked issues" : why_notes, item_.link_note || notes);
    closing(status && item_.entity == "incident");
    lookups();

    bool const jira_writes = item_.synchronised();
    permission("BROWSE_PROJECTS", "to read its issues", true);
    permission("CREATE_ISSUES", item_.auto_create ? "to create issues" : "issues are not created", item_.auto_create);
    permission("EDIT_ISSUES", jira_writes ? "to write fields" : "nothing is written", jira_writes);
    permission("LINK_ISSUES", "to show the record on the issue", true);
    bool const makes_parts =
        std::any_of(item_.mappings.begin(), item_.mappings.end(), [](auto const& one) { return one.create_missing; });
    permission("ADMINISTER_PROJECTS",
               makes_parts ? "to make components and versions (createMissing)" : "no components or versions are made",
               makes_parts);
    permission("TRANSITION_ISSUES", status ? "to change the status" : "the status is not kept in step", status);
    permission("ADD_COMMENTS", comments ? "to mirror notes" : "comments are not mirrored", comments);
    permission("CREATE_ATTACHMENTS", files ? "to mirror files" : "files are not mirrored", files);
    if (files) out_.attachment_bytes = item_.attachments["maxBytes"].integer().value_or(10'485'760);
    return std::move(out_);
  }

 private:
  void table(std::string name, Access access, std::string purpose, bool needed) {
    out_.tables.push_back({std::move(name), access, std::move(purpose), needed});
  }
  void permission(std::string name, std::string purpose, bool needed) {
    out_.permissions.push_back({std::move(name), std::move(purpose), needed});
  }

  void closing(bool closes) {
    char const* const why = closes ? "to close cases" : "cases are not closed";
    for (auto const access : {Access::create, Access::read, Access::write, Access::append})
      table(kClosingActivity, access, why, closes);
    table(kQueueItem, Access::remove, why, closes);
  }

  // A lookup's name comes from the other table.
  void lookups() {
    if (entity_ == nullptr) return;
    std::set<std::string> targets;
    for (auto const& mapping : item_.mappings) {
      if (auto const* const column = entity_->attribute(mapping.column))
        targets.insert(column->targets.begin(), column->targets.end());
    }
    targets.erase(item_.entity);
    for (auto const& target : targets) table(target, Access::read, "for the names of a lookup", true);
  }

  Item const& item_;
  dataverse::Entity const* entity_;
  connection::ItemNeeds out_;
};

}  // namespace

connection::ItemNeeds needs_of(Item const& item, dataverse::Entity const* entity) { return Collector(item, entity).run(); }

}  // namespace tandem::mapping
