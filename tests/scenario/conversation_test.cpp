// Comments and files, both ways, once each (SPEC H, I, F10), as people on both sides see them.
#include "support/conversation_pair.hpp"

using namespace tandem;
using namespace tandem::test;

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

TEST_CASE("a note longer than a comment arrives whole in parts, and they follow it as it shrinks and grows [H5][F10][R4]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  auto const lines = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format("<p>Line {} of a long note.</p>", i);
    return text;
  };
  auto const note = pair.note({{"notetext", lines(900)}});
  pair.note({{"notetext", "After it"}});
  CHECK(story.run_well().items.at(0).comments == 4);
  auto const comments = pair.comments();
  REQUIRE(comments.size() == 4);
  std::string whole;
  for (std::size_t i = 0; i < 3; ++i) {
    auto const text = text_of(comments.at(i));
    CHECK(text.starts_with(fmt::format("Alice Ciccu in Dynamics 365, 2026-11-02 09:20 UTC ({}/3):\n\n", i + 1)));
    whole += text.substr(text.find("\n\n"));
  }
  for (int i = 0; i < 900; ++i) CHECK(whole.find(fmt::format("Line {} of", i)) != std::string::npos);
  CHECK(text_of(comments.at(3)).ends_with("After it"));
  CHECK(pair.notes().size() == 2);

  auto const id = std::string(note["annotationid"].text());
  for (auto const& [count, shown] : {std::pair{1, 1}, {1300, 4}, {400, 2}}) {
    story.world().advance(20min);
    pair.edit_note(id, {{"notetext", lines(count)}});
    story.run_well();
    auto const now = pair.comments();
    REQUIRE(now.size() >= 4);
    std::size_t used = 0;
    for (auto const& one : now) used += text_of(one).find("of a long note") != std::string::npos ? 1U : 0U;
    CHECK(used == static_cast<std::size_t>(shown));
    CHECK(text_of(now.at(3)).ends_with("After it"));
    story.world().advance(20min);
    story.forget_requests();
    story.run_well();
    CHECK(story.writes().empty());
  }
  CHECK(text_of(pair.comments().back())
            .ends_with("[This part is no longer used: the text was shortened, and now ends in part 2.]"));
  CHECK(pair.notes().size() == 2);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("a comment longer than a note arrives whole in parts, and they follow it [H5][F10][R4]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  auto const comment = pair.comment(std::string(29'000, '&'));  // each of them five characters of HTML
  CHECK(story.run_well().items.at(0).notes == 2);
  auto const notes = pair.notes();
  REQUIRE(notes.size() == 2);
  CHECK(notes.at(0)["subject"].text().ends_with("UTC (1/2)"));
  CHECK(notes.at(1)["subject"].text().ends_with("UTC (2/2)"));
  auto const size = notes.at(0)["notetext"].text().size() + notes.at(1)["notetext"].text().size();
  CHECK(size > 29'000 * 5);
  story.world().advance(20min);
  pair.edit_comment(std::string(comment["id"].text()), "Short now");
  CHECK(story.run_well().items.at(0).notes == 2);
  CHECK(pair.notes().at(0)["notetext"].text().find("Short now") != std::string_view::npos);
  CHECK(pair.notes().at(1)["notetext"].text().find("no longer used") != std::string_view::npos);
  story.world().advance(20min);
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
  CHECK(pair.comments().size() == 1);
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

TEST_CASE("a file that was found to be copied already is known as a copy: deleted, it is not made again [F10][R2]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  bool const to_jira = GENERATE(false, true);
  CAPTURE(to_jira);
  if (to_jira)
    pair.note({{"filename", "one.txt"}, {"documentbody", to_base64("one")}});
  else
    pair.attach("one.txt", "one");
  story.world().set_faults({lost(sandbox::Fault::When::after, to_jira ? "POST" : "PATCH",
                                 to_jira ? "/rest/api/3/issue/*/attachments" : "/api/data/v9.2/annotations(*")});
  REQUIRE(story.run().record.has_value());
  story.world().advance(150s);
  story.run_well();
  REQUIRE(pair.notes().size() == 1);
  REQUIRE(pair.attachments().size() == 1);
  story.world().advance(20min);
  if (to_jira)
    story.edit("connector", ServiceName::jira, "DELETE",
               "/rest/api/3/attachment/" + std::string(pair.attachments().at(0)["id"].text()));
  else
    story.edit("alice", ServiceName::dataverse, "DELETE",
               "/api/data/v9.2/annotations(" + std::string(pair.notes().at(0)["annotationid"].text()) + ")");
  pair.comment("Something else happened");
  story.run_well();
  CHECK(pair.attachments().size() == (to_jira ? 0U : 1U));
  CHECK(pair.notes().size() == (to_jira ? 2U : 1U));  // the comment's copy, and the original where it is in Dynamics
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
