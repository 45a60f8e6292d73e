// How what people write comes onto the list of conversations that are looked at (SPEC E1, E2, E7).
#include <tandem/link/conversations.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/feed_state.hpp>

#include "support/conversation_pair.hpp"
#include "support/links.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

Result<Unit> with_store_open(Story& story, std::function<Result<Unit>(store::Writer&)> const& body) {
  TANDEM_TRY(auto const store, store::LmdbStore::open(story.store_path() / "store", {.sync = false}));
  return store->write(body);
}

// As if everything until now had been read, and nothing of it been shown: a row that the index lost, an event that never came.
void pass_unseen(Story& story) {
  story.world().advance(2h);
  auto const now = story.world().now();
  auto const done = with_store_open(story, [&](store::Writer& writer) -> Result<Unit> {
    for (std::string const name : {"support-cases", "(notes)"}) {
      sync::Feed const feed(name);
      TANDEM_TRY(auto state, feed.load(writer));
      if (!state) return fail(ErrorKind::not_found, "no feed " + name);
      if (name == "(notes)")
        state->watermark = now;
      else
        state->issues_watermark = now;
      TANDEM_CHECK(feed.save(writer, *state));
    }
    return Unit{};
  });
  REQUIRE(done.has_value());
}

std::size_t requests_to(Story& story, std::string_view path) {
  std::size_t count = 0;
  for (auto const& entry : story.world().log().entries()) count += entry.path.find(path) != std::string::npos ? 1U : 0U;
  return count;
}

sync::RunOptions sweeping() {
  sync::RunOptions options;
  options.sweep = true;
  return options;
}

std::string two_way(std::string text) {
  std::string const from = R"("mode": "one-way")";
  return text.replace(text.find(from), from.size(), R"("mode": "two-way")");
}

std::string silent() { return item_with(R"({ "enabled": false })", R"({ "enabled": false })"); }
std::string talkative() { return item_with(R"({ "enabled": true })", R"({ "enabled": true })"); }

}  // namespace

TEST_CASE("what no event and no feed told of is found by the sweep: notes, comments, files and edits of them [E7][H][I]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  auto const old_note = pair.note({{"notetext", "Old note"}});
  auto const old_comment = pair.comment("Old comment");
  // More comments than an issue's field shows: an edit of an older one is found too.
  Pair const busy(story, "CAS-01004");
  auto const first = busy.comment("First of many");
  for (int i = 0; i < 30; ++i) busy.comment(fmt::format("One of many {}", i));
  story.run_well();
  story.world().advance(20min);
  story.run_well();

  pair.note({{"notetext", "A lost note"}});
  pair.comment("A lost comment");
  pair.attach("lost.txt", "bytes");
  pair.note({{"filename", "lost too.txt"}, {"documentbody", to_base64("bytes")}});
  pair.edit_note(std::string(old_note["annotationid"].text()), {{"notetext", "Old note, edited"}});
  pair.edit_comment(std::string(old_comment["id"].text()), "Old comment, edited");
  busy.edit_comment(std::string(first["id"].text()), "First of many, edited");
  pass_unseen(story);

  auto const unseen = story.run_well();
  CHECK(unseen.items.at(0).comments + unseen.items.at(0).notes + unseen.items.at(0).files == 0);
  auto dry = sweeping();
  dry.dry_run = true;
  auto const shown = story.run_well(dry);
  auto const swept = story.run_well(sweeping());
  for (auto const& ran : {shown, swept}) {
    CHECK(ran.items.at(0).comments == 2);
    CHECK(ran.items.at(0).notes == 3);
    CHECK(ran.items.at(0).files == 2);
  }
  CHECK(pair.comments().size() == 4);
  CHECK(pair.attachments().size() == 2);

  story.world().advance(20min);
  story.run_well();
  story.world().advance(20min);
  story.forget_requests();
  story.run_well(sweeping());
  CHECK(story.writes().empty());
}

