#include "jira/endpoints/search.hpp"

#include <algorithm>
#include <charconv>

#include <tandem/base/json/write.hpp>

#include "jira/endpoints/search_token.hpp"
#include "jira/fields/selection.hpp"
#include "jira/jql/run.hpp"
#include "jira/permissions.hpp"

namespace sandbox::jira {

namespace {

struct Wanted {
  std::string jql, token;
  std::vector<std::string> fields, properties, expand, reconcile;
  std::int64_t most = 50;
  // Everything that must be the same on each page.
  [[nodiscard]] std::string bound() const {
    json::Array all{jql};
    for (auto const* list : {&fields, &properties, &expand, &reconcile}) {
      json::Array texts;
      for (auto const& text : *list) texts.emplace_back(text);
      all.emplace_back(std::move(texts));
    }
    return json::to_text(all);
  }
};

std::vector<std::string> texts(json::Value const& list) {
  std::vector<std::string> out;
  for (auto const& item : list.items()) out.push_back(item.scalar_text());
  return out;
}

Checked<Wanted> wanted_from_body(json::Value const& body) {
  Wanted out;
  if (!body.is_object()) return refuse(400, "Invalid request payload. Refer to the REST API documentation and try again.");
  static std::vector<std::string_view> const known{"jql",        "nextPageToken", "maxResults",      "fields",  "expand",
                                                   "properties", "fieldsByKeys",  "reconcileIssues", "failFast"};
  for (auto const& [key, value] : body.members()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return refuse(400, "Invalid request payload. Refer to the REST API documentation and try again.");
  }
  // `expand` is text here, though it is a list in bulkfetch.
  bool const shaped =
      (!body.has("fields") || body["fields"].is_array()) && (!body.has("properties") || body["properties"].is_array()) &&
      (!body.has("reconcileIssues") || body["reconcileIssues"].is_array()) &&
      (!body.has("expand") || body["expand"].is_string()) && (!body.has("maxResults") || body["maxResults"].integer());
  if (!shaped) return refuse(400, "Invalid request payload. Refer to the REST API documentation and try again.");
  out.jql = body["jql"].text();
  out.token = body["nextPageToken"].text();
  out.fields = texts(body["fields"]);
  out.properties = texts(body["properties"]);
  out.expand = split_list(body["expand"].text());
  out.reconcile = texts(body["reconcileIssues"]);
  out.most = body["maxResults"].integer().value_or(50);
  return out;
}

Checked<Wanted> wanted_from_query(Call const& call) {
  Wanted out;
  out.jql = call.param("jql").value_or("");
  out.token = call.param("nextPageToken").value_or("");
  out.fields = call.list("fields");
  out.properties = call.list("properties");
  out.expand = call.list("expand");
  out.reconcile = call.list("reconcileIssues");
  auto const most = call.number("maxResults", 50);
  if (!most) return tl::unexpected<Refusal>(most.error());
  out.most = *most;
  return out;
}

Checked<std::set<std::int64_t>> reconciled(std::vector<std::string> const& ids) {
  constexpr std::size_t kMost = 50;
  if (ids.size() > kMost) return refuse(400, "The number of issues to reconcile is limited to 50.");
  std::set<std::int64_t> out;
  for (auto const& text : ids) {
    std::int64_t id = 0;
    auto const* last = text.data() + text.size();
    auto const parsed = std::from_chars(text.data(), last, id);
    if (parsed.ec != std::errc{} || parsed.ptr != last)
      return refuse(400, "Issue ids are expected in reconcileIssues, not '" + text + "'.");
    out.insert(id);
  }
  return out;
}

Response bad_query(std::vector<std::string> errors) {
  Refusal refusal;
  refusal.messages = std::move(errors);
  return refused(refusal);
}

// "sometimes drop a row once": what the index has returned can vanish for a moment (contract §4).
void drop_rows(Site& site, std::vector<jql::Row>& rows, std::set<std::int64_t> const& safe) {
  for (auto it = rows.begin(); it != rows.end();) {
    auto& named = site.settings.drop_issues;
    bool const drop =
        safe.count(it->issue->id) == 0 && (named.erase(it->issue->key) > 0 || named.erase(std::to_string(it->issue->id)) > 0);
    it = drop ? rows.erase(it) : std::next(it);
  }
  if (site.settings.drop_rows == 0 || rows.empty()) return;
  auto const at = static_cast<std::size_t>(site.random() % rows.size());
  if (safe.count(rows[at].issue->id) > 0) return;
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
  --site.settings.drop_rows;
}

// Rows of projects that the caller does not see are not found.
jql::Test visible_only(Site const& site, Account const* account, jql::Test where) {
  std::set<std::string, std::less<>> hidden;
  for (auto const& project : site.definition.projects) {
    if (!sees_project(site, account, &project)) hidden.insert(project.id);
  }
  if (hidden.empty()) return where;
  return [hidden, where = std::move(where)](Issue const& issue) { return hidden.count(issue.project) == 0 && where(issue); };
}

// With all its fields a row is large, and the server gives fewer of them (contract §4).
bool wants_everything(std::vector<std::string> const& fields) {
  return std::any_of(fields.begin(), fields.end(),
                     [](std::string const& name) { return name == "*all" || name == "*navigable"; });
}

bool ids_only(std::vector<std::string> const& fields) {
  return std::all_of(fields.begin(), fields.end(), [](std::string const& name) { return name == "id" || name == "key"; });
}

Response answer(Site& site, Call const& call, Wanted const& wanted) {
  constexpr std::size_t kMostProperties = 5, kMostIds = 5000, kMostRows = 100;
  if (wanted.most < 1) return refused(400, "The value of maxResults must be between 1 and 5000.");
  if (wanted.properties.size() > kMostProperties)
    return refused(400, "The maximum number of properties that can be requested is 5.");
  auto const reconcile = reconciled(wanted.reconcile);
  if (!reconcile) return refused(reconcile.error());
  // An anonymous caller sees no project, so no value exists for them and yet nothing is refused: an empty page.
  if (!may(site, call.account(), "BROWSE_PROJECTS"))
    return json_answer(200, json::Object{{"issues", json::Array{}}, {"isLast", true}});
  auto query = jql::compile(site, call.reader, wanted.jql);
  if (!query) return bad_query(query.error());
  query->where = visible_only(site, call.account(), std::move(query->where));

  auto selection = select_fields(site, wanted.fields, "id");
  select_properties(selection, wanted.properties);
  for (auto const& name : wanted.expand) selection.expand.insert(name);
  bool const bare = ids_only(wanted.fields) && wanted.properties.empty() && wanted.expand.empty();
  jql::Run run;
  run.reconcile = *reconcile;
  auto const most = bare                              ? kMostIds
                    : wants_everything(wanted.fields) ? static_cast<std::size_t>(site.settings.rows_with_all_fields)
                                                      : kMostRows;
  run.most = std::min(static_cast<std::size_t>(wanted.most), most);
  if (!wanted.token.empty()) {
    run.after = read_search_token(wanted.token, wanted.bound(), site.now());
    if (!run.after) return refused(400, "The provided nextPageToken is invalid or has expired.");
  }
  site.store.settle(site.now());
  auto rows = jql::run(site, *query, run);
  bool const last = rows.size() <= run.most;
  if (!last) rows.resize(run.most);
  auto const token = last ? std::string() : search_token(rows.back().position, wanted.bound(), site.now());
  drop_rows(site, rows, *reconcile);

  bool const with_key = std::find(wanted.fields.begin(), wanted.fields.end(), "key") != wanted.fields.end();
  json::Array issues;
  for (auto const& row : rows) {
    if (bare && !with_key)
      issues.emplace_back(json::Object{{"id", std::to_string(row.issue->id)}});
    else
      issues.push_back(issue_json(site, call.reader, *row.issue, selection));
  }
  json::Object out;
  out.append("issues", std::move(issues));
  if (!last) out.append("nextPageToken", token);
  out.append("isLast", last);
  if (selection.expand.count("names") > 0) out.append("names", names_of(call.reader, selection));
  if (selection.expand.count("schema") > 0) out.append("schema", schema_of(selection));
  return json_answer(200, std::move(out));
}

}  // namespace

Response get_search(Site& site, Call const& call) {
  auto const wanted = wanted_from_query(call);
  return wanted ? answer(site, call, *wanted) : refused(wanted.error());
}

Response post_search(Site& site, Call const& call) {
  auto const wanted = wanted_from_body(call.body);
  return wanted ? answer(site, call, *wanted) : refused(wanted.error());
}

Response post_approximate_count(Site& site, Call const& call) {
  if (!may(site, call.account(), "BROWSE_PROJECTS")) return json_answer(200, json::Object{{"count", 0}});
  auto query = jql::compile(site, call.reader, call.body["jql"].text());
  if (!query) return bad_query(query.error());
  query->where = visible_only(site, call.account(), std::move(query->where));
  site.store.settle(site.now());
  return json_answer(200, json::Object{{"count", static_cast<std::uint64_t>(jql::count(site, *query))}});
}

Response removed_search(Site&, Call const&) {
  return refused(410,
                 "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration "
                 "guideline is available at "
                 "https://developer.atlassian.com/changelog/#CHANGE-2046");
}

}  // namespace sandbox::jira
