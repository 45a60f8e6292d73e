// Comments, notes and files on the wire (contract: jira.md §8, §9; dataverse.md §12, §22).
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/settings.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

constexpr char const* kSite = "https://site.atlassian.net";
constexpr char const* kOrg = "https://org.crm4.dynamics.com";
constexpr char const* kNote = "aaaaaaaa-0000-4000-8000-000000000001";

std::shared_ptr<http::Spool> spooled(std::string const& bytes) {
  auto spool = http::Spool::make();
  REQUIRE(spool.has_value());
  REQUIRE((*spool)->write(bytes).has_value());
  return *spool;
}

std::string whole(http::BodySource& body, std::size_t piece) {
  REQUIRE(body.rewind().has_value());
  std::string out;
  for (;;) {
    auto const part = body.read(piece);
    REQUIRE(part.has_value());
    if (part->empty()) break;
    REQUIRE(part->size() <= piece);
    out += *part;
  }
  return out;
}

std::string rows(int from, int to, int total) {
  std::string list;
  for (int i = from; i < to; ++i)
    list += fmt::format(R"({}{{"id":"{}","body":null,"properties":[]}})", list.empty() ? "" : ",", 100 + i);
  return fmt::format(R"({{"startAt":{},"total":{},"comments":[{}]}})", from, total, list);
}

http::Response redirect(std::string to, int status = 303) { return answer(status, "", {{"Location", std::move(to)}}); }

}  // namespace

TEST_CASE("all comments are read in pages, and once more when one went in between [jira §8]") {
  ScriptedTransport wire;
  jira::Client client(kSite, kSite, wire);
  wire.then(answer(200, rows(0, 100, 150))).then(answer(200, rows(100, 150, 150)));
  auto const all = client.comments("10001");
  REQUIRE(all.has_value());
  CHECK(all->size() == 150);
  CHECK(wire.sent.at(1).url.find("startAt=100") != std::string::npos);
  CHECK(wire.sent.at(0).url.find("orderBy=created") != std::string::npos);
  CHECK(wire.sent.size() == 2);

  ScriptedTransport moving;
  jira::Client other(kSite, kSite, moving);
  moving.then(answer(200, rows(0, 100, 150))).then(answer(200, rows(100, 149, 150))).then(answer(200, rows(149, 149, 150)));
  moving.then(answer(200, rows(0, 100, 149))).then(answer(200, rows(100, 149, 149)));
  CHECK(other.comments("10001")->size() == 149);
  CHECK(moving.sent.size() == 5);
}

TEST_CASE("a comment is read with author, times, restriction and properties; what is absent is not known [jira §8]") {
  ScriptedTransport wire;
  jira::Client client(kSite, kSite, wire);
  wire.then(answer(200, R"({"total":2,"comments":[
    {"id":"7","author":{"accountId":"a","displayName":"Ann"},"updateAuthor":{"accountId":"b"},"created":"2026-11-02T10:00:00.000+0100",
     "updated":"2026-11-02T09:30:00.000+0000","body":{"type":"doc"},"jsdPublic":false,"visibility":{"type":"role","value":"x"},
     "properties":[{"key":"tandem.origin","value":{"v":1}}]},
    {"id":8,"body":{"type":"doc"}}]})"));
  auto const all = client.comments("10001");
  REQUIRE(all.has_value());
  auto const& one = all->at(0);
  CHECK(one.author == "Ann");
  CHECK(one.editor_id == "b");
  CHECK(one.created == parse_instant("2026-11-02T09:00:00Z"));
  CHECK(one.updated == parse_instant("2026-11-02T09:30:00Z"));
  CHECK(one.restricted);
  CHECK(one.internal);
  REQUIRE(one.properties.has_value());
  CHECK((*one.properties->find("tandem.origin"))["v"].integer() == 1);
  CHECK(all->at(1).id == "8");
  CHECK_FALSE(all->at(1).properties.has_value());
  CHECK_FALSE(all->at(1).internal);
}

TEST_CASE("a new comment carries its mark in the same call, and a lost answer is not repeated [H3][R2]") {
  ScriptedTransport wire;
  jira::Client client(kSite, kSite, wire);
  wire.then(answer(201, R"({"id":"9","updated":"2026-11-02T09:00:00.000+0000","body":{}})"));
  CHECK(client.add_comment("10001", json::Object{{"type", "doc"}}, {{"tandem.origin", json::Object{{"v", 1}}}})->id == "9");
  CHECK(wire.sent.at(0).body == R"({"body":{"type":"doc"},"properties":[{"key":"tandem.origin","value":{"v":1}}]})");
  CHECK(wire.sent.at(0).repeat == http::Repeat::only_if_unsent);
  ScriptedTransport bad;
  jira::Client other(kSite, kSite, bad);
  bad.then(answer(201, "<html>"));
  CHECK(other.add_comment("10001", json::Object{}, {}).error().kind == ErrorKind::unknown_outcome);
}

