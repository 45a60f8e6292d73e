#include "answers.hpp"

#include <charconv>
#include <stdexcept>

namespace fuzz {

namespace {

constexpr std::size_t kStopped = 64, kEndless = 256;

int number_at(std::string_view text, int fallback) {
  int out = fallback;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace

Answer read_answer(std::string_view bytes) {
  Answer answer;
  answer.response.status = 200;
  auto const end = bytes.find("\n\n");
  if (end == std::string_view::npos) {
    answer.response.body = bytes;
    return answer;
  }
  auto head = bytes.substr(0, end);
  answer.response.body = bytes.substr(end + 2);
  auto const first = head.substr(0, head.find('\n'));
  answer.call = static_cast<std::size_t>(std::max(0, number_at(first, 0)));
  auto const blank = first.find(' ');
  auto const status = blank == std::string_view::npos ? 200 : number_at(first.substr(blank + 1), 200);
  answer.response.status = status >= 100 && status < 600 ? status : 200;
  while (true) {
    auto const line_end = head.find('\n');
    if (line_end == std::string_view::npos) return answer;
    head.remove_prefix(line_end + 1);
    auto const line = head.substr(0, head.find('\n'));
    auto const colon = line.find(": ");
    if (colon != std::string_view::npos) answer.response.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
}

tandem::Result<tandem::http::Response> OneAnswer::send(tandem::http::Request const& request) {
  if (++sent_ > kEndless) throw std::logic_error("a client goes on after it was stopped: " + request.endpoint);
  if (sent_ > kStopped) return tandem::fail(tandem::ErrorKind::cancelled, "stopped");
  if (request.sink && response_.status / 100 == 2) {
    TANDEM_CHECK(request.sink(response_.body));
    auto out = response_;
    out.body.clear();
    return out;
  }
  return response_;
}

void judge(tandem::Error const& error) {
  if (error.kind == tandem::ErrorKind::internal)
    throw std::logic_error("a bad answer is called a fault of ours: " + error.message);
  if (error.message.empty()) throw std::logic_error("an error without words");
}

}  // namespace fuzz
