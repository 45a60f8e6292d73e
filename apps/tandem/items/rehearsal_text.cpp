#include "items/rehearsal_text.hpp"

#include <fmt/format.h>

namespace tandem::cli {

namespace {

using sync::BackEnd;
using sync::RehearsedHalf;
using sync::RehearsedStep;
using sync::Side;

std::string record_text(sync::PreparedRehearsal const& prepared, sync::RehearsalStep const& step) {
  if (step.record == nullptr) return "-";
  auto const& number = prepared.link.record_number;
  if (step.kind == mapping::status::Kind::none) return fmt::format("{} to \"{}\"", number, step.record->label);
  return fmt::format("{} {}: {} {}", number, sync::name_of(step.kind), step.record->value, step.record->label);
}

std::string issue_text(sync::PreparedRehearsal const& prepared, sync::RehearsalStep const& step) {
  if (step.issue == nullptr) return "-";
  auto const resolution = step.resolution == nullptr ? std::string() : fmt::format(", resolution {}", step.resolution->name);
  return fmt::format("{} to \"{}\"{}", prepared.link.issue_key, step.issue->name, resolution);
}

std::string told(Report const& report) {
  return report.detail.empty() ? std::string(code_of(report.reason))
                               : fmt::format("{}: {}", code_of(report.reason), report.detail);
}

// With what to do about it.
std::string told_whole(Report const& report) {
  auto const& text = text_of(report.reason);
  return fmt::format("{} {}({}) {}", text.sentence, report.detail.empty() ? "" : report.detail + " ", text.code, text.cure);
}

std::string half_text(std::string const& who, RehearsedHalf const& half) {
  switch (half.end) {
    case RehearsedHalf::End::done: return fmt::format("{}: \"{}\" -> \"{}\" by {}", who, half.before, half.after, half.way);
    case RehearsedHalf::End::already: return fmt::format("{} stays \"{}\"", who, half.before);
    case RehearsedHalf::End::blocked:
      return fmt::format("{} stays \"{}\"{}", who, half.after, half.way.empty() ? "" : fmt::format(", tried: {}", half.way));
    case RehearsedHalf::End::not_tried: break;
  }
  return fmt::format("{} was not tried", who);
}

json::Value report_json(std::optional<Report> const& report) {
  if (!report) return nullptr;
  auto const& text = text_of(report->reason);
  return json::Object{{"reason", text.code}, {"detail", report->detail}, {"sentence", text.sentence}, {"cure", text.cure}};
}

json::Value record_json(mapping::status::DynamicsStatus const* one) {
  if (one == nullptr) return nullptr;
  json::Object out{{"value", one->value}, {"label", one->label}};
  if (one->state) out.append("state", *one->state);
  return json::Value(std::move(out));
}

json::Value issue_json(mapping::status::JiraStatus const* one, jira::Resolution const* resolution) {
  if (one == nullptr) return nullptr;
  return json::Object{{"id", one->id},
                      {"name", one->name},
                      {"resolution", resolution == nullptr ? json::Value() : json::Value(resolution->name)}};
}

json::Value hops_json(std::vector<sync::Hop> const& hops) {
  json::Array out;
  for (auto const& hop : hops)
    out.push_back(json::Object{{"id", hop.transition}, {"name", hop.name}, {"from", hop.from}, {"to", hop.to}});
  return out;
}

json::Value half_json(RehearsedHalf const& half) {
  return json::Object{{"outcome", sync::name_of(half.end)},
                      {"before", half.before},
                      {"after", half.after},
                      {"way", half.way.empty() ? json::Value() : json::Value(half.way)},
                      {"transitions", hops_json(half.hops)},
                      {"refused", report_json(half.refused)}};
}

json::Value side_json(sync::SideBack const& side) {
  return json::Object{
      {"outcome", sync::name_of(side.end)}, {"transitions", hops_json(side.hops)}, {"refused", report_json(side.refused)}};
}

void print_side(Output& out, sync::SideBack const& side, std::string const& who) {
  switch (side.end) {
    case BackEnd::put_back:
    case BackEnd::untouched: out.line(fmt::format("{} has the status from before", who), Style::good); return;
    case BackEnd::foreign:
      out.line(fmt::format("{} was moved by somebody else meanwhile and stays where that left it", who), Style::warning);
      return;
    case BackEnd::gone: out.line(fmt::format("{} does not exist any more", who), Style::warning); return;
    case BackEnd::refused: break;
  }
  out.line(fmt::format("{} could NOT be put back: {}", who, side.refused ? told_whole(*side.refused) : ""), Style::bad);
}

}  // namespace

void print_plan(Output& out, sync::PreparedRehearsal const& prepared) {
  out.line(fmt::format("{} is \"{}\", {} is \"{}\"", prepared.link.record_number, prepared.record_shown, prepared.link.issue_key,
                       prepared.issue_shown),
           Style::strong);
  Table table({{.title = "#", .right = true}, {.title = "is set"}, {.title = "follows"}, {.title = "remark", .may_wrap = true}});
  for (std::size_t i = 0; i < prepared.plan.steps.size(); ++i) {
    auto const& step = prepared.plan.steps[i];
    bool const dynamics = step.set == Side::dynamics;
    table.row({std::to_string(i + 1),
               dynamics ? record_text(prepared, step) : issue_text(prepared, step),
               dynamics ? issue_text(prepared, step) : record_text(prepared, step),
               {step.refused ? "is left out: " + told(*step.refused) : "-", step.refused ? Style::warning : Style::plain}});
  }
  out.table(table);
  out.line("then both get back the status that they have now");
  if (prepared.plan.remains.empty()) return;
  out.line("");
  out.line("what is not undone:", Style::strong);
  for (auto const& one : prepared.plan.remains) out.line("  - " + one, Style::warning);
  out.line("");
}

void print_step(Output& out, sync::PreparedRehearsal const& prepared, RehearsedStep const& step) {
  bool const dynamics = prepared.plan.steps[step.place].set == Side::dynamics;
  auto const& number = prepared.link.record_number;
  auto const& key = prepared.link.issue_key;
  auto const style = step.end == RehearsedStep::End::ok ? Style::good : Style::warning;
  std::string line = fmt::format("{}. {}", step.place + 1, sync::name_of(step.end));
  if (step.end != RehearsedStep::End::not_possible) {
    line += fmt::format("  {}", half_text(dynamics ? number : key, step.set));
  }
  out.line(line, style);
  if (step.follows.end != RehearsedHalf::End::not_tried)
    out.line("     " + half_text(dynamics ? key : number, step.follows), style);
  for (auto const* refused : {&step.set.refused, &step.follows.refused, &step.refused}) {
    if (*refused) out.line("     " + told_whole(**refused), Style::warning);
  }
}

void print_back(Output& out, sync::PutBack const& back, link::Link const& link) {
  print_side(out, back.dynamics, link.record_number);
  print_side(out, back.jira, link.issue_key);
  if (!back.resolution.empty())
    out.line(
        fmt::format("the resolution of {} is now {}: the transitions back do not let it be set", link.issue_key, back.resolution),
        Style::warning);
}

void print_end(Output& out, sync::PreparedRehearsal const& prepared, sync::Rehearsed const& done) {
  if (done.stopped) out.warning(fmt::format("the rehearsal ended early: {}", done.stopped->to_line()));
  if (done.back) return print_back(out, *done.back, prepared.link);
  out.warning(fmt::format("{} and {} are NOT put back yet: {}. {}", prepared.link.record_number, prepared.link.issue_key,
                          done.not_back->to_line(), text_of(Reason::rehearsal_open).cure));
}

json::Object plan_json(sync::PreparedRehearsal const& prepared) {
  json::Array steps;
  for (std::size_t i = 0; i < prepared.plan.steps.size(); ++i) {
    auto const& step = prepared.plan.steps[i];
    steps.push_back(json::Object{{"step", static_cast<std::uint64_t>(i + 1)},
                                 {"set", sync::name_of(step.set)},
                                 {"kind", sync::name_of(step.kind)},
                                 {"dynamics", record_json(step.record)},
                                 {"jira", issue_json(step.issue, step.resolution)},
                                 {"leftOut", report_json(step.refused)}});
  }
  json::Array remains;
  for (auto const& one : prepared.plan.remains) remains.emplace_back(one);
  auto const& link = prepared.link;
  return json::Object{{"item", link.item},
                      {"issue", link.issue_key},
                      {"issueId", link.issue},
                      {"entity", link.entity},
                      {"record", link.record},
                      {"number", link.record_number},
                      {"before", json::Object{{"dynamics", prepared.record_shown}, {"jira", prepared.issue_shown}}},
                      {"plan", std::move(steps)},
                      {"remains", std::move(remains)}};
}

json::Value back_json(sync::PutBack const& back) {
  return json::Object{{"complete", back.complete()},
                      {"dynamics", side_json(back.dynamics)},
                      {"jira", side_json(back.jira)},
                      {"resolution", back.resolution.empty() ? json::Value() : json::Value(back.resolution)}};
}

void add_outcome(json::Object& report, sync::PreparedRehearsal const& prepared, sync::Rehearsed const& done) {
  json::Array steps;
  for (auto const& step : done.steps) {
    auto const& planned = prepared.plan.steps[step.place];
    steps.push_back(json::Object{{"step", static_cast<std::uint64_t>(step.place + 1)},
                                 {"set", sync::name_of(planned.set)},
                                 {"kind", sync::name_of(planned.kind)},
                                 {"outcome", sync::name_of(step.end)},
                                 {"asked", half_json(step.set)},
                                 {"follows", half_json(step.follows)},
                                 {"refused", report_json(step.refused)}});
  }
  report.set("steps", std::move(steps));
  report.set("restored", done.back ? back_json(*done.back) : json::Value());
  auto const* const error = done.not_back ? &*done.not_back : done.stopped ? &*done.stopped : nullptr;
  report.set("stopped", error == nullptr ? json::Value() : json::Value(error->to_line()));
}

}  // namespace tandem::cli
