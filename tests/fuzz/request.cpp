#include "box.hpp"
#include "http/request_parser.hpp"
#include "targets.hpp"

namespace fuzz {

void request(std::string_view bytes) {
  if (bytes.empty()) return;
  auto const choice = static_cast<unsigned char>(bytes[0]);
  auto const service = sandbox::kServices[choice % 4];
  sandbox::http::RequestParser parser;
  if (parser.feed(bytes.substr(1)) != sandbox::http::RequestParser::State::done) return;
  auto asked = parser.take();
  bool const signed_in = choice % 8 < 4 && asked.header("Authorization").empty();
  if (signed_in && service == sandbox::ServiceName::jira) asked.headers.emplace_back("Authorization", jira_authorization());
  if (signed_in && service == sandbox::ServiceName::dataverse)
    asked.headers.emplace_back("Authorization", dataverse_authorization());
  send(service, asked);
}

}  // namespace fuzz
