// Stop: SIGINT and SIGTERM ask a run to end cleanly; a second SIGINT ends the process at once.
//
// Handlers only set a lock-free flag. SIGPIPE is ignored: a closed stdout is seen when writing.
#pragma once

namespace tandem::cli {

void watch_signals();          // once, from main()
bool stop_requested();         // thread-safe; true from the first signal on
int stop_exit_code();          // 130 after SIGINT, 143 after SIGTERM, 0 when nothing was asked

}  // namespace tandem::cli
