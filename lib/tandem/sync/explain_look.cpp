#include <tandem/sync/explain_look.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/webhook/hint.hpp>
#include <tandem/link/identity.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/mapping/needs.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/sync/conversation/look.hpp>
#include <tandem/sync/find_links.hpp>
#include <tandem/sync/find_record.hpp>
#include <tandem/sync/history_query.hpp>
#include <tandem/sync/item_cycle.hpp>
#include <tandem/sync/look_up.hpp>
#include <tandem/sync/rows.hpp>

namespace tandem::sync::explain {

namespace {

constexpr std::size_t kMostHistory = 500;  // entries about one record, for the evidence

// One item with a record, an issue or both.
struct Pair {
  RunItem const* item = nullptr;
  std::string record;  // id, "" when no record is known
  std::optional<jira::Issue> issue{};
  std::optional<Error> issue_error{};
};

class PlanCatcher final : public Observer {
 public:
  void planned(Plan const& made) override { plan = made; }
  std::optional<Plan> plan;
};

class Look {
 public:
  Look(RunContext& run, RunItem const& item)
      : run_(run), item_(item), compiled_(*item.compiled), facts_{compiled_, item.stored} {}

  Result<Explained> go(Pair const& pair, Question const& question) {
    facts_.record_id = pair.record;
    TANDEM_CHECK(from_store(pair));
    TANDEM_CHECK(record());
    TANDEM_CHECK(issue(pair));
    facts_.dataverse_now = run_.dataverse_now();
    PartFacts part;
    if (question.part) {
      part.part = *question.part;
      TANDEM_CHECK(conversation_of(part));
    } else {
      TANDEM_CHECK(plans());
      if (question.field.empty()) TANDEM_CHECK(privileges());
    }
    Explained out;
    out.item = item_.name();
    out.record = facts_.record_id;
    if (facts_.record) {
      out.number = compiled_.record_number(*facts_.record);
      out.title = compiled_.record_title(*facts_.record);
    } else if (facts_.link) {
      out.number = facts_.link->record_number;
    }
    out.issue_key = facts_.issue_key;
    if (question.part)
      out.effects = {effect_of(facts_, part)};
    else
      out.effects = effects_of(facts_, question.field);
    return out;
  }

 private:
  Result<Unit> from_store(Pair const& pair) {
    auto const& name = item_.name();
    return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      if (!pair.record.empty()) {
        TANDEM_TRY(facts_.link, link::find_by_record(reader, name, pair.record));
      } else if (pair.issue) {
        TANDEM_TRY(auto const links, link::find_by_issue(reader, pair.issue->id));
        auto const found = std::find_if(links.begin(), links.end(), [&](link::Link const& one) { return one.item == name; });
        if (found != links.end()) facts_.link = *found;
      }
      if (facts_.link) {
        facts_.record_id = facts_.link->record;
        facts_.issue_key = facts_.link->issue_key;
        TANDEM_TRY(facts_.base, link::find_base(reader, facts_.link->id));
      }
      if (facts_.record_id.empty()) return Unit{};
      TANDEM_TRY(facts_.intent, find_intent(reader, link::link_id(run_.in.organisation_id, name, facts_.record_id)));
      TANDEM_TRY(facts_.retry, find_retry(reader, name, facts_.record_id));
      TANDEM_TRY(auto const unlinked, link::find_unlinked(reader, name, facts_.record_id));
      facts_.unlinked = unlinked && unlinked->baseline == item_.stored.baseline;
      TANDEM_TRY(auto past, find_history(reader, {.item = name, .record = facts_.record_id, .most = kMostHistory}));
      facts_.history = std::move(past.entries);
      return Unit{};
    });
  }

  Result<Unit> record() {
    if (facts_.record_id.empty()) return Unit{};
    auto found = records_by_id(run_, compiled_, {facts_.record_id});
    if (!found) return kept(std::move(found).error(), facts_.record_error);
    if (!found->empty()) facts_.record = std::move(found->front());
    if (facts_.link || !facts_.record || compiled_.item.filter.empty()) return Unit{};
    auto passing = passing_filter(run_, compiled_, {facts_.record_id});
    if (!passing) return kept(std::move(passing).error(), facts_.record_error);
    facts_.passes_filter = !passing->empty();
    return Unit{};
  }

  Result<Unit> issue(Pair const& pair) {
    facts_.issue = pair.issue;
    facts_.issue_error = pair.issue_error;
    if (!facts_.issue && !facts_.issue_error && facts_.link) {
      auto found = run_.jira().get(facts_.link->issue, compiled_.issue_fields(), {});
      if (!found) return kept(std::move(found).error(), facts_.issue_error);
      facts_.issue = std::move(*found);
    }
    if (facts_.issue) facts_.issue_key = facts_.issue->key;
    return Unit{};
  }

