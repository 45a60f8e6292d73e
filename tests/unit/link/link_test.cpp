#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/link/conversations.hpp>
#include <tandem/link/identity.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/marks.hpp>
#include <tandem/link/origin.hpp>
#include <tandem/link/twins.hpp>

#include "../connection/support.hpp"

using namespace tandem;
using namespace tandem::link;
using tandem::test::MemoryStore;

namespace {

Link some_link() {
  Link link;
  link.id = "0c6dd2b1-8f8e-5a5c-9c5e-0e4d6a3f7b11";
  link.item = "support-cases";
  link.entity = "incident";
  link.record = "7d577253-3ef0-4a0a-bb7f-8335c2596e70";
  link.record_number = "CAS-01001";
  link.issue = "10012";
  link.issue_key = "SUP-12";
  return link;
}

}  // namespace

TEST_CASE("derived ids never change: golden vectors [H3][D9]") {
  auto const [kind, origin, id, part, record, expected] =
      GENERATE(table<NoteKind, std::string, std::string, std::string, std::string, std::string>({
          {NoteKind::link, "7d577253-3ef0-4a0a-bb7f-8335c2596e70", "support-cases", "", "3adbf27c-8efb-e511-80d2-00155db07c77",
           "f1288980-9ff9-5426-8db8-9af65a41b9c3"},
          {NoteKind::comment, "example.atlassian.net", "10001", "", "3adbf27c-8efb-e511-80d2-00155db07c77",
           "20677de3-5b2d-5d33-9e65-7223dcd2e583"},
          {NoteKind::comment, "example.atlassian.net", "10001", "2", "3adbf27c-8efb-e511-80d2-00155db07c77",
           "3ebd1798-645a-5f35-bb03-e03ebc18bb11"},
          {NoteKind::file, "example.atlassian.net", "10001", "", "3adbf27c-8efb-e511-80d2-00155db07c77",
           "330cff9c-c145-5655-9594-5662e19d519b"},
      }));
  CHECK(note_id({kind, origin, id, part, record}) == expected);
}

TEST_CASE("a link's id is its link note's id, other items and organisations have others [D1][D9]") {
  auto const id = link_id("org", "item", "record");
  CHECK(id == note_id({NoteKind::link, "org", "item", "", "record"}));
  CHECK(id != link_id("org", "other", "record"));
  CHECK(id != link_id("other", "item", "record"));
  CHECK(id != link_id("org", "itemrecord", ""));
}

TEST_CASE("the issue property names the record under its item and is read back only for its organisation [D10][N5]") {
  auto const link = some_link();
  auto const property = issue_property(link, "org-1");
  CHECK(property["v"].integer() == 1);
  auto const read = marked(property, "support-cases", "org-1");
  REQUIRE(read.has_value());
  CHECK(read->record == link.record);
  CHECK(read->link_id == link.id);
  CHECK_FALSE(marked(property, "support-cases", "org-2").has_value());
  CHECK_FALSE(marked(property, "other-item", "org-1").has_value());
  CHECK_FALSE(marked(json::Value("nonsense"), "support-cases", "org-1").has_value());
}

TEST_CASE("a link note says key, URL, issue id, item and how, and its issue is found again [D9]") {
  auto link = some_link();
  auto const note = link_note(link, "https://example.atlassian.net/browse/SUP-12");
  for (auto const* part : {"SUP-12", "https://example.atlassian.net/browse/SUP-12", "10012", "support-cases", "automatically"}) {
    CHECK(note.text.find(part) != std::string::npos);
  }
  CHECK(issue_named_by(note.text) == "10012");
  CHECK(issue_named_by("<p>" + note.text + "</p>") == "10012");
  CHECK_FALSE(issue_named_by("somebody wrote something else").has_value());
  CHECK_FALSE(issue_named_by("Issue ID: none").has_value());
  CHECK(key_named_by(note.text) == "SUP-12");
  CHECK(key_named_by("<p>Jira issue: SUP-12<br>URL") == "SUP-12");
  CHECK_FALSE(key_named_by("somebody wrote something else").has_value());
  CHECK(kind_named_by(note.text) == Kind::automatic);
  link.kind = Kind::manual;
  CHECK(kind_named_by(link_note(link, "u").text) == Kind::manual);
  CHECK(link_note(link, "u").text.find("manually") != std::string::npos);
}

TEST_CASE("a remote link shows number, title, URL and whether the record is resolved [D10]") {
  auto const link = some_link();
  auto const object =
      json::Value(remote_link(link, {"CAS-01001", "Printer on fire", "https://org.example/main.aspx", "Case", true}));
  CHECK(object["relationship"].text() == "synced with");
  CHECK(object["globalId"].text() == remote_link_global_id(link.id));
  CHECK(object["object"]["title"].text() == "CAS-01001: Printer on fire");
  CHECK(object["object"]["url"].text() == "https://org.example/main.aspx");
  CHECK(object["object"]["status"]["resolved"].truthy());
}

TEST_CASE("a remote link's title is cut on a whole character [D10]") {
  auto const link = some_link();
  std::string title;
  for (int i = 0; i < 300; ++i) title += "\xF0\x9F\x94\xA5";
  auto const cut = json::Value(remote_link(link, {"CAS-1", title, "u", "Case", false}))["object"]["title"].text_or("");
  CHECK(json::parse("\"" + cut + "\"").has_value());
  CHECK(cut.size() < title.size());
}

