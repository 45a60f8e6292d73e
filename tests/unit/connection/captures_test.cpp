// Real answers (TANDEM_CAPTURES): every reader takes each of them without a crash, and understands it or says why not [S3].
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <tandem/base/json/parse.hpp>
#include <tandem/connection/dataverse/batch.hpp>
#include <tandem/connection/dataverse/errors.hpp>
#include <tandem/connection/dataverse/metadata.hpp>
#include <tandem/connection/dataverse/odata.hpp>
#include <tandem/connection/jira/bulk.hpp>
#include <tandem/connection/jira/errors.hpp>
#include <tandem/connection/jira/rest.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

struct Capture {
  std::string name, text;
};

std::vector<Capture> captures(std::string const& folder) {
  auto const* const root = std::getenv("TANDEM_CAPTURES");
  if (root == nullptr || *root == '\0') {
    std::cout << "SKIPPED: TANDEM_CAPTURES is not set: recorded answers in " << folder << " were not read\n";
    return {};
  }
  std::vector<Capture> out;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(root) / folder)) {
    if (!entry.is_regular_file()) continue;
    std::stringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    out.push_back({entry.path().filename().string(), text.str()});
  }
  return out;
}

// "HTTP/1.1 404 Not Found", headers, blank line, body; or a body alone.
http::Response response_in(std::string const& text) {
  if (!text.starts_with("HTTP/")) return answer(200, text);
  auto const brace = text.find('{');
  http::Response response =
      answer(std::atoi(text.substr(text.find(' ')).c_str()), brace == std::string::npos ? "" : text.substr(brace));
  return response;
}

// Feeds one body to every reader of Dataverse; true when one of them understood it.
bool dataverse_understands(http::Response const& response) {
  auto const body = dataverse::read_body(response, "GET /capture");
  auto const odata = dataverse::odata_error(response.body);
  auto const error = dataverse::error_of(response, http::Access::read, "https://org.example", "GET /capture");
  CHECK_FALSE(error.message.empty());
  CHECK(error.message.find('\n') == std::string::npos);
  if (!body) {
    CHECK_FALSE(body.error().message.empty());
    return odata.present;
  }
  (void)dataverse::read_entity(*body);
  auto attributes = dataverse::read_attributes(*body);
  dataverse::join_cast(attributes, *body);
  dataverse::join_relationships(attributes, *body);
  (void)dataverse::note_navigation(*body, "incident");
  // The key is the column that ends in "id" and holds a GUID, as a real query would know.
  auto const& row = body->has("value") ? (*body)["value"].at(0) : *body;
  for (auto const& [name, value] : row.members()) {
    if (!name.ends_with("id") || value.if_string() == nullptr || value.text().size() < 36) continue;
    auto const record = dataverse::read_record(row, name);
    if (record) {
      CHECK(record->id.size() == 36);
      return true;
    }
  }
  return body->is_object();
}

}  // namespace

TEST_CASE("captured Dataverse answers are understood or refused with a reason [S3]") {
  int read = 0, understood = 0;
  for (auto const* const folder : {"dataverse/responses", "dataverse/errors", "dataverse/metadata"}) {
    for (auto const& capture : captures(folder)) {
      CAPTURE(folder, capture.name);
      ++read;
      if (dataverse_understands(response_in(capture.text))) ++understood;
    }
  }
  if (read > 0) {
    std::cout << "dataverse captures: " << understood << " of " << read << " understood\n";
    CHECK(understood * 2 > read);
  }
}

TEST_CASE("captured batch answers are taken apart [S3]") {
  int read = 0, understood = 0;
  for (auto const& capture : captures("dataverse/batch")) {
    CAPTURE(capture.name);
    ++read;
    auto const answers = dataverse::read_batch("", capture.text);
    if (!answers) {
      CHECK_FALSE(answers.error().message.empty());
      continue;
    }
    ++understood;
    for (auto const& one : *answers) CHECK(one.response.status >= 100);
  }
  if (read > 0) {
    std::cout << "batch captures: " << understood << " of " << read << " understood\n";
    CHECK(understood * 10 >= read * 8);
  }
}

TEST_CASE("captured Jira answers are understood or refused with a reason [S3]") {
  int read = 0, understood = 0;
  for (auto const& capture : captures("jira/rest")) {
    CAPTURE(capture.name);
    ++read;
    auto const response = answer(200, capture.text);
    auto const error = jira::error_of(response, http::Access::read, "GET /capture");
    CHECK(error.message.find('\n') == std::string::npos);
    auto body = jira::read_body(response, "GET /capture");
    if (!body) {
      CHECK_FALSE(body.error().message.empty());
      continue;
    }
    ++understood;
    if (body->has("url") && body->has("body")) body = Result<json::Value>((*body)["body"]);  // kept with the URL that was asked
    (void)jira::map_bulk(*body, 1);
    (void)jira::read_rejection(400, *body);
    (void)jira::read_field(*body);
    auto const issue = jira::read_issue(*body);
    if (capture.name.starts_with("devlake-issue-")) CHECK(issue.has_value());
    for (auto const& row : body->items()) {
      auto const field = jira::read_field(row);
      if (capture.name == "gojira-all_fields.json") CHECK_FALSE(field.id.empty());
    }
  }
  if (read > 0) {
    std::cout << "jira captures: " << understood << " of " << read << " understood\n";
    CHECK(understood * 10 >= read * 9);
  }
}
