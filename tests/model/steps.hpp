// Steps: a history as data, so that it can be generated from a seed, printed, played, and made smaller.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "reference.hpp"

namespace model_test {

enum class Do {
  new_record,
  edit_record,
  edit_issue,
  record_status,
  issue_status,
  note,
  comment,
  file_note,
  attach,
  cycle,
  event,
  twice,
  add_link,
  remove_link,
  resolve,
  disable,
  enable,
  reword,
  drop,
  delete_issue
};
inline constexpr std::size_t kDoes = static_cast<std::size_t>(Do::delete_issue) + 1;

// Numbers mean something else for each kind of step and are taken modulo what there is, so that every part of a history is a history.
struct Step {
  Do what = Do::cycle;
  std::uint32_t pair = 0, choice = 0, value = 0;
};

struct History {
  std::uint64_t seed = 0;
  Options options;
  std::vector<Step> steps;
};

History generate(std::uint64_t seed);
char const* name_of(Do what);
std::string text_of(Options const& options);
std::string text_of(Step const& step);

}  // namespace model_test
