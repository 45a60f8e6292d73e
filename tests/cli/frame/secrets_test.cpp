// Where secrets come from, and that they are nowhere else.
#include <catch2/catch.hpp>

#include <filesystem>

#include "cli/app.hpp"
#include "cli/secrets.hpp"
#include "folder.hpp"

using namespace tandem;
using namespace tandem::cli;
using Variables = std::map<std::string, std::string>;

namespace {
SecretOptions client_secret() { return {.stem = "client-secret", .label = "Client secret"}; }
std::string taken(SecretOptions const& options, Environment const& environment) {
  auto const secret = take_secret(options, false, environment);
  if (!secret) return "error: " + secret.error().message;
  return *secret ? std::string((*secret)->value.expose()) : "none";
}
}  // namespace

TEST_CASE("a secret comes from a file, a variable or a command [A2]") {
  cli_test::Folder const folder;
  auto options = client_secret();
  SECTION("file, without its final new line") {
    options.file = folder.write("s", "of-file\n");
    CHECK(taken(options, Environment({})) == "of-file");
  }
  SECTION("variable") {
    options.variable = "MY_SECRET";
    CHECK(taken(options, Environment(Variables{{"MY_SECRET", "of-variable"}})) == "of-variable");
    CHECK(taken(options, Environment({})) == "error: the environment variable MY_SECRET is not set");
  }
  SECTION("command, without a shell") {
    options.command = "printf '%s\\n' 'of $HOME'";
    CHECK(taken(options, Environment({})) == "of $HOME");
    options.command = "false";
    CHECK(taken(options, Environment({})) == "error: false failed with exit code 1");
    options.command = "/nonexistent/pass show x";
    CHECK(taken(options, Environment({})).find("error: /nonexistent/pass cannot be started") == 0);
  }
  SECTION("the credentials directory, by name and without being asked") {
    folder.write("client-secret", "of-systemd\n");
    Environment const environment(Variables{{"CREDENTIALS_DIRECTORY", folder.path()}});
    CHECK(taken(options, environment) == "of-systemd");
    options.file = "client-secret";
    CHECK(taken(options, environment) == "of-systemd");
  }
  SECTION("TANDEM_CLIENT_SECRET, last") {
    CHECK(taken(options, Environment(Variables{{"TANDEM_CLIENT_SECRET", "of-env"}})) == "of-env");
    CHECK(taken(options, Environment({})) == "none");
  }
}

TEST_CASE("what cannot be a secret is refused") {
  cli_test::Folder const folder;
  auto options = client_secret();
  auto const [text, said] = GENERATE(table<std::string, std::string>(
      {{"", "is empty"}, {"\n", "is empty"}, {"a\nb\n", "line breaks"}, {"a\tb", "control characters"}}));
  CAPTURE(text);
  options.file = folder.write("s", text);
  auto const result = taken(options, Environment({}));
  CHECK(result.find("error:") == 0);
  CHECK(result.find(said) != std::string::npos);
}

TEST_CASE("one source per secret, and stdin for one secret only [N1]") {
  auto a = client_secret();
  SecretOptions b{.stem = "jira-token"};
  CHECK(judge_sources({&a, &b}).has_value());
  a.from_stdin = true;
  CHECK(judge_sources({&a, &b}).has_value());
  b.from_stdin = true;
  CHECK(judge_sources({&a, &b}).error().message.find("only one secret can come from stdin") == 0);
  b.from_stdin = false;
  a.file = "x";
  CHECK(judge_sources({&a, &b}).error().message.find("more than one way") != std::string::npos);
}

TEST_CASE("a reference means the same in a later run [A2]") {
  cli_test::Folder const folder;
  folder.write("client-secret", "one\n");
  Environment const environment(Variables{{"CREDENTIALS_DIRECTORY", folder.path()}});
  auto options = client_secret();
  auto const by_name = take_secret(options, true, environment);
  REQUIRE((by_name.has_value() && by_name->has_value()));
  REQUIRE((*by_name)->reference.has_value());
  CHECK((*by_name)->reference->value == "client-secret");

  options.file = folder.path("x/../client-secret");
  std::filesystem::create_directory(folder.path("x"));
  auto const by_path = take_secret(options, true, Environment({}));
  REQUIRE((by_path.has_value() && by_path->has_value()));
  CHECK((*by_path)->reference->value == folder.path("client-secret"));

  // Read again later, from another unit's directory.
  cli_test::Folder const other;
  other.write("client-secret", "two\n");
  Environment const later(Variables{{"CREDENTIALS_DIRECTORY", other.path()}});
  auto const resolved = secret_resolver(later)(*(*by_name)->reference, nullptr);
  REQUIRE(resolved.has_value());
  CHECK(resolved->expose() == "two");
}

TEST_CASE("a command line is cut into words as a shell would, without running one") {
  auto const [line, words] = GENERATE(table<std::string, std::vector<std::string>>({
      {"pass show tandem/jira", {"pass", "show", "tandem/jira"}},
      {"  op  read 'op://vault/an item/x' ", {"op", "read", "op://vault/an item/x"}},
      {R"(a "b \"c\" d" e\ f '')", {"a", "b \"c\" d", "e f", ""}},
      {R"(echo $(id) `id` ; rm)", {"echo", "$(id)", "`id`", ";", "rm"}},
      {R"('a\b')", {"a\\b"}},
  }));
  CAPTURE(line);
  auto const cut = command_words(line);
  REQUIRE(cut.has_value());
  CHECK(*cut == words);
  CHECK_FALSE(command_words("  ").has_value());
  CHECK_FALSE(command_words("a 'b").has_value());
}
