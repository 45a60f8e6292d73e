// A program that runs while the test goes on: to be killed in the middle, or to be measured.
#pragma once

#include <sys/types.h>
#include <string>

#include "driver.hpp"

namespace cli_test {

class Background {
 public:
  Background(std::string const& program, Call const& call);  // its output is thrown away
  ~Background();
  Background(Background const&) = delete;
  Background& operator=(Background const&) = delete;

  [[nodiscard]] bool running();
  void kill();              // SIGKILL, and waits for its end
  void send(int signal);    // and goes on
  // Waits for its end.
  struct End {
    int code = -1;             // 128 + signal when it was killed
    long peak_kilobytes = 0;   // largest resident set
  };
  End wait();

 private:
  void take(int status, long peak);
  pid_t child_ = -1;
  bool ended_ = false;
  End end_;
};

}  // namespace cli_test
