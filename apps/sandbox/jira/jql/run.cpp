#include "jira/jql/run.hpp"

#include <algorithm>

namespace sandbox::jira::jql {

namespace {

class Runner {
 public:
  Runner(Site const& site, Compiled const& query, Run const& wanted) : store_(site.store), query_(query), wanted_(wanted) {}

  std::vector<Row> rows() {
    if (query_.only_ids) {
      for (auto const id : *query_.only_ids) offer(seen(id));
    } else {
      // The few whose indexed state is another one stand in no index of ours.
      for (auto const& lagging : store_.lagging()) offer(seen(lagging.first));
      auto const lead = query_.order.empty() ? std::string("id") : query_.order.front().field;
      bool const descending = query_.order.empty() || query_.order.front().descending;
      if (lead == "updated" || (query_.updated_from && lead != "id"))
        by_updated(lead == "updated", descending);
      else if (lead == "id")
        by_id(descending);
      else
        everything();
    }
    std::sort(rows_.begin(), rows_.end(),
              [&](Row const& a, Row const& b) { return comes_before(query_, a.position, b.position); });
    rows_.erase(
        std::unique(rows_.begin(), rows_.end(), [](Row const& a, Row const& b) { return a.position.id == b.position.id; }),
        rows_.end());
    if (rows_.size() > wanted_.most + 1) rows_.resize(wanted_.most + 1);
    return std::move(rows_);
  }

 private:
  // The state of an issue that this search sees.
  [[nodiscard]] Issue const* seen(std::int64_t id) const {
    return wanted_.reconcile.count(id) > 0 ? store_.find(id) : store_.indexed(id);
  }

  bool offer(Issue const* issue) {
    if (issue == nullptr || !query_.where(*issue)) return false;
    auto position = position_of(query_, *issue);
    if (wanted_.after && !comes_before(query_, *wanted_.after, position)) return false;
    rows_.push_back({issue, std::move(position)});
    return true;
  }

  // In the order of `updated`, from the first moment that can match. When the rows are sorted by it, the walk ends once enough were
  // found and the moment changes (ties are sorted by the other keys).
  void by_updated(bool sorted, bool descending) {
    auto const& index = store_.by_updated();
    std::size_t found = 0;
    Instant last{};
    auto const visit = [&](std::pair<Instant, std::int64_t> const& entry) {
      if (sorted && found > wanted_.most && entry.first != last) return false;
      last = entry.first;
      if (!store_.lags(entry.second) && offer(store_.find(entry.second))) ++found;
      return true;
    };
    auto begin = query_.updated_from ? index.lower_bound({*query_.updated_from, 0}) : index.begin();
    auto end = index.end();
    auto const resume =
        sorted && wanted_.after && !wanted_.after->values.empty() ? std::get_if<double>(&wanted_.after->values.front()) : nullptr;
    if (resume != nullptr) {  // a later page: nothing before the last row's moment is of interest
      auto const at = tandem::from_epoch_millis(static_cast<std::int64_t>(*resume));
      if (descending)
        end = index.upper_bound({at, INT64_MAX});
      else if (!query_.updated_from || *query_.updated_from < at)
        begin = index.lower_bound({at, 0});
    }
    if (sorted && descending) {
      if (resume != nullptr && query_.updated_from &&
          tandem::from_epoch_millis(static_cast<std::int64_t>(*resume)) < *query_.updated_from)
        return;
      for (auto it = end; it != begin;) {
        if (!visit(*--it)) return;
      }
      return;
    }
    for (auto it = begin; it != end; ++it) {
      if (!visit(*it)) return;
    }
  }

  void by_id(bool descending) {
    auto const& all = store_.all();
    std::size_t found = 0;
    auto const visit = [&](std::int64_t id, Issue const& issue) {
      if (found > wanted_.most) return false;
      if (!store_.lags(id) && offer(&issue)) ++found;
      return true;
    };
    if (descending) {
      auto it = wanted_.after ? all.lower_bound(wanted_.after->id) : all.end();
      while (it != all.begin()) {
        --it;
        if (!visit(it->first, it->second)) return;
      }
      return;
    }
    for (auto it = wanted_.after ? all.upper_bound(wanted_.after->id) : all.begin(); it != all.end(); ++it) {
      if (!visit(it->first, it->second)) return;
    }
  }

  void everything() {
    for (auto const& [id, issue] : store_.all()) {
      if (!store_.lags(id)) offer(&issue);
    }
  }

  Store const& store_;
  Compiled const& query_;
  Run const& wanted_;
  std::vector<Row> rows_;
};

}  // namespace

std::vector<Row> run(Site const& site, Compiled const& query, Run const& wanted) { return Runner(site, query, wanted).rows(); }

std::size_t count(Site const& site, Compiled const& query) {
  std::size_t out = 0;
  for (auto const& [id, before] : site.store.lagging()) out += before != nullptr && query.where(*before) ? 1 : 0;
  for (auto const& [id, issue] : site.store.all()) out += !site.store.lags(id) && query.where(issue) ? 1 : 0;
  return out;
}

}  // namespace sandbox::jira::jql
