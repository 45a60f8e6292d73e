#include "webhooks/delivery.hpp"

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

namespace sandbox {

namespace json = tandem::json;

std::string Delivery::header(std::string_view name) const {
  for (auto const& [key, value] : headers) {
    if (tandem::text::equal_ignoring_case(key, name)) return value;
  }
  return {};
}

std::string ndjson_line(Delivery const& delivery) {
  json::Object headers;
  for (auto const& [name, value] : delivery.headers) headers.append(name, value);
  json::Object line;
  line.append("headers", std::move(headers));
  line.append("body", *delivery.body);
  return json::to_text(line) + "\n";
}

bool is_success(Answer const& answer) {
  return answer.kind == Answer::Kind::status && answer.status >= 200 && answer.status < 300;
}

bool is_repeatable(Answer const& answer) {
  if (answer.kind != Answer::Kind::status) return true;
  auto const status = answer.status;
  return status == 408 || status == 409 || status == 425 || status == 429 || (status >= 500 && status < 600);
}

}  // namespace sandbox
