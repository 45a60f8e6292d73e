// What is printed: streams, JSON, colour, errors, tables.
#include <catch2/catch.hpp>

#include <sstream>

#include <tandem/base/json/parse.hpp>

#include "cli/exit.hpp"
#include "cli/output.hpp"
#include "cli/progress_line.hpp"
#include "cli/suggest.hpp"
#include "cli/table.hpp"

using namespace tandem;
using namespace tandem::cli;

namespace {
struct Printed {
  std::string out, err;
  Redactor redactor;
  Output output;
  explicit Printed(Output::Options options)
      : output(
            options, [this](std::string_view text) { out += text; }, [this](std::string_view text) { err += text; }, redactor) {}
};
}  // namespace

TEST_CASE("JSON mode prints the result alone, table mode the text alone") {
  Printed json({.format = Format::json});
  Printed table({});
  for (auto* const one : {&json, &table}) {
    one->output.line("for people");
    one->output.result(json::Object{{"for", "machines"}});
    one->output.note("beside it");
  }
  CHECK(json.out == "{\n  \"for\": \"machines\"\n}\n");
  CHECK(table.out == "for people\n");
  CHECK(json.err == "beside it\n");
  CHECK(table.err == "beside it\n");
}

TEST_CASE("an error is one line that ends with its cure, whatever foreign text it holds [S2]") {
  Error const error{ErrorKind::auth, "refused: \x1b[31mno\nway", {{"code", "AADSTS1"}, {"cure", "renew it"}, {"trace", "t"}}};
  Printed plain({});
  plain.output.error(error, 4);
  CHECK(plain.err == "tandem: error: refused: \\u{1b}[31mno\\u{a}way (code=AADSTS1, trace=t): renew it\n");
  CHECK(plain.out.empty());

  Printed machine({.format = Format::json});
  machine.output.error(error, 4);
  auto const parsed = json::parse(machine.err);
  REQUIRE(parsed.has_value());
  CHECK((*parsed)["type"].text() == "exit_error");
  CHECK((*parsed)["code"].integer() == 4);
  CHECK((*parsed)["cure"].text() == "renew it");
  CHECK((*parsed)["context"]["trace"].text() == "t");
  CHECK(machine.err.find('\n') == machine.err.size() - 1);
}

