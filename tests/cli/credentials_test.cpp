// `auth set` with every kind of credential (SPEC A1, A2, A6), the key that seals them (A8), and the trace of requests (S1).
#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <thread>

#include <httplib.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "driver.hpp"
#include "support/key_pair.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

Sandbox const& sandbox() {
  static Sandbox const one;
  return one;
}

test::KeyPair const& pair() {
  static test::KeyPair const one = test::make_key_pair();
  return one;
}

constexpr char const* kIssuer = "https://tokens.example";
constexpr char const* kSubject = "repo:contoso/tandem:ref:refs/heads/main";

void trust_the_pair() {
  auto const client = sandbox().value("clientId");
  sandbox().configure("entra.certificates", json::Object{{client, json::Array{pair().certificate_pem}}});
  sandbox().configure("entra.issuers", json::Object{{kIssuer, json::Array{pair().certificate_pem}}});
  sandbox().configure(
      "entra.federated",
      json::Object{
          {client, json::Array{json::Object{
                       {"issuer", kIssuer}, {"subject", kSubject}, {"audiences", json::Array{"api://AzureADTokenExchange"}}}}}});
}

std::string identity_token(std::string const& subject = kSubject) {
  auto const now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  json::Object const claims{{"iss", kIssuer},
                            {"sub", subject},
                            {"aud", "api://AzureADTokenExchange"},
                            {"nbf", std::int64_t{now - 60}},
                            {"iat", std::int64_t{now - 60}},
                            {"exp", std::int64_t{now + 600}}};
  return test::make_jwt(pair().key.get(), R"({"alg":"RS256","typ":"JWT"})", json::to_text(json::Value(claims)));
}

