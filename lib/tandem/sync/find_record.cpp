#include <tandem/sync/find_record.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/sync/rows.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

constexpr std::string_view kCaseNumber = "ticketnumber";
constexpr std::size_t kMostCandidates = 10;
constexpr int kPage = 100;

std::string text_in(dataverse::Record const& record, std::string_view column) {
  auto const* value = record.column(column);
  return value == nullptr ? std::string() : value->scalar_text();
}

bool is_text(CompiledItem const& item, std::string_view column) {
  auto const* attribute = item.entity().attribute(column);
  return attribute != nullptr && (attribute->type == "String" || attribute->type == "Memo");
}

// The columns in which a record's number and name stand.
std::vector<std::string> name_columns(CompiledItem const& item) {
  std::vector<std::string> out;
  if (is_text(item, kCaseNumber)) out.emplace_back(kCaseNumber);
  if (is_text(item, item.entity().primary_name)) out.push_back(item.entity().primary_name);
  return out;
}

dataverse::Query query_for(CompiledItem const& item, std::vector<std::string> select, int page) {
  dataverse::Query query;
  query.set_name = item.entity().set_name;
  query.primary_id = item.entity().primary_id;
  query.select = std::move(select);
  query.page_size = page;
  return query;
}

bool has_wildcard(std::string_view text) { return text.find_first_of("%_[]") != std::string_view::npos; }

// Without regard to case, accents and runs of blanks, as a person compares; never narrower than the service.
bool holds(std::string_view text, std::string_view part) {
  return text::folded(text).find(text::folded(part)) != std::string::npos;
}

tl::unexpected<Error> unknown(CompiledItem const& item, std::string const& named) {
  return fail(Error{ErrorKind::not_found,
                    fmt::format("there is no {} {} that the application user may see",
                                item.entity().label.empty() ? item.entity().logical_name : item.entity().label, named),
                    {{"reason", std::string(code_of(Reason::unknown_record))},
                     {"cure", "look for it with `tandem link search`, or check the role's read access"}}});
}

}  // namespace

std::string literal_pattern(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == '%' || c == '_' || c == '[')
      out += fmt::format("[{}]", c);
    else
      out += c;
  }
  return out;
}

