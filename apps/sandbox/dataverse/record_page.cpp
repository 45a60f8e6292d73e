#include "dataverse/record_page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox::dataverse {

namespace {

constexpr std::string_view kStyle =
    "body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "h1{margin-bottom:0}.kind{color:#666;margin-top:0}table{border-collapse:collapse;width:100%}"
    "th{text-align:left;font-weight:normal;color:#666;width:16rem;vertical-align:top}"
    "th,td{padding:.2rem .5rem;border-bottom:1px solid #eee}td{white-space:pre-wrap}"
    "article{border:1px solid #ddd;border-radius:4px;padding:.5rem 1rem;margin:.75rem 0}"
    "article p{white-space:pre-wrap;margin:.3rem 0}.meta{color:#666;font-size:13px}";

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
  return out;
}

// The text of a formatted note: tags left out, the ends of blocks as line ends, the five entities of HTML resolved.
std::string text_of_html(std::string_view html) {
  std::string out;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      auto const end = html.find('>', at);
      if (end == std::string_view::npos) break;
      auto const tag = html.substr(at + 1, end - at - 1);
      bool const ends_line = tag.starts_with("/p") || tag.starts_with("/li") || tag.starts_with("br") || tag.starts_with("/div");
      if (ends_line && !out.empty() && out.back() != '\n') out += '\n';
      at = end + 1;
      continue;
    }
    struct Entity {
      std::string_view name;
      char character;
    };
    bool replaced = false;
    for (auto const& entity : {Entity{"&amp;", '&'}, Entity{"&lt;", '<'}, Entity{"&gt;", '>'}, Entity{"&quot;", '"'},
                               Entity{"&#39;", '\''}, Entity{"&nbsp;", ' '}}) {
      if (!html.substr(at).starts_with(entity.name)) continue;
      out += entity.character;
      at += entity.name.size();
      replaced = true;
      break;
    }
    if (!replaced) out += html[at++];
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

Response page(int status, std::string const& title, std::string const& body) {
  Response response{status, {}, ""};
  response.body = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(title) +
                  "</title><style>" + std::string(kStyle) + "</style></head>\n<body>\n" + body + "</body></html>\n";
  return response.with("Content-Type", "text/html; charset=utf-8")
      .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
      .with("X-Content-Type-Options", "nosniff");
}

Response error_page(int status, std::string const& message) {
  return page(status, message, "<h1>" + escaped(message) + "</h1>\n");
}

class Page {
 public:
  explicit Page(Engine const& engine) : engine_(engine), presenter_(engine.presenter()) {}

  Response show(Table const& table, Row const& row) const {
    auto const name = std::string(row.text(table.index_of(table.primary_name)));
    auto const title = name.empty() ? label(table.labels) : name;
    std::string body = "<h1>" + escaped(title) + "</h1>\n<p class=\"kind\">" + escaped(label(table.labels)) + "</p>\n<table>\n";
    for (std::size_t i = 0; i < table.columns.size(); ++i) body += field(table, row, static_cast<int>(i));
    body += "</table>\n<h2>Timeline</h2>\n";
    auto const entries = timeline(table, row);
    for (auto const& one : entries) body += one.html;
    if (entries.empty()) body += "<p>Nothing yet.</p>\n";
    return page(200, title, body);
  }

 private:
  struct Entry {
    std::int64_t at = 0;
    std::int64_t version = 0;  // of equal times the later write comes first
    std::string html;
  };

  std::string label(Labels const& labels) const { return label_or_any(labels, engine_.settings.locale.language); }

  std::string value(Table const& table, Row const& row, int index) const {
    if (auto const text = presenter_.formatted(table, row, index)) return escaped(*text);
    return escaped(presenter_.value(table, row, index).scalar_text());
  }

