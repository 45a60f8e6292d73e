// Notes and their files, at once and in blocks (contract: dataverse.md §22, checklist 11).
#include <catch2/catch.hpp>

#include <tandem/base/ids/digest.hpp>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

std::string const kNote = "0a0b0c0d-1111-5222-8333-444455556666";

json::Value target(std::string const& file_name = "big.bin") {
  return json::Object{{"annotationid", kNote},
                      {"subject", "In blocks"},
                      {"filename", file_name},
                      {"mimetype", "application/octet-stream"},
                      {"@odata.type", "Microsoft.Dynamics.CRM.annotation"},
                      {"objectid_incident@odata.bind", "/incidents(" + case_id(1) + ")"}};
}

Response act(Box& box, std::string const& action, json::Value const& body) {
  return box.ask("POST", action, json::to_text(body));
}

std::string start(Box& box) {
  auto const answer = act(box, "InitializeAnnotationBlocksUpload", json::Object{{"Target", target()}});
  REQUIRE(answer.status == 200);
  return body_of(answer)["FileContinuationToken"].text_or("");
}

Response block(Box& box, std::string const& token, std::string const& id, std::string const& bytes) {
  return act(box, "UploadBlock",
             json::Object{
                 {"BlockId", tandem::to_base64(id)}, {"BlockData", tandem::to_base64(bytes)}, {"FileContinuationToken", token}});
}

Response commit(Box& box, std::string const& token, std::vector<std::string> const& ids, json::Value const& of = target()) {
  json::Array list;
  for (auto const& id : ids) list.emplace_back(tandem::to_base64(id));
  return act(box, "CommitAnnotationBlocksUpload",
             json::Object{{"Target", of}, {"BlockList", std::move(list)}, {"FileContinuationToken", token}});
}

}  // namespace

TEST_CASE("a file goes up and comes down in blocks, in the order of the list [I1, dataverse §22]") {
  Box box;
  auto const token = start(box);
  std::string const head(3'000, 'a'), tail(1'234, 'b');
  CHECK(block(box, token, "block-2", tail).status == 204);
  CHECK(block(box, token, "block-1", head).status == 204);
  auto const committed = commit(box, token, {"block-1", "block-2"});
  REQUIRE(committed.status == 200);
  CHECK(body_of(committed)["AnnotationId"].text() == kNote);
  CHECK(body_of(committed)["FileSizeInBytes"].integer() == 4'234);
  auto const note = box.get_json("annotations(" + kNote + ")");
  CHECK(note["filesize"].integer() == 4'234);
  CHECK(note["isdocument"].truthy());
  CHECK(note["_objectid_value"].text() == case_id(1));
  CHECK_FALSE(note.has("documentbody"));
  CHECK(box.get("annotations(" + kNote + ")/documentbody/$value").body == tandem::to_base64(head + tail));

  auto const download = body_of(
      act(box, "InitializeAnnotationBlocksDownload",
          json::Object{{"Target", json::Object{{"annotationid", kNote}, {"@odata.type", "Microsoft.Dynamics.CRM.annotation"}}}}));
  CHECK(download["FileSizeInBytes"].integer() == 4'234);
  CHECK(download["FileName"].text() == "big.bin");
  std::string bytes;
  while (bytes.size() < 4'234) {
    auto const part = act(box, "DownloadBlock",
                          json::Object{{"Offset", static_cast<std::int64_t>(bytes.size())},
                                       {"BlockLength", 1'000},
                                       {"FileContinuationToken", download["FileContinuationToken"]}});
    REQUIRE(part.status == 200);
    bytes += tandem::from_base64(body_of(part)["Data"].text()).value_or("");
  }
  CHECK(bytes == head + tail);
}

TEST_CASE("block transfers that make no sense are refused and leave no note [dataverse §22]") {
  Box box;
  auto const token = start(box);
  REQUIRE(block(box, token, "one", "data").status == 204);
  CHECK(block(box, token, "three", "data").status == 400);                          // another length of id
  CHECK(block(box, token, std::string(65, 'x'), "data").status == 400);             // an id of more than 64 bytes
  CHECK(block(box, token, "two", std::string((4U << 20U) + 1, 'x')).status == 400);  // a block of more than 4 MiB
  CHECK(block(box, "nonsense", "two", "data").status == 400);
  CHECK(commit(box, token, {"two"}).status == 400);
  CHECK(commit(box, token, {"one"}, target("run.exe")).status == 400);
  CHECK(error_code(commit(box, token, {"one"}, target("run.exe"))) == "0x80043e09");
  CHECK(box.get("annotations(" + kNote + ")").status == 404);
  CHECK(commit(box, token, {"one"}).status == 200);
  CHECK(commit(box, token, {"one"}).status == 400);  // the token is used up
}

TEST_CASE("the committed file is measured in base64 too [I2, dataverse §22]") {
  Box box;
  auto const token = start(box);
  REQUIRE(block(box, token, "1", std::string(3'000'000, 'x')).status == 204);
  REQUIRE(block(box, token, "2", std::string(1'000'000, 'x')).status == 204);
  auto const refused = commit(box, token, {"1", "2"});  // 4,000,000 bytes are 5,333,336 characters
  CHECK(refused.status == 400);
  CHECK(error_code(refused) == "0x80044a02");
  CHECK(commit(box, token, {"1"}).status == 200);
}

TEST_CASE("what the organisation says about names and types of files holds [dataverse §4, §22]") {
  Box box;
  auto const organization = "organizations(" + box.get_json("WhoAmI")["OrganizationId"].text_or("") + ")";
  REQUIRE(box.ask("PATCH", organization, R"j({"blockedmimetypes":"text/html;image/svg+xml"})j").status == 204);
  struct Case {
    std::string name, body, code;
  };
  auto const c = GENERATE(values<Case>({
      {"a slash in the name", R"j({"filename":"a/b.txt","documentbody":"AAAA"})j", "0x80044a08"},
      {"an empty file", R"j({"filename":"a.txt","documentbody":""})j", "0x80044a04"},
      {"a blocked type", R"j({"filename":"a.htm","mimetype":"TEXT/HTML","documentbody":"AAAA"})j", "0x80043e09"},
      {"no base64", R"j({"filename":"a.txt","documentbody":"*"})j", "0x80040203"},
  }));
  CAPTURE(c.name);
  auto const response = box.ask("POST", "annotations", c.body);
  CHECK(response.status == 400);
  CHECK(error_code(response) == c.code);
}

TEST_CASE("notes and activities go with the row they hang on [dataverse §22]") {
  Box box;
  auto const notes = [&] { return box.get("annotations/$count").body; };
  auto const before = std::stoi(notes());
  REQUIRE(box.ask("POST", "tasks",
                  R"j({"subject":"t","regardingobjectid_incident_task@odata.bind":"/incidents()j" + case_id(3) + R"j()"})j")
              .status == 204);
  REQUIRE(box.ask("DELETE", "incidents(" + case_id(3) + ")").status == 204);
  CHECK(std::stoi(notes()) == before - 1);
  CHECK(box.get_json("tasks?$select=subject&$filter=subject eq 't'")["value"].items().empty());
}