  Result<Unit> plans() {
    if (!facts_.record) return Unit{};
    if (!facts_.link) {
      TANDEM_TRY(auto const rows, joined(run_, compiled_, {*facts_.record}));
      if (auto done = look_up_for(run_, compiled_, rows); !done) return kept(std::move(done).error(), facts_.record_error);
      facts_.create = plan_create(compiled_, *facts_.record);
      return Unit{};
    }
    if (!facts_.issue || !compiled_.item.synchronised()) return Unit{};
    return run_dry();
  }

  // The plan of both sides is the one that a dry run makes of this pair, with all that it takes into account.
  Result<Unit> run_dry() {
    PlanCatcher catcher;
    RunInput const input{run_.in.connection, run_.in.store,          run_.in.log, run_.in.clock, catcher,
                         run_.in.stop,       run_.in.organisation_id};
    RunContext inner(input, run_.options, run_.run_id);
    ItemRun stats;
    auto const done = ItemCycle(inner, item_, stats).run_records({facts_.record_id}, {{facts_.issue->id, *facts_.issue}});
    if (!done) return kept(done.error(), facts_.record_error);
    facts_.update = std::move(catcher.plan);
    return Unit{};
  }

  // What the role lacks of what closing cases takes; not told where it may not ask.
  Result<Unit> privileges() {
    auto const& item = compiled_.item;
    if (item.entity != "incident" || !item.status["enabled"].truthy()) return Unit{};
    auto const told = missing_privileges();
    if (told) facts_.missing_privileges = *told;
    std::optional<Error> not_told;
    return told ? Result<Unit>(Unit{}) : kept(told.error(), not_told);
  }
  Result<std::vector<std::string>> missing_privileges() {
    TANDEM_TRY(auto const self, run_.dataverse().who_am_i());
    TANDEM_TRY(auto const held, run_.dataverse().user_privileges(self.user_id));
    TANDEM_TRY(auto const tables, run_.dataverse().entity_names());
    std::vector<std::string> missing;
    for (auto const& need : mapping::needs_of(compiled_.item, &compiled_.entity()).tables) {
      bool const closes = need.needed && (need.table == "incidentresolution" || need.table == "queueitem" ||
                                          (need.table == "incident" && need.access == connection::Access::write));
      if (!closes) continue;
      auto const table =
          std::find_if(tables.begin(), tables.end(), [&](auto const& one) { return one.logical_name == need.table; });
      if (table == tables.end()) continue;
      auto const privilege = table->privileges.find(std::string(name_of(need.access)));
      if (privilege == table->privileges.end()) continue;
      bool const has = std::any_of(held.begin(), held.end(),
                                   [&](auto const& one) { return text::equal_ignoring_case(one.id, privilege->second.id); });
      if (!has) missing.push_back(privilege->second.name);
    }
    return missing;
  }

  // Both sides of the conversation, as a run looks at them.
  Result<Unit> conversation_of(PartFacts& part) {
    if (!facts_.link || !mapping::conversation::has_conversation(compiled_.item)) return Unit{};
    auto rules = conversation::rules_of(run_, compiled_);
    if (!rules) return kept(std::move(rules).error(), part.error);
    auto looked = conversation::look(run_, *rules, {*facts_.link});
    if (!looked) return kept(std::move(looked).error(), part.error);
    auto& one = looked->front();
    if (one.failed) return kept(std::move(*one.failed), part.error);
    part.rules = std::move(*rules);
    part.both = std::move(one.both);
    part.intents = std::move(one.intents);
    return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(part.queued, link::find_conversation(reader, item_.name(), facts_.link->id));
      return Unit{};
    });
  }

  // A system that cannot be asked ends nothing but a broken store or a signal does.
  static Result<Unit> kept(Error error, std::optional<Error>& into) {
    if (error.kind == ErrorKind::store || error.kind == ErrorKind::cancelled || error.kind == ErrorKind::internal)
      return fail(std::move(error));
    into = std::move(error);
    return Unit{};
  }

  RunContext& run_;
  RunItem const& item_;
  mapping::CompiledItem const& compiled_;
  Facts facts_;
};

bool applies(RunItem const& item, jira::Issue const& issue) {
  auto const& project = item.compiled->schema.project;
  return project && issue.key.starts_with(project->key + "-");
}

// As the link commands read it, and an issue's id besides; a number may be a record's name too.
Result<link::Reference> reference_of(RunContext& run, std::string_view what) {
  auto const text = text::trimmed(what);
  TANDEM_TRY(auto reference, link::parse_reference(text, sites_of(run)));
  if (!reference.key && jira::webhook::is_id(text)) reference.key = std::string(text);
  return reference;
}