TEST_CASE("a file goes to the media host without credentials, and nowhere else [I4][S5]") {
  auto const [location, site, media_host, allowed] = GENERATE(table<std::string, std::string, std::string, bool>({
      {"https://api.media.atlassian.com/file/x/binary?token=t", kSite, "", true},
      {"https://evil.example/file/x", kSite, "", false},
      {"http://api.media.atlassian.com/file/x", kSite, "", false},
      {"https://api.media.atlassian.com.evil.example/x", kSite, "", false},
      {"https://media.example/x", kSite, "media.example", true},
      {"https://api.media.atlassian.com/x", kSite, "media.example", false},
      {"http://127.0.0.1:8080/file/x", "http://127.0.0.1:8081", "", true},
      {"http://127.0.0.1:8080/file/x", kSite, "", false},
      {"/relative", kSite, "", false},
      {"", kSite, "", false},
  }));
  CAPTURE(location, site, media_host);
  ScriptedTransport wire;
  jira::Client client(site, site, wire, media_host);
  wire.then(redirect(location, GENERATE(302, 303)));
  wire.then_do([](http::Request const& request) -> Reply {
    CHECK(request.sink("bytes").has_value());
    return answer(200);
  });
  std::string got;
  auto const done = client.download("70", 100, [&](std::string_view bytes) -> Result<Unit> {
    got += bytes;
    return Unit{};
  });
  CHECK(done.has_value() == allowed);
  if (allowed) {
    REQUIRE(wire.sent.size() == 2);
    CHECK(wire.sent[0].authorize);
    CHECK_FALSE(wire.sent[1].authorize);
    CHECK(wire.sent[1].service == http::Service::media);
    CHECK(header(wire.sent[1], "Authorization").empty());
    CHECK(got == "bytes");
  } else {
    CHECK(wire.sent.size() == 1);
    CHECK(done.error().kind == ErrorKind::config);
  }
}

TEST_CASE("an upload is a form with one file, sent piece by piece, with the token header and never twice [jira §9]") {
  ScriptedTransport wire;
  jira::Client client(kSite, kSite, wire);
  wire.then(answer(200, R"([{"id":"70","filename":"a.txt","size":5,"created":1730538000000}])"));
  auto const made = client.upload("10001", "a.txt", "text/plain", spooled("hello"));
  REQUIRE(made.has_value());
  CHECK(made->id == "70");
  CHECK(made->size == 5);
  CHECK(made->created == from_epoch_millis(1730538000000));
  auto const& request = wire.sent.at(0);
  CHECK(header(request, "X-Atlassian-Token") == "no-check");
  CHECK(request.repeat == http::Repeat::only_if_unsent);
  auto const type = std::string(header(request, "Content-Type"));
  auto const boundary = type.substr(type.find("boundary=") + 9);
  auto const body = whole(*request.source, 7);
  CHECK(
      body ==
      fmt::format("--{0}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n"
                  "hello\r\n--{0}--\r\n",
                  boundary));
  CHECK(body.size() == request.source->size());
  CHECK(whole(*request.source, 1000) == body);  // a second try sends the same
  CHECK_FALSE(client.upload("10001", "a\"b\r\nX: y", "", spooled("x")).has_value());
}

TEST_CASE("a file note is created with its derived id and its content as base64, without being whole in memory [H3][I3]") {
  ScriptedTransport wire;
  dataverse::Client client(kOrg, wire);
  std::string bytes;
  for (int i = 0; i < 100'001; ++i) bytes += static_cast<char>(i * 7);
  auto const row = fmt::format(R"({{"annotationid":"{}","@odata.etag":"W/\"5\"","filesize":100001}})", kNote);
  wire.then(answer(201, row)).then(answer(200, row));
  auto const made = client.create_file_note(kNote, {{"subject", "s"}, {"filename", "a.bin"}}, spooled(bytes));
  REQUIRE(made.has_value());
  REQUIRE(made->has_value());
  auto const& request = wire.sent.at(0);
  CHECK(header(request, "If-None-Match") == "*");
  CHECK(request.body.empty());
  auto const body = json::parse(whole(*request.source, 1 << 14));
  REQUIRE(body.has_value());
  CHECK((*body)["subject"].text() == "s");
  CHECK(from_base64((*body)["documentbody"].text()) == bytes);
  ScriptedTransport again;
  dataverse::Client other(kOrg, again);
  again.then(answer(412, R"({"error":{"code":"0x80040237","message":"exists"}})"));
  CHECK_FALSE(other.create_note(kNote, {{"subject", "s"}})->has_value());
}