TEST_CASE("a registered secret is printed nowhere [S1]") {
  for (auto const format : {Format::table, Format::json}) {
    Printed all({.format = format, .progress = true});
    all.redactor.add("hunter2hunter2");
    all.output.line("x hunter2hunter2");
    all.output.result(json::Object{{"a", "hunter2hunter2"}});
    all.output.note("hunter2hunter2");
    all.output.warning("hunter2hunter2");
    all.output.status_line("hunter2hunter2");
    all.output.error({ErrorKind::config, "hunter2hunter2", {{"k", "hunter2hunter2"}}}, 3);
    all.output.table(Table({{.title = "t"}}).row({"hunter2hunter2"}));
    CHECK((all.out + all.err).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("quiet leaves out notes and keeps warnings and faults") {
  Printed quiet({.quiet = true});
  quiet.output.note("a");
  quiet.output.warning("b");
  quiet.output.status_line("c");
  CHECK(quiet.err == "tandem: warning: b\n");
}

TEST_CASE("colour is only where it was wished for") {
  Printed plain({});
  plain.output.line("x", Style::bad);
  CHECK(plain.out == "x\n");
  Printed colour({.colour_out = true});
  colour.output.line("x", Style::bad);
  CHECK(colour.out == "\x1b[31mx\x1b[0m\n");
}

TEST_CASE("a progress line is replaced, and gone before anything else is printed") {
  Printed terminal({.progress = true});
  terminal.output.status_line("one");
  terminal.output.note("done");
  CHECK(terminal.err == "\r\x1b[Kone\r\x1b[Kdone\n");
}

TEST_CASE("a progress line is cut to the terminal, and gone before a result as before a message [E11]") {
  Printed terminal({.progress = true, .width_err = 10});
  terminal.output.status_line("0123456789abc");
  terminal.output.line("result");
  CHECK(terminal.err == "\r\x1b[K012345678\r\x1b[K");
  CHECK(terminal.out == "result\n");
  Printed wide({.progress = true, .width_err = 6});
  wide.output.status_line("日本語");
  CHECK(wide.err == "\r\x1b[K日本");
}

TEST_CASE("progress tells what is done, how fast and how long still, in ASCII and 80 columns [E11]") {
  using sync::Work;
  struct Case {
    sync::Progress progress;
    std::uint64_t fresh;
    Millis worked;
    std::string text;
  };
  auto const [progress, fresh, worked, text] = GENERATE(values<Case>({
      {{"support-cases", Work::records, 340, 340, 1200, 3},
       340,
       Millis{8'000},
       "support-cases: 340 of 1200 records, 42/s, 21s left, 3 failed"},
      {{"a", Work::links, 5, 5, 5, 0}, 5, Millis{5'000}, "a: 5 of 5 links, 1/s"},
      {{"a", Work::records, 500, 20, {}, 0}, 20, Millis{60'000}, "a: 20 records done, 500 seen, 20/min"},
      {{"a", Work::marks, 7, 7, {}, 0}, 7, Millis{1'999}, "a: 7 marks"},                     // too early for a rate
      {{"a", Work::links, 900, 900, 1000, 0},
       100,
       Millis{10'000},
       "a: 900 of 1000 links, 10/s, 11s left"},  // 800 were done before
      {{"a", Work::links, 9, 9, 1000, 0}, 0, Millis{10'000}, "a: 9 of 1000 links"},
      {{"", Work::events, 100, 100, 4000, 0}, 100, Millis{100'000}, "100 of 4000 events, 1/s, 1h5m1s left"},
  }));
  CHECK(progress_text(progress, fresh, worked) == text);
  CHECK(text.size() < 80);
}

TEST_CASE("progress is drawn five times a second at most, and at once for another item or another kind of work [E11]") {
  Printed terminal({.progress = true});
  auto now = std::chrono::steady_clock::time_point{} + std::chrono::hours{1};
  ProgressLine line(terminal.output, [&] { return now; });
  auto const drawn = [&](sync::Progress const& progress) {
    auto const before = terminal.err.size();
    line.show(progress);
    return terminal.err.size() > before;
  };
  CHECK(drawn({"a", sync::Work::records, 1, 1, {}, 0}));
  CHECK_FALSE(drawn({"a", sync::Work::records, 2, 2, {}, 0}));
  now += Millis{199};
  CHECK_FALSE(drawn({"a", sync::Work::records, 3, 3, {}, 0}));
  now += Millis{1};
  CHECK(drawn({"a", sync::Work::records, 4, 4, {}, 0}));
  CHECK(drawn({"a", sync::Work::links, 4, 1, {}, 0}));
  CHECK(drawn({"b", sync::Work::links, 4, 1, {}, 0}));
  CHECK_FALSE(drawn({"c", sync::Work::links, 4, 0, 0, 0}));  // nothing to do
  CHECK(drawn({"b", sync::Work::links, 4, 4, 4, 0}));        // all is done
  line.end();
  CHECK(terminal.err.ends_with("\r\x1b[K"));

  Printed pipe({});
  ProgressLine silent(pipe.output, [&] { return now; });
  silent.say("reading");
  silent.show({"a", sync::Work::records, 1, 1, {}, 0});
  silent.end();
  CHECK(pipe.err.empty());
}

TEST_CASE("with --log-format json every line on stderr is an object with time, level, run and what it is about") {
  auto const now = [] { return *parse_instant("2026-11-23T05:44:00.250Z"); };
  Printed log({.log_json = true, .now = now});
  log.redactor.add("hunter\"2\"hunter");
  log.output.note("before the run");
  log.output.set_run("1a2b");
  log.output.warning("SUP-1: refused (status=403, request-id=ab-1, kind=x): hunter\"2\"hunter\nsecond",
                     {{"item", "cases"}, {"reason", "rejected"}, {"issue", ""}});
  log.output.event({Level::debug, "sent_request", {{"Atl-Traceid", "t1"}, {"message", "gone"}, {"level", "x"}}});
  log.output.summary("cases: 1 created", json::Object{{"item", "cases"}, {"created", 1}});
  log.output.error({ErrorKind::auth, "no", {{"request-id", "r9"}, {"cure", "renew"}, {"item", "cases"}}}, 4);
  log.output.ended(6, "some failed", "look");
  log.output.ended(0, "done", "nothing");
  log.output.ended(10, "would change", "nothing");
  CHECK(log.out.empty());
  std::vector<json::Value> lines;
  std::istringstream text(log.err);
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line).value());
  REQUIRE(lines.size() == 6);
  for (auto const& line : lines) CHECK(line["time"].text() == "2026-11-23T05:44:00.250Z");
  CHECK(lines[0]["level"].text() == "info");
  CHECK_FALSE(lines[0].has("run"));
  CHECK(lines[1]["level"].text() == "warn");
  CHECK(lines[1]["run"].text() == "1a2b");
  CHECK(lines[1]["requestId"].text() == "ab-1");
  CHECK(lines[1]["reason"].text() == "rejected");
  CHECK_FALSE(lines[1].has("issue"));
  CHECK(lines[1]["message"].text().ends_with(": ***\nsecond"));
  CHECK(lines[2]["requestId"].text() == "t1");
  CHECK(lines[2]["event"].text() == "sent_request");
  CHECK(lines[2]["message"].text() == "gone");
  CHECK(lines[2]["level"].text() == "debug");
  CHECK(lines[3]["created"].integer() == 1);
  CHECK(lines[4]["type"].text() == "exit_error");
  CHECK(lines[4]["level"].text() == "error");
  CHECK(lines[4]["code"].integer() == 4);
  CHECK(lines[4]["cure"].text() == "renew");
  CHECK(lines[4]["requestId"].text() == "r9");
  CHECK(lines[4]["item"].text() == "cases");
  CHECK(lines[5]["code"].integer() == 6);
  CHECK(log.err.find("hunter") == std::string::npos);

  Printed quiet({.quiet = true, .log_json = true, .now = now});
  quiet.output.note("a");
  quiet.output.summary("b", {});
  quiet.output.warning("c");
  CHECK(json::parse(quiet.err).value()["message"].text() == "c");
}

TEST_CASE("an exit code needs a person unless the next run continues, or a person stopped it") {
  for (auto const& [code, meaning, cure] : exit_meanings()) {
    CAPTURE(code, cure);
    bool const waits = code == 0 || code == 5 || code == 8 || code == 10 || code == 130 || code == 143;
    CHECK(needs_person(code) != waits);
  }
  CHECK(needs_person(77));
}

TEST_CASE("tables line up by what is seen, numbers to the right, no blanks at the end") {
  Table table({{.title = "name"}, {.title = "count", .right = true}, {.title = "note", .may_wrap = true}});
  table.row({"é日本", "7", "short"}).row({"plain", "1234567", ""});
  CHECK(table.render(0, false) ==
        "name     count  note\n"
        "é日本        7  short\n"
        "plain  1234567\n");
}

TEST_CASE("on a narrow terminal only columns that may fold are folded; an id is never cut") {
  Table table({{.title = "id"}, {.title = "text", .may_wrap = true}});
  table.row({"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "a sentence that is much too long for this width"});
  auto const text = table.render(61, false);
  CHECK(text.find("6ba7b810-9dad-11d1-80b4-00c04fd430c8  a sentence that is much\n") != std::string::npos);
  CHECK(text.find("\n                                      too long for this width\n") != std::string::npos);
  CHECK(table.render(10, false).find("6ba7b810-9dad-11d1-80b4-00c04fd430c8") != std::string::npos);
}

TEST_CASE("what has no room beside the other columns stands below its row, with its title [B3]") {
  Table table({{.title = "field"},
               {.title = "type"},
               {.title = "required"},
               {.title = "allowed values", .may_wrap = true},
               {.title = "remark", .may_wrap = true}});
  table.row({"customfield_10056", "array of option", "-", "Phone, Email, Web, Fax, Letter", "the item must say how"});
  table.row({"summary", "string", "yes", "-", "-"});
  CHECK(table.render(70, false) ==
        "field              type             required  allowed values\n"
        "customfield_10056  array of option  -         Phone, Email, Web, Fax,\n"
        "                                              Letter\n"
        "  remark: the item must say how\n"
        "summary            string           yes       -\n");
  CHECK(table.render(48, false) ==
        "field              type             required\n"
        "customfield_10056  array of option  -\n"
        "  allowed values: Phone, Email, Web, Fax,\n"
        "    Letter\n"
        "  remark: the item must say how\n"
        "summary            string           yes\n");
  CHECK(table.render(24, false) ==
        "field\n"
        "customfield_10056\n"
        "  type: array of\n"
        "    option\n"
        "  allowed values:\n"
        "    Phone, Email, Web,\n"
        "    Fax, Letter\n"
        "  remark: the item\n"
        "    must say how\n"
        "summary\n"
        "  type: string\n"
        "  required: yes\n");
}

TEST_CASE("control characters in a cell are shown, not obeyed [S2]") {
  CHECK(Table({{.title = "t"}}).row({"a\x1b[2Jb\nc"}).render(0, false) == "t\na\\u{1b}[2Jb\\u{a}c\n");
}

TEST_CASE("a misspelt word finds its neighbour and no stranger") {
  std::vector<std::string> const words{"sync-once", "status", "items", "auth", "history"};
  auto const [word, found] = GENERATE(table<std::string, std::string>({{"sync-onec", "sync-once"},
                                                                       {"synconce", "sync-once"},
                                                                       {"sync", "sync-once"},
                                                                       {"itmes", "items"},
                                                                       {"stauts", "status"},
                                                                       {"frobnicate", ""},
                                                                       {"", ""}}));
  CAPTURE(word);
  CHECK(nearest(word, words) == found);
}
