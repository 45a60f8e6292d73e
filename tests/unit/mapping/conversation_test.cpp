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
  CHECK(code(refusal_of("a.bin", 10, kMostFileBytes, dynamics, "text/html")) == "");  // nothing is told of types
  FileRules types;
  types.blocked_types = "image/svg+xml; Text/HTML";
  CHECK(code(refusal_of("a.bin", 10, kMostFileBytes, types, "text/html")) == "blocked-file");
  CHECK(code(refusal_of("a.bin", 10, kMostFileBytes, types, "text/plain")) == "");
  CHECK(code(refusal_of("a.bin", 10, kMostFileBytes, types)) == "");
  types.allowed_types = "text/plain";
  CHECK(code(refusal_of("a.bin", 10, kMostFileBytes, types, "text/plain")) == "");
  CHECK(code(refusal_of("a.bin", 10, kMostFileBytes, types, "image/png")) == "blocked-file");
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
  CHECK(plain(comment->parts.at(0)) ==
        "Alice Example in Dynamics 365, 2026-11-02 08:10 UTC:\n\nCall\n\nWorked until\nyesterday.");
  CHECK_FALSE(comment->was_cut);
  auto const rich = comment_of_note(
      alice, "", "<div class=\"ck-content\"><p>See <b>this</b></p><ul><li>a</li><li>b</li></ul></div>", "log.txt");
  REQUIRE(rich.has_value());
  CHECK(json::to_text(rich->parts.at(0)).find("bulletList") != std::string::npos);
  CHECK(plain(rich->parts.at(0)).ends_with("\n\n[file: log.txt]"));
  auto const nobody = comment_of_note({}, "", "x");
  REQUIRE(nobody.has_value());
  CHECK(plain(nobody->parts.at(0)) == "Somebody in Dynamics 365:\n\nx");
  // A plain note with signs of HTML that are none stays as it was written.
  CHECK(plain(comment_of_note(alice, "", "if a < b && c > d then")->parts.at(0)).ends_with("if a < b && c > d then"));

  auto const note = note_of_comment({"Bob", parse_instant("2026-11-02T08:10:00Z")},
                                    mapping::richtext::to_adf(mapping::richtext::from_text("1 < 2\n\n- x\n- y")).adf, 100'000);
  CHECK(note.parts.at(0).find("<em>Bob in Jira, 2026-11-02 08:10 UTC:</em>") != std::string::npos);
  CHECK(note.parts.at(0).find("1 &lt; 2") != std::string::npos);
  CHECK(note.parts.at(0).find("<li>") != std::string::npos);
}

TEST_CASE("a name that holds markup or line ends becomes one line of text [S2]") {
  Attribution const odd{"Eve\n<script>alert(1)</script>", std::nullopt};
  auto const note = note_of_comment(odd, mapping::richtext::to_adf(mapping::richtext::from_text("x")).adf, 100'000);
  CHECK(note.parts.at(0).find("<script") == std::string::npos);
  CHECK(note.parts.at(0).find("Eve &lt;script&gt;") != std::string::npos);
  CHECK(in_jira({repeated("n", 5000), std::nullopt}).size() < 200);
}

namespace {

std::string without_blanks(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c != ' ' && c != '\n') out += c;
  }
  return out;
}

// The texts of all parts in their order, without the line that each begins with.
std::string joined(std::vector<std::string> const& parts) {
  std::string out;
  for (auto const& part : parts) out += part.substr(part.find('\n')) + "\n";
  return without_blanks(out);
}

std::string plain_html(std::string const& html) {
  auto const read = mapping::richtext::from_html(html);
  REQUIRE(read.has_value());
  return mapping::richtext::to_text(read->document);
}

}  // namespace

