// Large files through the real program: several at once, both ways, in bounded memory (SPEC I3).
#include "background.hpp"
#include "synced.hpp"

#include <cstdio>

#include <tandem/base/ids/digest.hpp>

using namespace cli_test;
namespace json = tandem::json;

namespace {

constexpr std::size_t kSize = 9 * 1024 * 1024;
constexpr std::size_t kEachWay = 5;
constexpr long kMostKilobytes = 150 * 1024;

// A sanitizer's own memory is far more than the program's.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kPeakMeansSomething = false;
#else
constexpr bool kPeakMeansSomething = true;
#endif

std::string with_files() {
  std::ifstream file(kSupportCases);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::string const off = R"("attachments": { "enabled": false })";
  return text.replace(text.find(off), off.size(), R"("attachments": { "enabled": true })");
}

}  // namespace

TEST_CASE("ten files of nine megabytes at once, both ways, stay under 150 MB of resident memory [I3]") {
  Synced const one;
  REQUIRE(one.ann.tandem({"items", "apply", "-f", one.file("files.json", with_files())}).code == 0);
  REQUIRE(one.ann.tandem({"sync-once"}).code == 0);
  auto const edit = [&](std::string const& side, std::string const& method, std::string const& path, json::Object const& body) {
    one.sandbox.post("edit", json::Object{{"as", "bob"}, {"side", side}, {"method", method}, {"path", path}, {"body", body}});
  };
  {
    auto const state = one.sandbox.get("state");
    auto const organisation = std::string(state["dataverse"]["rows"]["organization"].at(0)["organizationid"].text());
    edit("dataverse", "PATCH", "/api/data/v9.2/organizations(" + organisation + ")",
         json::Object{{"maxuploadfilesize", std::int64_t{131'072'000}}});
    std::string const content(kSize, 'x');
    auto const base64 = tandem::to_base64(content);
    for (std::size_t i = 0; i < kEachWay; ++i) {  // ten conversations, so that as many are on their way as the run has workers
      auto const& issue = state["jira"]["issues"].at(i);
      json::Object const file{{"filename", "from-jira.bin"}, {"base64", base64}};
      edit("jira", "POST", "/rest/api/3/issue/" + std::string(issue["key"].text()) + "/attachments",
           json::Object{{"files", json::Array{file}}});
      auto const& other = state["jira"]["issues"].at(kEachWay + i);
      auto const record = std::string(other["properties"]["tandem.link"]["links"]["support-cases"]["record"].text());
      edit("dataverse", "POST", "/api/data/v9.2/annotations",
           json::Object{{"filename", "from-dynamics.bin"},
                        {"documentbody", base64},
                        {"objectid_incident@odata.bind", "/incidents(" + record + ")"}});
    }
  }
  Background run(TANDEM_PROGRAM, {{"sync-once", "--sweep"}, one.environment(), ""});
  auto const end = run.wait();
  CHECK(end.code == 0);
  auto const history = tandem::json::parse(one.ann.tandem({"history", "--output", "json"}).out);
  REQUIRE(history.has_value());
  auto const text = json::to_text(*history);
  auto const times = [&](std::string const& action) {
    std::size_t count = 0;
    for (auto at = text.find('"' + action + '"'); at != std::string::npos; at = text.find('"' + action + '"', at + 1)) ++count;
    return count;
  };
  CHECK(times("added-attachment") == kEachWay + 1);  // and the one that the world begins with
  CHECK(times("added-file-note") == kEachWay);
  std::printf("ten files of 9 MB at once: %ld MB resident at most\n", end.peak_kilobytes / 1024);
  if (kPeakMeansSomething) CHECK(end.peak_kilobytes < kMostKilobytes);
}
