// `auth`: connect, the faults that people make, and where secrets end up.
#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>

#include "driver.hpp"

using namespace tandem;
using namespace cli_test;
namespace fs = std::filesystem;

namespace {

// One for all cases of the binary; each case puts its switches back.
Sandbox const& sandbox() {
  static Sandbox const one;
  return one;
}

class Switch {
 public:
  Switch(std::string name, json::Value on, json::Value off) : name_(std::move(name)), off_(std::move(off)) {
    sandbox().configure(name_, on);
  }
  ~Switch() { sandbox().configure(name_, off_); }
  Switch(Switch const&) = delete;
  Switch& operator=(Switch const&) = delete;

 private:
  std::string name_;
  json::Value off_;
};

std::string content(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool one_line(std::string const& text) { return !text.empty() && text.find('\n') == text.size() - 1; }

}  // namespace

TEST_CASE("auth set proves both systems, keeps the connection and lists what can be read [A4]") {
  Operator const ann(sandbox());
  auto const set = ann.connect();
  CAPTURE(set.out, set.err);
  REQUIRE(set.code == 0);
  CHECK(set.err.empty());
  CHECK(set.out.find("customer-service") != std::string::npos);
  CHECK(set.out.find("Saved as connection \"default\".") != std::string::npos);

  auto const check = ann.tandem({"auth", "check", "--output", "json"});
  CAPTURE(check.out, check.err);
  REQUIRE(check.code == 0);
  auto const report = json::parse(check.out);
  REQUIRE(report.has_value());
  CHECK((*report)["ok"].truthy());
  CHECK((*report)["steps"].items().size() >= 6);
  for (auto const& step : (*report)["steps"].items()) {
    bool const untold = step["step"].text().ends_with("-life");  // when the credentials end was not said
    CHECK(step["outcome"].text() == (untold ? "not needed" : "ok"));
  }
  CHECK((*report)["tables"].integer().value_or(0) > 0);
  CHECK((*report)["readableTables"].integer().value_or(0) > 0);

  auto const show = ann.tandem({"auth", "show", "--output", "json"});
  REQUIRE(show.code == 0);
  auto const shown = *json::parse(show.out);
  CHECK(shown["tenantId"].text() == sandbox().value("tenantId"));
  CHECK(shown["jiraEmail"].text() == sandbox().value("jiraEmail"));
  CHECK(shown["secrets"]["client-secret"].text() == "sealed in the store");
  CHECK_FALSE(shown["organizationId"].text().empty());
}

TEST_CASE("each fault of a connection is one line that names the cure, and nothing is saved [A3] [A4]") {
  struct Fault {
    std::string name;
    std::map<std::string, std::string> options, environment;
    std::string setting;  // of the sandbox
    int code;
    std::string cause, cure;
  };
  // Entra answers an unknown tenant before it looks at the client, so each fault stands alone.
  auto const fault = GENERATE_COPY(values<Fault>({
      {"wrong tenant",
       {{"--tenant-id", "99999999-aaaa-4bbb-8ccc-dddddddddddd"}},
       {},
       "",
       4,
       "AADSTS90002",
       "check the tenant ID"},
      {"wrong client",
       {{"--client-id", "99999999-aaaa-4bbb-8ccc-dddddddddddd"}},
       {},
       "",
       4,
       "AADSTS700016",
       "check client ID and tenant ID"},
      {"expired secret", {}, {}, "entra.secretExpired", 4, "AADSTS7000222", "make a new client secret and give its Value"},
      {"wrong secret", {}, {{"TANDEM_CLIENT_SECRET", "wrong~but.shaped_like-one"}}, "", 4, "AADSTS7000215", "give its Value"},
      {"secret ID in place of the value",
       {},
       {{"TANDEM_CLIENT_SECRET", "0f9c5ac4-11d5-4ea3-b0a5-4c1b2f4c8d10"}},
       "",
       3,
       "Secret ID",
       "give its Value"},
      {"no application user", {}, {}, "dataverse.applicationUser", 4, "application user", "Power Platform"},
      {"Jira token dead", {}, {}, "jira.deadToken", 4, "token", "token"},
      {"Jira token wrong", {}, {{"TANDEM_JIRA_TOKEN", "not-the-token-at-all"}}, "", 4, "token", "token"},
      {"wrong organisation URL",
       {{"--org-url", "https://no-such-org.crm4.dynamics.com"}},
       {},
       "",
       4,
       "AADSTS500011",
       "check the organisation URL"},
      {"wrong authority: no such host",
       {{"--authority-host", "https://no-such-login.invalid"}},
       {},
       "",
       3,
       "no-such-login.invalid",
       "check the URL"},
      {"wrong Jira URL: no such host",
       {{"--jira-url", "https://no-such-site.invalid"}},
       {},
       "",
       3,
       "no-such-site.invalid",
       "check the URL"},
  }));
  CAPTURE(fault.name);
  std::unique_ptr<Switch> turned;
  if (fault.setting == "dataverse.applicationUser") turned = std::make_unique<Switch>(fault.setting, false, true);
  if (fault.setting == "entra.secretExpired" || fault.setting == "jira.deadToken")
    turned = std::make_unique<Switch>(fault.setting, true, false);

  Operator const ann(sandbox());
  auto const set = ann.connect(fault.options, fault.environment);
  CAPTURE(set.out, set.err);
  CHECK(set.code == fault.code);
  CHECK(set.out.empty());
  CHECK(one_line(set.err));
  CHECK(set.err.starts_with("tandem: error: "));
  CHECK(set.err.find(fault.cause) != std::string::npos);
  CHECK(set.err.find(fault.cure) != std::string::npos);
  CHECK_FALSE(fs::exists(ann.state()));
  CHECK_FALSE(fs::exists(ann.folder().path("config")));
}

TEST_CASE("an organisation URL that Entra does not know is refused with the URL as the cause [A4]") {
  // The scope is built from the organisation URL: another port of this machine is another organisation.
  Operator const ann(sandbox());
  auto const set = ann.connect({{"--org-url", sandbox().value("jira")}});
  CAPTURE(set.err);
  CHECK(set.code == 4);
  CHECK(one_line(set.err));
  CHECK(set.err.find("AADSTS500011") != std::string::npos);
  CHECK(set.err.find("check the organisation URL") != std::string::npos);
}

TEST_CASE("a Jira that answers a dead token with 200 and nothing is not believed [A4]") {
  Operator const ann(sandbox());
  REQUIRE(ann.connect().code == 0);
  Switch const dead("jira.deadToken", true, false);
  auto const check = ann.tandem({"auth", "check"});
  CAPTURE(check.out, check.err);
  CHECK(check.code == 4);
  CHECK(one_line(check.err));
  CHECK(check.out.find("failed") != std::string::npos);
}

TEST_CASE("auth check proves the secret itself, not a token of an older one [A5]") {
  Operator const ann(sandbox());
  REQUIRE(ann.connect().code == 0);
  Switch const expired("entra.secretExpired", true, false);
  auto const check = ann.tandem({"auth", "check", "-o", "json"});
  CHECK(check.code == 4);
  CHECK_FALSE((*json::parse(check.out))["ok"].truthy());
  auto const error = json::parse(check.err);
  REQUIRE(error.has_value());
  CHECK((*error)["type"].text() == "exit_error");
  CHECK((*error)["code"].integer() == 4);
}

TEST_CASE("given again, auth set changes only what is given and proves it before replacing [A1]") {
  Operator const ann(sandbox());
  REQUIRE(ann.connect().code == 0);
  auto const before = content(ann.state() + "/default/data.mdb");

  auto const wrong = ann.tandem({"auth", "set", "--client-secret-stdin"}, {}, "wrong~but.shaped_like-one\n");
  CAPTURE(wrong.err);
  CHECK(wrong.code == 4);
  CHECK(ann.tandem({"auth", "check"}).code == 0);

  auto const right = ann.tandem({"auth", "set", "--client-secret-stdin", "--jira-token-expires", "2031-05-01"}, {},
                                sandbox().value("clientSecret") + "\n");
  CAPTURE(right.err);
  CHECK(right.code == 0);
  auto const shown = *json::parse(ann.tandem({"auth", "show", "-o", "json"}).out);
  CHECK(shown["jiraTokenExpires"].text() == "2031-05-01");
  CHECK(shown["clientId"].text() == sandbox().value("clientId"));
  CHECK(content(ann.state() + "/default/data.mdb") != before);
}

TEST_CASE("a store belongs to its organisation and site unless it is rebound [A11]") {
  Sandbox const other({"--seed", "2"});
  Operator const ann(sandbox());
  REQUIRE(ann.connect().code == 0);
  auto const moved = ann.connect({{"--jira-url", other.value("jira")}, {"--jira-email", other.value("jiraEmail")}},
                                 {{"TANDEM_JIRA_TOKEN", other.value("jiraToken")}});
  CAPTURE(moved.err);
  CHECK(moved.code == 7);
  CHECK(moved.err.find("--rebind") != std::string::npos);
  auto args = ann.auth_set({{"--jira-url", other.value("jira")}, {"--jira-email", other.value("jiraEmail")}});
  args.emplace_back("--rebind");
  auto const rebound = ann.tandem(
      args, {{"TANDEM_JIRA_TOKEN", other.value("jiraToken")}, {"TANDEM_CLIENT_SECRET", sandbox().value("clientSecret")}});
  CAPTURE(rebound.err);
  CHECK(rebound.code == 0);
}

TEST_CASE("without proof a connection is saved as it is, and says so [A4]") {
  Operator const ann(sandbox());
  Switch const expired("entra.secretExpired", true, false);
  auto args = ann.auth_set();
  args.emplace_back("--no-verify");
  auto const set = ann.tandem(
      args, {{"TANDEM_CLIENT_SECRET", sandbox().value("clientSecret")}, {"TANDEM_JIRA_TOKEN", sandbox().value("jiraToken")}});
  CAPTURE(set.err);
  CHECK(set.code == 0);
  CHECK(set.out.find("unproved") != std::string::npos);
}

TEST_CASE("a reference is kept instead of the secret, and read again by each run [A2]") {
  Operator const ann(sandbox());
  auto const file = ann.folder().write("secret", sandbox().value("clientSecret") + "\n");
  auto args = ann.auth_set();
  for (auto const* const more : {"--store-reference", "--client-secret-file", file.c_str(), "--jira-token-env", "MY_TOKEN"})
    args.emplace_back(more);
  std::map<std::string, std::string> const token{{"MY_TOKEN", sandbox().value("jiraToken")}};
  auto const set = ann.tandem(args, token);
  CAPTURE(set.err);
  REQUIRE(set.code == 0);
  auto const shown = *json::parse(ann.tandem({"auth", "show", "-o", "json"}).out);
  CHECK(shown["secrets"]["client-secret"].text() == "file " + file);
  CHECK(shown["secrets"]["jira-token"].text() == "env MY_TOKEN");
  CHECK(ann.tandem({"auth", "check"}, token).code == 0);
  auto const without = ann.tandem({"auth", "check"});
  CHECK(without.code == 3);
  CHECK(without.err.find("MY_TOKEN") != std::string::npos);
}

TEST_CASE("a removed connection is gone, with its secrets [A1]") {
  Operator const ann(sandbox());
  REQUIRE(ann.connect().code == 0);
  auto const unasked = ann.tandem({"auth", "remove"});
  CHECK(unasked.code == 7);
  CHECK(unasked.err.find("--yes") != std::string::npos);
  CHECK(ann.tandem({"auth", "remove", "--yes"}).code == 0);
  CHECK(ann.tandem({"auth", "check"}).code == 3);
  CHECK(ann.tandem({"auth", "show"}).code == 3);
  CHECK(ann.connect().code == 0);
}

TEST_CASE("a lost or wrong sealing key is a clear error and never a guess [A8]") {
  Operator const ann(sandbox());
  REQUIRE(ann.connect().code == 0);
  auto const wrong = ann.tandem({"auth", "check"}, {{"TANDEM_KEY", to_base64(std::string(32, 'k'))}});
  CHECK(wrong.code == 3);
  CHECK(one_line(wrong.err));
  auto const malformed = ann.tandem({"auth", "check"}, {{"TANDEM_KEY", "c2hvcnQ="}});
  CHECK(malformed.code == 3);
  fs::remove_all(ann.folder().path("config"));
  auto const lost = ann.tandem({"auth", "check"});
  CHECK(lost.code == 3);
  CHECK(lost.err.find("TANDEM_KEY_FILE") != std::string::npos);
}

TEST_CASE("a planted secret is in no output and in no file of the state [S1] [A8]") {
  auto const secret = sandbox().value("clientSecret");
  auto const token = sandbox().value("jiraToken");
  Operator const ann(sandbox());
  std::string printed;
  for (auto const* const level : {"-q", "-v", "-vv"}) {
    auto args = ann.auth_set();
    args.emplace_back(level);
    printed += ann.tandem(args, {{"TANDEM_CLIENT_SECRET", secret}, {"TANDEM_JIRA_TOKEN", token}}).all();
    for (auto const* const form : {"table", "json"}) {
      for (auto const* const verb : {"check", "show"})
        printed +=
            ann.tandem({"auth", verb, level, "-o", form, "--log-format", form == std::string("json") ? "json" : "text"}).all();
    }
  }
  {
    Switch const expired("entra.secretExpired", true, false);
    printed += ann.tandem({"auth", "check", "-vv"}).all();
    printed += ann.tandem({"auth", "set", "--client-secret-stdin", "-vv"}, {}, secret).all();
  }
  printed += ann.tandem({"auth", "set", "--client-secret", secret}).all();
  printed += ann.tandem({"auth", "set", "--client-secret=" + secret}).all();
  printed += ann.tandem({"auth", "set", "--clientsecret", secret}).all();
  printed += ann.tandem({"auth", "set", secret}).all();
  printed += ann.tandem({"auth", "set", "--jira-token-stdin", token}).all();
  REQUIRE(printed.size() > 1000);

  std::vector<std::string> const forms{secret, token, to_base64(secret), to_base64(token),
                                       to_base64(sandbox().value("jiraEmail") + ":" + token)};
  for (auto const& form : forms) CHECK(printed.find(form) == std::string::npos);
  CHECK_FALSE(holds_a_token(printed));
  std::size_t files = 0;
  for (auto const& file : fs::recursive_directory_iterator(ann.folder().path())) {
    if (!file.is_regular_file()) continue;
    ++files;
    auto const bytes = content(file.path());
    CAPTURE(file.path());
    for (auto const& form : forms) CHECK(bytes.find(form) == std::string::npos);
    CHECK_FALSE(holds_a_token(bytes));
  }
  CHECK(files >= 3);
}

TEST_CASE("state is 0700 and 0600, whatever the umask; and refused when others can write [S4]") {
  Operator const ann(sandbox());
  auto const old = ::umask(0);
  auto const set = ann.connect();
  ::umask(old);
  REQUIRE(set.code == 0);
  for (auto const& top : {ann.state(), ann.folder().path("config")}) {
    for (auto const& entry : fs::recursive_directory_iterator(top)) {
      CAPTURE(entry.path());
      auto const mode = static_cast<unsigned>(entry.status().permissions());
      CHECK(mode == (entry.is_directory() ? 0700U : 0600U));
    }
  }
  REQUIRE(::chmod((ann.state() + "/default").c_str(), 0770) == 0);
  for (auto const* const verb : {"check", "show", "set"}) {
    auto const refused = ann.tandem({"auth", verb});
    CAPTURE(verb, refused.err);
    CHECK(refused.code == 3);
    CHECK(refused.err.find("chmod go-w") != std::string::npos);
  }
}
