#include <tandem/mapping/conversation/text.hpp>

#include <limits>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/cut.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/split.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::conversation {

namespace {

using richtext::Document;
using richtext::Inline;

constexpr std::size_t kMostAuthor = 100;
constexpr std::size_t kMostShown = 120;
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
constexpr char const* kLongestMark = " (99/99)";
static_assert(kMostParts < 100);

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

// A part of a text, with its line above.
Document under(std::string line, Document const& part) {
  Document out{{heading_line(std::move(line))}};
  out.blocks.insert(out.blocks.end(), part.blocks.begin(), part.blocks.end());
  return out;
}

std::string no_longer_used(std::size_t parts) {
  if (parts == 1) return "[This part is no longer used: the text was shortened, and its first part is now the whole of it.]";
  return fmt::format("[This part is no longer used: the text was shortened, and now ends in part {}.]", parts);
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

std::string part_mark(std::size_t part, std::size_t parts) {
  return parts > 1 ? fmt::format(" ({}/{})", part, parts) : std::string();
}

Result<WrittenComment> comment_of_note(Attribution const& who, std::string_view subject, std::string_view text,
                                       std::string_view file) {
  TANDEM_TRY(auto note, read_note(text));
  Document body;
  if (auto title = richtext::one_line(subject); !title.empty()) {
    Inline run{Inline::Kind::text, std::move(title)};
    run.marks.strong = true;
    body.blocks.push_back(richtext::paragraph(std::vector<Inline>{std::move(run)}));
  }
  std::move(note.blocks.begin(), note.blocks.end(), std::back_inserter(body.blocks));
  if (!file.empty()) body.blocks.push_back(richtext::paragraph(fmt::format("[file: {}]", richtext::one_line(file))));
  WrittenComment out;
  auto const adf = [&](Document const& part, std::string const& mark) {
    auto written = richtext::to_adf(under(in_dynamics(who) + mark + ":", part), kNoLimit);
    out.losses = std::move(written.losses);
    return std::move(written.adf);
  };
  out.parts.push_back(adf(body, ""));
  if (json::to_text(out.parts.front()).size() <= richtext::kMostAdfBytes) return out;
  auto const losses = out.losses;
  auto const fits = [&](Document const& part) {
    return json::to_text(adf(part, kLongestMark)).size() <= richtext::kMostAdfBytes;
  };
  auto const split = richtext::split(body, kMostParts, richtext::kMostAdfBytes, richtext::kWholeTextInDynamics, fits);
  out.parts.clear();
  for (auto const& part : split.parts) out.parts.push_back(adf(part, part_mark(out.parts.size() + 1, split.parts.size())));
  out.was_cut = split.was_cut;
  out.losses = losses;
  return out;
}

WrittenNote note_of_comment(Attribution const& who, json::Value const& body, std::size_t most) {
  auto read = richtext::from_adf(body);
  auto const html = [&](Document const& part, std::string const& mark) {
    return richtext::write_html(under(in_jira(who) + mark + ":", part));
  };
  auto written = html(read.document, "");
  WrittenNote out{{std::move(written.html)}, false, std::move(read.losses)};
  richtext::add(out.losses, written.losses);
  if (text::utf16_units(out.parts.front()) <= most) return out;
  auto const fits = [&](Document const& part) { return text::utf16_units(html(part, kLongestMark).html) <= most; };
  auto const split = richtext::split(read.document, kMostParts, most, richtext::kWholeTextInJira, fits);
  out.parts.clear();
  for (auto const& part : split.parts) out.parts.push_back(html(part, part_mark(out.parts.size() + 1, split.parts.size())).html);
  out.was_cut = split.was_cut;
  return out;
}

json::Value unused_comment(Attribution const& who, std::size_t parts) {
  return richtext::to_adf(under(in_dynamics(who) + ":", {{richtext::paragraph(no_longer_used(parts))}})).adf;
}

std::string unused_note(Attribution const& who, std::size_t parts) {
  return richtext::to_html(under(in_jira(who) + ":", {{richtext::paragraph(no_longer_used(parts))}}));
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
