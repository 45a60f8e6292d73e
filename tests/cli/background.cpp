#include "background.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cli_test {

Background::Background(std::string const& program, Call const& call) {
  std::vector<std::string> environment{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  for (char const* const name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "TMPDIR"}) {
    if (char const* const value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  }
  for (auto const& [name, value] : call.environment) environment.push_back(name + "=" + value);
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (auto const& arg : call.args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> envp;
  for (auto const& one : environment) envp.push_back(const_cast<char*>(one.c_str()));
  envp.push_back(nullptr);
  child_ = ::fork();
  if (child_ < 0) throw std::runtime_error("cannot start " + program);
  if (child_ == 0) {
    int const nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::execve(program.c_str(), argv.data(), envp.data());
    ::_exit(127);
  }
}

Background::~Background() {
  if (!ended_) kill();
}

void Background::take(int status, long peak) {
  ended_ = true;
  end_ = {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), peak};
}

bool Background::running() {
  if (ended_) return false;
  int status = 0;
  rusage used{};
  if (::wait4(child_, &status, WNOHANG, &used) == child_) take(status, used.ru_maxrss);
  return !ended_;
}

void Background::kill() {
  if (ended_) return;
  ::kill(child_, SIGKILL);
  wait();
}

void Background::send(int signal) {
  if (!ended_) ::kill(child_, signal);
}

Background::End Background::wait() {
  int status = 0;
  rusage used{};
  while (!ended_) {
    if (::wait4(child_, &status, 0, &used) == child_)
      take(status, used.ru_maxrss);
    else if (errno != EINTR)
      throw std::runtime_error("the child is gone");
  }
  return end_;
}

}  // namespace cli_test
