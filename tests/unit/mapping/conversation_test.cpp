// Names and sizes of files, the text of copies, and what an item file says of them (SPEC H, I).
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/conversation/file.hpp>
#include <tandem/mapping/conversation/options.hpp>
#include <tandem/mapping/conversation/text.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>

using namespace tandem;
using namespace tandem::mapping::conversation;

namespace {

std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

mapping::Item parsed(std::string const& switches) {
  auto const item = mapping::parse_item(
      R"({"name":"n","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},"dynamics":{"module":"custom","entity":"incident"},)" +
      switches + "}");
  REQUIRE(item.item.has_value());
  CHECK(item.faults.empty());
  return *item.item;
}

std::string plain(json::Value const& adf) { return mapping::richtext::to_text(mapping::richtext::from_adf(adf).document); }

constexpr std::uint64_t kMega = 1024ULL * 1024;

}  // namespace

TEST_CASE("a file name is data: no path, no control characters, no signs that a system refuses, never empty [I3][S2]") {
  auto const [given, name] = GENERATE(table<std::string, std::string>({
      {"report.pdf", "report.pdf"},
      {std::string("../../x\0.pdf", 12), "x.pdf"},
      {"C:\\Users\\bob\\a.txt", "a.txt"},
      {"a<b>:c|d?e*\"f\".txt", "a_b__c_d_e__f_.txt"},
      {"line\r\nbreak\t.txt", "linebreak.txt"},
      {"\xE2\x80\xAEgpj.exe", "\xE2\x80\xAEgpj.exe"},
      {"  spaces  .doc ", "spaces  .doc"},
      {"..", "file"},
      {".", "file"},
      {"/", "file"},
      {"", "file"},
      {"\x01\x02", "file"},
      {".htaccess", ".htaccess"},
      {"Größe ✓.pdf", "Größe ✓.pdf"},
  }));
  CHECK(file_name(given) == name);
}

TEST_CASE("a name of 255 emoji is cut on a whole character to 255 UTF-16 units and keeps its extension [I3]") {
  auto const name = file_name(repeated("😀", 255) + ".pdf");
  CHECK(text::utf16_units(name) <= 255);
  CHECK(text::utf16_units(name) >= 254);
  CHECK(name.ends_with("😀.pdf"));
  CHECK(text::is_valid(name));
  CHECK(file_name(repeated("a", 255)) == repeated("a", 255));
  CHECK(file_name(repeated("a", 256)).size() == 255);
  CHECK(file_name("x." + repeated("e", 300)).size() == 255);
}

TEST_CASE("a file travels up to its limit and not one byte further, as each side counts [I2]") {
  FileRules const no_limit;
  FileRules dynamics;
  dynamics.most_base64 = 5'242'880;  // the organisation's default
  dynamics.takes_empty = false;
  dynamics.blocked_extensions = "ade; exe ;js";
  FileRules jira;
  jira.most_bytes = 3 * kMega;
  auto const code = [](std::optional<Report> const& report) { return report ? std::string(code_of(report->reason)) : ""; };
  CHECK(code(refusal_of("a", kMostFileBytes - 1, kMostFileBytes, no_limit)) == "");
  CHECK(code(refusal_of("a", kMostFileBytes, kMostFileBytes, no_limit)) == "");
  CHECK(code(refusal_of("a", kMostFileBytes + 1, kMostFileBytes, no_limit)) == "larger-than-limit");
  CHECK(kMostFileBytes == 10'485'760);
  // 5,242,880 characters of base64 are 3,932,160 bytes.
  CHECK(code(refusal_of("a", 3'932'160, kMostFileBytes, dynamics)) == "");
  CHECK(code(refusal_of("a", 3'932'161, kMostFileBytes, dynamics)) == "larger-than-limit");
  CHECK(code(refusal_of("a", 3 * kMega, kMostFileBytes, jira)) == "");
  CHECK(code(refusal_of("a", 3 * kMega + 1, kMostFileBytes, jira)) == "larger-than-limit");
  CHECK(code(refusal_of("setup.EXE", 10, kMostFileBytes, dynamics)) == "blocked-file");
  CHECK(code(refusal_of("exe", 10, kMostFileBytes, dynamics)) == "");
  CHECK(code(refusal_of("a.exe.txt", 10, kMostFileBytes, dynamics)) == "");
  CHECK(code(refusal_of("empty.txt", 0, kMostFileBytes, dynamics)) == "empty-file");
  CHECK(code(refusal_of("empty.txt", 0, kMostFileBytes, jira)) == "");
  FileRules disabled;
  disabled.enabled = false;
  CHECK(code(refusal_of("a", 1, kMostFileBytes, disabled)) == "files-disabled");
  CHECK(base64_length(1) == 4);
  CHECK(base64_length(3) == 4);
  CHECK(base64_length(10'485'760) == 13'981'016);
}

