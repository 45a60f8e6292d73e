#include "jira/endpoints/search_token.hpp"

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

namespace sandbox::jira {

namespace {
constexpr std::chrono::hours kLifetime{24 * 7};
}

std::string search_token(jql::Position const& position, std::string_view query, Instant now) {
  json::Object inside{{"q", tandem::to_hex(tandem::sha256(query)).substr(0, 16)},
                      {"t", tandem::epoch_millis(now)},
                      {"p", jql::to_json(position)}};
  return tandem::to_base64(json::to_text(inside));
}

std::optional<jql::Position> read_search_token(std::string_view token, std::string_view query, Instant now) {
  auto const bytes = tandem::from_base64(token);
  if (!bytes) return std::nullopt;
  auto const inside = json::parse(*bytes);
  if (!inside || (*inside)["q"].text() != tandem::to_hex(tandem::sha256(query)).substr(0, 16)) return std::nullopt;
  auto const made = (*inside)["t"].integer();
  if (!made || tandem::from_epoch_millis(*made) + kLifetime < now) return std::nullopt;
  return jql::position_from((*inside)["p"]);
}

}  // namespace sandbox::jira
