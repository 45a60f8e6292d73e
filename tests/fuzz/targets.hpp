// What is fuzzed: each target takes any bytes and must neither crash, hang, leak nor trip a sanitizer; it throws where a law is broken.
//
// Add a target: declare it here, list it in targets.cpp, write it in a file of its own, seed corpus/NAME.
#pragma once

#include <string_view>

namespace fuzz {

void http(std::string_view bytes);  // the sandbox's HTTP parser, in pieces and at once
void request(std::string_view bytes);  // one byte chooses service and credentials, the rest is an HTTP request: the whole sandbox
void jql(std::string_view bytes);  // a search on a Jira with issues
void filter(std::string_view bytes);  // a row query: "$filter", or with a leading "?" the whole query
void batch(std::string_view bytes);  // a multipart body: $batch for Dataverse, an attachment for Jira
void jwt(std::string_view bytes);  // a client assertion for Entra, a token for Dataverse
void item_file(std::string_view bytes);  // an item file: parsed, judged, stored and exported
void payload(std::string_view bytes);  // a webhook's payload and its proof, as push-event reads them
void html(std::string_view bytes);  // the rich text of a column: read, written in every form and read again
void adf(std::string_view bytes);  // a description: the same, and an edit merged into it
void jira_answer(std::string_view bytes);  // any answer of Jira to any call (answers.hpp)
void dataverse_answer(std::string_view bytes);  // the same for Dataverse: rows, pages, batches, metadata, refusals
void token_answer(std::string_view bytes);  // of a token endpoint; how long any answer asks us to wait
void stored(std::string_view bytes);  // one byte chooses the table, the rest is a value of the store

struct Target {
  std::string_view name;
  void (*run)(std::string_view);
};
Target const* target_named(std::string_view name);  // null: there is none

}  // namespace fuzz
