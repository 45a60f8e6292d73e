#include <tandem/mapping/status/options.hpp>

#include <tandem/mapping/item.hpp>

namespace tandem::mapping::status {

StatusOptions options_of(Item const& item) {
  auto const& written = item.status;
  StatusOptions out;
  out.enabled = written["enabled"].truthy();
  for (auto const& pair : written["map"].items()) {
    auto const& jira = pair["jira"];
    bool const both = jira.is_object();
    out.map.push_back({pair["dynamics"].scalar_text(), both ? jira["status"].scalar_text() : jira.scalar_text(),
                       both ? jira["resolution"].scalar_text() : std::string()});
  }
  auto const& resolve = written["resolve"];
  out.resolve_reason = resolve["statusReason"].scalar_text();
  out.resolution_type = resolve["resolutionType"].scalar_text();
  out.subject = resolve["subject"].text();
  out.text = resolve["text"].text();
  out.minutes = resolve["minutes"].integer().value_or(0);
  out.cancel_reason = written["cancel"]["statusReason"].scalar_text();
  for (auto const& one : written["path"].items()) out.path.push_back(one.scalar_text());
  out.column = written["column"].text();
  out.fields = written["fields"].members();
  out.explore = written["explore"].truthy();
  out.allow_lowest = written["allowLowest"].truthy();
  return out;
}

}  // namespace tandem::mapping::status
