#include <catch2/catch.hpp>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/connection/dataverse/batch.hpp>
#include <tandem/connection/dataverse/client.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using dataverse::read_batch;

namespace {

std::string with_line_ends(std::string text, std::string const& end) {
  std::string out;
  for (char const c : text) out += c == '\n' ? end : std::string(1, c);
  return out;
}

constexpr char const* kAnswer =
    "--batchresponse_1\n"
    "Content-Type: application/http\n"
    "Content-Transfer-Encoding: binary\n"
    "\n"
    "HTTP/1.1 204 No Content\n"
    "OData-Version: 4.0\n"
    "\n"
    "\n"
    "--batchresponse_1\n"
    "Content-Type: multipart/mixed; boundary=changesetresponse_2\n"
    "\n"
    "--changesetresponse_2\n"
    "Content-Type: application/http\n"
    "Content-ID: 7\n"
    "\n"
    "HTTP/1.1 201 Created\n"
    "Content-Type: application/json\n"
    "\n"
    "{\"a\":\"--batchresponse_1\"}\n"
    "--changesetresponse_2--\n"
    "--batchresponse_1\n"
    "Content-Type: application/http\n"
    "\n"
    "HTTP/1.1 404 Not Found\n"
    "REQ_ID: r\n"
    "\n"
    "{\"error\":{\"code\":\"0x80040217\",\"message\":\"x\"}}\n"
    "--batchresponse_1--\n";

http::Response batch_answer(std::vector<std::string> const& parts, bool closed = true) {
  std::string body;
  for (auto const& part : parts) body += "--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 " + part + "\r\n";
  if (closed) body += "--b--\r\n";
  return answer(200, body, {{"Content-Type", "multipart/mixed; boundary=b"}});
}

}  // namespace

TEST_CASE("a batch is written with CRLF throughout") {
  auto const text =
      dataverse::write_batch("batch_x", {{"PATCH", "/api/data/v9.2/annotations(1)", {{"If-None-Match", "*"}}, "{\"a\":1}"}});
  CHECK(text ==
        "--batch_x\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        "PATCH /api/data/v9.2/annotations(1) HTTP/1.1\r\nIf-None-Match: *\r\n\r\n{\"a\":1}\r\n--batch_x--\r\n");
}

TEST_CASE("a batch answer is read with either line end, quoted or bare boundary, or none named") {
  auto const end = GENERATE(as<std::string>{}, "\r\n", "\n");
  auto const type =
      GENERATE(as<std::string>{}, "multipart/mixed; boundary=batchresponse_1",
               "multipart/mixed; boundary=\"batchresponse_1\"; x=y", "Multipart/Mixed;BOUNDARY=batchresponse_1", "");
  auto const answers = read_batch(type, with_line_ends(kAnswer, end));
  REQUIRE(answers.has_value());
  REQUIRE(answers->size() == 3);
  CHECK((*answers)[0].response.status == 204);
  CHECK((*answers)[0].response.body.empty());
  CHECK((*answers)[1].response.status == 201);
  CHECK((*answers)[1].content_id == "7");
  CHECK((*answers)[1].response.body == "{\"a\":\"--batchresponse_1\"}");
  CHECK((*answers)[2].response.status == 404);
  CHECK((*answers)[2].response.header("REQ_ID") == "r");
}

TEST_CASE("a batch answer that is none is a remote fault and never a crash [S3]") {
  auto const body = GENERATE(as<std::string>{}, "", "--", "--\n--", "nonsense", "--b\n",
                             "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n--b--", "<html>", "{\"error\":{}}");
  CHECK_FALSE(read_batch("multipart/mixed; boundary=b", body).has_value());
}

TEST_CASE("change sets within change sets end somewhere [S3]") {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += "--b\nContent-Type: multipart/mixed; boundary=b\n\n";
  CHECK_FALSE(read_batch("multipart/mixed; boundary=b", body).has_value());
}

TEST_CASE("each part of a batch of creates has its own outcome [R2]") {
  ScriptedTransport wire;
  wire.then(batch_answer(
      {"204 No Content\r\n\r\n", "412 Precondition Failed\r\n\r\n{\"error\":{\"code\":\"0x80040237\",\"message\":\"x\"}}",
       "403 Forbidden\r\n\r\n{\"error\":{\"code\":\"0x80040220\",\"message\":\"is missing prvCreateNote privilege\"}}",
       "429 Too Many\r\nRetry-After: 5\r\n\r\n", "500 X\r\n\r\n"},
      GENERATE(true, false)));
  dataverse::Client client("https://org.crm4.dynamics.com", wire);
  std::vector<dataverse::Client::Upsert> rows;
  for (int i = 0; i < 6; ++i) rows.push_back({"annotations", random_uuid(), {{"subject", i}}});
  auto const results = client.create_many_with_id(rows);
  REQUIRE(results.has_value());
  REQUIRE(results->size() == 6);
  CHECK(*(*results)[0] == dataverse::Created::created);
  CHECK(*(*results)[1] == dataverse::Created::existed);
  CHECK((*results)[2].error().find("privilege") == "prvCreateNote");
  CHECK((*results)[3].error().kind == ErrorKind::throttled);
  CHECK((*results)[4].error().kind == ErrorKind::unknown_outcome);
  CHECK((*results)[5].error().kind == ErrorKind::unknown_outcome);  // no answer for it
  auto const& sent = wire.sent[0];
  CHECK(header(sent, "Prefer") == "odata.continue-on-error");
  CHECK(sent.repeat == http::Repeat::safe);
  CHECK(sent.body.find("PATCH /api/data/v9.2/annotations(" + rows[5].id + ") HTTP/1.1\r\n") != std::string::npos);
  CHECK(sent.body.find("If-None-Match: *\r\n") != std::string::npos);
}

TEST_CASE("a batch that failed as a whole says so for all, and an unreadable answer is an unknown outcome [R2]") {
  ScriptedTransport wire;
  auto const [response, kind] = GENERATE(
      table<http::Response, ErrorKind>({{answer(401), ErrorKind::auth},
                                        {answer(503), ErrorKind::unknown_outcome},
                                        {answer(200, "cut"), ErrorKind::unknown_outcome},
                                        {answer(400, R"({"error":{"code":"0x80048d19","message":"x"}})"), ErrorKind::remote}}));
  wire.then(response);
  dataverse::Client client("https://org.crm4.dynamics.com", wire);
  auto const results = client.create_many_with_id({{"annotations", random_uuid(), {}}});
  REQUIRE_FALSE(results.has_value());
  CHECK(results.error().kind == kind);
}
