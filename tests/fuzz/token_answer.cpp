#include <stdexcept>

#include <tandem/connection/entra/aadsts.hpp>
#include <tandem/connection/entra/claims.hpp>
#include <tandem/connection/http/retry_after.hpp>
#include <tandem/connection/tokens/oauth_answer.hpp>

#include "answers.hpp"
#include "targets.hpp"

namespace fuzz {

void token_answer(std::string_view bytes) {
  using namespace tandem;
  auto const answer = read_answer(bytes);
  judge(entra::refusal(answer.response, "https://login.example"));
  if (auto const token = connection::token_in(answer.response, Instant{})) static_cast<void>(entra::claims_of(token->token));
  if (auto const wait = http::asked_wait(answer.response); wait && wait->count() < 0)
    throw std::logic_error("a wait that is negative");
  http::Request request;
  request.url = "https://site.example/rest/api/3/issue/" + answer.response.body.substr(0, 100);
  static_cast<void>(http::limit_scope(request, answer.response));
}

}  // namespace fuzz