TEST_CASE("a sweep that finds nothing new asks for conversations a hundred at a time, and lists none of them [E7][E6]") {
  auto options = talking();
  options.records = 200;
  Story story(options);
  sync::RunOptions many;
  many.allow_mass_change = true;
  story.run_well(many);
  story.world().advance(20min);
  story.run_well();
  story.world().advance(20min);
  story.run_well();
  story.forget_requests();
  auto const swept = story.run(sweeping());
  REQUIRE(swept.record.has_value());
  CHECK(story.writes().empty());
  auto const links = story.link_notes().size();
  REQUIRE(links > 100);
  // How far it is is told after each batch (SPEC E11).
  std::optional<sync::Progress> last;
  std::size_t told = 0;
  for (auto const& step : swept.told.steps) {
    if (step.work != sync::Work::links) continue;
    ++told;
    CHECK(step.item == "support-cases");
    CHECK(step.total == links);
    CHECK(step.done <= links);
    if (last) CHECK(step.done >= last->done);
    last = step;
  }
  CHECK(told >= 3);
  REQUIRE(last.has_value());
  CHECK(last->done == links);
  CHECK(requests_to(story, "/comment") == 0);
  CHECK(requests_to(story, "/annotations") <= 1 + 2 * (links / 100 + 2));
  CHECK(requests_to(story, "bulkfetch") <= 2 * (links / 100 + 2));
}

TEST_CASE("edits of fields alone list no comments: a hundred conversations are asked for at a time [E2][E6]") {
  auto options = talking();
  options.item_text = two_way(options.item_text);
  options.records = 100;
  Story story(options);
  sync::RunOptions many;
  many.allow_mass_change = true;
  story.run_well(many);
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  pair.comment("Copied");
  // More than an issue's field shows: they are listed.
  Pair const busy(story, "CAS-01004");
  for (int i = 0; i < 30; ++i) busy.comment(fmt::format("One of many {}", i));
  CHECK(story.run_well().items.at(0).notes == 31);
  for (int i = 0; i < 2; ++i) {
    story.world().advance(20min);
    story.run_well();
  }
  auto const everywhere = story.issues();
  REQUIRE(everywhere.size() > 100);
  for (auto const& one : everywhere) {
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(one["key"].text()),
               R"({"fields":{"duedate":"2027-02-03"}})");
  }
  story.world().advance(1min);
  story.forget_requests();
  auto const ran = story.run_well(many);
  CHECK(ran.items.at(0).records > 100);
  CHECK(requests_to(story, "/comment") == 1);
  CHECK(requests_to(story, "/annotations") <= 1 + everywhere.size() / 100 + 1);
  CHECK(requests_to(story, "organizations") == 0);
  CHECK(requests_to(story, "/attachment/meta") == 0);
  // A comment among the edits is copied all the same.
  pair.comment("Among edits");
  story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + busy.issue, R"({"fields":{"duedate":"2027-02-04"}})");
  story.world().advance(1min);
  CHECK(story.run_well().items.at(0).notes == 1);
}

TEST_CASE("a conversation that is known to be newer than what fetches many issues shows is read directly [F2][E7, jira §4]") {
  Story story(talking());
  story.configure("jira.bulkFetchLags", true);
  story.run_well();
  story.world().advance(20min);
  story.run_well();
  Pair const pair(story, "CAS-01001");
  story.configure("jira.searchLag", "5m");
  pair.comment("Not in the index yet");
  auto const id = std::string(pair.whole()["id"].text());
  auto const updated = story.edit("bob", ServiceName::jira, "GET", "/rest/api/3/issue/" + pair.issue, "")["fields"]["updated"];
  bool const by_event = GENERATE(true, false);
  CAPTURE(by_event);
  // As a run leaves it that was killed after it had taken the event, or the search's row, up.
  REQUIRE(with_store_open(story, [&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const links, link::find_by_issue(writer, id));
    auto const told = by_event ? link::Told{{}, true} : link::Told{updated.text()};
    return link::note_conversation(writer, links.at(0).item, links.at(0).id, told);
  }));
  CHECK(story.run_well().items.at(0).notes == 1);
}

