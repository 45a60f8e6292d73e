#include "jira/pages.hpp"

#include <algorithm>

#include <tandem/base/json/write.hpp>

#include "jira/adf/html.hpp"
#include "jira/endpoints/issue_links.hpp"
#include "jira/endpoints/worklogs.hpp"
#include "jira/fields/duration.hpp"
#include "jira/fields/value.hpp"
#include "jira/files.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

constexpr std::string_view kStyle =
    "body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#172b4d}"
    "th{text-align:left;vertical-align:top;padding-right:1.5em;font-weight:600;white-space:nowrap}"
    ".status{background:#dfe1e6;border-radius:3px;padding:2px 8px;font-weight:600}"
    "article{border-top:1px solid #dfe1e6;padding:.6em 0}small{color:#5e6c84}h2{margin-top:1.6em}"
    "pre{background:#f4f5f7;padding:.6em;overflow:auto}blockquote{border-left:3px solid #dfe1e6;margin-left:0;padding-left:1em}"
    ".grid td,.grid th{border:1px solid #dfe1e6;padding:2px 8px;white-space:normal}.words{white-space:pre-wrap}";

// A value as HTML: rich text as such, everything else in words.
std::string shown(json::Value const& value) {
  if (value.is_array()) {
    std::string out;
    for (auto const& item : value.items()) out += (out.empty() ? "" : ", ") + shown(item);
    return out;
  }
  if (value["type"].text() == "doc") return adf_to_html(value);
  for (auto const* key : {"displayName", "value", "name", "key"}) {
    if (!value.has(key)) continue;
    auto const child = shown(value["child"]);
    return escaped_html(value[key].text()) + (child.empty() ? "" : " - " + child);
  }
  return escaped_html(value.is_object() ? json::to_text(value) : value.scalar_text());
}

std::string link_to(std::string_view url, std::string const& inner) {
  if (!is_safe_link(url)) return inner + " (" + escaped_html(url) + ")";  // never a script
  return "<a href=\"" + escaped_html(url) + "\" rel=\"noreferrer\">" + inner + "</a>";
}

std::string section(std::string_view title, std::string rows) {
  return "<h2>" + std::string(title) + "</h2>\n" + (rows.empty() ? "<p><small>none</small></p>\n" : std::move(rows));
}

// One page of one issue.
class Page {
 public:
  Page(Site const& site, Reader const& reader, Issue const& issue) : site_(site), reader_(reader), issue_(issue) {}

