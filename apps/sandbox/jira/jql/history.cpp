#include "jira/jql/history.hpp"

#include <algorithm>
#include <set>

#include "jira/jql/date.hpp"
#include "jira/jql/fields.hpp"
#include "jira/jql/functions.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira::jql {

namespace {

using Ids = std::set<std::string, std::less<>>;

// A time in which a field held these ids; `author` made it so.
struct Span {
  Instant from, until;
  Ids ids;
  std::string author;
};

// The present value, then each entry undone, newest first.
std::vector<Span> spans_of(Site const& site, Issue const& issue, Field const& field) {
  std::vector<Span> out;
  Ids ids;
  for (auto const id : ids_of_issue(site, issue, field)) ids.emplace(id);
  Instant until = Instant::max();
  for (auto history = issue.histories.rbegin(); history != issue.histories.rend(); ++history) {
    bool const touched =
        std::any_of(history->items.begin(), history->items.end(), [&](Change const& item) { return item.field_id == field.id; });
    if (!touched) continue;
    out.push_back({history->created, until, ids, history->author});
    until = history->created;
    for (auto item = history->items.rbegin(); item != history->items.rend(); ++item) {
      if (item->field_id != field.id) continue;
      if (item->to) ids.erase(*item->to);
      if (item->from) ids.insert(*item->from);
    }
  }
  out.push_back({issue.created, until, std::move(ids), issue.creator});
  return out;
}

struct Wanted {
  Ids ids;
  bool empty = false;
  [[nodiscard]] bool any() const { return empty || !ids.empty(); }
  [[nodiscard]] bool holds(Ids const& held) const {
    if (held.empty()) return empty;
    return std::any_of(held.begin(), held.end(), [&](std::string const& id) { return ids.count(id) > 0; });
  }
};

struct Narrowing {
  std::optional<Instant> after, before;  // exclusive; a span must reach behind, begin ahead
  std::optional<Wanted> from, to;
  std::optional<Ids> authors;
};

class Reading {
 public:
  Reading(Site const& site, Reader const& reader, Clause const& clause, Field const& field)
      : site_(site), reader_(reader), clause_(clause), field_(field) {}

  tl::expected<Wanted, std::string> values(std::vector<Operand> const& operands) {
    Wanted out;
    for (auto const& operand : operands) {
      if (operand.kind == Operand::Kind::empty) {
        out.empty = true;
        continue;
      }
      auto ids = operand_ids(site_, reader_, field_, clause_.field, operand);
      if (!ids) return tl::unexpected<std::string>(std::move(ids).error());
      out.ids.insert(ids->begin(), ids->end());
    }
    return out;
  }

  tl::expected<Narrowing, std::string> narrowing() {
    Narrowing out;
    for (auto const& predicate : clause_.predicates) {
      auto const& operand = predicate.operands.front();
      if (predicate.name == "from" || predicate.name == "to") {
        if (clause_.sign != "changed")
          return tl::unexpected<std::string>("The predicate '" + predicate.name + "' is not supported by the operator '" +
                                             clause_.sign + "'.");
        auto wanted = values(predicate.operands);
        if (!wanted) return tl::unexpected<std::string>(std::move(wanted).error());
        (predicate.name == "from" ? out.from : out.to) = std::move(*wanted);
        continue;
      }
      if (predicate.name == "by") {
        Ids authors;
        for (auto const& one : predicate.operands) {
          auto ids = account_ids(site_, reader_, one);
          if (!ids) return tl::unexpected<std::string>(std::move(ids).error());
          authors.insert(ids->begin(), ids->end());
        }
        out.authors = std::move(authors);
        continue;
      }
      auto const reading = reading_of(site_, reader_);
      auto const first = read_date(operand, reading);
      auto const last = read_date(predicate.operands.back(), reading);
      if (!first || !last)
        return tl::unexpected<std::string>("The date '" + operand.text + "' of the predicate '" + predicate.name +
                                           "' is invalid.");
      if (predicate.name == "after") out.after = *first;
      if (predicate.name == "before") out.before = *first;
      if (predicate.name == "during") {
        out.after = *first - tandem::Millis{1};
        out.before = *last + tandem::Millis{1};
      }
      if (predicate.name == "on") {
        auto const day = day_of(*first, reading.zone);
        out.after = instant_of_local(day, reading.zone) - tandem::Millis{1};
        out.before = instant_of_local(day + std::chrono::days{1}, reading.zone);
      }
    }
    return out;
  }

 private:
  Site const& site_;
  Reader const& reader_;
  Clause const& clause_;
  Field const& field_;
};

bool by(Narrowing const& narrowing, std::string const& author) {
  return !narrowing.authors || narrowing.authors->count(author) > 0;
}

bool was(std::vector<Span> const& spans, Wanted const& wanted, Narrowing const& narrowing) {
  return std::any_of(spans.begin(), spans.end(), [&](Span const& span) {
    return wanted.holds(span.ids) && by(narrowing, span.author) && (!narrowing.after || span.until > *narrowing.after) &&
           (!narrowing.before || span.from < *narrowing.before);
  });
}

bool changed(std::vector<Span> const& spans, Narrowing const& narrowing) {
  for (std::size_t i = 0; i + 1 < spans.size(); ++i) {  // newest first: the next one is what was before
    auto const& is = spans[i];
    auto const& before = spans[i + 1];
    bool const in_time = (!narrowing.after || is.from > *narrowing.after) && (!narrowing.before || is.from < *narrowing.before);
    bool const values = (!narrowing.from || narrowing.from->holds(before.ids)) && (!narrowing.to || narrowing.to->holds(is.ids));
    if (in_time && values && by(narrowing, is.author)) return true;
  }
  return false;
}

}  // namespace

tl::expected<Test, std::string> history_test(Site const& site, Reader const& reader, Clause const& clause, Field const& field) {
  static std::set<std::string_view> const kept{"assignee", "fixVersions", "priority", "reporter", "resolution", "status"};
  if (field.custom() || kept.count(field.id) == 0)
    return tl::unexpected<std::string>("History searches do not support the '" + clause.field + "' field.");
  Reading reading(site, reader, clause, field);
  auto wanted = reading.values(clause.operands);
  if (!wanted) return tl::unexpected<std::string>(std::move(wanted).error());
  auto narrowing = reading.narrowing();
  if (!narrowing) return tl::unexpected<std::string>(std::move(narrowing).error());
  auto const* there = &site;
  if (clause.sign == "changed") {
    return Test([there, &field, narrowing = std::move(*narrowing)](Issue const& issue) {
      return changed(spans_of(*there, issue, field), narrowing);
    });
  }
  bool const negative = clause.sign.starts_with("was not");
  return Test([there, &field, wanted = std::move(*wanted), narrowing = std::move(*narrowing), negative](Issue const& issue) {
    return was(spans_of(*there, issue, field), wanted, narrowing) != negative;
  });
}

}  // namespace sandbox::jira::jql
