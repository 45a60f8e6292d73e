#include <stdexcept>

#include "http/request_parser.hpp"
#include "targets.hpp"

namespace fuzz {

void http(std::string_view bytes) {
  using State = sandbox::http::RequestParser::State;
  // The first byte says how large the pieces are: what is read must not depend on that.
  std::size_t const piece = bytes.empty() ? 1 : static_cast<unsigned char>(bytes[0]) % 7 + 1;
  if (!bytes.empty()) bytes.remove_prefix(1);
  sandbox::http::Limits const small{256, 1024, 10, 4096};
  sandbox::http::RequestParser at_once(small), in_pieces(small);
  at_once.feed(bytes);
  for (std::size_t at = 0; at < bytes.size() && in_pieces.state() != State::refused; at += piece) {
    in_pieces.feed(bytes.substr(at, piece));
  }
  while (true) {
    if (at_once.state() != in_pieces.state() || at_once.refusal() != in_pieces.refusal())
      throw std::logic_error("what is read depends on how it arrives");
    if (at_once.state() != State::done) return;
    auto const one = at_once.take(), other = in_pieces.take();
    if (one.target != other.target || one.headers != other.headers || one.body != other.body)
      throw std::logic_error("a request depends on how it arrives");
  }
}

}  // namespace fuzz
