// The plan of a conversation, case by case, without any service (SPEC F10, H, I).
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>

#include <tandem/base/json/write.hpp>
#include <tandem/link/identity.hpp>
#include <tandem/link/origin.hpp>
#include <tandem/mapping/conversation/text.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/sync/conversation/plan.hpp>

using namespace tandem;
using namespace tandem::sync::conversation;
using link::Side;
using link::TwinKind;

namespace {

constexpr char const* kRecord = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr char const* kSite = "https://site.example";

Instant at(char const* text) { return *parse_instant(text); }

json::Value adf(std::string_view text) { return mapping::richtext::to_adf(mapping::richtext::from_text(text)).adf; }

dataverse::Note note(std::string id, std::string text, std::string etag = "1") {
  dataverse::Note out;
  out.id = std::move(id);
  out.etag = std::move(etag);
  out.record = kRecord;
  out.created = out.modified = at("2026-11-02T09:00:00Z");
  out.author = "Alice";
  out.author_id = out.editor_id = "alice";
  out.subject = "";
  out.text = std::move(text);
  return out;
}

jira::Comment comment(std::string id, std::string_view text, char const* updated = "2026-11-02T09:00:00Z") {
  jira::Comment out;
  out.id = std::move(id);
  out.author = "Bob";
  out.author_id = out.editor_id = "bob";
  out.created = at("2026-11-02T09:00:00Z");
  out.updated = at(updated);
  out.body = adf(text);
  out.properties = json::Object{};
  return out;
}

jira::Comment marked(jira::Comment out, std::string const& note_id, std::size_t part = 1) {
  out.properties = json::Object{{"tandem.origin", link::comment_property({"org", kRecord, note_id, part})}};
  return out;
}

struct World {
  Conversation all;
  Rules rules;
  World() {
    all.link.id = "llllllll-0000-5000-8000-000000000001";
    all.link.item = "item";
    all.link.record = kRecord;
    all.link.issue = "10001";
    all.link.issue_key = "SUP-1";
    rules.comments.enabled = rules.files.enabled = true;
    rules.site = kSite;
  }
  Plan plan() const { return plan_conversation(all, rules); }
  // Carries out a plan as the services would: what was written is there, and its twin is known. `most`: then the run was killed.
  void apply(Plan const& plan, std::size_t most = 1000) {
    for (auto change : plan.changes) {
      if (most-- == 0) return;
      auto& twin = change.twin;
      auto const held = std::find_if(all.twins.begin(), all.twins.end(),
                                     [&](auto const& one) { return one.kind == twin.kind && one.note == twin.note; });
      for (std::size_t part = 1; held != all.twins.end() && part <= std::min(held->parts(), twin.parts()); ++part) {
        if (part != change.part) twin.set_part(part, held->part(part));
      }
      if (change.step == Step::add_comment) {
        auto made =
            marked(comment(std::to_string(20000 + all.comments.size()), "", "2026-11-02T10:00:00Z"), twin.note, change.part);
        made.body = change.body;
        twin.set_part(change.part, {made.id, version_of(made), mapping::conversation::hash_of_comment(made.body), ""});
        all.comments.push_back(made);
      } else if (change.step == Step::add_note) {
        auto made = note(twin.part(change.part).id, change.html, "9");
        made.subject = change.subject;
        twin.set_part(change.part, {made.id, made.etag, mapping::conversation::hash_of_note(*made.subject, *made.text), ""});
        all.notes.push_back(made);
      } else if (change.step == Step::edit_comment) {
        for (auto& one : all.comments) {
          if (one.id != twin.part(change.part).id) continue;
          one.body = change.body;
          one.updated = *one.updated + std::chrono::minutes(5);
          twin.set_part(change.part, {one.id, version_of(one), mapping::conversation::hash_of_comment(one.body), ""});
        }
      } else if (change.step == Step::edit_note) {
        for (auto& one : all.notes) {
          if (one.id != twin.part(change.part).id) continue;
          one.subject = change.subject;
          one.text = change.html;
          one.etag += "1";
          twin.set_part(change.part, {one.id, one.etag, mapping::conversation::hash_of_note(*one.subject, *one.text), ""});
        }
      }
      if (held != all.twins.end())
        *held = twin;
      else
        all.twins.push_back(twin);
    }
  }
  jira::Comment& copy_of_note() { return all.comments.back(); }
};

std::vector<std::string> steps(Plan const& plan) {
  std::vector<std::string> out;
  for (auto const& change : plan.changes) out.emplace_back(name_of(change.step));
  return out;
}

std::vector<std::string> reasons(Plan const& plan) {
  std::vector<std::string> out;
  for (auto const& left : plan.left) out.emplace_back(code_of(left.report.reason));
  return out;
}

using Names = std::vector<std::string>;

constexpr char const* kNote1 = "bbbbbbbb-0000-4000-8000-000000000001";
constexpr char const* kNote2 = "bbbbbbbb-0000-4000-8000-000000000002";

std::string derived(link::NoteKind kind, std::string const& id) { return link::note_id({kind, kSite, id, "", kRecord}); }

}  // namespace

