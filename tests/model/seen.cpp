#include "seen.hpp"

#include <regex>

#include <tandem/base/json/write.hpp>

namespace model_test {

using tandem::json::Value;

std::string words_of(Value const& adf) {
  std::string text(adf["text"].text_or(""));
  for (auto const& inner : adf["content"].items()) text += words_of(inner);
  return text;
}

void take_words(std::string const& text, std::multiset<std::string>& words) {
  static std::regex const word("word[0-9]+x");
  for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at) words.insert(at->str());
}

Side record_side(Value const& state, std::string const& id) {
  Side side;
  for (auto const& row : state["dataverse"]["rows"]["incident"].items()) {
    if (row["incidentid"].text() != id) continue;
    auto const priority = static_cast<std::size_t>(row["prioritycode"].integer().value_or(2)) - 1;
    side.values = {row["title"].text_or(""), kPriorities.at(priority), row["description"].text_or("")};
    auto const status = row["statuscode"].integer().value_or(0);
    side.status = status == 2 ? Status::on_hold : status == 5 ? Status::resolved : Status::open;
  }
  for (auto const& note : state["dataverse"]["rows"]["annotation"].items()) {
    if (note["_objectid_value"].text() != id) continue;
    take_words(std::string(note["notetext"].text_or("")), side.talk);
    if (!note["filename"].text_or("").empty()) side.files.insert(note["filename"].text_or(""));
  }
  return side;
}
Side issue_side(Value const& state, std::string const& key) {
  Side side;
  for (auto const& issue : state["jira"]["issues"].items()) {
    if (issue["key"].text() != key) continue;
    auto const& fields = issue["fields"];
    side.values = {fields["summary"].text_or(""), fields["priority"]["name"].text_or(""), words_of(fields["description"])};
    auto const status = fields["status"]["name"].text();
    side.status = status == "Waiting"       ? Status::on_hold
                  : status == "Done"        ? Status::resolved
                  : status == "In Progress" ? Status::open
                                            : Status::fresh;
    for (auto const& comment : issue["comments"].items()) take_words(tandem::json::to_text(comment["body"]), side.talk);
    for (auto const& file : issue["attachments"].items()) side.files.insert(file["filename"].text_or(""));
  }
  return side;
}

}  // namespace model_test
