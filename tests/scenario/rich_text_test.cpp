// Rich text that people made richer in Jira survives what others edit in Dynamics (SPEC C8).
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

constexpr std::string_view kPanel =
    R"({"type":"panel","attrs":{"panelType":"warning"},"content":[{"type":"paragraph","content":[{"type":"text","text":"Read this first","marks":[{"type":"strong"}]}]}]})";
constexpr std::string_view kTable =
    R"({"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]},)"
    R"({"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}]}]})";
constexpr std::string_view kImage =
    R"({"type":"mediaSingle","attrs":{"layout":"center"},"content":[{"type":"media","attrs":{"type":"external","url":"https://example.test/shot.png"}}]})";

std::string paragraph(std::string const& text) {
  return R"({"type":"paragraph","content":[{"type":"text","text":")" + text + R"("}]})";
}

class Edited {
 public:
  Edited() {
    story.run_well();
    record_ = story.cases().front().id;
    in_dynamics("Read this first\\n\\na | b\\n\\nThe printer is broken.");
    story.run_well();
  }
  void in_dynamics(std::string const& text) {
    story.world().advance(20min);
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record_ + ")",
               R"({"description":")" + text + R"("})");
  }
  void in_jira(std::string const& blocks) {
    story.world().advance(20min);
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(issue()["key"].text()),
               R"({"fields":{"description":{"type":"doc","version":1,"content":[)" + blocks + "]}}}");
  }
  json::Value issue() { return story.issue_of(record_); }
  std::string block(std::size_t at) { return json::to_text(issue()["fields"]["description"]["content"].at(at)); }
  // Five further cycles write nothing (SPEC R4).
  void stays() {
    for (int i = 0; i < 5; ++i) {
      story.world().advance(5min);
      story.forget_requests();
      story.run_well();
      CHECK(story.writes().empty());
    }
  }

  Story story;

 private:
  std::string record_;
};

}  // namespace

TEST_CASE("one word edited in Dynamics under a panel, a table and an image leaves the other blocks in Jira as they were [C8]") {
  Edited edited;
  edited.in_jira(std::string(kPanel) + "," + std::string(kTable) + "," + std::string(kImage) + "," +
                 paragraph("The printer is broken."));
  edited.story.run_well();
  std::vector<std::string> before;
  for (std::size_t i = 0; i < 4; ++i) before.push_back(edited.block(i));
  edited.in_dynamics("Read this first\\n\\na | b\\n\\nThe printer is repaired.");
  auto const run = edited.story.run_well();
  CHECK(run.items.at(0).updated == 1);
  for (std::size_t i = 0; i < 3; ++i) CHECK(edited.block(i) == before[i]);
  CHECK(edited.block(3) == paragraph("The printer is repaired."));
  edited.stays();
}

TEST_CASE("an edit that would lose a mention is held with its reason, and Jira stays as it is [C8]") {
  Edited edited;
  edited.in_jira(paragraph("Read this first") + "," + std::string(kTable) +
                 R"(,{"type":"paragraph","content":[{"type":"mention","attrs":{"id":"5b10ac8d82e05b22cc7d4ef5","text":"@Ada"}},)"
                 R"({"type":"text","text":" The printer is broken."}]})");
  edited.story.run_well();
  auto const before = json::to_text(edited.issue()["fields"]["description"]);
  edited.in_dynamics("Read this first\\n\\na | b\\n\\nThe printer is repaired.");
  edited.story.forget_requests();
  auto const ran = edited.story.run();
  REQUIRE(ran.record.has_value());
  CHECK(edited.story.writes().empty());
  CHECK(json::to_text(edited.issue()["fields"]["description"]) == before);
  REQUIRE(ran.told.plans.size() == 1);
  REQUIRE(ran.told.plans.front().held.size() == 1);
  CHECK(ran.told.plans.front().held.front().report.reason == Reason::would_lose_content);
  edited.stays();
}
