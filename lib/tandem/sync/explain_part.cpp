#include <tandem/sync/explain_part.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/sync/explain_conditions.hpp>

namespace tandem::sync::explain {

namespace {

using conversation::Change;
using conversation::Conversation;
using link::Side;
using link::Twin;
using link::TwinKind;

template <class Parts>
auto const* with_id(Parts const& parts, std::string const& id) {
  auto const found = std::find_if(parts.begin(), parts.end(), [&](auto const& one) { return one.id == id; });
  return found == parts.end() ? nullptr : &*found;
}

std::string_view system_of(Side side) { return side == Side::jira ? "Jira" : "Dynamics"; }

class PartExplanation {
 public:
  PartExplanation(Facts const& facts, PartFacts const& part)
      : facts_(facts), part_(part), is_file_(part.part.kind == TwinKind::file) {
    effect_ = {.name = is_file_ ? "file" : "comment", .direction = "both"};
  }

  Effect run() && {
    ask_all();
    return std::move(effect_);
  }

 private:
  void ask(Condition one) { effect_.conditions.push_back(std::move(one)); }

  void ask_all() {
    auto const& item = facts_.item.item;
    item_conditions(facts_, effect_.conditions);
    ask(part_is_on(is_file_ ? "attachments" : "comments", is_file_ ? item.attachments : item.comments));
    if (!whole_link_conditions(facts_, effect_.conditions)) return;
    if (!part_.both || !part_.rules) {
      if (part_.error) ask({.asks = "it can be read", .answer = Answer::unknown, .found = part_.error->to_line()});
      return;
    }
    find();
    if (!there()) return;
    effect_.direction = side_ == Side::jira ? "to-dynamics" : "to-jira";
    plan_ = conversation::plan_conversation(*part_.both, *part_.rules);
    if (!original()) return;
    eligible();
    compared();
    settled();
    for (auto const& change : plan_.changes) {
      if (change.step != conversation::Step::keep && concerns(change.twin)) effect_.outcome = outcome_of(change);
    }
  }

  void find() {
    auto const& both = *part_.both;
    auto const& id = part_.part.id;
    note_ = with_id(both.notes, id);
    if (is_file_) {
      file_ = with_id(both.files, id);
      if (note_ != nullptr && !note_->has_file()) note_ = nullptr;
    } else {
      comment_ = with_id(both.comments, id);
    }
    side_ = note_ != nullptr ? Side::dynamics : Side::jira;
    for (auto const& twin : both.twins) {
      bool const names_it = twin.note == id || twin.jira == id || with_id(twin.more, id) != nullptr;
      if (twin.kind == part_.part.kind && names_it) twin_ = &twin;
    }
  }

  bool there() {
    bool const found = note_ != nullptr || comment_ != nullptr || file_ != nullptr;
    std::string const what = is_file_ ? "file" : "comment or note";
    auto shown = fmt::format("neither {} nor {} has such a {}", facts_.issue_key, facts_.link->record_number, what);
    if (!found && twin_ != nullptr)
      shown = fmt::format("it is gone; its {} was mirrored, and is kept in mind so that it is not made again", what);
    Condition one =
        holds(found, "it is there", found ? shown_part() : shown, {},
              twin_ != nullptr ? "Nothing: deletions are not mirrored."
                               : "Check the id: in Jira that of the comment or attachment, in Dynamics that of the note.");
    one.at = created();
    ask(std::move(one));
    return found;
  }

  [[nodiscard]] std::optional<Instant> created() const {
    if (note_ != nullptr) return note_->created;
    if (comment_ != nullptr) return comment_->created;
    return file_ != nullptr ? file_->created : std::nullopt;
  }

  [[nodiscard]] std::string shown_part() const {
    auto const by = [](std::string const& who) { return who.empty() ? std::string() : " by " + who; };
    if (file_ != nullptr) return fmt::format("attachment {}{}", quoted(file_->filename), by(file_->author));
    if (comment_ != nullptr) return fmt::format("comment {}{}", comment_->id, by(comment_->author));
    if (is_file_) return fmt::format("the file {} of a note{}", quoted(note_->file_name), by(note_->author));
    return fmt::format("note {}{}", note_->id, by(note_->author));
  }

