// Talk: the conversation of one case and its issue in a story, as people write it on both sides, and as it can be compared between stories.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>

#include "support/story.hpp"

namespace tandem::test {

// The item with comments and attachments switched on.
inline std::string talking_item(std::string text) {
  for (std::string const name : {"comments", "attachments"}) {
    auto const off = fmt::format(R"("{}": {{ "enabled": false }})", name);
    auto const at = text.find(off);
    REQUIRE(at != std::string::npos);
    text.replace(at, off.size(), fmt::format(R"("{}": {{ "enabled": true }})", name));
  }
  return text;
}

struct Talk {
  Story& story;
  std::string record;

  [[nodiscard]] json::Value issue() const { return story.issue_of(record); }
  [[nodiscard]] std::string key() const { return std::string(issue()["key"].text()); }
  // Without the link note, in no particular order.
  [[nodiscard]] json::Array notes() const {
    json::Array out;
    auto const state = story.world().dataverse().state();
    for (auto const& row : state["rows"]["annotation"].items()) {
      bool const of_link = row["notetext"].text().find("Issue ID: ") != std::string_view::npos;
      if (row["_objectid_value"].text() == record && !of_link) out.push_back(row);
    }
    return out;
  }
  [[nodiscard]] std::string note_with(std::string const& words) const {
    for (auto const& row : notes()) {
      if (row["notetext"].text().find(words) != std::string_view::npos) return std::string(row["annotationid"].text());
    }
    return "";
  }
  [[nodiscard]] std::string comment_with(std::string const& words) const {
    auto const whole = issue();
    for (auto const& one : whole["comments"].items()) {
      if (text_of(one).find(words) != std::string::npos) return std::string(one["id"].text());
    }
    return "";
  }
  static std::string text_of(json::Value const& comment) {
    return mapping::richtext::to_text(mapping::richtext::from_adf(comment["body"]).document);
  }
  static json::Value adf(std::string const& text) { return mapping::richtext::to_adf(mapping::richtext::from_text(text)).adf; }

  void note(json::Object columns) const {
    columns.set("objectid_incident@odata.bind", "/incidents(" + record + ")");
    story.edit("alice", sandbox::ServiceName::dataverse, "POST", "/api/data/v9.2/annotations", json::to_text(columns));
  }
  void edit_note(std::string const& id, json::Object const& columns) const {
    story.edit("alice", sandbox::ServiceName::dataverse, "PATCH", "/api/data/v9.2/annotations(" + id + ")",
               json::to_text(columns));
  }
  void delete_note(std::string const& id) const {
    story.edit("alice", sandbox::ServiceName::dataverse, "DELETE", "/api/data/v9.2/annotations(" + id + ")");
  }
  void comment(std::string const& text) const {
    story.edit("bob", sandbox::ServiceName::jira, "POST", "/rest/api/3/issue/" + key() + "/comment",
               json::to_text(json::Object{{"body", adf(text)}}));
  }
  void edit_comment(std::string const& id, std::string const& text, std::string_view as = "bob") const {
    story.edit(as, sandbox::ServiceName::jira, "PUT", "/rest/api/3/issue/" + key() + "/comment/" + id,
               json::to_text(json::Object{{"body", adf(text)}}));
  }
  // A comment of tandem's account, which people may share.
  void delete_comment(std::string const& id) const {
    story.edit("connector", sandbox::ServiceName::jira, "DELETE", "/rest/api/3/issue/" + key() + "/comment/" + id);
  }
  void attach(std::string const& name, std::string const& bytes) const {
    json::Object const file{{"filename", name}, {"base64", to_base64(bytes)}};
    story.edit("bob", sandbox::ServiceName::jira, "POST", "/rest/api/3/issue/" + key() + "/attachments",
               json::to_text(json::Object{{"files", json::Array{file}}}));
  }

  // What people see on either side, one line each, without ids; sorted.
  [[nodiscard]] std::vector<std::string> shown() const {
    std::vector<std::string> lines;
    auto const whole = issue();
    for (auto const& one : whole["comments"].items()) lines.push_back("comment " + text_of(one));
    for (auto const& one : whole["attachments"].items())
      lines.push_back(fmt::format("attachment {} {}", one["filename"].text(), one["sha256"].text()));
    for (auto const& row : notes())
      lines.push_back(fmt::format("note {} {} {}", row["notetext"].text(), row["filename"].text(), row["documentbody"].text()));
    std::sort(lines.begin(), lines.end());
    return lines;
  }
};

}  // namespace tandem::test
