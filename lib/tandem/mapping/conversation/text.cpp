#include <tandem/mapping/conversation/text.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/cut.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::conversation {

namespace {

using richtext::Document;
using richtext::Inline;

constexpr std::size_t kMostAuthor = 100;
constexpr std::size_t kMostShown = 120;

std::string minute_of(Instant at) {
  auto text = to_rfc3339_seconds(at);  // 2026-11-02T08:10:25Z
  return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 5));
}

std::string line_of(Attribution const& who, std::string_view system) {
  auto author = std::string(text::cut_utf16(richtext::one_line(who.author), kMostAuthor));
  if (author.empty()) author = "Somebody";
  return who.at ? fmt::format("{} in {}, {}", author, system, minute_of(*who.at)) : fmt::format("{} in {}", author, system);
}

richtext::Block heading_line(std::string line) {
  Inline run{Inline::Kind::text, std::move(line)};
  run.marks.em = true;
  return richtext::paragraph(std::vector<Inline>{std::move(run)});
}

Result<Document> read_note(std::string_view text) {
  // A note's column is rich text: the timeline's editor writes HTML into it, older clients and the API plain text (dataverse.md §22).
  if (!richtext::looks_like_html(text, true)) return richtext::from_text(text);
  TANDEM_TRY(auto read, richtext::from_html(text));
  return std::move(read.document);
}

std::string hash(std::string_view text) { return to_hex(sha256(text).substr(0, 16)); }

std::string first_words(std::string_view text) {
  auto const line = richtext::one_line(text);
  auto const cut = text::cut_utf16(line, kMostShown);
  return cut.size() == line.size() ? line : std::string(cut) + "…";
}

}  // namespace

std::string in_dynamics(Attribution const& who) { return line_of(who, "Dynamics 365"); }
std::string in_jira(Attribution const& who) { return line_of(who, "Jira"); }

Result<WrittenComment> comment_of_note(Attribution const& who, std::string_view subject, std::string_view text,
                                       std::string_view file) {
  TANDEM_TRY(auto note, read_note(text));
  Document document;
  document.blocks.push_back(heading_line(in_dynamics(who) + ":"));
  if (auto title = richtext::one_line(subject); !title.empty()) {
    Inline run{Inline::Kind::text, std::move(title)};
    run.marks.strong = true;
    document.blocks.push_back(richtext::paragraph(std::vector<Inline>{std::move(run)}));
  }
  std::move(note.blocks.begin(), note.blocks.end(), std::back_inserter(document.blocks));
  if (!file.empty()) document.blocks.push_back(richtext::paragraph(fmt::format("[file: {}]", richtext::one_line(file))));
  auto written = richtext::to_adf(document, richtext::kMostAdfBytes, richtext::kWholeTextInDynamics);
  return WrittenComment{std::move(written.adf), written.was_cut, std::move(written.losses)};
}

WrittenNote note_of_comment(Attribution const& who, json::Value const& body, std::size_t most) {
  auto read = richtext::from_adf(body);
  Document document;
  document.blocks.push_back(heading_line(in_jira(who) + ":"));
  std::move(read.document.blocks.begin(), read.document.blocks.end(), std::back_inserter(document.blocks));
  auto written = richtext::write_html(document);
  WrittenNote out{std::move(written.html), false, std::move(read.losses)};
  richtext::add(out.losses, written.losses);
  if (text::utf16_units(out.html) <= most) return out;
  auto const fits = [&](Document const& part) { return text::utf16_units(richtext::to_html(part)) <= most; };
  out.html = richtext::to_html(richtext::cut(document, richtext::kWholeTextInJira, fits));
  out.was_cut = true;
  return out;
}

std::string hash_of_note(std::string_view subject, std::string_view text) { return hash(fmt::format("{}\n{}", subject, text)); }

std::string hash_of_comment(json::Value const& body) { return hash(richtext::fingerprint(richtext::from_adf(body).document)); }

std::string shown_note(std::string_view subject, std::string_view text) {
  if (auto title = first_words(subject); !title.empty()) return title;
  auto const document = read_note(text);
  return document ? first_words(richtext::to_text(*document)) : std::string();
}

std::string shown_comment(json::Value const& body) { return first_words(richtext::to_text(richtext::from_adf(body).document)); }

}  // namespace tandem::mapping::conversation
