// Order, repetition, loss, delay, filters and signature of deliveries (SPEC L3, L4; contract jira §12).
#include <catch2/catch.hpp>

#include <set>

#include "fixture.hpp"
#include "webhooks/outbox.hpp"

using namespace webhook_test;
using sandbox::Answer;
using sandbox::Outbox;
using tandem::Millis;

namespace {

tandem::Instant const kStart = *tandem::parse_instant("2026-02-10T12:00:00Z");
constexpr Millis kMinute{60'000};

struct Post {
  explicit Post(std::string const& rules = "{}") {
    outbox.set_secret("It's a Secret to Everybody");
    outbox.add({"test", sandbox::Hook::Kind::held, "http://x/{issue.key}?${issue.key}"});
    apply(rules);
  }
  void apply(std::string const& rules) {
    auto const done = outbox.apply(parsed(rules));
    if (!done) throw std::runtime_error(done.error().message);
  }
  void event(std::string const& name, bool secondary = false, std::string body = "Hello World!") {
    outbox.post(
        {name, "SUP-1", kStart, secondary}, [](std::string_view jql) { return jql.empty(); }, [&] { return body; });
  }
  void events(int count) {
    for (int i = 1; i <= count; ++i) event(std::to_string(i));
  }
  std::string due(tandem::Instant now = kStart) {
    std::string out;
    for (auto const& delivery : outbox.due(now)) out += (out.empty() ? "" : " ") + delivery.event;
    return out;
  }
  Outbox outbox{3};
};

Answer status(int code) { return {Answer::Kind::status, code, {}}; }

}  // namespace

TEST_CASE("deliveries have the headers of the contract and the signature of its vector [jira §12]", "[webhooks]") {
  Post post;
  post.event("comment_created");
  auto const deliveries = post.outbox.due(kStart);
  REQUIRE(deliveries.size() == 1);
  auto const& delivery = deliveries[0];
  CHECK(delivery.header("x-hub-signature") == "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9");
  CHECK(delivery.header("X-Atlassian-Webhook-Identifier").size() == 36);
  CHECK(delivery.header("X-Atlassian-Webhook-Flow") == "Primary");
  CHECK(delivery.header("X-Atlassian-Webhook-Retry").empty());
  CHECK(delivery.header("Content-Type").starts_with("application/json"));
  CHECK_FALSE(delivery.header("User-Agent").empty());
  CHECK(delivery.address == "http://x/SUP-1?SUP-1");
}

TEST_CASE("the order is kept, reversed or shuffled by the seed [L4]", "[webhooks]") {
  auto const later = kStart + kMinute;
  Post in_order, reversed(R"({"order":"reversed"})"), shuffled(R"({"order":"shuffled"})"), again(R"({"order":"shuffled"})");
  for (auto* post : {&in_order, &reversed, &shuffled, &again}) post->events(9);
  CHECK(in_order.due() == "1 2 3 4 5 6 7 8 9");
  CHECK(reversed.due().empty());  // gathered for a second
  CHECK(reversed.due(later) == "9 8 7 6 5 4 3 2 1");
  auto const order = shuffled.due(later);
  CHECK(order.size() == 17);
  CHECK(order != "1 2 3 4 5 6 7 8 9");
  CHECK(order == again.due(later));
}

TEST_CASE("a window gathers, hold keeps everything until it is let go [L4]", "[webhooks]") {
  Post post(R"({"window":"10s","order":"reversed"})");
  post.events(2);
  CHECK(post.due(kStart + Millis{9'999}).empty());
  CHECK(post.due(kStart + Millis{10'000}) == "2 1");
  post.apply(R"({"hold":true})");
  post.events(2);
  CHECK(post.due(kStart + kMinute).empty());
  CHECK_FALSE(post.outbox.next_due());
  post.apply(R"({"hold":false})");
  CHECK(post.due(kStart + kMinute) == "2 1");
}

TEST_CASE("delays run on the virtual clock, the Secondary flow's on top [L4]", "[webhooks]") {
  Post post(R"({"delay":"1m","secondaryDelay":{"from":"2m","to":"4m"}})");
  post.event("primary");
  post.event("secondary", true);
  CHECK(post.outbox.next_due() == kStart + kMinute);
  CHECK(post.due(kStart + kMinute - Millis{1}).empty());
  CHECK(post.due(kStart + kMinute) == "primary");
  CHECK(post.due(kStart + 3 * kMinute - Millis{1}).empty());
  CHECK(post.due(kStart + 5 * kMinute) == "secondary");
}

TEST_CASE("a duplicate has the same identifier and bytes, and a retry count [jira §12, L4]", "[webhooks]") {
  Post post(R"({"duplicates":{"nth":[2],"copies":2,"delay":"1m"}})");
  post.events(2);
  auto const first = post.outbox.due(kStart);
  REQUIRE(first.size() == 2);
  CHECK(first[0].identifier != first[1].identifier);
  auto const copies = post.outbox.due(kStart + 2 * kMinute);
  REQUIRE(copies.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(copies[i].identifier == first[1].identifier);
    CHECK(*copies[i].body == *first[1].body);
    CHECK(copies[i].header("X-Atlassian-Webhook-Retry") == std::to_string(i + 1));
    CHECK(copies[i].header("X-Hub-Signature") == first[1].header("X-Hub-Signature"));
  }
}

TEST_CASE("deliveries are lost by number or by probability, and counted [L4]", "[webhooks]") {
  Post by_number(R"({"loss":{"nth":[1,3]}})");
  by_number.events(4);
  CHECK(by_number.due() == "2 4");
  CHECK(by_number.outbox.counts().at("lost") == 2);

  Post by_chance(R"({"loss":0.5})");
  by_chance.events(200);
  auto const kept = by_chance.outbox.due(kStart).size();
  CHECK(kept > 70);
  CHECK(kept < 130);
  CHECK(by_chance.outbox.counts().at("lost") == 200 - kept);

  Post all(R"({"loss":true})");
  all.events(3);
  CHECK(all.due().empty());
}

TEST_CASE("events, JQL and body are filtered as an administrator can [jira §12]", "[webhooks]") {
  Post post(R"({"events":["a","b"],"excludeBody":true})");
  post.event("a");
  post.event("c");
  auto const deliveries = post.outbox.due(kStart);
  REQUIRE(deliveries.size() == 1);
  CHECK(deliveries[0].event == "a");
  CHECK(deliveries[0].body->empty());
  post.apply(R"({"jql":"project = X"})");
  post.event("a");
  CHECK(post.due().empty());
  CHECK(post.outbox.counts().at("filtered") == 2);
}

TEST_CASE("signing is off, with another secret, rotated, or wrong on demand [L3, jira §12]", "[webhooks]") {
  Post post;
  auto const signature = [&] {
    post.event("a");
    return post.outbox.due(kStart).at(0).header("X-Hub-Signature");
  };
  auto const right = signature();
  post.apply(R"({"secret":false})");
  CHECK(signature().empty());
  post.apply(R"({"secret":"another"})");
  auto const rotated = signature();
  CHECK(rotated == "sha256=" + tandem::to_hex(tandem::hmac_sha256("another", "Hello World!")));
  post.apply(R"({"secret":true})");
  CHECK(signature() == right);
  post.apply(R"({"wrongSignature":{"nth":1}})");
  CHECK(signature() != right);
  CHECK(signature() == right);
}

TEST_CASE("which answers are tried again, how often and when [jira §12]", "[webhooks]") {
  auto const [answer, repeated] = GENERATE(table<Answer, bool>({{status(200), false},
                                                                {status(204), false},
                                                                {status(302), false},
                                                                {status(400), false},
                                                                {status(401), false},
                                                                {status(404), false},
                                                                {status(408), true},
                                                                {status(409), true},
                                                                {status(410), false},
                                                                {status(425), true},
                                                                {status(429), true},
                                                                {status(500), true},
                                                                {status(503), true},
                                                                {status(599), true},
                                                                {Answer{Answer::Kind::refused, 0, "refused"}, true},
                                                                {Answer{Answer::Kind::timed_out, 0, "slow"}, true}}));
  CAPTURE(answer.status, answer.note);
  Post post;
  post.event("a");
  auto now = kStart;
  auto sent = post.outbox.due(now).at(0);
  auto const identifier = sent.identifier;
  int tries = 1;
  while (auto const next = post.outbox.report(sent, answer, now)) {
    CHECK(*next - now >= 5 * kMinute);
    CHECK(*next - now <= 15 * kMinute);
    CHECK(post.outbox.due(*next - Millis{1}).empty());
    now = *next;
    sent = post.outbox.due(now).at(0);
    CHECK(sent.identifier == identifier);
    CHECK(sent.header("X-Atlassian-Webhook-Retry") == std::to_string(tries));
    ++tries;
  }
  CHECK(tries == (repeated ? 6 : 1));
  CHECK(post.outbox.due(now + 60 * kMinute).empty());
}

TEST_CASE("rules hold for one webhook alone where it is named [L4]", "[webhooks]") {
  Post post;
  post.outbox.add({"other", sandbox::Hook::Kind::held, ""});
  post.apply(R"({"hook":"other","loss":true})");
  post.events(2);
  CHECK(post.outbox.due(kStart).size() == 2);
  CHECK_FALSE(post.outbox.apply(parsed(R"({"hook":"none","loss":true})")));
}

TEST_CASE("only one flow, or no more than asked for, is taken [jira §12]", "[webhooks]") {
  Post post;
  post.events(3);
  post.event("late", true);
  auto const secondary = post.outbox.due(kStart, {"test", true, SIZE_MAX});
  REQUIRE(secondary.size() == 1);
  CHECK(secondary[0].event == "late");
  CHECK(post.outbox.due(kStart, {"test", false, 2}).size() == 2);
  CHECK(post.due() == "3");
}

TEST_CASE("what nobody takes does not grow without bound, and what is too large is not sent [L3, jira §12]", "[webhooks]") {
  Post post;
  post.outbox.set_room(1000);
  for (int i = 0; i < 20; ++i) post.event("a", false, std::string(100, 'x'));
  CHECK(post.outbox.due(kStart).size() == 10);
  CHECK(post.outbox.counts().at("overflow") == 10);
  post.event("a", false, std::string(100, 'x'));
  CHECK(post.outbox.due(kStart).size() == 1);  // there is room again
  post.outbox.set_room(SIZE_MAX);
  post.event("large", false, std::string(Outbox::kMostBody + 1, 'x'));
  CHECK(post.due().empty());
  CHECK(post.outbox.counts().at("tooLarge") == 1);
}

TEST_CASE("a rule that makes no sense is refused whole, with what it takes [L4]", "[webhooks]") {
  auto const text =
      GENERATE(as<std::string>{}, R"({"order":"up"})", R"({"order":"reversed","loss":2})", R"({"loss":{"nth":[0]}})",
               R"({"delay":"soon"})", R"({"delay":{"from":"5m","to":"1m"}})", R"({"duplicates":{"copies":0}})",
               R"({"events":["a",1]})", R"({"jql":1})", R"({"excludeBody":"yes"})", R"({"secret":""})", R"({"secret":1})",
               R"({"concurrency":21})", R"({"hold":1})", R"({"window":-1})", R"({"colour":"red"})", R"({"seed":"x"})", "[]");
  CAPTURE(text);
  Post post;
  auto const done = post.outbox.apply(parsed(text));
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == tandem::ErrorKind::usage);
  CHECK_FALSE(done.error().message.empty());
  post.events(2);
  CHECK(post.due() == "1 2");
}
