// Comments and files, both ways, once each (SPEC H, I, F10), as people on both sides see them.
#include <catch2/catch.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/link/identity.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/event/outbox.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

std::string item_with(std::string const& comments, std::string const& attachments) {
  auto text = example_item();
  auto const swap = [&](std::string const& from, std::string const& to) {
    auto const at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  };
  swap(R"("comments": { "enabled": false })", "\"comments\": " + comments);
  swap(R"("attachments": { "enabled": false })", "\"attachments\": " + attachments);
  return text;
}

StoryOptions talking(std::string const& comments = R"({ "enabled": true })",
                     std::string const& attachments = R"({ "enabled": true })") {
  StoryOptions options;
  options.item_text = item_with(comments, attachments);
  return options;
}

// One case and its issue, with what people do on both sides.
struct Pair {
  Story& story;
  std::string record, issue;

  Pair(Story& of, std::string const& number_start) : story(of) {
    for (auto const& one : story.cases()) {
      if (one.number.starts_with(number_start)) record = one.id;
    }
    REQUIRE_FALSE(record.empty());
    refresh();
  }
  void refresh() {
    for (auto const& one : story.issues()) {
      if (one["properties"]["tandem.link"]["links"]["support-cases"]["record"].text() == record) issue = one["key"].text();
    }
  }
  json::Value whole() const {
    for (auto const& one : story.issues()) {
      if (one["key"].text() == issue) return one;
    }
    return {};
  }
  json::Array comments() const { return whole()["comments"].items(); }
  json::Array attachments() const { return whole()["attachments"].items(); }
  // Without link notes, oldest first.
  json::Array notes() const {
    json::Array out;
    auto const state = story.world().dataverse().state();
    for (auto const& row : state["rows"]["annotation"].items()) {
      bool const of_link = row["notetext"].text().find("Issue ID: ") != std::string_view::npos;
      if (row["_objectid_value"].text() == record && !of_link) out.push_back(row);
    }
    std::sort(out.begin(), out.end(), [](json::Value const& a, json::Value const& b) {
      return a["versionnumber"].integer() < b["versionnumber"].integer();
    });
    return out;
  }
  json::Value note(json::Object columns, std::string_view as = "alice") const {
    columns.set("objectid_incident@odata.bind", "/incidents(" + record + ")");
    story.edit(as, ServiceName::dataverse, "POST", "/api/data/v9.2/annotations", json::to_text(columns));
    return notes().back();
  }
  void edit_note(std::string const& id, json::Object const& columns, std::string_view as = "alice") const {
    story.edit(as, ServiceName::dataverse, "PATCH", "/api/data/v9.2/annotations(" + id + ")", json::to_text(columns));
  }
  json::Value comment(std::string const& text, std::string_view as = "bob", json::Object extra = {}) const {
    extra.set("body", adf(text));
    return story.edit(as, ServiceName::jira, "POST", "/rest/api/3/issue/" + issue + "/comment", json::to_text(extra));
  }
  void edit_comment(std::string const& id, std::string const& text, std::string_view as = "bob") const {
    story.edit(as, ServiceName::jira, "PUT", "/rest/api/3/issue/" + issue + "/comment/" + id,
               json::to_text(json::Object{{"body", adf(text)}}));
  }
  void attach(std::string const& name, std::string const& bytes, std::string const& type = "") const {
    json::Object const file{{"filename", name}, {"mimeType", type}, {"base64", to_base64(bytes)}};
    story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + issue + "/attachments",
               json::to_text(json::Object{{"files", json::Array{file}}}));
  }
  static json::Value adf(std::string const& text) { return mapping::richtext::to_adf(mapping::richtext::from_text(text)).adf; }
};

std::string text_of(json::Value const& comment) {
  return mapping::richtext::to_text(mapping::richtext::from_adf(comment["body"]).document);
}

std::uint64_t skipped(sync::RunRecord const& record, std::string const& code) {
  auto const found = record.items.at(0).skipped.find(code);
  return found == record.items.at(0).skipped.end() ? 0 : found->second;
}

std::size_t open_intents(Story& story) {
  std::size_t count = 0;
  REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(count, sync::conversation::count_intents(reader));
    return Unit{};
  }));
  return count;
}

sandbox::Fault lost(sandbox::Fault::When when, std::string method, std::string path) {
  sandbox::Fault out;
  out.when = when;
  out.what = sandbox::Fault::Do::drop;
  out.match.method = std::move(method);
  out.match.path = std::move(path);
  out.nth = 1;
  return out;
}

}  // namespace