TEST_CASE("a comment that only a lagging index hides is copied once the index shows it [E2, jira §4]") {
  Story story(talking());
  story.configure("jira.bulkFetchLags", GENERATE(true, false));
  story.run_well();
  story.world().advance(20min);
  story.run_well();
  story.configure("jira.searchLag", "5m");
  Pair const pair(story, "CAS-01001");
  pair.comment("Not in the index yet");
  pair.note({{"notetext", "What brings the conversation up meanwhile"}});
  std::uint64_t notes = 0;
  for (int i = 0; i < 3; ++i) {
    notes += story.run_well().items.at(0).notes;
    story.world().advance(4min);
  }
  CHECK(notes == 1);
  CHECK(pair.notes().size() == 2);
  CHECK(pair.comments().size() == 2);
}

TEST_CASE("among edits of fields, edits and deletions of comments are followed as in a look of their own [F10][E2]") {
  bool const many = GENERATE(false, true);  // more comments than come along with an issue
  CAPTURE(many);
  auto options = talking();
  options.item_text = two_way(options.item_text);
  Story story(options);
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  auto const edited = std::string(pair.comment("To be edited")["id"].text());
  auto const deleted = std::string(pair.comment("To be deleted")["id"].text());
  for (int i = 0; many && i < 30; ++i) pair.comment(fmt::format("One of many {}", i));
  story.run_well();
  auto const copies = pair.notes().size();
  REQUIRE(copies == (many ? 32 : 2));
  for (int i = 0; i < 2; ++i) {
    story.world().advance(20min);
    story.run_well();
  }
  pair.edit_comment(edited, "Edited meanwhile");
  story.edit("bob", ServiceName::jira, "DELETE", "/rest/api/3/issue/" + pair.issue + "/comment/" + deleted, "");
  for (auto const& one : story.issues()) {
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(one["key"].text()),
               R"({"fields":{"duedate":"2027-02-03"}})");
  }
  story.world().advance(1min);
  // Throttled at the first try: the same is asked again.
  sandbox::Fault fault;
  fault.what = sandbox::Fault::Do::status;
  fault.status = 429;
  fault.match.method = "POST";
  fault.match.path = "/rest/api/3/issue/bulkfetch";
  fault.nth = 1;
  story.world().set_faults({fault});
  story.run_well();
  auto const notes = pair.notes();
  REQUIRE(notes.size() == copies);  // the copy of what was deleted stays
  CHECK(std::count_if(notes.begin(), notes.end(), [](json::Value const& note) {
          return note["notetext"].text().find("Edited meanwhile") != std::string_view::npos;
        }) == 1);
  story.world().advance(20min);
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}

TEST_CASE("where a fetch of many issues is refused, each conversation is looked at by itself [E8]") {
  Story story(talking(R"({ "enabled": true })", R"({ "enabled": false })"));
  story.run_well();
  story.world().advance(20min);
  story.run_well();
  Pair const pair(story, "CAS-01001");
  pair.comment("Copied all the same");
  sandbox::Fault fault;
  fault.what = sandbox::Fault::Do::status;
  fault.status = 400;
  fault.match.method = "POST";
  fault.match.path = "/rest/api/3/issue/bulkfetch";
  story.world().set_faults({fault});
  CHECK(story.run_well().items.at(0).notes == 1);
}

TEST_CASE("fields, comments and files of a two-way item cost one search a cycle [E1][E6]") {
  auto options = talking();
  options.item_text = two_way(options.item_text);
  Story story(options);
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  pair.comment("Hello");
  auto const ran = story.run_well();
  CHECK(ran.items.at(0).notes == 1);
  story.world().advance(20min);
  story.run_well();
  for (auto const pause : {1min, 15min}) {
    story.world().advance(pause);
    story.run_well();
    story.world().advance(15min);
    story.forget_requests();
    story.run_well();
    CHECK(story.writes().empty());
    CHECK(requests_to(story, "/search/jql") == 1);
    CHECK(requests_to(story, "/annotations") == 1);
    CHECK(story.requests() <= 5);
  }
}