std::vector<std::string> display_columns(CompiledItem const& item) {
  if (!item.item.display.empty()) return item.item.display;
  std::vector<std::string> out;
  for (auto const& name :
       {std::string(kCaseNumber), item.entity().primary_name, std::string("statuscode"), std::string("ownerid")}) {
    bool const known = item.entity().attribute(name) != nullptr;
    if (known && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

std::vector<std::string> panel_columns(CompiledItem const& item) {
  auto columns = row_columns(item);
  for (auto const& name : display_columns(item)) {
    auto const* attribute = item.entity().attribute(name);
    if (attribute == nullptr || !attribute->readable) continue;
    auto const selected = attribute->query_name();
    if (std::find(columns.begin(), columns.end(), selected) == columns.end()) columns.push_back(selected);
  }
  return columns;
}

Result<std::vector<dataverse::Record>> records_named(RunContext const& run, CompiledItem const& item,
                                                     link::RecordReference const& reference) {
  auto const& entity = item.entity();
  std::vector<dataverse::Record> out;
  if (!reference.entity.empty() && reference.entity != entity.logical_name) return out;
  if (!reference.id.empty()) {
    TANDEM_TRY(auto record, run.dataverse().get(entity.set_name, entity.primary_id, reference.id, panel_columns(item)));
    if (record) out.push_back(std::move(*record));
    return out;
  }
  auto const columns = name_columns(item);
  if (columns.empty()) return out;
  // `eq` becomes LIKE where its text holds a wildcard [?]; `contains` always is one.
  bool const wild = has_wildcard(reference.name);
  std::string filter;
  for (auto const& column : columns) {
    auto const test = wild ? fmt::format("contains({},{})", column, dataverse::quoted(literal_pattern(reference.name)))
                           : fmt::format("{} eq {}", column, dataverse::quoted(reference.name));
    filter += (filter.empty() ? "" : " or ") + test;
  }
  auto query = query_for(item, panel_columns(item), kPage);
  query.filter = filter;
  TANDEM_TRY(auto page, run.dataverse().query(query));
  auto const wanted = text::folded(reference.name);
  for (auto const& column : columns) {  // a number stands before a name
    for (auto const& record : page.records) {
      if (text::folded(text_in(record, column)) == wanted) out.push_back(record);
    }
    if (!out.empty()) return out;
  }
  return out;
}

Result<dataverse::Record> find_record(RunContext const& run, CompiledItem const& item, link::RecordReference const& reference) {
  auto const& entity = item.entity();
  if (!reference.entity.empty() && reference.entity != entity.logical_name) {
    return fail(Error{ErrorKind::usage,
                      fmt::format("the address shows a record of the table {}; the item {} is for {}", reference.entity,
                                  item.item.name, entity.logical_name),
                      {{"reason", std::string(code_of(Reason::unreadable_reference))}}});
  }
  TANDEM_TRY(auto found, records_named(run, item, reference));
  if (found.empty())
    return unknown(item, reference.id.empty() ? fmt::format("called \"{}\"", reference.name) : "with the id " + reference.id);
  if (found.size() == 1) return std::move(found.front());
  std::string candidates;
  for (std::size_t i = 0; i < std::min(found.size(), kMostCandidates); ++i) {
    candidates += fmt::format("{}{} ({})", i == 0 ? "" : ", ", item.record_number(found[i]), found[i].id);
  }
  if (found.size() > kMostCandidates) candidates += ", …";
  return fail(Error{ErrorKind::usage,
                    fmt::format("{} records are called \"{}\": {}", found.size(), reference.name, candidates),
                    {{"reason", std::string(code_of(Reason::ambiguous))}, {"cure", "give the id of the one that is meant"}}});
}

Result<FoundRecords> search_records(RunContext const& run, CompiledItem const& item, std::string_view text, std::size_t most) {
  auto const& entity = item.entity();
  FoundRecords out;
  auto const wanted = text::trimmed(text);
  if (auto const id = normalized_uuid(wanted)) {
    TANDEM_TRY(auto record, run.dataverse().get(entity.set_name, entity.primary_id, *id, panel_columns(item)));
    if (record) {
      out.records.push_back(std::move(*record));
      return out;
    }
  }
  auto const columns = name_columns(item);
  std::string filter;
  for (auto const& column : columns)
    filter += fmt::format("{}contains({},{})", filter.empty() ? "" : " or ", column, dataverse::quoted(literal_pattern(wanted)));
  auto query = query_for(item, panel_columns(item), static_cast<int>(std::min<std::size_t>(most + 1, 500)));
  query.filter = wanted.empty() ? "" : filter;
  query.order_by =
      fmt::format("{} asc,{} asc", entity.primary_name.empty() ? entity.primary_id : entity.primary_name, entity.primary_id);
  if (!columns.empty() || wanted.empty()) {
    TANDEM_TRY(auto page, run.dataverse().query(query));
    for (;;) {
      TANDEM_CHECK(run.go_on());
      for (auto& record : page.records) {
        bool const fits = std::any_of(columns.begin(), columns.end(),
                                      [&](std::string const& column) { return holds(text_in(record, column), wanted); });
        if (fits || wanted.empty()) out.records.push_back(std::move(record));
      }
      if (page.next_link.empty() || out.records.size() > most) break;
      TANDEM_TRY(page, run.dataverse().next(page, query));
    }
  }
  if (out.records.size() > most) {
    out.more = true;
    out.records.resize(most);
  }
  if (!out.records.empty()) return out;
  auto any = query_for(item, {entity.primary_id}, 1);
  TANDEM_TRY(auto const page, run.dataverse().query(any));
  out.table_shows_nothing = page.records.empty();
  return out;
}

}  // namespace tandem::sync
