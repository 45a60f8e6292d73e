#include "jira/jql/order.hpp"

#include <charconv>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "jira/fields/value.hpp"
#include "jira/jql/fields.hpp"
#include "jira/jql/values.hpp"

namespace sandbox::jira::jql {

namespace {

double millis(Instant at) { return static_cast<double>(tandem::epoch_millis(at)); }

// The lowest priority sorts first, ascending; the site's list starts with the highest.
SortValue priority_rank(Site const& site, Issue const& issue) {
  double rank = 0;
  for (auto const& priority : site.definition.priorities) {
    if (priority.id == issue.value("priority").text()) return -rank;
    ++rank;
  }
  return {};
}

// Entities by their place in the site's list.
template <class Items>
SortValue rank_in(Items const& items, std::string_view id) {
  double rank = 0;
  for (auto const& item : items) {
    if (item.id == id) return rank;
    ++rank;
  }
  return {};
}

std::string shown_text(json::Value const& value) {
  for (auto const* key : {"displayName", "value", "name"}) {
    if (value.has(key)) return std::string(value[key].text());
  }
  if (value.is_array() && !value.items().empty()) return shown_text(value.items().front());
  return value.scalar_text();
}

int compare(SortValue const& a, SortValue const& b) {
  if (a.index() != b.index()) {
    if (std::holds_alternative<std::monostate>(a)) return 1;  // empty last
    if (std::holds_alternative<std::monostate>(b)) return -1;
    return a.index() < b.index() ? -1 : 1;
  }
  if (a < b) return -1;
  return b < a ? 1 : 0;
}

}  // namespace

std::optional<SortKey> sort_key(Site const& site, Reader const& reader, OrderKey const& key) {
  auto const named = named_field(site, key.field);
  if (!named || named->field == nullptr) return std::nullopt;
  auto const* field = named->field;
  SortKey out;
  out.descending = key.descending;
  out.field = field->id;
  if (field->id == "issuekey") {
    bool const by_id = tandem::text::equal_ignoring_case(key.field, "id");
    out.field = by_id ? "id" : "key";
    if (by_id) {
      out.of = [](Issue const& issue) -> SortValue { return static_cast<double>(issue.id); };
    } else {
      out.of = [](Issue const& issue) -> SortValue {
        return fmt::format("{} {:012}", std::string_view(issue.key).substr(0, issue.key.rfind('-')), issue.number);
      };
    }
  } else if (is_date(*field)) {
    out.of = [field](Issue const& issue) -> SortValue {
      auto const at = date_of(issue, *field, "UTC");
      return at ? SortValue(millis(*at)) : SortValue();
    };
  } else if (is_number(*field)) {
    out.of = [field](Issue const& issue) -> SortValue {
      auto const number = number_of(issue, *field);
      return number ? SortValue(*number) : SortValue();
    };
  } else if (field->id == "priority") {
    out.of = [&site](Issue const& issue) { return priority_rank(site, issue); };
  } else if (field->id == "status") {
    out.of = [&site](Issue const& issue) { return rank_in(site.definition.statuses, issue.status); };
  } else if (field->id == "issuetype") {
    out.of = [&site](Issue const& issue) { return rank_in(site.definition.types, issue.type); };
  } else if (field->id == "resolution") {
    out.of = [&site](Issue const& issue) { return rank_in(site.definition.resolutions, issue.value("resolution").text()); };
  } else {
    out.of = [&site, &language = reader, field](Issue const& issue) -> SortValue {
      auto const text = shown_text(render_value(site, language, issue, *field));
      return text.empty() ? SortValue() : SortValue(tandem::text::folded(text));
    };
  }
  return out;
}

Position position_of(Compiled const& query, Issue const& issue) {
  Position out;
  for (auto const& key : query.order) out.values.push_back(key.of(issue));
  out.id = issue.id;
  return out;
}

bool comes_before(Compiled const& query, Position const& a, Position const& b) {
  for (std::size_t i = 0; i < query.order.size() && i < a.values.size() && i < b.values.size(); ++i) {
    int const order = compare(a.values[i], b.values[i]);
    if (order != 0) return (order < 0) != query.order[i].descending;
  }
  // Without an ORDER BY the newest issue comes first.
  return query.order.empty() ? a.id > b.id : a.id < b.id;
}

json::Value to_json(Position const& position) {
  json::Array values;
  for (auto const& value : position.values) {
    if (auto const* text = std::get_if<std::string>(&value))
      values.emplace_back(*text);
    else if (auto const* number = std::get_if<double>(&value))
      values.emplace_back(json::Number{fmt::format("{}", *number)});
    else
      values.emplace_back(nullptr);
  }
  return json::Object{{"v", std::move(values)}, {"i", position.id}};
}

std::optional<Position> position_from(json::Value const& value) {
  Position out;
  auto const id = value["i"].integer();
  if (!id || !value["v"].is_array()) return std::nullopt;
  out.id = *id;
  for (auto const& item : value["v"].items()) {
    if (item.is_string()) {
      out.values.emplace_back(std::string(item.text()));
    } else if (auto const* number = item.if_number()) {
      double held = 0;
      std::from_chars(number->text.data(), number->text.data() + number->text.size(), held);
      out.values.emplace_back(held);
    } else {
      out.values.emplace_back();
    }
  }
  return out;
}

}  // namespace sandbox::jira::jql