TEST_CASE("a large file goes in blocks of four MiB with ids of one length, in order, and is committed once [dataverse §22]") {
  ScriptedTransport wire;
  dataverse::Client client(kOrg, wire);
  std::string const bytes(9U << 20U, 'x');
  std::string sent;
  std::vector<std::string> ids;
  wire.then_do([&](http::Request const& request) -> Reply {
    auto const body = request.source ? json::parse(whole(*request.source, 1 << 16)) : json::parse(request.body);
    REQUIRE(body.has_value());
    if (request.endpoint.find("Initialize") != std::string::npos) {
      CHECK((*body)["Target"]["annotationid"].text() == kNote);
      CHECK((*body)["Target"]["@odata.type"].text() == "Microsoft.Dynamics.CRM.annotation");
      return answer(200, R"({"FileContinuationToken":"t"})");
    }
    CHECK((*body)["FileContinuationToken"].text() == "t");
    if (request.endpoint.find("UploadBlock") != std::string::npos) {
      ids.emplace_back((*body)["BlockId"].text());
      auto const block = from_base64((*body)["BlockData"].text());
      REQUIRE(block.has_value());
      CHECK(block->size() <= 4U << 20U);
      sent += *block;
      return answer(204);
    }
    CHECK(request.repeat == http::Repeat::only_if_unsent);
    REQUIRE((*body)["BlockList"].items().size() == ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) CHECK((*body)["BlockList"].at(i).text() == ids[i]);
    return answer(200, R"({"AnnotationId":"x","FileSizeInBytes":9437184})");
  });
  REQUIRE(client.upload_file_note(kNote, {{"filename", "a.bin"}}, spooled(bytes)).has_value());
  CHECK(sent == bytes);
  REQUIRE(ids.size() == 3);
  CHECK(ids[0].size() == ids[2].size());
  CHECK(from_base64(ids[0])->size() <= 64);
}

TEST_CASE("a note's file comes as base64 in pieces of any size and is decoded on the way [dataverse §22]") {
  std::string const bytes("any\0thing\xff that is no text", 26);
  auto const text = to_base64(bytes) + "\r\n";
  for (std::size_t piece = 1; piece < 12; ++piece) {
    ScriptedTransport wire;
    dataverse::Client client(kOrg, wire);
    wire.then_do([&](http::Request const& request) -> Reply {
      for (std::size_t at = 0; at < text.size(); at += piece)
        CHECK(request.sink(std::string_view(text).substr(at, piece)).has_value());
      return answer(200);
    });
    std::string got;
    REQUIRE(client
                .download_note_file(kNote, 100,
                                    [&](std::string_view part) -> Result<Unit> {
                                      got += part;
                                      return Unit{};
                                    })
                .has_value());
    CHECK(got == bytes);
  }
  for (auto const* broken : {"abc", "ab=c", "a$cd", "abcd=", "YQ==YQ=="}) {
    http::Base64Decoder decoder;
    auto const taken = decoder.take(broken);
    auto const more = taken ? decoder.take("YWJj") : Result<std::string>(fail(ErrorKind::remote, ""));
    CHECK((!taken || !more || !decoder.finish()));
  }
}

TEST_CASE("a spool gives back what was written, from anywhere, with its size and SHA-256 [I3]") {
  auto const spool = spooled("hello ");
  REQUIRE(spool->write("world").has_value());
  CHECK(spool->size() == 11);
  CHECK(spool->read(6, 100) == "world");
  CHECK(spool->read(11, 5) == "");
  CHECK(spool->sha256() == to_hex(sha256("hello world")));
}

TEST_CASE("the media host is a host name and nothing else [N1]") {
  connection::Settings settings;
  settings.organisation_url = kOrg;
  settings.tenant_id = "11111111-1111-1111-1111-111111111111";
  settings.client_id = "22222222-2222-2222-2222-222222222222";
  settings.jira_url = kSite;
  settings.jira_email = "me@example.com";
  auto const [host, fits] = GENERATE(table<std::string, bool>({{"", true},
                                                               {"Media.Example.com", true},
                                                               {"https://media.example.com", false},
                                                               {"media.example.com/x", false},
                                                               {"media.example.com:444", false},
                                                               {"user@media.example.com", false},
                                                               {"a b", false}}));
  CAPTURE(host);
  settings.media_host = host;
  auto const good = connection::checked(settings);
  CHECK(good.has_value() == fits);
  if (good && !host.empty()) CHECK(good->media_host == "media.example.com");
}