TEST_CASE("comments that are switched on later, and fields that are, lose nothing of what was written before [E1][E2]") {
  // Both orders: what is read for one of them moves the one watermark on.
  bool const comments_first = GENERATE(true, false);
  CAPTURE(comments_first);
  Story story({.item_text = comments_first ? talkative() : two_way(silent())});
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  pair.comment("Before the switch");
  story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + pair.issue, R"({"fields":{"summary":"Before the switch"}})");
  story.run_well();
  story.world().advance(2h);
  story.run_well();
  auto const title = [&] {
    for (auto const& one : story.cases()) {
      if (one.id == pair.record) return one.title;
    }
    return std::string();
  };
  CHECK((title() == "Before the switch") == !comments_first);
  story.apply(two_way(talkative()));
  story.run_well();
  CHECK(title() == "Before the switch");
  REQUIRE(pair.notes().size() == 1);
  CHECK(pair.notes().at(0)["notetext"].text().find("Before the switch") != std::string_view::npos);
}

TEST_CASE("a store that searched for comments apart goes on from the older of its two watermarks [E2]") {
  auto options = talking();
  options.item_text = two_way(options.item_text);
  Story story(options);
  story.run_well();
  story.world().advance(20min);
  story.run_well();
  auto const earlier = story.world().now();
  Pair const pair(story, "CAS-01001");
  pair.comment("Between the two");
  pass_unseen(story);
  REQUIRE(with_store_open(story, [&](store::Writer& writer) {
    sync::FeedState state;
    state.watermark = earlier;
    return sync::Feed("(issues) support-cases").save(writer, state);
  }));
  CHECK(story.run_well().items.at(0).notes == 1);
  story.world().advance(20min);
  CHECK(story.run_well().items.at(0).notes == 0);
  REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const left, sync::Feed("(issues) support-cases").load(reader));
    CHECK_FALSE(left.has_value());
    return Unit{};
  }));
}

TEST_CASE("a copy that was written and not told is told once it is found; a person's edit of it stays [R7][F10]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  auto const original = pair.comment("A comment");
  CrashPoint crash;
  crash.at_each = [&](Moment) {
    if (!pair.notes().empty()) crash.die();
  };
  story.run({}, &crash);
  REQUIRE(crash.dead());
  auto const made = pair.notes();
  REQUIRE(made.size() == 1);
  CHECK(open_intents(story) == 1);
  bool const edited = GENERATE(false, true);
  if (edited) pair.edit_note(std::string(made[0]["annotationid"].text()), {{"notetext", "<p>Alice's words</p>"}});
  story.world().advance(10s);

  auto const ran = story.run();
  REQUIRE(ran.record);
  auto const told = std::count_if(ran.told.written.begin(), ran.told.written.end(),
                                  [](sync::HistoryEntry const& entry) { return entry.action == "added-note"; });
  CHECK(told == 1);
  CHECK(open_intents(story) == 0);
  story.world().advance(20min);
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
  pair.edit_comment(std::string(original["id"].text()), "A comment, edited");
  story.world().advance(1min);
  story.run();
  REQUIRE(pair.notes().size() == 1);
  CHECK((pair.notes()[0]["notetext"].text().find("Alice's words") != std::string_view::npos) == edited);
}

TEST_CASE("a link that is cut takes along what was on its way into its conversation [D6][R9]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Pair const pair(story, "CAS-01001");
  pair.note({{"notetext", "On its way"}});
  story.world().set_faults({lost(sandbox::Fault::When::before, "POST", "/rest/api/3/issue/*/comment*")});
  story.run();
  REQUIRE(open_intents(story) == 1);
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) { REQUIRE(link_remove(run, items, pair.issue)); });
  CHECK(open_intents(story) == 0);
  CHECK(story.store_faults(11) == "");
}