TEST_CASE("a copy says who wrote it, when and where, before what was written [H2]") {
  Attribution const alice{"Alice Example", parse_instant("2026-11-02T08:10:25Z")};
  auto const comment = comment_of_note(alice, "Call", "Worked until\nyesterday.");
  REQUIRE(comment.has_value());
  CHECK(plain(comment->body) == "Alice Example in Dynamics 365, 2026-11-02 08:10 UTC:\n\nCall\n\nWorked until\nyesterday.");
  CHECK_FALSE(comment->was_cut);
  auto const rich = comment_of_note(
      alice, "", "<div class=\"ck-content\"><p>See <b>this</b></p><ul><li>a</li><li>b</li></ul></div>", "log.txt");
  REQUIRE(rich.has_value());
  CHECK(json::to_text(rich->body).find("bulletList") != std::string::npos);
  CHECK(plain(rich->body).ends_with("\n\n[file: log.txt]"));
  auto const nobody = comment_of_note({}, "", "x");
  REQUIRE(nobody.has_value());
  CHECK(plain(nobody->body) == "Somebody in Dynamics 365:\n\nx");
  // A plain note with signs of HTML that are none stays as it was written.
  CHECK(plain(comment_of_note(alice, "", "if a < b && c > d then")->body).ends_with("if a < b && c > d then"));

  auto const note = note_of_comment({"Bob", parse_instant("2026-11-02T08:10:00Z")},
                                    mapping::richtext::to_adf(mapping::richtext::from_text("1 < 2\n\n- x\n- y")).adf, 100'000);
  CHECK(note.html.find("<em>Bob in Jira, 2026-11-02 08:10 UTC:</em>") != std::string::npos);
  CHECK(note.html.find("1 &lt; 2") != std::string::npos);
  CHECK(note.html.find("<li>") != std::string::npos);
}

TEST_CASE("a name that holds markup or line ends becomes one line of text [S2]") {
  Attribution const odd{"Eve\n<script>alert(1)</script>", std::nullopt};
  auto const note = note_of_comment(odd, mapping::richtext::to_adf(mapping::richtext::from_text("x")).adf, 100'000);
  CHECK(note.html.find("<script") == std::string::npos);
  CHECK(note.html.find("Eve &lt;script&gt;") != std::string::npos);
  CHECK(in_jira({repeated("n", 5000), std::nullopt}).size() < 200);
}

TEST_CASE("a text too long for the target is cut on a whole character with a pointer, in either direction [H5][C9]") {
  std::string text;
  for (int i = 0; i < 4000; ++i) text += fmt::format("line {} 😀\n", i);
  auto const comment = comment_of_note({"A", std::nullopt}, "", text);
  REQUIRE(comment.has_value());
  CHECK(comment->was_cut);
  CHECK(json::to_text(comment->body).size() <= mapping::richtext::kMostAdfBytes);
  CHECK(plain(comment->body).ends_with("[Cut here: the whole text is in Dynamics 365.]"));
  json::Value const long_comment = mapping::richtext::to_adf(mapping::richtext::from_text(text), 1'000'000).adf;
  auto const note = note_of_comment({"B", std::nullopt}, long_comment, 2000);
  CHECK(note.was_cut);
  CHECK(text::utf16_units(note.html) <= 2000);
  CHECK(note.html.find("[Cut here: the whole text is in Jira.]") != std::string::npos);
  CHECK(mapping::richtext::from_html(note.html).has_value());
}

TEST_CASE("an item says what is copied, from when on, and how large files may be [H1][H4][I2][F10]") {
  auto const plain_item = parsed(R"("comments":{"enabled":true},"attachments":{"enabled":true})");
  CHECK(comments_of(plain_item).enabled);
  CHECK(comments_of(plain_item).edits);
  CHECK_FALSE(comments_of(plain_item).is_public);
  CHECK_FALSE(comments_of(plain_item).include_restricted);
  CHECK_FALSE(comments_of(plain_item).since.given);
  CHECK(files_of(plain_item).most_bytes == kMostFileBytes);
  auto const full = parsed(
      R"("comments":{"enabled":true,"since":"2026-01-31T00:00:00Z","visibility":"public","includeRestricted":true,"edits":false},)"
      R"("attachments":{"enabled":true,"maxBytes":1000,"verify":true})");
  CHECK(comments_of(full).since.at == parse_instant("2026-01-31T00:00:00Z"));
  CHECK(comments_of(full).is_public);
  CHECK(comments_of(full).include_restricted);
  CHECK_FALSE(comments_of(full).edits);
  CHECK(files_of(full).most_bytes == 1000);
  CHECK(files_of(full).verify);
  auto const all = comments_of(parsed(R"("comments":{"enabled":true,"since":"all"})"));
  CHECK(all.since.given);
  CHECK_FALSE(all.since.at.has_value());
  CHECK(mark_of(plain_item) != mark_of(full));
  CHECK_FALSE(has_conversation(parsed(R"("comments":{"enabled":false})")));
}
