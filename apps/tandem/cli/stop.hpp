// Stop: SIGINT and SIGTERM ask a run to end cleanly; a second SIGINT ends the process at once.
//
// Handlers only set a lock-free flag. SIGPIPE is ignored: a closed stdout is seen when writing.
#pragma once

namespace tandem::cli {

void watch_signals();          // once, from main()
bool stop_requested();         // thread-safe; true from the first signal on
// While one is alive stop_requested() answers false: something is being put back that must not stay half done. A signal that comes meanwhile is
// kept, and a second SIGINT still ends the process at once.
class Unstoppable {
 public:
  Unstoppable();
  ~Unstoppable();
  Unstoppable(Unstoppable const&) = delete;
  Unstoppable& operator=(Unstoppable const&) = delete;
};
int stop_exit_code();  // 130 after SIGINT, 143 after SIGTERM, 0 when nothing was asked

}  // namespace tandem::cli
