// A service that gives any answer: the fuzzed bytes say which call is made and what comes back.
//
// Form: "CALL STATUS\nName: value\n…\n\nBODY"; CALL is a number, taken modulo what there is. A body alone is answered to call 0 with 200.
#pragma once

#include <string_view>

#include <tandem/connection/http/transport.hpp>

namespace fuzz {

struct Answer {
  std::size_t call = 0;
  tandem::http::Response response;
};
Answer read_answer(std::string_view bytes);

// The same answer to every request. A client that follows pages without end is stopped as a run is; one that goes on then breaks the law.
class OneAnswer final : public tandem::http::Transport {
 public:
  explicit OneAnswer(tandem::http::Response response) : response_(std::move(response)) {}
  tandem::Result<tandem::http::Response> send(tandem::http::Request const& request) override;

 private:
  tandem::http::Response response_;
  std::size_t sent_ = 0;
};

// Throws where an outcome is none that a bad answer may have: a fault of ours, or an error without words.
void judge(tandem::Error const& error);
template <class T>
void judge(tandem::Result<T> const& result) {
  if (!result) judge(result.error());
}

}  // namespace fuzz