// Case numbers are named by their beginning up to a hyphen, as people do: CAS-01002 of CAS-01002-S8K4Y2.
Result<std::vector<dataverse::Record>> records_numbered(RunContext& run, mapping::CompiledItem const& item,
                                                        std::string const& beginning) {
  constexpr int kMostFound = 5;
  std::vector<dataverse::Record> none;
  if (beginning.empty() || item.entity().attribute("ticketnumber") == nullptr) return none;
  dataverse::Query query;
  query.set_name = item.entity().set_name;
  query.primary_id = item.entity().primary_id;
  query.select = {query.primary_id, "ticketnumber"};
  query.filter = fmt::format("startswith(ticketnumber,{})", dataverse::quoted(literal_pattern(beginning + "-")));
  query.page_size = kMostFound;
  TANDEM_TRY(auto page, run.dataverse().query(query));
  return std::move(page.records);
}

// Records that the store knows are explained also where Dynamics does not show them any more, or cannot be asked.
Result<std::vector<Pair>> pairs_of_record(RunContext& run, std::vector<RunItem const*> const& asked,
                                          link::RecordReference const& reference) {
  std::vector<Pair> out;
  for (auto const* const item : asked) {
    std::optional<link::Link> link;
    if (!reference.id.empty()) {
      TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
        TANDEM_TRY(link, link::find_by_record(reader, item->name(), reference.id));
        return Unit{};
      }));
    }
    if (link) {
      out.push_back({item, link->record});
      continue;
    }
    TANDEM_TRY(auto records, records_named(run, *item->compiled, reference));
    if (records.empty()) {
      TANDEM_TRY(records, records_numbered(run, *item->compiled, reference.name));
    }
    for (auto const& record : records) out.push_back({item, record.id});
  }
  return out;
}

// The pairs that the text names, under the items that are asked for.
Result<std::vector<Pair>> pairs_of(RunContext& run, LinkItems const& items, Question const& question) {
  std::vector<RunItem const*> asked;
  if (!question.item.empty()) {
    TANDEM_TRY(auto const* const item, items.named(question.item));
    asked.push_back(item);
  } else {
    for (auto const& item : items.items) asked.push_back(&item);
  }
  TANDEM_TRY(auto const reference, reference_of(run, question.what));
  std::vector<Pair> out;
  if (reference.key) {
    TANDEM_TRY(auto const issue, run.jira().get(*reference.key, {"summary"}, {}));
    if (issue) {
      for (auto const* const item : asked) {
        std::vector<link::Link> links;
        TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
          TANDEM_TRY(links, link::find_by_issue(reader, issue->id));
          return Unit{};
        }));
        bool const linked =
            std::any_of(links.begin(), links.end(), [&](link::Link const& one) { return one.item == item->name(); });
        if (!linked && !applies(*item, *issue)) continue;
        TANDEM_TRY(auto whole, run.jira().get(issue->id, item->compiled->issue_fields(), {}));
        out.push_back({item, "", std::move(whole)});
      }
      if (!out.empty()) return out;
      return fail(Error{ErrorKind::not_found,
                        fmt::format("no item applies to {}", issue->key),
                        {{"cure", "`tandem items list` shows the items with their projects"}}});
    }
  }
  if (reference.record) {
    TANDEM_TRY(out, pairs_of_record(run, asked, *reference.record));
  }
  if (!out.empty()) return out;
  return fail(
      Error{ErrorKind::not_found,
            fmt::format("neither an issue nor a record of an item's table is named {}", question.what),
            {{"cure", "name an issue (SUP-12) or a record (its number, id or address); `tandem help reasons` lists reasons"}}});
}

}  // namespace

Result<std::vector<Explained>> explain(RunContext& run, LinkItems const& items, Question const& question) {
  TANDEM_TRY(auto const pairs, pairs_of(run, items, question));
  std::vector<Explained> out;
  for (auto const& pair : pairs) {
    TANDEM_TRY(auto one, Look(run, *pair.item).go(pair, question));
    if (!one.effects.empty()) out.push_back(std::move(one));
  }
  if (out.empty()) {
    std::vector<std::string> names;
    for (auto const& pair : pairs) {
      for (auto const& mapping : pair.item->compiled->item.mappings) names.insert(names.end(), {mapping.field, mapping.column});
    }
    return fail(Error{ErrorKind::not_found,
                      fmt::format("no mapping of the items that apply has the field or column {}{}", question.field,
                                  mapping::did_you_mean(question.field, names)),
                      {{"cure", "`tandem items show NAME` lists the mappings"}}});
  }
  return out;
}

json::Value to_json(Explained const& explained) {
  json::Array effects;
  for (auto const& effect : explained.effects) effects.push_back(to_json(effect));
  return json::Object{{"item", explained.item},   {"record", explained.record},   {"number", explained.number},
                      {"title", explained.title}, {"issue", explained.issue_key}, {"effects", std::move(effects)}};
}

}  // namespace tandem::sync::explain
