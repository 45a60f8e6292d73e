// What the sandbox's whole state shows of one pair, in the words of the reference.
#pragma once

#include <set>
#include <string>

#include <tandem/base/json/value.hpp>

#include "reference.hpp"

namespace model_test {

inline constexpr std::array<char const*, 3> kPriorities{"High", "Medium", "Low"};

Side record_side(tandem::json::Value const& state, std::string const& id);
Side issue_side(tandem::json::Value const& state, std::string const& key);
// All text of a rich text's document.
std::string words_of(tandem::json::Value const& adf);
// The words by which notes and comments are told apart ("word17x"), wherever they ended up.
void take_words(std::string const& text, std::multiset<std::string>& words);

}  // namespace model_test
