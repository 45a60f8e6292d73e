#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "bench.hpp"

namespace bench {

namespace {

Seconds seconds(timeval const& time) {
  return Seconds(static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6);
}

std::vector<char*> pointers(std::vector<std::string> const& texts) {
  std::vector<char*> out;
  for (auto const& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

}  // namespace

Measured run_program(std::string const& program, std::vector<std::string> const& args,
                     std::vector<std::string> const& environment, std::string const& input) {
  std::vector<std::string> words{program};
  words.insert(words.end(), args.begin(), args.end());
  auto const argv = pointers(words);
  auto const envp = pointers(environment);
  auto const began = std::chrono::steady_clock::now();
  // Until it starts the program, the child's memory counts as its own largest: the bench keeps itself small.
  auto const child = ::vfork();
  if (child == 0) {
    int const in = ::open(input.empty() ? "/dev/null" : input.c_str(), O_RDONLY | O_CLOEXEC);
    int const out = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::execve(program.c_str(), argv.data(), envp.data());
    ::_exit(127);
  }
  int status = 0;
  rusage used{};
  while (::wait4(child, &status, 0, &used) < 0 && errno == EINTR) {
  }
  Measured out;
  out.units = 1;
  out.wall = std::chrono::steady_clock::now() - began;
  out.cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
  out.peak_kilobytes = used.ru_maxrss;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fmt::print(stderr, "tandem_bench: {} {} ended with {}\n", program, fmt::join(args, " "),
               WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    std::exit(1);
  }
  return out;
}

std::uint64_t Measured::all_requests() const {
  std::uint64_t all = 0;
  for (auto const& [request, count] : requests) all += count;
  return all;
}

}  // namespace bench
