// The reference: what SPEC's matrix says must be seen on both sides after each trigger, in as few words as will do.
//
// It is a second opinion, so it shares nothing with the product: values are texts, times are the numbers of steps, and one function
// reconciles one pair. What the product does is seen through its commands and the two simulated services only (play.hpp).
// It speaks of a calm world: nothing is lost, late or refused by chance. Those are the crash tests' and the histories'.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace model_test {

enum class Mode { display_only, one_way, two_way };
enum class Policy { latest, dynamics, jira, hold };
enum class Field { title, priority, description };
inline constexpr std::size_t kFields = 3;
// How both sides stand. `open` is "In Progress" in Dynamics; in Jira it is the status that new issues have, or the one of that name.
enum class Status { fresh, open, on_hold, resolved };
enum class Initial { dynamics, jira, none };

// The item of SPEC B5: one mode, five switches, one conflict policy.
struct Options {
  Mode mode = Mode::two_way;
  bool auto_create = true, fields = true, status = true, comments = true, files = true;
  Policy policy = Policy::latest;
  [[nodiscard]] bool synchronises() const { return mode != Mode::display_only; }
};

using Values = std::array<std::string, kFields>;

// One side of a pair as people see it, and when they touched it last.
struct Side {
  Values values{};
  Status status = Status::fresh;
  std::multiset<std::string> talk{};  // comments or notes, by a word that each has alone
  std::multiset<std::string> files{};
  std::array<int, kFields> edited{};  // the step of each field's last edit
  int status_edited = 0;
  int touched = 0;  // of any of these: in Dynamics a record has one time for all its columns
  bool operator==(Side const& other) const {
    return values == other.values && status == other.status && talk == other.talk && files == other.files;
  }
};

enum class Kind { none, automatic, manual, broken };

struct Pair {
  bool has_record = false, has_issue = false;
  Side record{}, issue{};
  Kind link = Kind::none;
  bool unlinked = false;  // by a person: no issue is made for this record again
  // What each side held when both last agreed.
  Values record_base{}, issue_base{};
  Status record_status = Status::fresh, issue_status = Status::fresh;
  // What is known on both sides, and what a link by hand leaves alone because it is older.
  std::set<std::string> known_talk{}, known_files{};
  // Words that were edited where they were written, and have not reached their copy: old and new, and the side that has the copy.
  struct Reworded {
    std::string was, is;
    bool copy_in_jira = false;
  };
  std::vector<Reworded> reworded{};
};

class Reference {
 public:
  explicit Reference(Options options) : options_(options) {}

  // What people do. Each is the next step in time.
  void new_record(Values values);
  // False where the service refuses it: a closed record is read-only.
  bool edit_record(std::size_t pair, Field field, std::string value);
  bool edit_issue(std::size_t pair, Field field, std::string value);
  bool set_record_status(std::size_t pair, Status status);
  bool set_issue_status(std::size_t pair, Status status);
  void note(std::size_t pair, std::string word);
  bool comment(std::size_t pair, std::string word);
  void file_note(std::size_t pair, std::string name);
  bool attach(std::size_t pair, std::string name);
  // A comment or note by a person, edited where it was written; a comment or note, deleted on one side.
  void reword(std::size_t pair, bool in_jira, std::string const& word, std::string const& instead);
  void drop(std::size_t pair, bool in_jira, std::string const& word);
  // The issue is deleted, and its webhook comes.
  void delete_issue(std::size_t pair);
  void enable(bool on) { enabled_ = on; }
  // Exit codes of the commands: 0, or 7 where a rule of state refuses.
  int add_link(std::size_t pair, Values issue, Initial initial);
  int remove_link(std::size_t pair);
  int resolve(std::size_t pair, Field field, bool take_jira);

  // The triggers.
  void cycle();
  void event(std::size_t pair);

  [[nodiscard]] std::vector<Pair> const& pairs() const { return pairs_; }
  [[nodiscard]] bool enabled() const { return enabled_; }
  [[nodiscard]] Options const& options() const { return options_; }
  // A conflict that waits for a person.
  [[nodiscard]] bool held(std::size_t pair, Field field) const;

 private:
  void create(Pair& pair);
  void reconcile(Pair& pair);
  void reconcile_field(Pair& pair, std::size_t field, bool record_is_read_only);
  void take_record(Pair& pair, std::size_t field);
  void take_issue(Pair& pair, std::size_t field);
  void agree(Pair& pair, std::size_t field);
  void share(Pair& pair);
  enum class Mover { nobody, record, issue };
  [[nodiscard]] Mover who_moved_status(Pair const& pair) const;

  Options options_;
  bool enabled_ = true;
  int now_ = 0;
  std::vector<Pair> pairs_;
};

// In Jira two statuses stand for "In Progress" in Dynamics.
bool fits(Status record, Status issue);

}  // namespace model_test