TEST_CASE("the notes of a case become comments of its new issue, with who, when and rich text [H1][H2][E4]") {
  Story story(talking());
  auto const first = story.run_well();
  CHECK(first.items.at(0).comments == 3);
  Pair const call(story, "CAS-01002");
  REQUIRE(call.comments().size() == 1);
  CHECK(text_of(call.comments().at(0)) ==
        "Bob Gage in Dynamics 365, 2026-11-02 08:10 UTC:\n\nCall with the customer\n\nAnna says it worked until yesterday.");
  Pair const taxes(story, "CAS-01003");
  REQUIRE(taxes.comments().size() == 1);
  CHECK(text_of(taxes.comments().at(0)).find("Tax table v3 is missing.\n\n- 19 %\n- 7 %") != std::string::npos);
  story.forget_requests();
  story.world().advance(15min);
  CHECK(story.run_well().items.at(0).comments == 0);
  CHECK(story.writes().empty());
  CHECK(open_intents(story) == 0);
}

TEST_CASE("comments become notes and notes comments, once each and in order, with the right author line [H2][R4]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  for (int i = 1; i <= 5; ++i) {
    pair.note({{"notetext", fmt::format("Note {}", i)}});
    pair.comment(fmt::format("Comment {}", i));
  }
  auto const ran = story.run_well();
  CHECK(ran.items.at(0).comments == 5);
  CHECK(ran.items.at(0).notes == 5);
  auto const comments = pair.comments();
  auto const notes = pair.notes();
  REQUIRE(comments.size() == 10);
  REQUIRE(notes.size() == 10);
  for (int i = 1; i <= 5; ++i) {
    auto const at = static_cast<std::size_t>(i - 1);
    CHECK(text_of(comments.at(5 + at)) == fmt::format("Alice Ciccu in Dynamics 365, 2026-11-02 09:20 UTC:\n\nNote {}", i));
    CHECK(notes.at(5 + at)["notetext"].text() ==
          fmt::format("<div class=\"ck-content\" data-wrapper=\"true\" dir=\"ltr\"><p><em>Bob Builder in Jira, 2026-11-02 09:20 "
                      "UTC:</em></p>"
                      "<p>Comment {}</p></div>",
                      i));
    CHECK(notes.at(5 + at)["subject"].text() == fmt::format("[Jira {}] Bob Builder in Jira, 2026-11-02 09:20 UTC", pair.issue));
  }
  CHECK(story.store_faults(12) == "");
  for (auto const pause : {1min, 15min}) {
    story.forget_requests();
    story.world().advance(pause);
    story.run_well();
    CHECK(story.writes().empty());
  }
}

TEST_CASE("an edited original updates its copy; an edited copy is held and its original stays [F10]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  auto const note = pair.note({{"notetext", "As it was"}});
  auto const comment = pair.comment("As it was");
  story.run_well();
  auto const copied_comment = pair.comments().back();
  auto const copied_note = pair.notes().back();
  story.world().advance(20min);

  pair.edit_note(std::string(note["annotationid"].text()), {{"notetext", "As it is"}});
  pair.edit_comment(std::string(comment["id"].text()), "As it is");
  auto const edited = story.run_well();
  CHECK(edited.items.at(0).comments == 1);
  CHECK(edited.items.at(0).notes == 1);
  CHECK(text_of(pair.comments().back()).ends_with("As it is"));
  CHECK(pair.notes().back()["notetext"].text().find("As it is") != std::string_view::npos);

  story.world().advance(20min);
  // With our own account, which a person may share: what counts is the content.
  pair.edit_comment(std::string(copied_comment["id"].text()), "Somebody else's words", "connector");
  pair.edit_note(std::string(copied_note["annotationid"].text()), {{"notetext", "Somebody else's words"}});
  auto const held = story.run_well();
  CHECK(held.items.at(0).comments == 0);
  CHECK(held.items.at(0).notes == 0);
  CHECK(skipped(held, "copy-edited") == 2);
  pair.edit_note(std::string(note["annotationid"].text()), {{"notetext", "Edited once more"}});
  story.world().advance(20min);
  CHECK(skipped(story.run_well(), "copy-edited") >= 1);
  CHECK(text_of(pair.comments().back()) == "Somebody else's words");
}