TEST_CASE("what is new becomes copies in the order in which it was written, and then nothing more [H1][H2][R4]") {
  World world;
  world.all.notes = {note(kNote2, "second"), note(kNote1, "first")};
  world.all.notes[0].created = at("2026-11-02T09:05:00Z");
  world.all.comments = {comment("10010", "later"), comment("9999", "earlier")};
  auto const plan = world.plan();
  REQUIRE(steps(plan) == Names{"add-comment", "add-comment", "add-note", "add-note"});
  CHECK(plan.changes[0].twin.note == kNote1);
  CHECK(plan.changes[2].twin.jira == "9999");
  CHECK(plan.changes[3].twin.note == derived(link::NoteKind::comment, "10010"));
  world.apply(plan);
  CHECK(world.plan().changes.empty());
  CHECK(world.plan().left.empty());
}

TEST_CASE("notes within one second keep the order of their versions [H2]") {
  World world;
  world.all.notes = {note(kNote1, "b"), note(kNote2, "a")};
  world.all.notes[0].version = 12;
  world.all.notes[1].version = 11;
  CHECK(world.plan().changes.at(0).twin.note == kNote2);
}

TEST_CASE("what tandem wrote under any link or item is never copied on [H1][F5]") {
  World world;
  auto const [name, setup] = GENERATE(table<std::string, std::function<void(World&)>>({
      {"our comment, by its mark", [](World& w) { w.all.comments = {marked(comment("1", "x"), "of-another-record")}; }},
      {"our comment, by the store", [](World& w) {
         w.all.comments = {comment("1", "x")};
         w.all.own_comments = {"1"};
       }},
      {"our note of another link, by the store", [](World& w) {
         w.all.notes = {note(kNote1, "x")};
         w.all.own_notes = {kNote1};
       }},
      {"the link note, also where a person rewrote it", [](World& w) { w.all.notes = {note(w.all.link.id, "rewritten")}; }},
      {"our attachment, by the store", [](World& w) {
         w.all.files = {{"70", "a.txt", "text/plain", "me", "Me", std::nullopt, 3}};
         w.all.own_files = {{"70", "a-note-of-another-record"}};
       }},
      {"our file note, whose attachment is there", [](World& w) {
         auto file = note(derived(link::NoteKind::file, "70"), "");
         file.file_name = "a.txt";
         file.file_size = 3;
         w.all.notes = {file};
         w.all.twins = {{TwinKind::file, Side::jira, file.id, "70", "", "1", "", "", ""}};
         w.all.files = {{"70", "a.txt", "text/plain", "bob", "Bob", std::nullopt, 3}};
       }},
  }));
  INFO(name);
  setup(world);
  CHECK(steps(world.plan()).empty());
}

