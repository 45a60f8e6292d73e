// Twins told from both sides alone, after the store was lost, and what is left because it is older than that (SPEC D11, H3).
#include <catch2/catch.hpp>

#include <set>

#include <tandem/link/identity.hpp>
#include <tandem/link/origin.hpp>
#include <tandem/sync/conversation/recognise.hpp>

using namespace tandem;
using namespace tandem::sync::conversation;
using link::NoteKind;
using link::Side;

namespace {

using Names = std::vector<std::string>;

constexpr char const* kRecord = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr char const* kSite = "site.example";
constexpr char const* kNote1 = "bbbbbbbb-0000-4000-8000-000000000001";
constexpr char const* kNote2 = "bbbbbbbb-0000-4000-8000-000000000002";

Instant at(char const* text) { return *parse_instant(text); }
std::string derived(NoteKind kind, char const* id) { return link::note_id({kind, kSite, id, "", kRecord}); }

dataverse::Note note(std::string id, char const* created = "2026-11-02T09:00:00Z") {
  dataverse::Note out;
  out.id = std::move(id);
  out.etag = "1";
  out.record = kRecord;
  out.created = out.modified = at(created);
  out.subject = "";
  out.text = "text";
  return out;
}
dataverse::Note with_file(std::string id, char const* name, std::uint64_t size) {
  auto out = note(std::move(id));
  out.text = "";
  out.is_document = true;
  out.file_name = name;
  out.file_size = size;
  return out;
}
jira::Comment comment(char const* id, char const* created = "2026-11-02T09:00:00Z") {
  jira::Comment out;
  out.id = id;
  out.author_id = out.editor_id = "bob";
  out.created = out.updated = at(created);
  out.body = json::Object{{"type", "doc"}, {"version", 1}, {"content", json::Array{}}};
  out.properties = json::Object{};
  return out;
}
jira::Comment copy_of(char const* note_id, char const* id, char const* record = kRecord, std::size_t part = 1) {
  auto out = comment(id);
  out.properties = json::Object{{"tandem.origin", link::comment_property({"org", record, note_id, part})}};
  return out;
}
jira::Attachment file(char const* id, char const* name, char const* author, std::uint64_t size) {
  return {id, name, "", author, "", std::nullopt, size};
}

struct World {
  Conversation all;
  Rules rules;
  World() {
    all.link.id = "llllllll-0000-5000-8000-000000000001";
    all.link.record = kRecord;
    all.link.issue = "10001";
    rules.comments.enabled = rules.files.enabled = true;
    rules.site = kSite;
  }
  [[nodiscard]] std::set<std::string> pairs() const {
    std::set<std::string> out;
    for (auto const& twin : recognise(all, rules, "me").twins)
      out.insert(std::string(name_of(twin.original)) + " " + twin.note + " " + twin.jira);
    return out;
  }
};

}  // namespace

TEST_CASE("comments and notes are twins by mark and derived id, also where an original is gone [D11][H3]") {
  World world;
  auto const of_first = derived(NoteKind::comment, "1");
  world.all.notes = {note(kNote1), note(of_first)};
  world.all.comments = {comment("1"),
                        comment("2"),
                        copy_of(kNote1, "20"),
                        copy_of(kNote1, "21"),  // made twice: the older one counts
                        copy_of(kNote1, "22", kRecord, 2),  // the rest of a long text
                        copy_of(kNote2, "23"),  // whose note is gone
                        copy_of(kNote2, "24", "another record")};
  CHECK(world.pairs() == std::set<std::string>{std::string("dynamics ") + kNote1 + " 20",
                                               std::string("dynamics ") + kNote2 + " 23", "jira " + of_first + " 1"});
}

TEST_CASE("files are recognised by name, size and account, and by content where several are alike [D11]") {
  World world;
  auto const of_jira = derived(NoteKind::file, "70"), broken_off = derived(NoteKind::file, "71");
  world.all.notes = {with_file(kNote1, "../a.txt", 10), with_file("n-b1", "b.txt", 5), with_file("n-b2", "b.txt", 5),
                     with_file("n-c", "c.txt", 7),      with_file(of_jira, "d", 1),    with_file(broken_off, "e", 0)};
  world.all.files = {file("70", "d", "bob", 1),    file("71", "e", "bob", 1),    file("72", "a.txt", "me", 10),
                     file("73", "b.txt", "me", 5), file("74", "b.txt", "me", 5), file("75", "c.txt", "bob", 7),
                     file("76", "c.txt", "me", 8)};
  CHECK(world.pairs() == std::set<std::string>{"jira " + of_jira + " 70", std::string("dynamics ") + kNote1 + " 72"});
  auto const found = recognise(world.all, world.rules, "me");
  REQUIRE(found.doubtful.size() == 1);
  CHECK(found.doubtful[0].attachments == Names{"73", "74"});
  CHECK(found.doubtful[0].notes == Names{"n-b1", "n-b2"});
}

TEST_CASE("what is older than a rebuild and has no twin stays where it is, by each side's own clock [D11][R8]") {
  World world;
  world.all.link.rebuilt_at = at("2026-11-02T09:30:00Z");
  world.all.rebuilt_on_dataverse = at("2026-11-02T09:20:00Z");
  world.all.notes = {note(kNote1, "2026-11-02T09:19:59Z"), note(kNote2, "2026-11-02T09:20:00Z")};
  world.all.comments = {comment("1", "2026-11-02T09:29:59Z"), comment("2", "2026-11-02T09:30:00Z")};
  auto old = file("70", "old.txt", "bob", 1);
  old.created = at("2026-11-02T09:00:00Z");
  world.all.files = {old};
  auto const plan = plan_conversation(world.all, world.rules);
  Names steps, reasons;
  for (auto const& change : plan.changes) steps.emplace_back(name_of(change.step));
  for (auto const& left : plan.left) reasons.emplace_back(code_of(left.report.reason));
  CHECK(steps == Names{"add-comment", "add-note"});
  CHECK(reasons == Names{"before-link", "before-link", "before-link"});
  // A copy that was begun is finished.
  world.all.notes.push_back(with_file(derived(NoteKind::file, "70"), "old.txt", 0));
  CHECK(plan_conversation(world.all, world.rules).writes() == 3);
}
