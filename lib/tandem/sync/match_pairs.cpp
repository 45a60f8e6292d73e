#include <tandem/sync/match_pairs.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/fields_by_name.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/sync/find_links.hpp>
#include <tandem/sync/find_record.hpp>
#include <tandem/sync/item_cycle.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

constexpr std::size_t kValuesPerQuery = 50;
constexpr std::size_t kPairsAtOnce = 50;
constexpr int kIssuesPerPage = 100;

// What a field shows as one text: a string, a number, an option's value.
std::string shown_in(json::Value const& field) {
  if (auto const text = field.scalar_text(); !text.empty()) return text;
  for (auto const* part : {"value", "name", "key"}) {
    if (auto const text = field[part].scalar_text(); !text.empty()) return text;
  }
  return {};
}

class Matcher {
 public:
  Matcher(RunContext& run, std::vector<RunItem> const& items, RunItem const& item, Initial initial)
      : run_(run), items_(items), item_(item), compiled_(*item.compiled), initial_(initial) {}

  Result<Matches> go(MatchRule const& rule) {
    if (!compiled_.item.manual_links) {
      return fail(Error{ErrorKind::refused,
                        fmt::format("the item {} allows no links by hand", item_.name()),
                        {{"reason", std::string(code_of(Reason::manual_links_off))}}});
    }
    TANDEM_CHECK(find_rule(rule));
    TANDEM_CHECK(read_issues());
    TANDEM_CHECK(read_records());
    TANDEM_CHECK(pair_up());
    return std::move(out_);
  }

 private:
  Result<Unit> find_rule(MatchRule const& rule) {
    column_ = compiled_.entity().attribute(rule.column);
    if (column_ == nullptr) {
      std::vector<std::string> names;
      for (auto const& attribute : compiled_.entity().attributes) names.push_back(attribute.logical_name);
      return fail(ErrorKind::usage, fmt::format("{} is no column of {}{}", rule.column, compiled_.entity().logical_name,
                                                mapping::did_you_mean(rule.column, names)));
    }
    auto found = mapping::find_field(compiled_.schema.fields, rule.field);
    std::vector<jira::Field> everywhere;
    if (!found.field) {  // a field may be shown without being on the create screen
      TANDEM_TRY(everywhere, run_.jira().all_fields());
      found = mapping::find_field(everywhere, rule.field);
    }
    if (found.ids.size() > 1)
      return fail(ErrorKind::usage, fmt::format("several fields are called \"{}\": {}", rule.field, mapping::listed(found.ids)));
    if (!found.field) return fail(ErrorKind::usage, fmt::format("there is no field \"{}\" in Jira", rule.field));
    field_ = found.field->id;
    return Unit{};
  }

  Result<Unit> read_issues() {
    jira::Search search;
    search.jql = fmt::format("project = {}", jira::quoted_jql(compiled_.schema.project->key));
    if (compiled_.schema.issue_type)
      search.jql += fmt::format(" AND issuetype = {}", jira::quoted_jql(compiled_.schema.issue_type->id));
    constexpr std::string_view kCustom = "customfield_";
    if (field_.starts_with(kCustom)) search.jql += fmt::format(" AND cf[{}] is not EMPTY", field_.substr(kCustom.size()));
    search.jql += " ORDER BY key ASC";
    search.fields = panel_fields(items_);
    search.fields.push_back(field_);
    search.page_size = kIssuesPerPage;
    std::string token;
    do {
      TANDEM_CHECK(run_.go_on());
      TANDEM_TRY(auto page, run_.jira().search(search, token));
      for (auto& issue : page.issues) {
        auto const* raw = issue.field(field_);
        auto const value = raw == nullptr ? std::string() : std::string(text::trimmed(shown_in(*raw)));
        if (value.empty()) continue;
        auto& group = groups_[text::folded(value)];
        group.value = value;
        group.issues.push_back(std::move(issue));
      }
      token = page.next_token;
    } while (!token.empty());
    return Unit{};
  }

  Result<Unit> read_records() {
    std::vector<std::string> values;
    for (auto const& [key, group] : groups_) values.push_back(group.value);
    for (std::size_t at = 0; at < values.size(); at += kValuesPerQuery) {
      TANDEM_CHECK(run_.go_on());
      auto const end = std::min(at + kValuesPerQuery, values.size());
      dataverse::Query query;
      query.set_name = compiled_.entity().set_name;
      query.primary_id = compiled_.entity().primary_id;
      query.select = panel_columns(compiled_);
      if (std::find(query.select.begin(), query.select.end(), column_->query_name()) == query.select.end())
        query.select.push_back(column_->query_name());
      query.filter = dataverse::in_list(column_->logical_name, {values.begin() + static_cast<std::ptrdiff_t>(at),
                                                                values.begin() + static_cast<std::ptrdiff_t>(end)});
      TANDEM_TRY(auto page, run_.dataverse().query(query));
      for (;;) {
        for (auto& record : page.records) {
          auto const* raw = record.column(column_->query_name());
          auto const group = raw == nullptr ? groups_.end() : groups_.find(text::folded(raw->scalar_text()));
          if (group != groups_.end()) group->second.records.push_back(std::move(record));
        }
        if (page.next_link.empty()) break;
        TANDEM_TRY(page, run_.dataverse().next(page, query));
      }
    }
    return Unit{};
  }