TEST_CASE("a note of another connector is left alone with its reason [H1]") {
  World world;
  world.all.notes = {note("bbbbbbbb-0000-5000-8000-000000000001", "text")};
  world.all.notes[0].subject = "[Jira OPS-7] Somebody in Jira, 2026-11-02 08:10 UTC";
  CHECK(reasons(world.plan()) == Names{"connector-note"});
  world.all.notes[0].subject = "Linked to Jira issue OPS-7";
  CHECK(reasons(world.plan()) == Names{"connector-note"});
  // A person may write the same words: then the id is no derived one.
  world.all.notes[0].id = kNote1;
  CHECK(steps(world.plan()) == Names{"add-comment"});
}

TEST_CASE("internal and restricted comments leave Jira only with the option [H4]") {
  World world;
  world.all.comments = {comment("1", "internal"), comment("2", "restricted"), comment("3", "public")};
  world.all.comments[0].internal = true;
  world.all.comments[1].restricted = true;
  auto const plan = world.plan();
  CHECK(steps(plan) == Names{"add-note"});
  CHECK(reasons(plan) == Names{"internal-comment", "internal-comment"});
  CHECK(json::to_text(json::Value(plan.left[0].report.detail)).find("internal\"") == std::string::npos);
  world.rules.comments.include_restricted = true;
  CHECK(steps(world.plan()) == Names{"add-note", "add-note", "add-note"});
  // A comment that became restricted since does not take its edit out.
  World later;
  later.all.comments = {comment("1", "open")};
  later.apply(later.plan());
  later.all.comments[0] = comment("1", "secret now", "2026-11-02T11:00:00Z");
  later.all.comments[0].restricted = true;
  CHECK(steps(later.plan()).empty());
  CHECK(reasons(later.plan()) == Names{"internal-comment"});
}

TEST_CASE("a manual link starts with what is written after it; comments.since says otherwise [H1]") {
  World world;
  world.all.link.kind = link::Kind::manual;
  world.all.link.made_at = at("2026-11-02T09:31:30Z");  // Jira's clock is ahead by 90 seconds [R8]
  world.all.made_on_dataverse = at("2026-11-02T09:30:00Z");
  world.all.notes = {note(kNote1, "before"), note(kNote2, "after")};
  world.all.notes[1].created = at("2026-11-02T09:30:00Z");
  world.all.comments = {comment("1", "before")};
  auto const plan = world.plan();
  REQUIRE(steps(plan) == Names{"add-comment"});
  CHECK(plan.changes[0].twin.note == kNote2);
  CHECK(reasons(plan) == Names{"before-link", "before-link"});
  world.rules.comments.since.given = true;
  CHECK(steps(world.plan()).size() == 3);
  world.rules.comments.since.at = at("2026-11-02T09:10:00Z");
  CHECK(steps(world.plan()).size() == 1);
  // An automatic link takes all, whatever the item says.
  world.all.link.kind = link::Kind::automatic;
  CHECK(steps(world.plan()).size() == 3);
}

