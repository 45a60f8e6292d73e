// How the site answers: JSON bodies, Atlassian's ErrorCollection, the odd 204, and HTML where the real one sends HTML.
//
// A Refusal is an error body in the making: both parts of it can be filled, both can be empty (contract §1 "Error body").
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tl/expected.hpp>

#include "world/service.hpp"

namespace sandbox::jira {

namespace json = tandem::json;

struct Refusal {
  int status = 400;
  std::vector<std::string> messages;  // errorMessages
  json::Object errors;                // field id or parameter -> text
  [[nodiscard]] bool empty() const { return messages.empty() && errors.empty(); }
};

template <class T>
using Checked = tl::expected<T, Refusal>;

tl::unexpected<Refusal> refuse(int status, std::string message);
tl::unexpected<Refusal> refuse_field(std::string field, std::string text);

Response json_answer(int status, json::Value const& body);
Response no_content();  // 204 with Content-Type text/html, as the site sends it
Response refused(Refusal const& refusal);
Response refused(int status, std::string message);
Response refused_field(std::string field, std::string text);  // 400
Response html_answer(int status, std::string body);
json::Value error_collection(Refusal const& refusal);

// "Issue does not exist or you do not have permission to see it."
Response missing_issue();

std::string escaped_html(std::string_view text);

}  // namespace sandbox::jira