std::vector<std::string> with(std::vector<std::string> args, std::vector<std::string> const& more) {
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

std::map<std::string, std::string> jira_token() { return {{"TANDEM_JIRA_TOKEN", sandbox().value("jiraToken")}}; }

std::string content(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

json::Value shown(Operator const& ann) { return *json::parse(ann.tandem({"auth", "show", "-o", "json"}).out); }

}  // namespace

TEST_CASE("a certificate signs in, is kept sealed, and needs its file no more [A6] [A8]") {
  trust_the_pair();
  Operator const ann(sandbox());
  auto const [algorithm, encrypted] = GENERATE(table<std::string, bool>({{"", false}, {"PS256", true}, {"RS256", false}}));
  auto const pem =
      ann.folder().write("tandem.pem", pair().certificate_pem + (encrypted ? pair().encrypted_key_pem : pair().key_pem));
  auto args = with(ann.auth_set(), {"--certificate", pem});
  if (!algorithm.empty()) args = with(args, {"--certificate-algorithm", algorithm});
  if (encrypted) args = with(args, {"--certificate-passphrase-command", "printf 'open sesame'"});
  auto const set = ann.tandem(args, jira_token());
  CAPTURE(set.err);
  REQUIRE(set.code == 0);
  std::filesystem::remove(pem);
  auto const check = ann.tandem({"auth", "check"});
  CAPTURE(check.out, check.err);
  CHECK(check.code == 0);
  CHECK(check.out.find("certificate-life") != std::string::npos);
  CHECK(shown(ann)["secrets"]["certificate"].text() == "sealed in the store");
  CHECK_FALSE(shown(ann)["secrets"].has("client-secret"));
  CHECK(shown(ann)["entraCredential"].text() == "certificate");
  // The certificate of the test lives for a month: its end is near enough to be told.
  CHECK_FALSE(shown(ann)["certificateExpires"].text().empty());
  CHECK(ann.tandem({"status"}).all().find("the certificate expires on") != std::string::npos);
  CHECK(content(ann.state() + "/default/data.mdb").find("PRIVATE KEY") == std::string::npos);
}

TEST_CASE("a certificate that Entra does not know, or that does not open, says so [A5] [A6]") {
  Operator const ann(sandbox());
  auto const other = test::make_key_pair();
  auto const unknown = ann.folder().write("other.pem", other.certificate_pem + other.key_pem);
  auto const unregistered = ann.tandem(with(ann.auth_set(), {"--certificate", unknown}), jira_token());
  CAPTURE(unregistered.err);
  CHECK(unregistered.code == 4);
  CHECK(unregistered.err.find("AADSTS700027") != std::string::npos);
  CHECK(unregistered.err.find("upload the public certificate") != std::string::npos);

  auto const locked = ann.folder().write("locked.pem", pair().certificate_pem + pair().encrypted_key_pem);
  auto const unopened = ann.tandem(with(ann.auth_set(), {"--certificate", locked}), jira_token());
  CAPTURE(unopened.err);
  CHECK(unopened.code == 3);
  CHECK(unopened.err.find("--certificate-passphrase") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(ann.state()));
}

TEST_CASE("a federated token is read anew from its file by each run [A6]") {
  trust_the_pair();
  Operator const ann(sandbox());
  auto const file = ann.folder().write("token", identity_token() + "\n");
  auto const set = ann.tandem(with(ann.auth_set(), {"--federated-token-file", file}), jira_token());
  CAPTURE(set.err);
  REQUIRE(set.code == 0);
  CHECK(shown(ann)["secrets"]["federated-token"].text() == "file " + file);
  CHECK(ann.tandem({"auth", "check"}).code == 0);

  ann.folder().write("token", identity_token("repo:contoso/other") + "\n");
  auto const wrong = ann.tandem({"auth", "check"});
  CAPTURE(wrong.err);
  CHECK(wrong.code == 4);
  CHECK(wrong.err.find("AADSTS700213") != std::string::npos);
  CHECK(wrong.err.find("federated credential") != std::string::npos);

  std::filesystem::remove(file);
  auto const gone = ann.tandem({"auth", "check"});
  CHECK(gone.code == 3);
  CHECK(gone.err.find(file) != std::string::npos);
}

TEST_CASE("workload identity's environment is enough [A6]") {
  trust_the_pair();
  Operator const ann(sandbox());
  auto environment = jira_token();
  environment["AZURE_FEDERATED_TOKEN_FILE"] = ann.folder().write("token", identity_token());
  environment["AZURE_TENANT_ID"] = sandbox().value("tenantId");
  environment["AZURE_CLIENT_ID"] = sandbox().value("clientId");
  environment["AZURE_AUTHORITY_HOST"] = sandbox().value("entra") + "/";
  auto const set = ann.tandem(ann.auth_set({{"--tenant-id", ""}, {"--client-id", ""}, {"--authority-host", ""}}), environment);
  CAPTURE(set.err);
  REQUIRE(set.code == 0);
  CHECK(ann.tandem({"auth", "check"}).code == 0);
  CHECK(shown(ann)["clientId"].text() == sandbox().value("clientId"));
}

TEST_CASE("a GitHub Actions job signs in with its own token [A6]") {
  trust_the_pair();
  httplib::Server runner;
  std::string asked, shown_to;
  runner.Get("/token", [&](httplib::Request const& request, httplib::Response& response) {
    asked = request.get_param_value("audience");
    shown_to = request.get_header_value("Authorization");
    response.set_content(json::to_text(json::Object{{"value", identity_token()}}), "application/json");
  });
  int const port = runner.bind_to_any_port("127.0.0.1");
  std::thread serving([&] { runner.listen_after_bind(); });
  Operator const ann(sandbox());
  auto environment = jira_token();
  environment["ACTIONS_ID_TOKEN_REQUEST_URL"] = "http://127.0.0.1:" + std::to_string(port) + "/token?v=1";
  environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "runner-secret";
  auto const set = ann.tandem(with(ann.auth_set(), {"--federated-github-actions"}), environment);
  auto const outside = ann.tandem({"auth", "check"});
  runner.stop();
  serving.join();
  CAPTURE(set.err);
  CHECK(set.code == 0);
  CHECK(asked == "api://AzureADTokenExchange");
  CHECK(shown_to == "Bearer runner-secret");
  CHECK(outside.code == 3);
  CHECK(outside.err.find("id-token: write") != std::string::npos);
}

TEST_CASE("a scoped Jira token is recognised and used at the gateway [A1]") {
  Operator const ann(sandbox());
  auto const set =
      ann.connect({{"--jira-gateway-url", sandbox().value("jira")}}, {{"TANDEM_JIRA_TOKEN", "sandbox-jira-scoped-token"}});
  CAPTURE(set.out, set.err);
  REQUIRE(set.code == 0);
  CHECK(set.err.find("scoped") != std::string::npos);
  CHECK_FALSE(shown(ann)["jiraCloudId"].text().empty());
  CHECK(ann.tandem({"auth", "check"}).code == 0);
}

TEST_CASE("a Jira service account signs in with its own client credentials [A6]") {
  Operator const ann(sandbox());
  std::vector<std::string> const account{"--jira-client-id",   "sandbox-jira-client",
                                         "--jira-token-url",   sandbox().value("jira") + "/oauth/token",
                                         "--jira-gateway-url", sandbox().value("jira")};
  std::map<std::string, std::string> const secrets{{"TANDEM_CLIENT_SECRET", sandbox().value("clientSecret")},
                                                   {"TANDEM_JIRA_CLIENT_SECRET", "sandbox-jira-client-secret"}};
  auto const set = ann.tandem(with(ann.auth_set({{"--jira-email", ""}}), account), secrets);
  CAPTURE(set.out, set.err);
  REQUIRE(set.code == 0);
  CHECK_FALSE(shown(ann)["jiraCloudId"].text().empty());
  CHECK(ann.tandem({"auth", "check"}).code == 0);

  auto wrong = secrets;
  wrong["TANDEM_JIRA_CLIENT_SECRET"] = "not-the-secret";
  auto const refused = ann.tandem({"auth", "set", "--jira-client-secret-env", "TANDEM_JIRA_CLIENT_SECRET"}, wrong);
  CAPTURE(refused.err);
  CHECK(refused.code == 4);
  CHECK(refused.err.find("service account was refused") != std::string::npos);
  CHECK(ann.tandem({"auth", "check"}).code == 0);
}

TEST_CASE("two kinds of credential at once, or one twice, are refused before anything is asked [A6]") {
  Operator const ann(sandbox());
  auto const more = GENERATE(values<std::vector<std::string>>({
      {"--certificate", "/x.pem", "--client-secret-env", "Y"},
      {"--certificate", "/x.pem", "--federated-token-file", "/y"},
      {"--federated-github-actions", "--federated-token-file", "/y"},
      {"--jira-token-env", "Y", "--jira-client-id", "z"},
      {"--client-secret-stdin", "--jira-token-stdin"},
      {"--client-secret-env", "A", "--client-secret-file", "/b"},
  }));
  auto const set = ann.tandem(with(ann.auth_set(), more), {{"Y", "y"}});
  CAPTURE(more, set.err);
  CHECK(set.code == 2);
  CHECK_FALSE(std::filesystem::exists(ann.state()));
}

TEST_CASE("the sealing key is changed in place, and the old one opens nothing [A8]") {
  Operator const ann(sandbox());
  REQUIRE(ann.connect().code == 0);
  auto const key_file = std::string(shown(ann)["sealingKey"].text());
  auto const old_key = content(key_file);
  auto const changed = ann.tandem({"auth", "set", "--new-key"});
  CAPTURE(changed.out, changed.err);
  REQUIRE(changed.code == 0);
  CHECK(content(key_file) != old_key);
  CHECK_FALSE(std::filesystem::exists(key_file + ".next"));
  CHECK(ann.tandem({"auth", "check"}).code == 0);
  std::ofstream(key_file, std::ios::trunc) << old_key;
  auto const with_old = ann.tandem({"auth", "check"});
  CHECK(with_old.code == 3);
}

TEST_CASE("a change of key that was broken off is finished by the next run, or forgotten [A8]") {
  Operator const ann(sandbox());
  REQUIRE(ann.connect().code == 0);
  auto const key_file = std::string(shown(ann)["sealingKey"].text());
  SECTION("everything was sealed anew, the key was not yet in place") {
    auto const old_key = content(key_file);
    REQUIRE(ann.tandem({"auth", "set", "--new-key"}).code == 0);
    std::filesystem::rename(key_file, key_file + ".next");
    std::ofstream(key_file) << old_key;
    ::chmod(key_file.c_str(), 0600);
    CHECK(ann.tandem({"auth", "check"}).code == 0);
    CHECK_FALSE(std::filesystem::exists(key_file + ".next"));
    CHECK(ann.tandem({"auth", "check"}).code == 0);
  }
  SECTION("nothing was sealed with it") {
    std::ofstream(key_file + ".next") << std::string(32, 'n');
    ::chmod((key_file + ".next").c_str(), 0600);
    CHECK(ann.tandem({"auth", "check"}).code == 0);
    CHECK(ann.tandem({"auth", "set", "--new-key"}).code == 0);
    CHECK(ann.tandem({"auth", "check"}).code == 0);
  }
}

TEST_CASE("a key that the operator keeps is changed by naming the new one [A8]") {
  Operator const ann(sandbox());
  auto const first = ann.folder().write("first.key", std::string(32, 'a'));
  auto const second = ann.folder().write("second.key", std::string(32, 'b'));
  ::chmod(first.c_str(), 0600);
  ::chmod(second.c_str(), 0600);
  REQUIRE(ann.connect({}, {{"TANDEM_KEY_FILE", first}}).code == 0);
  auto const unnamed = ann.tandem({"auth", "set", "--new-key"}, {{"TANDEM_KEY_FILE", first}});
  CHECK(unnamed.code == 3);
  CHECK(unnamed.err.find("--new-key-file") != std::string::npos);
  auto const changed = ann.tandem({"auth", "set", "--new-key-file", second}, {{"TANDEM_KEY_FILE", first}});
  CAPTURE(changed.err);
  CHECK(changed.code == 0);
  CHECK(changed.out.find("TANDEM_KEY_FILE") != std::string::npos);
  CHECK(ann.tandem({"auth", "check"}, {{"TANDEM_KEY_FILE", second}}).code == 0);
  CHECK(ann.tandem({"auth", "check"}, {{"TANDEM_KEY_FILE", first}}).code == 3);
}

TEST_CASE("a trace of requests is a private file of JSON lines without a secret [S1] [S4]") {
  Operator const ann(sandbox());
  auto const file = ann.folder().path("trace.jsonl");
  auto args = with(ann.auth_set(), {"--trace-http", file});
  auto const set = ann.tandem(
      args, {{"TANDEM_CLIENT_SECRET", sandbox().value("clientSecret")}, {"TANDEM_JIRA_TOKEN", sandbox().value("jiraToken")}});
  CAPTURE(set.err);
  REQUIRE(set.code == 0);
  struct stat seen {};
  REQUIRE(::stat(file.c_str(), &seen) == 0);
  CHECK((seen.st_mode & 07777U) == 0600U);
  auto const text = content(file);
  CHECK(text.find(sandbox().value("clientSecret")) == std::string::npos);
  CHECK(text.find(sandbox().value("jiraToken")) == std::string::npos);
  CHECK_FALSE(holds_a_token(text));
  std::istringstream lines(text);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    ++count;
    auto const one = json::parse(line);
    REQUIRE(one.has_value());
    CHECK((*one)["status"].integer().value_or(0) >= 200);
    CHECK_FALSE((*one)["host"].text().empty());
  }
  CHECK(count >= 5);

  ::chmod(file.c_str(), 0644);
  auto const refused = ann.tandem({"auth", "check", "--trace-http", file});
  CHECK(refused.code == 3);
  CHECK(refused.err.find("chmod 600") != std::string::npos);
}

