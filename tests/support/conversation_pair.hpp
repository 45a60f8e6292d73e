// A story of the example item with comments and files, and one pair of it that people talk in on both sides.
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/event/outbox.hpp>

#include "support/story.hpp"

namespace tandem::test {

using namespace std::chrono_literals;
using sandbox::ServiceName;

inline std::string item_with(std::string const& comments, std::string const& attachments) {
  auto text = example_item();
  auto const swap = [&](std::string const& from, std::string const& to) {
    auto const at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  };
  swap(R"("comments": { "enabled": false })", "\"comments\": " + comments);
  swap(R"("attachments": { "enabled": false })", "\"attachments\": " + attachments);
  return text;
}

inline StoryOptions talking(std::string const& comments = R"({ "enabled": true })",
                            std::string const& attachments = R"({ "enabled": true })") {
  StoryOptions options;
  options.item_text = item_with(comments, attachments);
  return options;
}

// One case and its issue, with what people do on both sides.
struct Pair {
  Story& story;
  std::string record, issue;

  Pair(Story& of, std::string const& number_start) : story(of) {
    for (auto const& one : story.cases()) {
      if (one.number.starts_with(number_start)) record = one.id;
    }
    REQUIRE_FALSE(record.empty());
    refresh();
  }
  void refresh() {
    if (auto const found = story.issue_of(record); !found.is_null()) issue = found["key"].text();
  }
  json::Value whole() const {
    for (auto const& one : story.issues()) {
      if (one["key"].text() == issue) return one;
    }
    return {};
  }
  json::Array comments() const { return whole()["comments"].items(); }
  json::Array attachments() const { return whole()["attachments"].items(); }
  // Without link notes, oldest first.
  json::Array notes() const {
    json::Array out;
    auto const state = story.world().dataverse().state();
    for (auto const& row : state["rows"]["annotation"].items()) {
      bool const of_link = row["notetext"].text().find("Issue ID: ") != std::string_view::npos;
      if (row["_objectid_value"].text() == record && !of_link) out.push_back(row);
    }
    std::sort(out.begin(), out.end(), [](json::Value const& a, json::Value const& b) {
      return a["versionnumber"].integer() < b["versionnumber"].integer();
    });
    return out;
  }
  json::Value note(json::Object columns, std::string_view as = "alice") const {
    columns.set("objectid_incident@odata.bind", "/incidents(" + record + ")");
    story.edit(as, ServiceName::dataverse, "POST", "/api/data/v9.2/annotations", json::to_text(columns));
    return notes().back();
  }
  void edit_note(std::string const& id, json::Object const& columns, std::string_view as = "alice") const {
    story.edit(as, ServiceName::dataverse, "PATCH", "/api/data/v9.2/annotations(" + id + ")", json::to_text(columns));
  }
  json::Value comment(std::string const& text, std::string_view as = "bob", json::Object extra = {}) const {
    extra.set("body", adf(text));
    return story.edit(as, ServiceName::jira, "POST", "/rest/api/3/issue/" + issue + "/comment", json::to_text(extra));
  }
  void edit_comment(std::string const& id, std::string const& text, std::string_view as = "bob") const {
    story.edit(as, ServiceName::jira, "PUT", "/rest/api/3/issue/" + issue + "/comment/" + id,
               json::to_text(json::Object{{"body", adf(text)}}));
  }
  void attach(std::string const& name, std::string const& bytes, std::string const& type = "") const {
    json::Object const file{{"filename", name}, {"mimeType", type}, {"base64", to_base64(bytes)}};
    story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + issue + "/attachments",
               json::to_text(json::Object{{"files", json::Array{file}}}));
  }
  static json::Value adf(std::string const& text) { return mapping::richtext::to_adf(mapping::richtext::from_text(text)).adf; }
};

inline std::string text_of(json::Value const& comment) {
  return mapping::richtext::to_text(mapping::richtext::from_adf(comment["body"]).document);
}

inline std::uint64_t skipped(sync::RunRecord const& record, std::string const& code) {
  auto const found = record.items.at(0).skipped.find(code);
  return found == record.items.at(0).skipped.end() ? 0 : found->second;
}

inline std::size_t open_intents(Story& story) {
  std::size_t count = 0;
  REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(count, sync::conversation::count_intents(reader));
    return Unit{};
  }));
  return count;
}

inline sandbox::Fault lost(sandbox::Fault::When when, std::string method, std::string path) {
  sandbox::Fault out;
  out.when = when;
  out.what = sandbox::Fault::Do::drop;
  out.match.method = std::move(method);
  out.match.path = std::move(path);
  out.nth = 1;
  return out;
}

inline void allow_uploads_of(Story& story, std::int64_t base64_bytes) {
  auto const state = story.world().dataverse().state();
  auto const organisation = std::string(state["rows"]["organization"].at(0)["organizationid"].text());
  story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/organizations(" + organisation + ")",
             json::to_text(json::Object{{"maxuploadfilesize", base64_bytes}}));
}

inline std::string bytes_of(std::size_t size, char seed) {
  std::string out(size, seed);
  for (std::size_t i = 0; i < size; i += 997) out[i] = static_cast<char>(i % 251);
  return out;
}

inline std::string file_named(json::Array const& list, std::string_view name, std::string_view member) {
  for (auto const& one : list) {
    if (one["filename"].text() == name) return std::string(one[member].text());
  }
  return "";
}

}  // namespace tandem::test
