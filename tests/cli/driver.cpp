#include "driver.hpp"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

namespace cli_test {

namespace json = tandem::json;

namespace {

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = ends[0];
    write = ends[1];
  }
};

pid_t spawn(std::string const& program, std::vector<std::string> const& args, std::vector<std::string> const& environment, int in,
            int out, int err) {
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (auto const& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> envp;
  for (auto const& one : environment) envp.push_back(const_cast<char*>(one.c_str()));
  envp.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  if (err >= 0) posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  pid_t child = -1;
  int const failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + program);
  return child;
}

std::vector<std::string> minimal_environment() {
  std::vector<std::string> all{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  // What sanitizers and coverage read must reach the programs.
  for (char const* const name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "TMPDIR"}) {
    if (char const* const value = std::getenv(name)) all.push_back(std::string(name) + "=" + value);
  }
  return all;
}

}  // namespace

Ran run(std::string const& program, Call const& call) {
  Pipe const in;
  Pipe const out;
  Pipe const err;
  auto environment = minimal_environment();
  for (auto const& [name, value] : call.environment) environment.push_back(name + "=" + value);
  auto const child = spawn(program, call.args, environment, in.read, out.write, err.write);
  ::close(in.read);
  ::close(out.write);
  ::close(err.write);
  // Inputs here are far smaller than a pipe's buffer.
  [[maybe_unused]] auto const written = ::write(in.write, call.input.data(), call.input.size());
  ::close(in.write);

  Ran ran;
  std::array<pollfd, 2> waiting{{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}}};
  std::array<std::string*, 2> const texts{&ran.out, &ran.err};
  auto const until = std::chrono::steady_clock::now() + std::chrono::minutes{1};
  int open = 2;
  while (open > 0) {
    if (std::chrono::steady_clock::now() > until) {
      ::kill(child, SIGKILL);
      ran.err += "\n(killed by the test after a minute)";
      break;
    }
    if (::poll(waiting.data(), waiting.size(), 1000) <= 0) continue;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      std::array<char, 65536> piece{};
      auto const got = ::read(waiting[i].fd, piece.data(), piece.size());
      if (got > 0) {
        texts[i]->append(piece.data(), static_cast<std::size_t>(got));
      } else {
        waiting[i].fd = -1;
        --open;
      }
    }
  }
  ::close(out.read);
  ::close(err.read);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

bool holds_a_token(std::string_view bytes) {
  return bytes.find("eyJ0eXAi") != std::string_view::npos || bytes.find("eyJhbGci") != std::string_view::npos;
}

Sandbox::Sandbox(std::vector<std::string> const& options) {
  Pipe const in;
  Pipe const out;
  std::vector<std::string> args{"--until-eof"};
  args.insert(args.end(), options.begin(), options.end());
  process_ = spawn(SANDBOX_PROGRAM, args, minimal_environment(), in.read, out.write, -1);
  ::close(in.read);
  ::close(out.write);
  input_ = in.write;
  std::string line;
  while (line.find('\n') == std::string::npos) {
    std::array<char, 4096> piece{};
    auto const got = ::read(out.read, piece.data(), piece.size());
    if (got <= 0) throw std::runtime_error("tandem-sandbox ended before it was ready");
    line.append(piece.data(), static_cast<std::size_t>(got));
  }
  ::close(out.read);
  auto const parsed = json::parse(line.substr(0, line.find('\n')));
  if (!parsed) throw std::runtime_error("tandem-sandbox' ready line is no JSON: " + line);
  ready_ = *parsed;
}

Sandbox::~Sandbox() {
  ::close(input_);
  int status = 0;
  for (int i = 0; i < 100; ++i) {
    if (::waitpid(process_, &status, WNOHANG) != 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  ::kill(process_, SIGKILL);
  ::waitpid(process_, &status, 0);
}

json::Value Sandbox::get(std::string const& what) const {
  httplib::Client client(value("jira"));
  auto const answer = client.Get("/_sandbox/" + what);
  if (!answer || answer->status >= 300)
    throw std::runtime_error("GET /_sandbox/" + what + " failed: " + (answer ? answer->body : "no answer"));
  auto parsed = json::parse(answer->body);
  return parsed ? *parsed : json::Value();
}

json::Value Sandbox::post(std::string const& what, json::Value const& body) const {
  httplib::Client client(value("jira"));
  auto const answer = client.Post("/_sandbox/" + what, json::to_text(body), "application/json");
  if (!answer || answer->status >= 300)
    throw std::runtime_error("POST /_sandbox/" + what + " failed: " + (answer ? answer->body : "no answer"));
  auto parsed = json::parse(answer->body);
  return parsed ? *parsed : json::Value();
}

Operator::Operator(Sandbox const& sandbox) : sandbox_(sandbox) {}

Ran Operator::tandem(std::vector<std::string> args, std::map<std::string, std::string> environment, std::string input) const {
  environment.emplace("TANDEM_STATE_DIR", state());
  environment.emplace("XDG_CONFIG_HOME", folder_.path("config"));
  environment.emplace("HOME", folder_.path("home"));
  return run(TANDEM_PROGRAM, {std::move(args), std::move(environment), std::move(input)});
}

std::vector<std::string> Operator::auth_set(std::map<std::string, std::string> const& changed) const {
  std::map<std::string, std::string> options{
      {"--org-url", sandbox_.value("dataverse")},  {"--authority-host", sandbox_.value("entra")},
      {"--tenant-id", sandbox_.value("tenantId")}, {"--client-id", sandbox_.value("clientId")},
      {"--jira-url", sandbox_.value("jira")},      {"--jira-email", sandbox_.value("jiraEmail")}};
  for (auto const& [name, value] : changed) options[name] = value;
  std::vector<std::string> args{"auth", "set"};
  for (auto const& [name, value] : options) {
    if (value.empty()) continue;
    args.push_back(name);
    args.push_back(value);
  }
  return args;
}

Ran Operator::connect(std::map<std::string, std::string> const& changed,
                      std::map<std::string, std::string> const& environment) const {
  std::map<std::string, std::string> all = environment;
  all.emplace("TANDEM_CLIENT_SECRET", sandbox_.value("clientSecret"));
  all.emplace("TANDEM_JIRA_TOKEN", sandbox_.value("jiraToken"));
  return tandem(auth_set(changed), std::move(all));
}

}  // namespace cli_test