TEST_CASE("a text too long for one copy becomes several, whole, in order and numbered, in either direction [H5]") {
  auto const lines = GENERATE(true, false);
  std::string text;
  for (int i = 0; i < 4000; ++i) text += fmt::format("line {} 😀{}", i, lines ? "\n\n" : " ");
  auto const comment = comment_of_note({"A", std::nullopt}, "A title", text, "a.txt");
  REQUIRE(comment.has_value());
  CHECK_FALSE(comment->was_cut);
  REQUIRE(comment->parts.size() > 1);
  std::vector<std::string> shown;
  for (auto const& part : comment->parts) {
    CHECK(json::to_text(part).size() <= mapping::richtext::kMostAdfBytes);
    shown.push_back(plain(part));
    CHECK(shown.back().starts_with(fmt::format("A in Dynamics 365 ({}/{}):\n", shown.size(), comment->parts.size())));
    CHECK((!lines || shown.size() == comment->parts.size() || shown.back().ends_with("😀")));  // between two lines
  }
  CHECK(joined(shown) == without_blanks("A title" + text + "[file: a.txt]"));

  json::Value const long_comment = mapping::richtext::to_adf(mapping::richtext::from_text(text), 1'000'000).adf;
  auto const note = note_of_comment({"B", std::nullopt}, long_comment, 4000);
  CHECK_FALSE(note.was_cut);
  REQUIRE(note.parts.size() > 1);
  shown.clear();
  for (auto const& part : note.parts) {
    CHECK(text::utf16_units(part) <= 4000);
    shown.push_back(plain_html(part));
    CHECK(shown.back().starts_with(fmt::format("B in Jira ({}/{}):\n", shown.size(), note.parts.size())));
  }
  CHECK(joined(shown) == without_blanks(text));
}

TEST_CASE("a list that goes on in the next part keeps its numbers and its items whole; a long item goes on too [H5]") {
  std::string html = "<ol>";
  for (int i = 1; i <= 60; ++i) html += fmt::format("<li>item {} {}</li>", i, repeated("word ", i == 30 ? 400 : 20));
  html += "</ol>";
  auto const document = mapping::richtext::from_html(html);
  REQUIRE(document.has_value());
  auto const adf = mapping::richtext::to_adf(document->document, 1'000'000).adf;
  auto const note = note_of_comment({"B", std::nullopt}, adf, 1500);
  REQUIRE(note.parts.size() > 3);
  CHECK_FALSE(note.was_cut);
  int next = 1;
  std::string all;
  for (auto const& part : note.parts) {
    CAPTURE(part);
    auto const text = plain_html(part);
    all += text.substr(text.find('\n'));
    auto const first = text.find_first_of("0123456789", text.find('\n'));
    auto const number = std::stoi(text.substr(first));
    CHECK((number == next || (number == 30 && next == 31)));  // the long one
    for (auto at = text.find("item "); at != std::string::npos; at = text.find("item ", at + 1))
      next = std::stoi(text.substr(at + 5)) + 1;
  }
  CHECK(next == 61);
  std::size_t words = 0;
  for (auto at = all.find("word"); at != std::string::npos; at = all.find("word", at + 1)) ++words;
  CHECK(words == 59 * 20 + 400);
}

TEST_CASE("what cannot be divided, and what needs more than forty parts, is cut with a pointer [H5][C9]") {
  json::Value const macro = json::Object{{"type", "someMacro"}, {"attrs", json::Object{{"text", repeated("0123456789", 300)}}}};
  json::Value const words = mapping::richtext::to_adf(mapping::richtext::from_text(repeated("word ", 500))).adf;
  json::Array content;
  content.push_back(json::Object{{"type", "codeBlock"},
                                 {"content", json::Array{json::Object{{"type", "text"}, {"text", repeated("x", 5000)}}}}});
  content.push_back(macro);
  for (auto const& block : words["content"].items()) content.push_back(block);
  auto const note =
      note_of_comment({"B", std::nullopt}, json::Object{{"type", "doc"}, {"version", 1}, {"content", std::move(content)}}, 1500);
  std::string all;
  for (auto const& part : note.parts) {
    CHECK(text::utf16_units(part) <= 1500);
    all += plain_html(part);
  }
  CHECK(std::count(all.begin(), all.end(), 'x') >= 5000);
  auto const long_one = comment_of_note({"A", std::nullopt}, "", repeated("A line of a very long note.\n\n", 60'000));
  REQUIRE(long_one.has_value());
  CHECK(long_one->parts.size() == kMostParts);
  CHECK(long_one->was_cut);
  CHECK(plain(long_one->parts.back()).ends_with("[Cut here: the whole text is in Dynamics 365.]"));
  CHECK(plain(long_one->parts.front()).find("Cut here") == std::string::npos);
}

TEST_CASE("one line of accents without end is divided all the same [H5][S2]") {
  auto const note = note_of_comment(
      {"B", std::nullopt},
      mapping::richtext::to_adf(mapping::richtext::from_text("a" + repeated("\u0301", 20'000)), 1'000'000).adf, 2000);
  CHECK(note.parts.size() > 5);
  for (auto const& part : note.parts) CHECK(text::utf16_units(part) <= 2000);
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
