// Conversations: comments, notes and files each way, edits, deletions, what is cut, restricted or too large (SPEC H, I, F10).
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <tandem/base/text/utf8.hpp>

#include "crash/scenes.hpp"

namespace tandem::test {

namespace {

using namespace std::chrono_literals;
using sandbox::ServiceName;

CasesItem talking(std::string const& comments = R"({ "enabled": true })", std::string const& files = R"({ "enabled": true })",
                  std::string const& mode = "one-way") {
  return {.mode = mode, .members = fmt::format(R"("comments": {}, "attachments": {},)", comments, files), .mapped = false};
}

std::string bytes_of(std::size_t size, char seed) {
  std::string out(size, seed);
  for (std::size_t i = 0; i < size; i += 997) out[i] = static_cast<char>(i % 251);
  return out;
}

}  // namespace

std::vector<Scenario> conversation_scenarios() {
  std::vector<Scenario> out;
  auto const add = [&](std::string name, CasesItem const& of, std::function<void(Scene&)> edits, std::vector<std::string> shows) {
    out.push_back(scenario_of("conversations", std::move(name), of, std::move(edits), std::move(shows)));
  };

  add("notes of a record that becomes an issue", talking(),
      [](Scene& scene) {
        scene.note({{"notetext", "Said before"}});
      },
      {"comment ", "Said before"});
  add("a note becomes a comment", talking(),
      [](Scene& scene) {
        scene.linked().note({{"notetext", "A note"}});
      },
      {"comment ", "A note"});
  add("a comment becomes a note", talking(), [](Scene& scene) { scene.linked().comment("A comment"); }, {"A comment"});
  add("three notes and three comments, in order", talking(),
      [](Scene& scene) {
        scene.linked();
        for (int i = 1; i <= 3; ++i)
          scene.note({{"notetext", fmt::format("Note {}", i)}}).comment(fmt::format("Comment {}", i)).pass(10s);
      },
      {"Note 3", "Comment 3"});
  add("notes and comments of two pairs", talking(),
      [](Scene& scene) {
        scene.linked().note({{"notetext", "One"}}).note({{"notetext", "Two"}}, 1).comment("Three").comment("Four", {}, 1);
      },
      {"Four"});
  add("a rich note becomes a rich comment", talking(),
      [](Scene& scene) {
        scene.linked().note(
            {{"notetext",
              "<div class=\"ck-content\" data-wrapper=\"true\"><h2>Head</h2><ul><li>one</li><li><b>two</b></li></ul></div>"}});
      },
      {"bulletList"});
  add("a note is edited", talking(),
      [](Scene& scene) {
        scene.linked().note({{"notetext", "As it was"}}).linked().edit_note("As it was", R"({"notetext":"As it is"})");
      },
      {"As it is"});
  add("a comment is edited", talking(),
      [](Scene& scene) { scene.linked().comment("As it was").linked().edit_comment("As it was", "As it is"); }, {"As it is"});
  add("both sides' originals are edited, and new ones come", talking(),
      [](Scene& scene) {
        scene.linked().note({{"notetext", "Old note"}}).comment("Old comment").linked();
        scene.edit_note("Old note", R"({"notetext":"Edited note"})").edit_comment("Old comment", "Edited comment");
        scene.note({{"notetext", "New note"}}).comment("New comment").attach("five.bin", "five");
        scene.note({{"notetext", "With a file"}, {"filename", "two.txt"}, {"documentbody", to_base64("two")}});
      },
      {"Edited note", "Edited comment", "New note", "New comment", "With a file", R"("filename":"five.bin")",
       R"("name":"two.txt")"});
  add("a note is edited while edits are not mirrored", talking(R"({ "enabled": true, "edits": false })"),
      [](Scene& scene) {
        scene.linked()
            .note({{"notetext", "As it was"}})
            .linked()
            .edit_note("As it was", R"({"notetext":"As it is"})")
            .note({{"notetext", "Next"}});
      },
      {"Next"});
  add("originals are deleted, their copies stay", talking(),
      [](Scene& scene) {
        scene.linked().note({{"notetext", "First note"}}).comment("First comment").linked();
        scene.delete_note("First note").delete_comment("First comment").note({{"notetext", "Then this"}});
      },
      {"First note", "First comment", "Then this"});
  std::string long_text;
  for (int i = 0; long_text.size() < 40'000; ++i) long_text += fmt::format("Line {} of a long note.\n", i);
  add("a note longer than a comment", talking(),
      [long_text](Scene& scene) {
        scene.linked().note({{"notetext", long_text}});
      },
      {"Line 0 of a long note."});
  add("the copy of a long note follows it", talking(),
      [long_text](Scene& scene) {
        scene.linked().note({{"notetext", long_text}}).linked().edit_note("Line 0 of", R"({"notetext":"Short now"})");
      },
      {"Short now"});
  add("a restricted comment stays in Jira, the next one travels", talking(),
      [](Scene& scene) {
        json::Object const restricted{{"visibility", json::Object{{"type", "role"}, {"value", "Service Desk Team"}}}};
        scene.linked().comment("Among ourselves", restricted, 0, "alice").comment("For all");
      },
      {"For all"});
  add("a note's file becomes an attachment", talking(),
      [](Scene& scene) {
        scene.linked().note({{"filename", "a.txt"}, {"mimetype", "text/plain"}, {"documentbody", to_base64("one")}});
      },
      {"attachment ", "a.txt"});
  add("a note with text and file becomes a comment and an attachment", talking(),
      [](Scene& scene) {
        scene.linked().note({{"notetext", "See the file"},
                             {"filename", "a.txt"},
                             {"mimetype", "text/plain"},
                             {"documentbody", to_base64("one")}});
      },
      {"attachment ", "comment ", "See the file"});
  add("an attachment becomes a file note", talking(), [](Scene& scene) { scene.linked().attach("b.bin", "bytes"); },
      {R"("filename":"b.bin")"});
  add("files of both sides, two of one name", talking(R"({ "enabled": false })"),
      [](Scene& scene) {
        scene.linked()
            .attach("same.txt", "two")
            .attach("same.txt", "three")
            .note({{"filename", "same.txt"}, {"documentbody", to_base64("four")}});
      },
      {R"("filename":"same.txt")"});
  add("files whose content is compared", talking(R"({ "enabled": false })", R"({ "enabled": true, "verify": true })"),
      [](Scene& scene) {
        scene.linked()
            .attach("jira.bin", bytes_of(9000, 'j'))
            .note({{"filename", "note.bin"}, {"documentbody", to_base64(bytes_of(9000, 'n'))}});
      },
      {"jira.bin", "note.bin"});
  add("somebody else's file of the same name and size", talking(R"({ "enabled": false })"),
      [](Scene& scene) {
        scene.linked()
            .note({{"filename", "twice.bin"}, {"documentbody", to_base64(bytes_of(500, 'n'))}})
            .attach("twice.bin", bytes_of(500, 'x'));
      },
      {"twice.bin"});
  add("a file that is too large is left, the next one travels",
      talking(R"({ "enabled": false })", R"({ "enabled": true, "maxBytes": 1000 })"),
      [](Scene& scene) { scene.linked().attach("large.bin", bytes_of(1001, 'l')).attach("small.bin", "s"); },
      {R"("filename":"small.bin")"});
  add("fields, comments and files in one run", talking(R"({ "enabled": true })", R"({ "enabled": true })", "two-way"),
      [](Scene& scene) {
        scene.linked().in_jira(R"({"summary":"New title"})").comment("With it").attach("c.txt", "c");
        scene.note({{"notetext", "And this"}});
      },
      {R"("title":"New title")", "With it", "And this", R"("filename":"c.txt")"});
  add("status and comment in one run",
      {.mode = "one-way", .members = R"("status": {"enabled": true}, "comments": {"enabled": true},)", .mapped = false},
      [](Scene& scene) { scene.linked().comment("Last words").transition("31"); }, {"row incidentresolution", "Last words"});
  return out;
}

}  // namespace tandem::test
