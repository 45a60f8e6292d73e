// Complete: what may stand next on a command line, for the shells' completion.
//
// `words` are those after the program's name, up to the cursor; the last one is what is being typed, and may be "". A candidate replaces
// that word as a whole. Nothing is executed or written, no service and no lock is asked; names come from the store where it can be read.
// A name that is not plain (letters, digits, '.', '_', '-') is never offered, so that no shell has anything to misread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/app.hpp"

namespace tandem::cli {

struct Candidate {
  std::string word;
  std::string about{};  // one line; "" = the word says it all
};

enum class Beside : std::uint8_t { nothing, files, directories };  // what the shell adds by itself

struct Completion {
  std::vector<Candidate> candidates;
  Beside beside = Beside::nothing;
};

// The settings that the words before the cursor give, by key: "stateDir", "connection"; and "config".
using Given = std::vector<std::pair<std::string, std::string>>;
// What only the store and the state directory know.
struct Names {
  std::function<std::vector<std::string>(Given const&)> items;
  std::function<std::vector<std::string>(Given const&)> connections;
  // Issues (their keys) and records (their numbers) that are linked, as candidates that say what they are linked to. Only those that begin as
  // was typed: there may be very many.
  std::function<std::vector<Candidate>(Given const&, std::string const& typed)> issues;
  std::function<std::vector<Candidate>(Given const&, std::string const& typed)> records;
  std::function<std::vector<Candidate>(Given const&)> runs;  // that the history knows, newest first
};

Completion complete(App const& app, std::vector<std::string> const& words, Names const& names);

}  // namespace tandem::cli
