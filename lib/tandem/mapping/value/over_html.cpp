#include <tandem/mapping/value/over_html.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_merge.hpp>

namespace tandem::mapping::value {

namespace {

bool was_cut(Conversion const& conversion) {
  return std::any_of(conversion.reports.begin(), conversion.reports.end(),
                     [](Report const& report) { return report.reason == Reason::cut; });
}

// The column as one text, anew.
Conversion as_a_whole(Conversion fresh, richtext::ReadHtml const& held, std::string const& why) {
  auto const& blocks = held.document.blocks;
  if (std::any_of(blocks.begin(), blocks.end(), richtext::holds_irreplaceable)) {
    return not_written(Reason::would_lose_content,
                       fmt::format("the text in Dynamics holds images, which Jira's text would remove: {}", why));
  }
  if (!held.losses.empty())
    fresh.reports.push_back({Reason::lossy, fmt::format("replaced in Dynamics: {} ({})", richtext::describe(held.losses), why)});
  return fresh;
}

}  // namespace

Conversion write_over_html(Conversion fresh, OverHtml const& values) {
  if (!fresh.value || !values.present.is_string() || !richtext::looks_like_html(values.present.text(), values.rich)) return fresh;
  auto const held = richtext::from_html(values.present.text());
  if (!held || !richtext::shows_anything(held->document)) return fresh;
  if (values.edited == nullptr || !richtext::shows_anything(*values.edited))
    return as_a_whole(std::move(fresh), *held, "it was emptied in Jira");
  if (was_cut(fresh)) return as_a_whole(std::move(fresh), *held, "the text is too long and was cut");
  auto const view = richtext::from_html(richtext::to_html(*values.edited));
  auto merged = view ? richtext::merge_html(values.present.text(), view->document) : std::nullopt;
  if (!merged) return as_a_whole(std::move(fresh), *held, "its HTML could not be taken apart");
  if (!merged->held.empty()) return not_written(Reason::would_lose_content, std::move(merged->held));
  if (text::utf16_units(merged->html) > values.most)
    return as_a_whole(std::move(fresh), *held, fmt::format("with its own markup it has more than {} characters", values.most));
  if (!richtext::looks_like_html(merged->html, values.rich))
    return as_a_whole(std::move(fresh), *held, "what is left of its HTML would be read as plain text");
  auto out = written(json::Value(std::move(merged->html)));
  for (auto& report : fresh.reports) {
    // A column without a type for HTML would have been written as plain text, with the losses of that.
    if (values.rich || report.reason != Reason::lossy) out.reports.push_back(std::move(report));
  }
  if (auto const losses = richtext::write_html(*values.edited).losses; !values.rich && !losses.empty())
    out.reports.push_back({Reason::lossy, "without " + richtext::describe(losses)});
  if (!merged->losses.empty())
    out.reports.push_back({Reason::lossy, "replaced in Dynamics: " + richtext::describe(merged->losses)});
  return out;
}

}  // namespace tandem::mapping::value