TEST_CASE("deletions are neither mirrored nor undone [F10]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  pair.note({{"notetext", "One"}});
  pair.note({{"notetext", "Two"}});
  pair.comment("Three");
  pair.comment("Four");
  story.run_well();
  auto const notes = pair.notes();
  auto const comments = pair.comments();
  REQUIRE(notes.size() == 4);
  REQUIRE(comments.size() == 4);
  auto const remove_note = [&](std::string_view text) {
    for (auto const& note : notes) {
      if (note["notetext"].text().find(text) != std::string_view::npos)
        story.edit("alice", ServiceName::dataverse, "DELETE",
                   "/api/data/v9.2/annotations(" + std::string(note["annotationid"].text()) + ")");
    }
  };
  auto const remove_comment = [&](std::string_view text, std::string_view as) {
    for (auto const& comment : comments) {
      if (text_of(comment).find(text) != std::string::npos)
        story.edit(as, ServiceName::jira, "DELETE",
                   "/rest/api/3/issue/" + pair.issue + "/comment/" + std::string(comment["id"].text()));
    }
  };
  remove_note("One");  // an original
  remove_comment("Two", "connector");  // a copy
  remove_comment("Three", "bob");  // an original
  remove_note("Four");  // a copy
  for (int i = 0; i < 2; ++i) {
    story.world().advance(20min);
    pair.note({{"notetext", fmt::format("Something new {}", i)}});
    story.run_well();
    CHECK(pair.notes().size() == 3 + static_cast<std::size_t>(i));
    CHECK(pair.comments().size() == 3 + static_cast<std::size_t>(i));
  }
}

