#include "jira/pages.hpp"

#include <algorithm>

#include <tandem/base/json/write.hpp>

#include "jira/adf/text.hpp"
#include "jira/fields/value.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

constexpr std::string_view kStyle =
    "body{font:15px/1.5 sans-serif;max-width:56em;margin:2em auto;padding:0 "
    "1em;color:#172b4d}th{text-align:left;vertical-align:top;padding-right:1.5em;"
    "font-weight:600;white-space:nowrap}td{white-space:pre-wrap}.status{background:#dfe1e6;border-radius:3px;padding:2px "
    "8px;font-weight:600}"
    "article{border-top:1px solid #dfe1e6;padding:.6em 0;white-space:pre-wrap}small{color:#5e6c84}h2{margin-top:1.6em}";

// A value in words.
std::string words(json::Value const& value) {
  if (value.is_array()) {
    std::string out;
    for (auto const& item : value.items()) out += (out.empty() ? "" : ", ") + words(item);
    return out;
  }
  if (value["type"].text() == "doc") return adf_text(value);
  for (auto const* key : {"displayName", "value", "name", "key"}) {
    if (!value.has(key)) continue;
    auto const child = words(value["child"]);
    return std::string(value[key].text()) + (child.empty() ? "" : " - " + child);
  }
  return value.is_object() ? json::to_text(value) : value.scalar_text();
}

std::string field_rows(Site const& site, Reader const& reader, Issue const& issue) {
  static std::vector<std::string_view> const apart{
      "summary",           "status",  "statusCategory", "comment", "project",          "issuekey",  "thumbnail",   "progress",
      "aggregateprogress", "watches", "votes",          "worklog", "issuerestriction", "workratio", "timetracking"};
  std::string out;
  for (auto const& field : site.definition.fields) {
    if (std::find(apart.begin(), apart.end(), field.id) != apart.end() || !field.used_in(issue.project)) continue;
    auto const text = words(render_value(site, reader, issue, field));
    if (text.empty()) continue;
    out += "<tr><th>" + escaped_html(field.name.in(reader.language)) + "</th><td>" + escaped_html(text) + "</td></tr>\n";
  }
  return out;
}

std::string comment_list(Site const& site, Reader const& reader, Issue const& issue) {
  std::string out;
  for (auto const& comment : issue.comments) {
    auto const shown = comment_json(site, reader, issue, comment, false);
    out += "<article><small>" + escaped_html(words(shown["author"])) + " · " + escaped_html(shown["created"].text());
    if (comment.updated != comment.created) out += " · edited " + escaped_html(shown["updated"].text());
    out += "</small>\n" + escaped_html(adf_text(comment.body)) + "</article>\n";
  }
  return out.empty() ? "<p><small>none</small></p>\n" : out;
}

std::string link_list(Issue const& issue) {
  std::string out;
  for (auto const& link : issue.remote_links) {
    std::string const url(link.object["url"].text());
    auto const title = escaped_html(link.object["title"].text());
    bool const web = url.starts_with("http://") || url.starts_with("https://");  // never a script
    out += "<article>" + (web ? "<a href=\"" + escaped_html(url) + "\" rel=\"noreferrer\">" + title + "</a>"
                              : title + " (" + escaped_html(url) + ")");
    if (!link.relationship.empty()) out += " <small>" + escaped_html(link.relationship) + "</small>";
    if (auto const summary = link.object["summary"].text(); !summary.empty()) out += "\n" + escaped_html(summary);
    out += "</article>\n";
  }
  return out.empty() ? "<p><small>none</small></p>\n" : out;
}

}  // namespace

Response issue_page(Site const& site, std::string_view key) {
  Reader reader;
  if (!site.settings.language.empty()) reader.language = site.settings.language;
  auto const* issue = site.store.find(key);
  if (issue == nullptr) {
    return html_answer(404,
                       "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Not "
                       "found</title></head><body><h1>Issue does not exist</h1>"
                       "<p>" +
                           escaped_html(key) + "</p></body></html>");
  }
  auto const* status = site.definition.status(issue->status);
  auto const summary = escaped_html(issue->value("summary").text());
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>[" + issue->key + "] " + summary +
                     "</title><style>";
  page += kStyle;
  page += "</style></head><body>\n<p>" + escaped_html(site.definition.title) + " / " + issue->key + "</p>\n<h1>" + summary +
          "</h1>\n<p><span class=\"status\">";
  page += escaped_html(status == nullptr ? issue->status : status->name.in(reader.language));
  page += "</span></p>\n<table>\n" + field_rows(site, reader, *issue) + "</table>\n<h2>Web links</h2>\n" + link_list(*issue);
  page += "<h2>Comments</h2>\n" + comment_list(site, reader, *issue) + "</body></html>\n";
  return html_answer(200, std::move(page));
}

}  // namespace sandbox::jira