  std::string text() const {
    auto const* status = site_.definition.status(issue_.status);
    auto const summary = escaped_html(issue_.value("summary").text());
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>[" + escaped_html(issue_.key) +
                      "] " + summary + "</title><style>" + std::string(kStyle) + "</style></head><body>\n<p>" +
                      escaped_html(site_.definition.title) + " / " + escaped_html(issue_.key) + "</p>\n<h1>" + summary +
                      "</h1>\n<p><span class=\"status\">" +
                      escaped_html(status == nullptr ? issue_.status : status->name.in(reader_.language)) +
                      "</span></p>\n<table>\n" + fields() + "</table>\n";
    out += section("Description", shown(issue_.value("description")));
    out += section("Attachments", files());
    out += section("Linked issues", links());
    out += section("Web links", remote_links());
    out += section("Comments", comments());
    out += section("Work log", worklogs());
    out += section("History", history());
    return out + "</body></html>\n";
  }

 private:
  std::string name(std::string_view account) const { return shown(user_json(site_, reader_, account)); }

  std::string fields() const {
    static std::vector<std::string_view> const apart{"summary",           "status",    "statusCategory", "description",
                                                     "comment",           "issuekey",  "thumbnail",      "progress",
                                                     "aggregateprogress", "watches",   "votes",          "worklog",
                                                     "issuerestriction",  "workratio", "attachment",     "issuelinks"};
    std::string out;
    for (auto const& field : site_.definition.fields) {
      bool const elsewhere = std::find(apart.begin(), apart.end(), field.id) != apart.end();
      if (elsewhere || !field.used_in(issue_.project)) continue;
      auto const value = render_value(site_, reader_, issue_, field);
      auto const text = field.kind() == Kind::time_tracking ? tracking(value)
                        : field.kind() == Kind::url         ? link_to(value.text(), escaped_html(value.text()))
                                                            : shown(value);
      if (value.is_null() || text.empty()) continue;
      out += "<tr><th>" + escaped_html(field.name.in(reader_.language)) + "</th><td>" + text + "</td></tr>\n";
    }
    return out;
  }

  static std::string tracking(json::Value const& value) {
    std::string out;
    for (auto const& [key, word] : {std::pair{"originalEstimate", "estimated "}, std::pair{"timeSpent", "spent "},
                                    std::pair{"remainingEstimate", "remaining "}}) {
      if (value.has(key)) out += (out.empty() ? "" : ", ") + std::string(word) + escaped_html(value[key].text());
    }
    return out;
  }

  std::string files() const {
    std::string out;
    for (auto const& file : issue_.attachments) {
      auto const row = attachment_json(site_, reader_, file);
      out += "<article>" + link_to(media_url(site_, file), escaped_html(file.filename)) + " <small>" +
             std::to_string(file.bytes->size()) + " bytes · " + escaped_html(file.mime_type) + " · " + name(file.author) + " · " +
             escaped_html(row["created"].text()) + "</small></article>\n";
    }
    return out;
  }

  std::string links() const {
    std::string out;
    for (auto const id : issue_.links) {
      auto const row = issue_link_json(site_, reader_, issue_, id);
      if (row.is_null()) continue;
      bool const outward = row.has("outwardIssue");
      auto const& other = row[outward ? "outwardIssue" : "inwardIssue"];
      auto const key = other["key"].text();
      out += "<article>" + escaped_html(row["type"][outward ? "outward" : "inward"].text()) + " <a href=\"/browse/" +
             escaped_html(key) + "\">" + escaped_html(key) + "</a> " + escaped_html(other["fields"]["summary"].text()) +
             "</article>\n";
    }
    return out;
  }

  std::string remote_links() const {
    std::string out;
    for (auto const& link : issue_.remote_links) {
      out += "<article>" + link_to(link.object["url"].text(), escaped_html(link.object["title"].text()));
      if (!link.relationship.empty()) out += " <small>" + escaped_html(link.relationship) + "</small>";
      if (auto const summary = link.object["summary"].text(); !summary.empty())
        out += "<div class=\"words\">" + escaped_html(summary) + "</div>";
      out += "</article>\n";
    }
    return out;
  }

  static std::string restriction(json::Value const& visibility) {
    return visibility.is_null() ? std::string() : " · only " + escaped_html(visibility["value"].text());
  }

  std::string comments() const {
    std::string out;
    for (auto const& comment : issue_.comments) {
      auto const row = comment_json(site_, reader_, issue_, comment, false);
      out += "<article><small>" + shown(row["author"]) + " · " + escaped_html(row["created"].text());
      if (comment.updated != comment.created) out += " · edited " + escaped_html(row["updated"].text());
      if (!row["jsdPublic"].truthy()) out += " · internal note";
      out += restriction(comment.visibility) + "</small>\n" + adf_to_html(comment.body) + "</article>\n";
    }
    return out;
  }

  std::string worklogs() const {
    std::string out;
    for (auto const& worklog : issue_.worklogs) {
      auto const row = worklog_json(site_, reader_, issue_, worklog, false);
      out += "<article><small>" + shown(row["author"]) + " · " + escaped_html(row["started"].text()) +
             restriction(worklog.visibility) + "</small> " + escaped_html(row["timeSpent"].text()) + "\n" +
             adf_to_html(worklog.comment) + "</article>\n";
    }
    return out;
  }

  // Newest first.
  std::string history() const {
    std::string out;
    for (auto it = issue_.histories.rbegin(); it != issue_.histories.rend(); ++it) {
      auto const row = history_json(site_, reader_, *it);
      out += "<article><small>" + shown(row["author"]) + " · " + escaped_html(row["created"].text()) + "</small><ul>";
      for (auto const& item : row["items"].items()) {
        out += "<li class=\"words\">" + escaped_html(item["field"].text()) + ": " + escaped_html(item["fromString"].text()) +
               " → " + escaped_html(item["toString"].text()) + "</li>";
      }
      out += "</ul></article>\n";
    }
    return out;
  }

  Site const& site_;
  Reader const& reader_;
  Issue const& issue_;
};

}  // namespace

Response issue_page(Site const& site, std::string_view key) {
  Reader reader;
  reader.sees_all = true;
  if (!site.settings.language.empty()) reader.language = site.settings.language;
  auto const* issue = site.store.find(key);
  if (issue == nullptr) {
    return html_answer(404,
                       "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Not "
                       "found</title></head><body><h1>Issue does not exist</h1><p>" +
                           escaped_html(key) + "</p></body></html>");
  }
  return html_answer(200, Page(site, reader, *issue).text());
}

}  // namespace sandbox::jira