TEST_CASE("an edited original updates its copy, unless somebody edited the copy [F10]") {
  World world;
  world.all.notes = {note(kNote1, "one")};
  world.apply(world.plan());
  REQUIRE(world.plan().changes.empty());
  SECTION("the original's text") {
    world.all.notes[0] = note(kNote1, "two", "2");
    CHECK(steps(world.plan()) == Names{"edit-comment"});
    world.rules.comments.edits = false;
    CHECK(world.plan().writes() == 0);
  }
  SECTION("only the original's version") {
    world.all.notes[0] = note(kNote1, "one", "2");
    CHECK(steps(world.plan()) == Names{"keep"});
  }
  SECTION("the copy alone") {
    world.copy_of_note().body = adf("somebody else");
    world.copy_of_note().updated = at("2026-11-02T12:00:00Z");
    CHECK(world.plan().changes.empty());
    CHECK(reasons(world.plan()) == Names{"copy-edited"});
  }
  SECTION("both") {
    world.all.notes[0] = note(kNote1, "two", "2");
    world.copy_of_note().body = adf("somebody else");
    world.copy_of_note().updated = at("2026-11-02T12:00:00Z");
    CHECK(world.plan().writes() == 0);
    CHECK(reasons(world.plan()) == Names{"copy-edited"});
  }
  SECTION("the copy's version, by an edit of ours whose answer was lost") {
    world.all.notes[0] = note(kNote1, "two", "2");
    auto const edit = world.plan();
    REQUIRE(steps(edit) == Names{"edit-comment"});
    world.all.twins[0].pending = mapping::conversation::hash_of_comment(edit.changes[0].body);
    world.copy_of_note().body = edit.changes[0].body;
    world.copy_of_note().updated = at("2026-11-02T12:00:00Z");
    CHECK(steps(world.plan()) == Names{"keep"});
    CHECK(reasons(world.plan()).empty());
  }
}

TEST_CASE("what was deleted is neither mirrored nor made again: the twin is its tombstone [F10]") {
  World world;
  world.all.notes = {note(kNote1, "one")};
  world.all.comments = {comment("1", "two")};
  world.apply(world.plan());
  auto const which = GENERATE(0, 1, 2, 3);
  CAPTURE(which);
  if (which == 0) std::erase_if(world.all.notes, [](auto const& one) { return one.id == kNote1; });
  if (which == 1) std::erase_if(world.all.comments, [](auto const& one) { return one.id != "1"; });
  if (which == 2) std::erase_if(world.all.comments, [](auto const& one) { return one.id == "1"; });
  if (which == 3) std::erase_if(world.all.notes, [](auto const& one) { return one.id != kNote1; });
  CHECK(world.plan().writes() == 0);
}

TEST_CASE("an original that is edited after its copy was deleted says so once, and an empty note says why it stays [F10][H1]") {
  World world;
  world.all.notes = {note(kNote1, "one")};
  world.apply(world.plan());
  world.all.comments.clear();
  world.all.notes[0] = note(kNote1, "two", "2");
  auto const plan = world.plan();
  CHECK(plan.writes() == 0);
  CHECK(reasons(plan) == Names{"copy-deleted"});
  world.all.twins = {plan.changes.at(0).twin};
  CHECK(reasons(world.plan()).empty());
  world.all.notes.push_back(note(kNote2, " \n "));
  CHECK(reasons(world.plan()) == Names{"empty-note"});
}

TEST_CASE("a copy without its twin is found by its mark or its derived id and taken over, never doubled [H3][R1]") {
  World world;
  world.all.notes = {note(kNote1, "one")};
  world.all.comments = {comment("1", "two")};
  world.apply(world.plan());
  world.all.twins.clear();
  auto const plan = world.plan();
  CHECK(steps(plan) == Names{"keep", "keep"});
  CHECK(plan.changes[0].twin.jira != "");
  // An original that was edited before the twin was known still reaches its copy.
  world.all.notes[0] = note(kNote1, "edited", "2");
  CHECK(steps(world.plan()) == Names{"edit-comment", "keep"});
}

TEST_CASE("files travel within their limits; what stays says why; two of one name are two [I1][I2]") {
  World world;
  auto file = note(kNote1, "");
  file.is_document = true;
  file.file_name = "../a.txt";
  file.file_size = 10;
  auto big = note(kNote2, "");
  big.is_document = true;
  big.file_name = "big.iso";
  big.file_size = 10'485'761;
  world.all.notes = {file, big};
  world.all.files = {{"70", "same.txt", "text/plain", "bob", "Bob", std::nullopt, 10'485'760},
                     {"71", "same.txt", "text/plain", "bob", "Bob", std::nullopt, 1},
                     {"72", "run.exe", "", "bob", "Bob", std::nullopt, 1},
                     {"73", "none.txt", "", "bob", "Bob", std::nullopt, 0}};
  world.rules.dynamics_files.blocked_extensions = "exe";
  world.rules.dynamics_files.takes_empty = false;
  auto const plan = world.plan();
  CHECK(steps(plan) == Names{"add-attachment", "add-file-note", "add-file-note"});
  CHECK(plan.changes[0].file_name == "a.txt");
  CHECK(plan.changes[1].twin.note != plan.changes[2].twin.note);
  CHECK(reasons(plan) == Names{"larger-than-limit", "blocked-file", "empty-file"});
}

