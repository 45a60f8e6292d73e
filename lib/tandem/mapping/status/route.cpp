#include <tandem/mapping/status/route.hpp>

#include <algorithm>
#include <deque>
#include <map>

#include <fmt/format.h>

namespace tandem::mapping::status {

namespace {

constexpr std::size_t kMostSteps = 12;  // longer walks are a loop through a rule of the workflow

class Planner {
 public:
  explicit Planner(RouteQuestion const& question) : asked_(question) {}

  Route run() {
    if (asked_.from == asked_.to) return {};
    for (bool const conditions_too : {false, true}) {
      auto const statuses = search(conditions_too);
      if (!statuses.empty()) return along(statuses);
    }
    if (asked_.explore) {
      if (auto const* step = unknown_step()) return {{step->to.id}, *step, true, std::nullopt};
    }
    return {{}, std::nullopt, false, refusal()};
  }

 private:
  [[nodiscard]] bool open_to_us(jira::Transition const& one) const { return asked_.missing(one).empty(); }

  // Where one may go from a status: the nearest first is not needed, every step costs the same.
  [[nodiscard]] std::vector<std::string> next_of(std::string const& status, bool conditions_too) const {
    std::vector<std::string> out;
    auto const add = [&](std::string const& to) {
      bool const fits = to != status && asked_.visited.count(to) == 0 && std::find(out.begin(), out.end(), to) == out.end();
      if (fits) out.push_back(to);
    };
    if (status == asked_.from) {
      for (auto const& one : asked_.available) {
        if (open_to_us(one)) add(one.to.id);
      }
      return out;
    }
    for (auto const& known : asked_.remembered) {
      if (known.from == status && (conditions_too || !known.transition.conditional) && open_to_us(known.transition))
        add(known.transition.to.id);
    }
    auto const place = std::find(asked_.path.begin(), asked_.path.end(), status);
    if (place != asked_.path.end()) add(place + 1 != asked_.path.end() ? *(place + 1) : asked_.to);
    return out;
  }

  // Breadth first: the fewest steps. "" of none.
  [[nodiscard]] std::vector<std::string> search(bool conditions_too) const {
    std::map<std::string, std::string> came_from{{asked_.from, ""}};
    std::deque<std::string> open{asked_.from};
    while (!open.empty()) {
      auto const status = open.front();
      open.pop_front();
      for (auto const& next : next_of(status, conditions_too)) {
        if (!came_from.emplace(next, status).second) continue;
        if (next == asked_.to) return back_from(came_from);
        open.push_back(next);
      }
    }
    return {};
  }

  [[nodiscard]] std::vector<std::string> back_from(std::map<std::string, std::string> const& came_from) const {
    std::vector<std::string> statuses;
    for (auto at = asked_.to; at != asked_.from; at = came_from.at(at)) statuses.insert(statuses.begin(), at);
    return statuses.size() <= kMostSteps ? statuses : std::vector<std::string>{};
  }

  // Several transitions may lead to one status: one without a condition, then one with the shorter screen.
  [[nodiscard]] Route along(std::vector<std::string> const& statuses) const {
    jira::Transition const* best = nullptr;
    for (auto const& one : asked_.available) {
      if (one.to.id != statuses.front() || !open_to_us(one)) continue;
      auto const cost = [](jira::Transition const& t) { return std::pair(t.conditional, t.fields.size()); };
      if (best == nullptr || cost(one) < cost(*best)) best = &one;
    }
    return {statuses, *best, false, std::nullopt};
  }

  [[nodiscard]] jira::Transition const* unknown_step() const {
    if (asked_.visited.size() >= kMostSteps) return nullptr;
    for (auto const& one : asked_.available) {
      bool const fits = one.to.id != asked_.from && asked_.visited.count(one.to.id) == 0 && asked_.unwanted.count(one.to.id) == 0;
      if (fits && open_to_us(one)) return &one;
    }
    return nullptr;
  }

  [[nodiscard]] Report refusal() const {
    for (auto const& one : asked_.available) {
      if (one.to.id != asked_.to) continue;
      auto const missing = asked_.missing(one);
      if (!missing.empty())
        return {Reason::transition_field_missing, fmt::format("\"{}\" requires {}", one.name, fmt::join(missing, ", "))};
    }
    if (asked_.available.empty())
      return {Reason::no_transition, "Jira offers this account no transition from the issue's status"};
    std::vector<std::string> offered;
    for (auto const& one : asked_.available) offered.push_back(fmt::format("\"{}\" to {}", one.name, one.to.name));
    return {Reason::no_transition, fmt::format("Jira offers {}", fmt::join(offered, ", "))};
  }

  RouteQuestion const& asked_;
};

}  // namespace

Route plan_route(RouteQuestion const& question) { return Planner(question).run(); }

}  // namespace tandem::mapping::status
