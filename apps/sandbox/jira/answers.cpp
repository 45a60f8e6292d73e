#include "jira/answers.hpp"

#include <tandem/base/json/write.hpp>

namespace sandbox::jira {

tl::unexpected<Refusal> refuse(int status, std::string message) {
  Refusal out;
  out.status = status;
  out.messages.push_back(std::move(message));
  return tl::unexpected<Refusal>(std::move(out));
}

tl::unexpected<Refusal> refuse_field(std::string field, std::string text) {
  Refusal out;
  out.errors.set(std::move(field), std::move(text));
  return tl::unexpected<Refusal>(std::move(out));
}

Response json_answer(int status, json::Value const& body) {
  Response out;
  out.status = status;
  out.with("Content-Type", "application/json;charset=UTF-8");
  out.body = json::to_text(body);
  return out;
}

Response no_content() {
  Response out;
  out.status = 204;
  out.with("Content-Type", "text/html;charset=UTF-8");
  return out;
}

json::Value error_collection(Refusal const& refusal) {
  json::Array messages;
  for (auto const& message : refusal.messages) messages.emplace_back(message);
  json::Object out;
  out.append("errorMessages", std::move(messages));
  out.append("errors", refusal.errors);
  return out;
}

Response refused(Refusal const& refusal) { return json_answer(refusal.status, error_collection(refusal)); }

Response refused(int status, std::string message) {
  Refusal refusal;
  refusal.status = status;
  refusal.messages.push_back(std::move(message));
  return refused(refusal);
}

Response refused_field(std::string field, std::string text) {
  Refusal refusal;
  refusal.errors.set(std::move(field), std::move(text));
  return refused(refusal);
}

Response html_answer(int status, std::string body) {
  Response out;
  out.status = status;
  out.with("Content-Type", "text/html;charset=UTF-8");
  out.body = std::move(body);
  return out;
}

Response missing_issue() { return refused(404, "Issue does not exist or you do not have permission to see it."); }

std::string escaped_html(std::string_view text) {
  std::string out;
  for (char const c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace sandbox::jira