TEST_CASE("equal contents have equal hashes whatever the order of their members") {
  CHECK(content_hash(*json::parse(R"({"a":1,"b":[2]})")) == content_hash(*json::parse(R"({"b":[2],"a":1})")));
  CHECK(content_hash(*json::parse(R"({"a":1})")) != content_hash(*json::parse(R"({"a":2})")));
}

TEST_CASE("links and bases read back as they were written [R9]") {
  auto link = some_link();
  link.kind = Kind::manual;
  link.owed = {true, false};
  link.made_at = parse_instant("2026-11-01T10:00:00.250Z");
  auto const read = Link::from_json(link.to_json());
  REQUIRE(read.has_value());
  CHECK(read->to_json() == link.to_json());
  CHECK(read->made_at == link.made_at);

  Base base;
  base.etag = "W/\"12\"";
  base.fields["title|summary"] = {"a", json::Value()};
  base.status = {json::Value(0), json::Value(1), "10000"};
  base.unseen = true;
  auto const again = Base::from_json(base.to_json());
  REQUIRE(again.has_value());
  CHECK(again->to_json() == base.to_json());
  CHECK_FALSE(Link::from_json(json::Value("x")).has_value());
  CHECK(again->unseen);
  CHECK_FALSE(Base::from_json(json::Value("x")).has_value());
}

TEST_CASE("twins are kept per link, and copies are known for ever, whatever becomes of the link [F10][H1]") {
  MemoryStore store;
  Twin twin;
  twin.original = Side::jira;
  twin.note = "note-1";
  twin.jira = "10005";
  twin.copy_hash = "h";
  REQUIRE(store.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(put_twin(writer, "link-1", twin));
    twin.kind = TwinKind::file;
    twin.original = Side::dynamics;
    twin.jira = "70";
    TANDEM_CHECK(put_twin(writer, "link-1", twin));
    return put_twin(writer, "link-2", twin);
  }));
  auto const look = [&](auto const& body) {
    REQUIRE(store.read([&](store::Reader& reader) -> Result<Unit> { return body(reader); }));
  };
  look([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const twins, twins_of(reader, "link-1"));
    CHECK(twins.size() == 2);
    TANDEM_TRY(auto const copy, find_copy(reader, TwinKind::comment, Side::dynamics, "note-1"));
    CHECK((copy && copy->twin == "10005" && copy->link == "link-1"));
    TANDEM_TRY(auto const original, find_copy(reader, TwinKind::comment, Side::jira, "10005"));
    CHECK_FALSE(original.has_value());
    TANDEM_TRY(auto const file, find_copy(reader, TwinKind::file, Side::jira, "70"));
    CHECK((file && file->twin == "note-1"));
    return Unit{};
  });
  REQUIRE(store.write([&](store::Writer& writer) { return erase_twins(writer, "link-1"); }));
  look([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const gone, twins_of(reader, "link-1"));
    CHECK(gone.empty());
    TANDEM_TRY(auto const others, twins_of(reader, "link-2"));
    CHECK(others.size() == 1);
    TANDEM_TRY(auto const copy, find_copy(reader, TwinKind::comment, Side::dynamics, "note-1"));
    CHECK(copy.has_value());
    return Unit{};
  });
}

TEST_CASE("a comment's mark names its note, and any mark is one [H3][N5]") {
  Origin const origin{"org", "record", "note"};
  CHECK(origin_of(comment_property(origin)) == origin);
  CHECK(comment_property(origin)["v"].integer() == 1);
  CHECK_FALSE(origin_of(json::Value()).has_value());
  CHECK(origin_of(json::Value("nonsense")).has_value());
}

TEST_CASE("a new link's conversation is due, and what is due goes with the link [H1]") {
  MemoryStore store;
  auto const link = some_link();
  REQUIRE(store.write([&](store::Writer& writer) { return put_link(writer, link); }));
  REQUIRE(store.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const due, conversations_of(writer, link.item, "", 10));
    CHECK(due.size() == 1);
    TANDEM_CHECK(erase_conversation(writer, link.item, link.id));
    TANDEM_CHECK(put_link(writer, link));  // a change of the link is no news of its conversation
    TANDEM_TRY(auto const none, conversations_of(writer, link.item, "", 10));
    CHECK(none.empty());
    TANDEM_CHECK(note_conversation(writer, link.item, link.id));
    return erase_link(writer, link);
  }));
  CHECK(store.tables["conversations"].empty());
}

TEST_CASE("what told of a conversation stays known until it was looked at: an event, the latest version of its issue [F2][E2]") {
  MemoryStore store;
  REQUIRE(store.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(note_conversation(writer, "item", "link", {"2026-11-02T09:00:10.000+0000"}));
    TANDEM_CHECK(note_conversation(writer, "item", "link", {{}, true}));
    TANDEM_CHECK(note_conversation(writer, "item", "link", {"2026-11-02T10:00:05.000+0100"}));  // earlier
    TANDEM_CHECK(note_conversation(writer, "item", "link"));
    TANDEM_TRY(auto const held, find_conversation(writer, "item", "link"));
    REQUIRE(held.has_value());
    CHECK(held->by_event);
    CHECK(held->issue_updated == "2026-11-02T09:00:10.000+0000");
    TANDEM_CHECK(note_conversation(writer, "item", "link", {"2026-11-02T09:00:11.000+0000"}));
    TANDEM_TRY(auto const later, find_conversation(writer, "item", "link"));
    CHECK(later->issue_updated == "2026-11-02T09:00:11.000+0000");
    return Unit{};
  }));
}
