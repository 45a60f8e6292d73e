// Parts: gathers converted parts of a value: choices, words and people add up, of anything else there is one.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <tandem/mapping/value/codec.hpp>

namespace tandem::mapping::value {

class Parts {
 public:
  // Answers the refusal that ends the conversion, if any.
  std::optional<Report> add(Read read) {
    reports_.insert(reports_.end(), read.reports.begin(), read.reports.end());
    if (!read.value) return read.refused;
    if (auto* choices = std::get_if<Choices>(&*read.value)) {
      for (auto& choice : choices->chosen) {
        if (std::find(choices_.begin(), choices_.end(), choice) == choices_.end()) choices_.push_back(std::move(choice));
      }
    } else if (auto* words = std::get_if<Words>(&*read.value)) {
      for (auto& word : words->words) {
        if (std::find(words_.begin(), words_.end(), word) == words_.end()) words_.push_back(std::move(word));
      }
    } else if (auto* people = std::get_if<People>(&*read.value)) {
      for (auto& person : people->people) {
        if (std::find(people_.begin(), people_.end(), person) == people_.end()) people_.push_back(std::move(person));
      }
    } else {
      other_ = std::move(*read.value);
    }
    return std::nullopt;
  }
  Read finish() && {
    Value value = Empty{};
    if (!choices_.empty())
      value = Choices{std::move(choices_)};
    else if (!words_.empty())
      value = Words{std::move(words_)};
    else if (!people_.empty())
      value = People{std::move(people_)};
    else
      value = std::move(other_);
    return {std::move(value), std::nullopt, std::move(reports_)};
  }

 private:
  std::vector<Choice> choices_;
  std::vector<std::string> words_;
  std::vector<Person> people_;
  Value other_ = Empty{};
  std::vector<Report> reports_;
};

}  // namespace tandem::mapping::value