  std::string field(Table const& table, Row const& row, int index) const {
    auto const& column = table.column(index);
    if (!column.readable || column.explicit_only || is_null(row.get(index))) return {};
    auto shown = value(table, row, index);
    auto const* reference = row.reference(index);
    if (reference != nullptr && reference->table != nullptr) {
      auto const text = shown.empty() ? escaped(reference->id) : shown;
      shown = fmt::format("<a href=\"{}?pagetype=entityrecord&amp;etn={}&amp;id={}\">{}</a>", kRecordPage,
                          escaped(reference->table->name), escaped(reference->id), text);
    }
    return "<tr><th>" + escaped(label(column.labels)) + "</th><td>" + shown + "</td></tr>\n";
  }

  // Everything that hangs on the row: notes by objectid, activities by what they regard or close.
  std::vector<Entry> timeline(Table const& table, Row const& row) const {
    std::vector<Entry> out;
    for (auto const& other : engine_.schema.tables()) {
      bool const belongs = other->is_activity || other->name == "annotation";
      for (std::size_t i = 0; belongs && i < other->columns.size(); ++i) {
        if (!is_indexed(other->columns[i]) || other->columns[i].target(table.name) == nullptr) continue;
        auto const& by_lookup = engine_.database.data(*other).by_lookup;
        auto const found = by_lookup.find({static_cast<int>(i), row.id()});
        if (found == by_lookup.end()) continue;
        for (auto const id : found->second) out.push_back(entry(*other, *engine_.database.find(*other, id)));
      }
    }
    std::sort(out.begin(), out.end(),
              [](Entry const& a, Entry const& b) { return a.at != b.at ? a.at > b.at : a.version > b.version; });
    return out;
  }

  Entry entry(Table const& table, Row const& row) const {
    auto const subject = std::string(row.text(table.index_of(table.primary_name)));
    auto const text_column = table.index_of(table.name == "annotation" ? "notetext" : "description");
    auto text = text_column < 0 ? std::string() : std::string(row.text(text_column));
    if (text.starts_with('<')) text = text_of_html(text);
    std::string meta =
        label(table.labels) + " · " + tandem::to_rfc3339_seconds(tandem::from_epoch_millis(row.number(table.created_on)));
    if (auto const who = presenter_.formatted(table, row, table.created_by)) meta += " · " + *who;
    if (table.status >= 0) meta += " · " + presenter_.formatted(table, row, table.status).value_or("");
    std::string html = "<article>\n<p class=\"meta\">" + escaped(meta) + "</p>\n";
    if (!subject.empty()) html += "<h3>" + escaped(subject) + "</h3>\n";
    if (!text.empty()) html += "<p>" + escaped(text) + "</p>\n";
    auto const file = table.index_of("filename");
    if (file >= 0 && !row.text(file).empty()) {
      html += "<p>File: " + escaped(row.text(file)) + " (" + escaped(row.text(table.index_of("mimetype"))) +
              fmt::format(", {} bytes)</p>\n", row.number(table.index_of("filesize")));
    }
    return {row.number(table.created_on), row.version(), html + "</article>\n"};
  }

  Engine const& engine_;
  Presenter presenter_;
};

}  // namespace

Response record_page(Engine const& engine, Request const& request) {
  if (request.method != "GET" && request.method != "HEAD") return error_page(405, "This page can only be read.");
  if (request.query("pagetype").value_or("entityrecord") != "entityrecord")
    return error_page(400, "Only pagetype=entityrecord is shown.");
  auto const name = request.query("etn").value_or("");
  auto const id = tandem::normalized_uuid(request.query("id").value_or(""));
  if (name.empty() || !id) return error_page(400, "The address of a record names its table (etn) and its id.");
  auto const* table = engine.schema.table(name);
  if (table == nullptr) return error_page(404, "There is no table '" + name + "'.");
  auto const* row = engine.database.find(*table, *id);
  if (row == nullptr) return error_page(404, "There is no " + name + " with the id " + *id + ".");
  return Page(engine).show(*table, *row);
}

}  // namespace sandbox::dataverse
