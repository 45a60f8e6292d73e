#include "event_lines.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::cli {

namespace {

// A body of 25 MB whose every second byte is escaped, and its headers.
constexpr std::size_t kLongestLine = 64U << 20U;

Error bad_line(std::string what) {
  return {ErrorKind::usage, fmt::format("{}: expected {{\"headers\":{{…}},\"body\":\"raw text\"}}", what), {}};
}

void take_header(GivenPayload& given, std::string_view name, std::string_view value) {
  constexpr std::string_view kBearer = "Bearer ";
  if (text::equal_ignoring_case(name, "X-Hub-Signature")) given.signature = value;
  if (text::equal_ignoring_case(name, "X-Atlassian-Webhook-Identifier")) given.delivery = value;
  if (text::equal_ignoring_case(name, "X-Tandem-Token")) given.token = value;
  if (text::equal_ignoring_case(name, "Authorization") && given.token.empty() && value.starts_with(kBearer))
    given.token = value.substr(kBearer.size());
}

class Descriptor {
 public:
  explicit Descriptor(std::string const& file)
      : value_(file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)), owned_(file != "-") {}
  ~Descriptor() {
    if (owned_ && value_ >= 0) ::close(value_);
  }
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
  bool owned_;
};

// A pipe holds some 64 KB: whoever fills it without a pause is given the time to do so again.
constexpr int kPauseMillis = 200;

// Also at the end and where it cannot be told: the next read says.
bool goes_on(int descriptor) {
  pollfd one{descriptor, POLLIN, 0};
  return ::poll(&one, 1, kPauseMillis) != 0;
}

}  // namespace

GivenPayload payload_of_line(std::string_view line, std::size_t number) {
  GivenPayload given;
  given.line = number;
  auto const parsed = json::parse(line, {.bytes = kLongestLine, .depth = 16});
  if (!parsed) {
    given.fault = bad_line(fmt::format("the line is {}", parsed.error().message));
    return given;
  }
  if (!parsed->is_object() || !(*parsed)["body"].is_string()) {
    given.fault = bad_line("the line has no body");
    return given;
  }
  given.body = (*parsed)["body"].text();
  for (auto const& [name, value] : (*parsed)["headers"].members()) take_header(given, name, value.text());
  return given;
}

Result<Unit> read_event_lines(std::string const& file, std::function<Result<Unit>(GivenPayload const&)> const& take,
                              std::function<Result<Unit>()> const& pause) {
  Descriptor const from(file);
  auto const unreadable = [&] {
    return fail(ErrorKind::usage, fmt::format("{} cannot be read: {}", file == "-" ? "stdin" : file, std::strerror(errno)));
  };
  if (from.get() < 0) return unreadable();
  std::string line;
  std::size_t number = 1;
  bool too_long = false;
  auto const end_line = [&]() -> Result<Unit> {
    auto const held = std::exchange(line, {});
    auto const at = number++;
    if (std::exchange(too_long, false)) {
      GivenPayload given;
      given.line = at;
      given.fault = bad_line(fmt::format("the line is longer than {} bytes", kLongestLine));
      return take(given);
    }
    return text::trimmed(held).empty() ? Result<Unit>(Unit{}) : take(payload_of_line(held, at));
  };
  std::array<char, 65536> piece{};
  for (;;) {
    if (!goes_on(from.get())) TANDEM_CHECK(pause());
    auto const got = ::read(from.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable();
    if (got == 0) break;
    std::string_view left(piece.data(), static_cast<std::size_t>(got));
    while (!left.empty()) {
      auto const end = left.find('\n');
      auto const part = left.substr(0, end);
      if (line.size() + part.size() > kLongestLine) {
        too_long = true;
        line.clear();
      }
      if (!too_long) line += part;
      if (end == std::string_view::npos) break;
      TANDEM_CHECK(end_line());
      left.remove_prefix(end + 1);
    }
  }
  return line.empty() && !too_long ? Result<Unit>(Unit{}) : end_line();
}

}  // namespace tandem::cli