TEST_CASE("auth check names each item's missing privilege and permission [A5]") {
  Operator const ann(sandbox());
  REQUIRE(ann.connect().code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", TANDEM_SOURCE "/examples/items/support-cases.json"}).code == 0);
  auto const fine = ann.tandem({"auth", "check", "-o", "json"});
  CAPTURE(fine.out, fine.err);
  REQUIRE(fine.code == 0);
  std::size_t of_item = 0;
  auto const report = *json::parse(fine.out);
  for (auto const& step : report["steps"].items()) of_item += step["item"].text().empty() ? 0 : 1;
  CHECK(of_item >= 8);

  sandbox().configure("dataverse.revokePrivilege", "prvReadIncident");
  auto const missing = ann.tandem({"auth", "check"});
  sandbox().configure("dataverse.grantPrivilege", "prvReadIncident");
  CAPTURE(missing.out, missing.err);
  CHECK(missing.code == 4);
  CHECK(missing.out.find("prvReadIncident") != std::string::npos);
  CHECK(missing.err.find("security role") != std::string::npos);

  sandbox().configure("dataverse.privilegeDepth", json::Object{{"name", "prvReadIncident"}, {"depth", "Local"}});
  auto const shallow = ann.tandem({"auth", "check"});
  sandbox().configure("dataverse.grantPrivilege", "prvReadIncident");
  CAPTURE(shallow.out);
  CHECK(shallow.code == 0);
  CHECK(shallow.out.find("invisible, not refused") != std::string::npos);
}