  Result<Unit> pair_up() {
    for (auto& [key, group] : groups_) {
      if (group.issues.size() == 1 && group.records.size() == 1) {
        TANDEM_CHECK(plan_pair(group));
        continue;
      }
      auto const reason = group.records.empty() ? Reason::unknown_record : Reason::ambiguous;
      auto const detail = group.records.empty() ? fmt::format("no record shows it in {}", column_->logical_name)
                                                : fmt::format("{} and {} show it", count(group.issues.size(), "issue"),
                                                              count(group.records.size(), "record"));
      for (auto const& issue : group.issues) out_.left.push_back({issue.key, group.value, std::string(code_of(reason)), detail});
    }
    std::sort(out_.pairs.begin(), out_.pairs.end(), [](auto const& a, auto const& b) {
      return a.plan.link.issue_key.size() != b.plan.link.issue_key.size()
                 ? a.plan.link.issue_key.size() < b.plan.link.issue_key.size()
                 : a.plan.link.issue_key < b.plan.link.issue_key;
    });
    return Unit{};
  }

  static std::string count(std::size_t number, char const* what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
  }

  struct Group {
    std::string value;
    std::vector<jira::Issue> issues;
    std::vector<dataverse::Record> records;
  };

  Result<Unit> plan_pair(Group& group) {
    MatchedPair pair;
    pair.request.item = &item_;
    pair.request.issue = std::move(group.issues.front());
    pair.request.record = std::move(group.records.front());
    pair.request.initial = initial_;
    auto plan = plan_attach(run_, pair.request);
    if (plan) {
      pair.plan = std::move(*plan);
      out_.pairs.push_back(std::move(pair));
      return Unit{};
    }
    if (plan.error().kind != ErrorKind::refused) return fail(std::move(plan).error());
    out_.left.push_back({pair.request.issue.key, group.value, std::string(plan.error().find("reason")), plan.error().message});
    return Unit{};
  }

  RunContext& run_;
  std::vector<RunItem> const& items_;
  RunItem const& item_;
  CompiledItem const& compiled_;
  Initial initial_;
  dataverse::Attribute const* column_ = nullptr;
  std::string field_;
  std::map<std::string, Group> groups_;  // by the folded value
  Matches out_;
};

}  // namespace

Result<MatchRule> parse_match(std::string_view text) {
  auto const equals = text.find('=');
  MatchRule rule;
  if (equals != std::string_view::npos) {
    rule.column = text::ascii_lower(text::trimmed(text.substr(0, equals)));
    rule.field = text::trimmed(text.substr(equals + 1));
  }
  if (rule.column.empty() || rule.field.empty())
    return fail(ErrorKind::usage,
                fmt::format("--match \"{}\" is no pair; give COLUMN=FIELD, such as ticketnumber=customfield_10050", text));
  return rule;
}

Result<Matches> match_pairs(RunContext& run, std::vector<RunItem> const& items, RunItem const& item, MatchRule const& rule,
                            Initial initial) {
  return Matcher(run, items, item, initial).go(rule);
}

Result<Attached> attach_many(RunContext& run, std::vector<MatchedPair> pairs, std::function<void(std::size_t)> const& progress) {
  Attached out;
  for (std::size_t at = 0; at < pairs.size(); at += kPairsAtOnce) {
    TANDEM_CHECK(run.go_on());
    auto const end = std::min(at + kPairsAtOnce, pairs.size());
    auto const& item = *pairs[at].request.item;
    out.stats.item = item.name();
    std::vector<MarkedLink> marked;
    std::vector<std::string> contacts;
    TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
      marked.clear();
      contacts.clear();
      for (auto i = at; i < end; ++i) {
        auto const& [request, plan] = pairs[i];
        TANDEM_CHECK(commit_attach(run, writer, request, plan));
        marked.push_back({plan.link, face_of(run, *item.compiled, request.record)});
        if (plan.contact && item.stored.enabled) contacts.push_back(plan.link.record);
      }
      return Unit{};
    }));
    auto done = write_marks(run, *item.compiled, std::move(marked), out.stats);
    if (done && !contacts.empty()) {
      auto missing = ItemCycle(run, item, out.stats).run_records(contacts);
      if (!missing) done = fail(std::move(missing).error());
    }
    if (progress) progress(end);
    if (done) continue;
    if (done.error().kind == ErrorKind::store) return fail(std::move(done).error());
    out.unreachable = std::move(done).error();
    return out;
  }
  return out;
}

}  // namespace tandem::sync
