#include <tandem/mapping/value/over_rich_text.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/cut.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/merge.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::value {

namespace {

// Nothing: it could not be read.
std::optional<richtext::Document> document_of(ColumnCodec const& column, json::Value const& raw) {
  auto read = column.read(raw, {});
  if (!read.value) return std::nullopt;
  if (auto* document = std::get_if<richtext::Document>(&*read.value)) return std::move(*document);
  return richtext::from_text(as_text(*read.value).value_or(""));
}

richtext::View view_of(OverRichText const& values) {
  bool const html =
      values.rich || richtext::looks_like_html(values.raw.text(), false) || richtext::looks_like_html(values.shown.text(), false);
  if (!html) return [](richtext::Document const& document) { return richtext::from_text(richtext::to_text(document)); };
  return [](richtext::Document const& document) {
    auto read = richtext::from_html(richtext::to_html(document));
    return read ? std::move(read->document) : richtext::Document{};
  };
}

Conversion held(std::string detail) { return not_written(Reason::would_lose_content, std::move(detail)); }

}  // namespace

Conversion write_over_rich_text(ColumnCodec const& column, Conversion fresh, OverRichText const& values) {
  if (!fresh.value || !values.present.is_object()) return fresh;
  auto const present = richtext::from_adf(values.present).document;
  if (!richtext::shows_anything(present)) return fresh;
  auto const edited = document_of(column, values.raw);
  auto const shown = document_of(column, values.shown);
  if (!edited || !shown) return fresh;
  bool const irreplaceable = std::any_of(present.blocks.begin(), present.blocks.end(), richtext::holds_irreplaceable);
  if (!richtext::shows_anything(*edited)) {
    return irreplaceable ? held("Jira's text holds images, mentions or unknown content") : std::move(fresh);
  }
  if (richtext::is_cut_copy(present)) {  // the source changed: it is cut again (C9), but not over what Jira alone holds
    return irreplaceable ? held("Jira's copy is cut and holds images, mentions or unknown content") : fresh;
  }
  auto merged = richtext::merge(values.present, *shown, *edited, view_of(values));
  if (!merged.held.empty()) return held(std::move(merged.held));
  if (!richtext::shows_anything(richtext::from_adf(merged.adf).document)) return fresh;
  auto const bytes = json::to_text(merged.adf).size();
  if (bytes > std::max(richtext::kMostAdfBytes, json::to_text(values.present).size())) {
    if (irreplaceable) return held(fmt::format("with Jira's own content the text has {} bytes", bytes));
    return fresh;
  }
  Conversion out = written(std::move(merged.adf));
  for (auto& report : fresh.reports) {
    if (report.reason != Reason::cut) out.reports.push_back(std::move(report));
  }
  if (!merged.losses.empty()) out.reports.push_back({Reason::lossy, "replaced in Jira: " + richtext::describe(merged.losses)});
  return out;
}

}  // namespace tandem::mapping::value