TEST_CASE("a note with text and file becomes a comment and an attachment that share the note [H1]") {
  World world;
  auto both = note(kNote1, "See the log");
  both.is_document = true;
  both.file_name = "log.txt";
  both.file_size = 5;
  world.all.notes = {both};
  auto const plan = world.plan();
  REQUIRE(steps(plan) == Names{"add-comment", "add-attachment"});
  CHECK(plan.changes[0].twin.note == plan.changes[1].twin.note);
  CHECK(json::to_text(plan.changes[0].body).find("[file: log.txt]") != std::string::npos);
}

TEST_CASE("texts are read of new and moved notes only [E2]") {
  World world;
  world.all.notes = {note(kNote1, "one"), note(kNote2, "two")};
  for (auto& one : world.all.notes) one.text.reset();
  CHECK(texts_needed(world.all, world.rules) == Names{kNote1, kNote2});
  world.all.twins = {{TwinKind::comment, Side::dynamics, kNote1, "1", "1", "", "", "", ""}};
  CHECK(texts_needed(world.all, world.rules) == Names{kNote2});
  world.all.notes[0].etag = "2";
  CHECK(texts_needed(world.all, world.rules) == Names{kNote1, kNote2});
  // Without its text nothing is decided about a note.
  CHECK(world.plan().changes.empty());
}

namespace {

std::string long_text(int lines) {
  std::string out;
  for (int i = 0; i < lines; ++i) out += "Line " + std::to_string(i) + " of a long text.\n\n";
  return out;
}

std::string copied(World const& world) {
  std::string out;
  for (auto const& one : world.all.comments)
    out += mapping::richtext::to_text(mapping::richtext::from_adf(one.body).document) + "\n";
  return out;
}

}  // namespace

TEST_CASE("a note too long for one comment has parts, which follow it as it shrinks and grows [H5][F10]") {
  World world;
  world.all.notes = {note(kNote1, long_text(900))};
  auto const first = world.plan();
  REQUIRE(steps(first) == Names{"add-comment", "add-comment", "add-comment"});
  CHECK(first.changes[0].twin.original_version == "");  // not before the last
  CHECK(first.changes[2].twin.original_version == "1");
  CHECK(first.changes[1].shown.ends_with("(2/3)"));
  SECTION("interrupted anywhere, it goes on with the part that is missing") {
    auto const done = GENERATE(0U, 1U, 2U);
    world.apply(first, done);
    world.apply(world.plan());
    CHECK(world.all.comments.size() == 3);
  }
  world.apply(first, 3 - world.all.comments.size());
  REQUIRE(world.all.comments.size() == 3);
  REQUIRE(world.all.twins.size() == 1);
  CHECK(world.plan().changes.empty());
  CHECK(world.plan().left.empty());

  world.all.notes[0] = note(kNote1, "Short now", "2");
  auto const shorter = world.plan();
  REQUIRE(steps(shorter) == Names{"edit-comment", "edit-comment", "edit-comment"});
  world.apply(shorter, 1);
  CHECK(steps(world.plan()) == Names{"edit-comment", "edit-comment"});
  world.apply(world.plan());
  CHECK(world.plan().changes.empty());
  CHECK(copied(world).find("Short now") != std::string::npos);
  CHECK(copied(world).find("Line 500") == std::string::npos);
  CHECK(copied(world).find("[This part is no longer used") != std::string::npos);

  world.all.notes[0] = note(kNote1, long_text(1200), "3");
  auto const longer = world.plan();
  REQUIRE(steps(longer) == Names{"edit-comment", "edit-comment", "edit-comment", "add-comment"});
  world.apply(longer, 2);
  CHECK(steps(world.plan()) == Names{"edit-comment", "add-comment"});
  world.apply(world.plan());
  CHECK(world.plan().changes.empty());
  CHECK(copied(world).find("no longer used") == std::string::npos);
  CHECK(copied(world).find("Line 1199 of") != std::string::npos);
}

