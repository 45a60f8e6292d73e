#include <stdexcept>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/webhook/payload.hpp>
#include <tandem/connection/jira/webhook/proof.hpp>

#include "targets.hpp"

namespace fuzz {

// The law: what comes out is an id or a key by its shape or nothing, a fault is one of usage, and no bytes prove themselves.
void payload(std::string_view bytes) {
  namespace webhook = tandem::jira::webhook;
  auto const reading = webhook::read_payload(bytes);
  if (!reading && reading.error().kind != tandem::ErrorKind::usage)
    throw std::logic_error("a payload's fault is not one of usage");
  if (reading) {
    if (reading->hints.empty() == (reading->ignored == webhook::Ignored::no))
      throw std::logic_error("neither a hint nor ignored");
    for (auto const& hint : reading->hints) {
      if (!hint.issue.empty() && !webhook::is_id(hint.issue)) throw std::logic_error("an id that is none");
      if (!hint.issue_key.empty() && !webhook::is_issue_key(hint.issue_key)) throw std::logic_error("a key that is none");
    }
  }
  if (webhook::check_proof({bytes, ""}, "secret", "body")) throw std::logic_error("any bytes are a signature");
}

}  // namespace fuzz
