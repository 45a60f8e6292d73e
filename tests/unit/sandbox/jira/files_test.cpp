#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "jira/media.hpp"
#include "jira/multipart.hpp"

using jira_test::Answer;
using jira_test::Box;
namespace json = tandem::json;

namespace {

std::string part(std::string const& disposition, std::string const& bytes, std::string const& type = {}) {
  return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n" +
         (type.empty() ? "" : "Content-Type: " + type + "\r\n") + "\r\n" + bytes + "\r\n";
}

Answer upload(Box& box, std::string const& parts, std::string const& key = "SUP-1") {
  return Box::answer(box.service.handle({"POST",
                                         "/rest/api/3/issue/" + key + "/attachments",
                                         {{"Authorization", Box::basic("tandem@example.com", "sandbox-jira-token")},
                                          {"Content-Type", "multipart/form-data; boundary=b"},
                                          {"X-Atlassian-Token", "no-check"}},
                                         parts + "--b--\r\n"}));
}

}  // namespace

TEST_CASE("uploads come back in their order, with size, type and history; equal names make two files [jira §7, §9]",
          "[sandbox][jira]") {
  Box box;
  box.create("one");
  std::string const bytes("\0\r\n--x\xff", 7);
  auto const made = upload(box, part(R"(name="file"; filename="a.png")", bytes) +
                                    part(R"(name="file"; filename="a.png")", "", "text/odd") + part(R"(name="note")", "ignored"));
  REQUIRE(made.status == 200);
  REQUIRE(made.body.items().size() == 2);
  CHECK(made.body.at(0)["size"].integer() == 7);
  CHECK(made.body.at(0)["mimeType"].text() == "image/png");
  CHECK(made.body.at(0).has("thumbnail"));
  CHECK(made.body.at(1)["size"].integer() == 0);
  CHECK(made.body.at(1)["mimeType"].text() == "text/odd");
  CHECK(made.body.at(0)["id"].is_string());
  CHECK(box.get("attachment/10001").body["id"].integer() == 10001);
  auto const issue = box.get("issue/SUP-1?fields=attachment&expand=changelog").body;
  CHECK(issue["fields"]["attachment"].items().size() == 2);
  auto const item = issue["changelog"]["histories"].at(0)["items"].at(0);
  CHECK(
      json::to_text(item) ==
      R"({"field":"Attachment","fieldtype":"jira","fieldId":"attachment","from":null,"fromString":null,"to":"10001","toString":"a.png"})");
  CHECK(box.get("attachment/content/10001?redirect=false").text == bytes);
  CHECK(box.del("attachment/10001").status == 204);
  CHECK(box.get("attachment/10001").status == 404);
  CHECK(box.found("attachments is not empty") == "SUP-1");
  box.set("jira.attachmentDeleteHistory", false);
  auto const before = box.get("issue/SUP-1/changelog").body["total"].integer();
  CHECK(box.del("attachment/10002").status == 204);
  CHECK(box.get("issue/SUP-1/changelog").body["total"].integer() == before);
}

TEST_CASE("file names keep quotes, blanks and every script [jira §9]", "[sandbox][jira]") {
  auto const [disposition, name] = GENERATE(table<std::string, std::string>({
      {R"(name="file"; filename="Ünïcode 文件 😀.txt")", "Ünïcode 文件 😀.txt"},
      {R"(name="file"; filename="say \"hi\".txt")", "say \"hi\".txt"},
      {R"(name="file"; filename="say %22hi%22.txt")", "say \"hi\".txt"},
      {R"(name="file"; filename="x.txt"; filename*=UTF-8''%D1%84.txt)", "ф.txt"},
      {R"(name=file; filename=plain.txt)", "plain.txt"},
      {R"(filename="semi;colon.txt"; name="file")", "semi;colon.txt"},
  }));
  Box box;
  box.create("one");
  auto const made = upload(box, part(disposition, "x"));
  CAPTURE(disposition, made.text);
  REQUIRE(made.status == 200);
  CHECK(made.body.at(0)["filename"].text() == name);
}

TEST_CASE("a malformed form is refused, whatever is cut from it [jira §9]", "[sandbox][jira]") {
  auto const whole = part(R"(name="file"; filename="a")", "0123456789") + "--b--\r\n";
  for (std::size_t length = 0; length + 6 < whole.size(); ++length) {
    auto const read = sandbox::jira::read_form("multipart/form-data; boundary=b", std::string_view(whole).substr(0, length));
    CHECK_FALSE(read.has_value());
  }
  CHECK(sandbox::jira::read_form("multipart/form-data; boundary=b", whole)->front().bytes == "0123456789");
  CHECK(sandbox::jira::read_form("multipart/form-data; boundary=b", "--b\r\n--b--")->size() == 1);
}

TEST_CASE("content is a redirect to the media host, whose URL works without credentials and in parts [jira §9]",
          "[sandbox][jira]") {
  Box box;
  box.create("one");
  upload(box, part(R"(name="file"; filename="a b.txt")", "0123456789"));
  box.set("jira.mediaUrl", "http://media.test");
  auto const redirect = box.get("attachment/content/10001");
  CHECK(redirect.status == 303);
  auto const location = redirect.header("Location");
  REQUIRE(location.starts_with("http://media.test/file/"));
  sandbox::jira::MediaService media(box.service);
  auto const target = location.substr(17);
  auto const whole = media.handle({"GET", target, {}, ""});
  CHECK(whole.status == 200);
  CHECK(whole.body == "0123456789");
  auto const [range, status, bytes] = GENERATE(table<std::string, int, std::string>({{"bytes=2-4", 206, "234"},
                                                                                     {"bytes=7-", 206, "789"},
                                                                                     {"bytes=-3", 206, "789"},
                                                                                     {"bytes=0-99", 206, "0123456789"},
                                                                                     {"bytes=10-", 416, ""}}));
  auto const some = media.handle({"GET", target, {{"Range", range}}, ""});
  CAPTURE(range);
  CHECK(some.status == status);
  CHECK(some.body == bytes);
  box.set("jira.contentRedirectStatus", 302);
  CHECK(box.get("attachment/content/10001").status == 302);
  CHECK(box.del("attachment/10001").status == 204);
  CHECK(media.handle({"GET", target, {}, ""}).status == 404);
}

TEST_CASE("people attach files as JSON, also while creating [L4, jira §12]", "[sandbox][jira]") {
  Box box;
  auto const created = box.service.edit_as(
      "alice",
      {"POST",
       "/rest/api/3/issue",
       {},
       R"({"fields":{"project":{"key":"SUP"},"issuetype":{"id":"10002"},"summary":"x","attachment":[{"filename":"log.txt","text":"hello"}]}})"});
  REQUIRE(created.status == 201);
  auto const later =
      box.service.edit_as("alice", {"POST",
                                    "/rest/api/3/issue/SUP-1/attachments",
                                    {},
                                    R"({"files":[{"filename":"b.bin","base64":"AAEC","mimeType":"application/x-b"}]})"});
  REQUIRE(later.status == 200);
  auto const files = box.get("issue/SUP-1").body["fields"]["attachment"];
  REQUIRE(files.items().size() == 2);
  CHECK(files.at(0)["author"]["displayName"].text() == "Alice Agent");
  CHECK(box.get("attachment/content/10002?redirect=false").text == std::string("\0\1\2", 3));
  CHECK(box.get("issue/SUP-1/changelog").body["total"].integer() == 1);
}
