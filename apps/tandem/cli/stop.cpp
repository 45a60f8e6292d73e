#include "cli/stop.hpp"

#include <csignal>

#include <atomic>

#include <unistd.h>

namespace tandem::cli {

namespace {
std::atomic<int> stopped_by{0};  // the first signal
std::atomic<int> unstoppable{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch nothing else");

extern "C" void on_stop_signal(int signal) {
  int none = 0;
  if (!stopped_by.compare_exchange_strong(none, signal) && signal == SIGINT) _exit(128 + SIGINT);
}
}  // namespace

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = 0;  // no SA_RESTART: a prompt that waits for a person must end
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

bool stop_requested() { return stopped_by.load() != 0 && unstoppable.load() == 0; }

Unstoppable::Unstoppable() { ++unstoppable; }
Unstoppable::~Unstoppable() { --unstoppable; }

int stop_exit_code() {
  int const signal = stopped_by.load();
  return signal == 0 ? 0 : 128 + signal;
}

}  // namespace tandem::cli