  // Whether it is somebody's own: a copy that tandem made is never copied on.
  bool original() {
    std::string const asks = "it is somebody's own, not a copy of tandem's";
    std::string const cure = "Edit the original: what was copied from it follows.";
    auto const& both = *part_.both;
    auto const& id = part_.part.id;
    bool const is_copy = twin_ != nullptr && twin_->original != side_;
    if (is_copy) {
      auto const& other = side_ == Side::jira ? twin_->note : twin_->jira;
      ask(holds(false, asks, fmt::format("the copy of {} in {}", other, system_of(twin_->original)), edited_copy(id), cure));
      return false;
    }
    bool const known = note_ != nullptr ? both.own_notes.contains(id) || id == both.link.id
                                        : both.own_comments.contains(id) || both.own_files.contains(id);
    auto const* const left = left_of(side_, id);
    bool const connector = left != nullptr && left->reason == Reason::connector_note;
    // What the plan neither takes nor leaves is recognised by its mark or its derived id.
    bool const marked = twin_ == nullptr && left == nullptr && !planned() && !merely_file();
    if (!known && !connector && !marked) {
      ask(holds(true, asks, "not made by tandem", {}));
      return true;
    }
    auto const found = id == both.link.id ? "the link note" : known ? "made by tandem" : "it carries tandem's mark";
    ask(holds(false, asks, found, connector ? std::optional(Reason::connector_note) : std::nullopt,
              id == both.link.id ? "Nothing: link notes are never copied." : cure));
    return false;
  }

  // A note without text of its own is its file.
  [[nodiscard]] bool merely_file() const { return !is_file_ && note_ != nullptr && note_->has_file(); }

  [[nodiscard]] std::optional<Reason> edited_copy(std::string const& id) const {
    auto const* const left = left_of(side_, id);
    return left != nullptr ? std::optional(left->reason) : std::nullopt;
  }

  // What keeps it where it is, in the order in which the plan asks.
  void eligible() {
    auto const& rules = *part_.rules;
    auto const* const left = left_of(side_, part_.part.id);
    auto const keeps = [&](Reason reason) { return left != nullptr && left->reason == reason; };
    if (comment_ != nullptr) {
      auto const found = comment_->internal     ? "internal"
                         : comment_->restricted ? "restricted to a role or group"
                                                : "for everybody";
      ask(holds(!keeps(Reason::internal_comment), "it may leave Jira", found, Reason::internal_comment));
    } else if (note_ != nullptr && !is_file_) {
      bool const only_file = merely_file() && left == nullptr && !planned() && twin_ == nullptr;
      ask(holds(!keeps(Reason::empty_note) && !only_file, "it has a text", only_file ? "it is a file alone" : "",
                only_file ? std::nullopt : std::optional(Reason::empty_note),
                only_file ? "Ask for it as a file: --file ID." : ""));
    }
    auto const start = start_of(rules);
    auto age = holds(!keeps(Reason::before_link), "it is young enough", fmt::format("made {}, {}", shown_time(created()), start),
                     Reason::before_link);
    age.at = created();
    ask(std::move(age));
    if (is_file_) sizes(left);
    static constexpr Reason kAsked[] = {Reason::internal_comment,  Reason::empty_note,   Reason::before_link,
                                        Reason::larger_than_limit, Reason::blocked_file, Reason::empty_file,
                                        Reason::files_disabled,    Reason::copy_deleted};
    bool const other = left != nullptr && std::find(std::begin(kAsked), std::end(kAsked), left->reason) == std::end(kAsked);
    if (!is_file_)
      ask(holds(!other, "its text can be written on the other side", other ? left->detail : "",
                other ? std::optional(left->reason) : std::nullopt));
  }

  [[nodiscard]] std::string start_of(conversation::Rules const& rules) const {
    if (auto const rebuilt = side_ == Side::jira ? facts_.link->rebuilt_at : part_.both->rebuilt_on_dataverse)
      return fmt::format("the link was rebuilt {}{}", shown_time(rebuilt), side_ == Side::jira ? "" : " (by Dynamics' clock)");
    if (facts_.link->kind != link::Kind::manual) return "an automatic link takes all";
    if (rules.comments.since.given)
      return rules.comments.since.at ? "comments.since is " + to_rfc3339(*rules.comments.since.at) : "comments.since takes all";
    auto const at = side_ == Side::jira ? facts_.link->made_at : part_.both->made_on_dataverse;
    return fmt::format("linked by hand {}{}", shown_time(at), side_ == Side::jira ? "" : " (by Dynamics' clock)");
  }