TEST_CASE("a copy of which somebody edited or deleted a part is left alone as a whole [H5][F10]") {
  World world;
  world.all.notes = {note(kNote1, long_text(900))};
  world.apply(world.plan());
  REQUIRE(world.all.comments.size() == 3);
  bool const deleted = GENERATE(true, false);
  if (deleted) {
    world.all.comments.erase(world.all.comments.begin() + 1);
  } else {
    world.all.comments[1].body = adf("somebody else");
    world.all.comments[1].updated = at("2026-11-02T12:00:00Z");
  }
  CHECK(world.plan().writes() == 0);
  world.all.notes[0] = note(kNote1, "Short now", "2");
  CHECK(world.plan().writes() == 0);
  CHECK(reasons(world.plan()) == Names{deleted ? "copy-deleted" : "copy-edited"});
}

TEST_CASE("parts without their twin are taken over by mark or derived id, and nothing of them is relayed [H3][H5]") {
  World world;
  world.all.notes = {note(kNote1, long_text(900))};
  jira::Comment long_one = comment("1", "x");
  long_one.body = mapping::richtext::to_adf(mapping::richtext::from_text(std::string(30'000, '&')), 1'000'000).adf;
  world.all.comments = {long_one};
  world.apply(world.plan());
  REQUIRE(world.all.comments.size() == 4);
  REQUIRE(world.all.notes.size() == 3);
  world.all.twins.clear();
  auto const plan = world.plan();
  CHECK(steps(plan) == Names{"keep", "keep"});
  CHECK(plan.changes[0].twin.parts() == 3);
  CHECK(plan.changes[1].twin.parts() == 2);
  world.apply(plan);
  CHECK(world.plan().changes.empty());
  // Texts of parts are read only where they moved.
  for (auto& one : world.all.notes) one.text.reset();
  CHECK(texts_needed(world.all, world.rules).empty());
  CHECK_FALSE(has_news(world.all, world.rules));
  world.all.notes.back().etag = "somebody's";
  CHECK(texts_needed(world.all, world.rules) == Names{world.all.notes.back().id});
  CHECK(has_news(world.all, world.rules));
}

TEST_CASE("a sweep looks at a conversation again where a listing shows something that is not known [E7]") {
  World world;
  world.all.notes = {note(kNote1, "one")};
  world.all.comments = {comment("1", "two")};
  world.apply(world.plan());
  for (auto& one : world.all.notes) one.text.reset();
  for (auto& one : world.all.comments) one.properties.reset();
  REQUIRE_FALSE(has_news(world.all, world.rules));
  auto const [name, setup] = GENERATE(table<std::string, std::function<void(World&)>>({
      {"a new note", [](World& w) { w.all.notes.push_back(note(kNote2, "")); }},
      {"an edited note", [](World& w) { w.all.notes.front().etag = "2"; }},
      {"a new comment", [](World& w) {
         w.all.comments.push_back(comment("3", "x"));
         w.all.comments.back().properties.reset();
       }},
      {"an edited comment", [](World& w) { w.all.comments.front().updated = at("2026-11-02T11:00:00Z"); }},
      {"a new file", [](World& w) { w.all.files = {{"70", "a.txt", "", "bob", "Bob", std::nullopt, 1}}; }},
  }));
  INFO(name);
  setup(world);
  CHECK(has_news(world.all, world.rules));
}
