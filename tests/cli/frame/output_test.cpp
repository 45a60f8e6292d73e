// What is printed: streams, JSON, colour, errors, tables.
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>

#include "cli/exit.hpp"
#include "cli/output.hpp"
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