TEST_CASE("a note longer than a comment arrives cut, with a pointer to the whole text, and follows its original [H5][C9]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  std::string text;
  for (int i = 0; text.size() < 60'000; ++i) text += fmt::format("Line {} of a long note.\n", i);
  auto const note = pair.note({{"notetext", text}});
  story.run_well();
  auto const copy = text_of(pair.comments().back());
  CHECK(copy.find("Line 0 of a long note.") != std::string::npos);
  CHECK(copy.ends_with("[Cut here: the whole text is in Dynamics 365.]"));
  story.world().advance(20min);
  pair.edit_note(std::string(note["annotationid"].text()), {{"notetext", "Short now"}});
  story.run_well();
  CHECK(text_of(pair.comments().back()).ends_with("UTC:\n\nShort now"));
}

TEST_CASE("a lost answer to a comment or note makes nothing twice [R1][R2]") {
  Story story(talking(R"({ "enabled": true })", R"({ "enabled": false })"));
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  for (auto const* text : {"One", "Two", "Three"}) pair.note({{"notetext", text}});
  for (auto const* text : {"Four", "Five"}) pair.comment(text);
  auto const when = GENERATE(sandbox::Fault::When::before, sandbox::Fault::When::after, sandbox::Fault::When::body);
  auto const [method, path] = GENERATE(
      table<std::string, std::string>({{"POST", "/rest/api/3/issue/*/comment*"}, {"PATCH", "/api/data/v9.2/annotations(*"}}));
  CAPTURE(static_cast<int>(when), method);
  story.world().set_faults({lost(when, method, path)});
  auto const ran = story.run();
  REQUIRE(ran.record.has_value());
  bool const waits = when == sandbox::Fault::When::before && method == "POST";
  CHECK(ran.record->exit == (waits ? 6 : 0));
  CHECK(open_intents(story) == (waits ? 1U : 0U));
  story.world().advance(150s);
  story.run_well();
  REQUIRE(pair.comments().size() == 5);
  CHECK(pair.notes().size() == 5);
  std::size_t at = 2;
  for (auto const* text : {"One", "Two", "Three"}) CHECK(text_of(pair.comments().at(at++)).ends_with(text));
  CHECK(open_intents(story) == 0);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("a site that keeps properties out of its lists is asked for them, and nothing is relayed back [H3]") {
  Story story(talking());
  story.configure("jira.commentListProperties", false);
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01002");
  pair.comment("From Jira");
  story.run_well();
  story.world().advance(20min);
  story.run_well();
  CHECK(pair.comments().size() == 2);
  CHECK(pair.notes().size() == 2);
}

TEST_CASE(
    "a note with text and file becomes one comment and one attachment that name each other; a file alone becomes no comment "
    "[H1][I1]") {
  Story story(talking());
  auto const first = story.run_well();
  CHECK(first.items.at(0).files == 1);
  Pair const pair(story, "CAS-01006");
  REQUIRE(pair.comments().size() == 1);
  CHECK(text_of(pair.comments().at(0)).ends_with("The log of the crash.\n\n[file: crash.txt]"));
  REQUIRE(pair.attachments().size() == 1);
  CHECK(pair.attachments().at(0)["filename"].text() == "crash.txt");
  CHECK(pair.attachments().at(0)["mimeType"].text() == "text/plain");
  story.world().advance(20min);
  pair.note({{"subject", "Only a file"},
             {"filename", "a.pdf"},
             {"mimetype", "application/pdf"},
             {"documentbody", to_base64("%PDF-1.4 one")}});
  pair.attach("b.bin", std::string("\0\xff binary", 9));
  story.run_well();
  CHECK(pair.comments().size() == 1);
  REQUIRE(pair.attachments().size() == 3);
  auto const notes = pair.notes();
  REQUIRE(notes.size() == 3);
  CHECK(notes.back()["filename"].text() == "b.bin");
  CHECK(notes.back()["documentbody"].text() == to_base64(std::string("\0\xff binary", 9)));
  CHECK(notes.back()["isdocument"].truthy());
  for (auto const pause : {1min, 15min}) {
    story.forget_requests();
    story.world().advance(pause);
    story.run_well();
    CHECK(story.writes().empty());
  }
}

namespace {

void allow_uploads_of(Story& story, std::int64_t base64_bytes) {
  auto const state = story.world().dataverse().state();
  auto const organisation = std::string(state["rows"]["organization"].at(0)["organizationid"].text());
  story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/organizations(" + organisation + ")",
             json::to_text(json::Object{{"maxuploadfilesize", base64_bytes}}));
}

std::string bytes_of(std::size_t size, char seed) {
  std::string out(size, seed);
  for (std::size_t i = 0; i < size; i += 997) out[i] = static_cast<char>(i % 251);
  return out;
}

std::string file_named(json::Array const& list, std::string_view name, std::string_view member) {
  for (auto const& one : list) {
    if (one["filename"].text() == name) return std::string(one[member].text());
  }
  return "";
}

}  // namespace

TEST_CASE("ten megabytes travel both ways, one byte more does not, and the organisation's limit counts base64 [I2][I3]") {
  constexpr std::size_t kLimit = 10'485'760;
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  allow_uploads_of(story, 131'072'000);
  Pair const pair(story, "CAS-01001");
  for (auto const size : {kLimit - 1, kLimit, kLimit + 1}) {
    pair.attach(fmt::format("jira-{}.bin", size), bytes_of(size, 'j'));
    pair.note({{"filename", fmt::format("note-{}.bin", size)},
               {"mimetype", "application/octet-stream"},
               {"documentbody", to_base64(bytes_of(size, 'n'))}});
  }
  auto const ran = story.run_well();
  CHECK(ran.items.at(0).files == 4);
  CHECK(skipped(ran, "larger-than-limit") == 2);
  for (auto const size : {kLimit - 1, kLimit}) {
    CHECK(file_named(pair.attachments(), fmt::format("note-{}.bin", size), "sha256") == to_hex(sha256(bytes_of(size, 'n'))));
    CHECK(from_base64(file_named(pair.notes(), fmt::format("jira-{}.bin", size), "documentbody")) == bytes_of(size, 'j'));
  }
  CHECK(file_named(pair.attachments(), fmt::format("note-{}.bin", kLimit + 1), "id") == "");
  CHECK(file_named(pair.notes(), fmt::format("jira-{}.bin", kLimit + 1), "annotationid") == "");
}

TEST_CASE("what the organisation does not take stays in Jira with its reason: 5 MB as base64, blocked kinds, empty files [I2]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  pair.attach("at the limit.bin", bytes_of(3'932'160, 'a'));
  pair.attach("over the limit.bin", bytes_of(3'932'161, 'a'));
  pair.attach("setup.EXE", "MZ");
  pair.attach("empty.txt", "");
  auto const ran = story.run_well();
  CHECK(skipped(ran, "larger-than-limit") == 1);
  CHECK(skipped(ran, "blocked-file") == 1);
  CHECK(skipped(ran, "empty-file") == 1);
  REQUIRE(pair.notes().size() == 1);
  CHECK(pair.notes().at(0)["filename"].text() == "at the limit.bin");
  // And the other way: a site that takes less, or nothing.
  story.world().advance(20min);
  story.configure("jira.uploadLimit", 100);
  pair.note({{"filename", "a.bin"}, {"documentbody", to_base64(bytes_of(100, 'a'))}});
  pair.note({{"filename", "b.bin"}, {"documentbody", to_base64(bytes_of(101, 'a'))}});
  auto const next = story.run_well();
  CHECK(next.items.at(0).files == 1);
  CHECK(skipped(next, "larger-than-limit") == 2);
  story.configure("jira.attachmentsEnabled", false);
  pair.note({{"filename", "c.bin"}, {"documentbody", to_base64("c")}});
  story.world().advance(20min);
  CHECK(skipped(story.run_well(), "files-disabled") >= 1);
}

TEST_CASE("names are data: 255 emoji, two files of one name, and what only one side takes [I3][S2]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  std::string emoji;
  for (int i = 0; i < 127; ++i) emoji += "😀";  // 254 UTF-16 units: Jira takes no longer name
  pair.attach(emoji, "one");
  pair.attach("same.txt", "two");
  pair.attach("same.txt", "three");
  pair.attach("what: \"now\"?.txt", "four");
  pair.note({{"filename", "from notes.txt"}, {"documentbody", to_base64("five")}});
  CHECK(story.run_well().items.at(0).files == 5);
  CHECK(file_named(pair.notes(), emoji, "documentbody") == to_base64("one"));
  CHECK(file_named(pair.notes(), "what_ _now__.txt", "documentbody") == to_base64("four"));
  std::size_t same = 0;
  for (auto const& note : pair.notes()) same += note["filename"].text() == "same.txt" ? 1U : 0U;
  CHECK(same == 2);
  CHECK(file_named(pair.attachments(), "from notes.txt", "id") != "");
}

TEST_CASE("a lost answer to an upload makes no second file, on either side and at every step of it [R1][R2]") {
  Story story(talking(R"({ "enabled": false })", R"({ "enabled": true, "verify": true })"));
  story.run_well();
  story.world().advance(20min);
  allow_uploads_of(story, 131'072'000);
  Pair const pair(story, "CAS-01001");
  pair.note({{"filename", "note.bin"}, {"documentbody", to_base64(bytes_of(5000, 'n'))}});
  // Somebody else's file of the same name and size is not taken for ours.
  pair.attach("note.bin", bytes_of(5000, 'x'));
  pair.attach("small.bin", bytes_of(5000, 's'));
  pair.attach("large.bin", bytes_of(5'000'000, 'l'));
  auto const when = GENERATE(sandbox::Fault::When::before, sandbox::Fault::When::after, sandbox::Fault::When::body);
  auto const [method, path] = GENERATE(table<std::string, std::string>({{"POST", "/rest/api/3/issue/*/attachments"},
                                                                        {"PATCH", "/api/data/v9.2/annotations(*"},
                                                                        {"POST", "*/UploadBlock"},
                                                                        {"POST", "*/CommitAnnotationBlocksUpload"},
                                                                        {"GET", "/rest/api/3/attachment/content/*"},
                                                                        {"GET", "/file/*"}}));
  CAPTURE(static_cast<int>(when), method, path);
  story.world().set_faults({lost(when, method, path)});
  REQUIRE(story.run().record.has_value());
  story.world().advance(150s);
  REQUIRE(story.run().record.has_value());
  story.world().advance(10min);
  story.run_well();
  CHECK(pair.attachments().size() == 4);
  CHECK(pair.notes().size() == 4);
  CHECK(open_intents(story) == 0);
  CHECK(from_base64(file_named(pair.notes(), "large.bin", "documentbody")) == bytes_of(5'000'000, 'l'));
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("comments and files of an event are followed at once; doubled and repeated hints copy nothing twice [F4][F5]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  pair.comment("By webhook");
  pair.attach("hook.txt", "bytes");
  auto const issue = std::string(pair.whole()["id"].text());
  for (int i = 0; i < 3; ++i) {
    {
      auto const store = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
      REQUIRE(store.has_value());
      REQUIRE((*store)->write([&](store::Writer& writer) -> Result<Unit> {
        sync::event::QueuedHint hint;
        hint.issue = issue;
        hint.kinds = {"comment-created", "issue-updated"};
        TANDEM_CHECK(sync::event::append(writer, hint));
        return Unit{};
      }));
    }
    sync::RunOptions options;
    options.drain_events = options.only_events = true;
    story.run_well(options);
    CHECK(pair.notes().size() == 2);
  }
  CHECK(pair.comments().size() == 1);
  CHECK(pair.attachments().size() == 1);
}

TEST_CASE("a dry run shows what would be copied and writes nothing [E9]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  pair.note({{"notetext", "One"}});
  pair.comment("Two");
  pair.attach("three.txt", "3");
  story.forget_requests();
  sync::RunOptions options;
  options.dry_run = true;
  auto const ran = story.run_well(options);
  CHECK(ran.items.at(0).comments == 1);
  CHECK(ran.items.at(0).notes == 1);
  CHECK(ran.items.at(0).files == 1);
  CHECK(story.writes().empty());
  CHECK(story.run_well().items.at(0).comments == 1);
}