  void sizes(Report const* left) {
    namespace text = mapping::conversation;
    auto const size = file_ != nullptr ? file_->size : note_->file_size;
    auto const& target = file_ != nullptr ? part_.rules->dynamics_files : part_.rules->jira_files;
    auto limits =
        fmt::format("{}, the item's limit is {}", text::shown_size(size), text::shown_size(part_.rules->files.most_bytes));
    if (target.most_bytes > 0) limits += fmt::format(", Jira's {}", text::shown_size(target.most_bytes));
    if (target.most_base64 > 0)
      limits += fmt::format(", Dynamics' {} of base64 (it takes {})", text::shown_size(target.most_base64),
                            text::shown_size(text::base64_length(size)));
    auto const is = [&](Reason reason) { return left != nullptr && left->reason == reason; };
    bool const too_large = is(Reason::larger_than_limit), empty = is(Reason::empty_file);
    ask(holds(!is(Reason::files_disabled), "the other system takes files", "", Reason::files_disabled));
    ask(holds(!too_large && !empty, "its size is within every limit", limits,
              empty ? Reason::empty_file : Reason::larger_than_limit));
    ask(holds(!is(Reason::blocked_file), "its kind is not blocked", is(Reason::blocked_file) ? left->detail : "",
              Reason::blocked_file));
  }

  // Its copy, where there is one: it follows the original as long as nobody touched it.
  void compared() {
    if (twin_ == nullptr) return ask(holds(true, "it is not copied yet", "no copy is known", {}));
    auto const& copy = side_ == Side::jira ? twin_->note : twin_->jira;
    auto const& both = *part_.both;
    bool const exists = side_ == Side::jira ? with_id(both.notes, copy) != nullptr
                        : is_file_          ? with_id(both.files, copy) != nullptr
                                            : with_id(both.comments, copy) != nullptr;
    ask(holds(exists, "its copy is still there", exists ? copy : copy + " was deleted", Reason::copy_deleted));
    if (!exists) return;
    auto const* const edited = left_of(side_ == Side::jira ? Side::dynamics : Side::jira, copy);
    bool const touched = edited != nullptr && edited->reason == Reason::copy_edited;
    ask(holds(!touched, "nobody edited its copy", touched ? copy : "", Reason::copy_edited));
    if (touched) return;
    bool const moved = planned();
    auto const version = fmt::format("its copy is {}", copy);
    ask(holds(moved, "it changed since it was copied",
              part_.rules->comments.edits || is_file_ ? version : version + "; comments.edits is false", Reason::no_change,
              is_file_ ? "Nothing: files do not change. Attach it anew." : "An edit of the original."));
  }

  void settled() {
    auto const open = part_.intents.size();
    ask(holds(open == 0, "no earlier write of this conversation is unsettled",
              open == 0 ? "none" : fmt::format("{} whose outcome is not known", open), Reason::open_intent));
    auto const& queued = part_.queued;
    bool const aside = queued && (queued->parked || !queued->due(facts_.dataverse_now, false));
    auto one = holds(!aside, "its conversation is not set aside",
                     queued && queued->tries > 0
                         ? fmt::format("failed {} times, last: {} {}", queued->tries, queued->reason, queued->detail)
                         : "no failures",
                     queued && queued->parked ? Reason::parked : Reason::retry_later);
    if (queued) one.at = queued->next;
    ask(std::move(one));
  }

  [[nodiscard]] bool concerns(Twin const& twin) const {
    return twin.kind == part_.part.kind && twin.original == side_ &&
           (side_ == Side::jira ? twin.jira : twin.note) == part_.part.id;
  }
  [[nodiscard]] bool planned() const {
    return std::any_of(plan_.changes.begin(), plan_.changes.end(),
                       [&](Change const& change) { return change.step != conversation::Step::keep && concerns(change.twin); });
  }
  [[nodiscard]] Report const* left_of(Side side, std::string const& id) const {
    for (auto const& one : plan_.left) {
      if (one.kind == part_.part.kind && one.side == side && one.id == id) return &one.report;
    }
    return nullptr;
  }

  static std::string outcome_of(Change const& change) {
    using conversation::Step;
    auto out = [&]() -> std::string {
      switch (change.step) {
        case Step::add_comment: return "the next run adds it to the issue as a comment";
        case Step::edit_comment: return "the next run writes it into its comment";
        case Step::add_note: return "the next run adds it to the record as a note";
        case Step::edit_note: return "the next run writes it into its note";
        case Step::add_file: return "the next run attaches it to the issue";
        case Step::add_file_note: return "the next run adds it to the record as a note with a file";
        case Step::keep: break;
      }
      return {};
    }();
    for (auto const& report : change.reports) out += fmt::format("; {}: {}", code_of(report.reason), report.detail);
    return out;
  }

  Facts const& facts_;
  PartFacts const& part_;
  bool is_file_;
  Effect effect_;
  Side side_ = Side::jira;
  dataverse::Note const* note_ = nullptr;
  jira::Comment const* comment_ = nullptr;
  jira::Attachment const* file_ = nullptr;
  Twin const* twin_ = nullptr;
  conversation::Plan plan_;
};

}  // namespace

Effect effect_of(Facts const& facts, PartFacts const& part) { return PartExplanation(facts, part).run(); }

}  // namespace tandem::sync::explain
