#include "dataverse/aggregate.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "dataverse/odata/split.hpp"
#include "dataverse/predicate_parts.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

struct Measure {
  std::string method, alias;  // method "" is $count
  Column const* column = nullptr;
  std::function<Cell(Row const&)> read;
};

struct Grouping {
  std::string name;  // as printed: the last name of the path
  Table const* table = nullptr;
  int column = -1;
  std::function<Cell(Row const&)> read;
};

struct Plan {
  std::vector<Predicate> filters;
  std::vector<Grouping> groups;
  std::vector<Measure> measures;
};

// "name(inside)" -> inside; nothing when the text is not that call.
std::optional<std::string> inside(std::string_view text, std::string_view name) {
  text = tandem::text::trimmed(text);
  if (!text.starts_with(name) || !text.ends_with(')') || text.size() < name.size() + 2 || text[name.size()] != '(')
    return std::nullopt;
  return std::string(text.substr(name.size() + 1, text.size() - name.size() - 2));
}

odata::Path path_of(std::string const& text) { return odata::split_outside(text, '/'); }

class Parser {
 public:
  Parser(Table const& table, FilterContext const& context) : table_(table), context_(context) {}

  Checked<Plan> run(std::string const& text) {
    for (auto const& step : odata::split_outside(text, '/')) {
      if (auto const condition = inside(step, "filter")) {
        SANDBOX_TRY(auto const filter, odata::parse_filter(*condition, {}, context_.dialect));
        SANDBOX_TRY(auto predicate, compile(filter, table_, context_));
        plan_.filters.push_back(std::move(predicate));
      } else if (auto const grouped = inside(step, "groupby")) {
        SANDBOX_TRY([[maybe_unused]] auto const done, group_by(*grouped));
      } else if (auto const measured = inside(step, "aggregate")) {
        SANDBOX_TRY([[maybe_unused]] auto const done, measure(*measured));
      } else {
        return refused(step);
      }
    }
    if (plan_.groups.empty() && plan_.measures.empty()) return refused(text);
    return std::move(plan_);
  }

 private:
  tl::unexpected<Refusal> refused(std::string_view text) const {
    return tl::unexpected(bad_query(context_.dialect, fmt::format("The transformation '{}' of $apply is not supported.", text)));
  }

  Checked<std::monostate> group_by(std::string const& text) {
    auto const parts = odata::split_outside(text, ',');
    auto const names = parts.empty() ? std::nullopt : inside(parts.front(), "");
    if (!names || parts.size() > 2) return refused(text);
    for (auto const& name : odata::split_outside(*names, ',')) {
      SANDBOX_TRY(auto const resolved, resolve(path_of(name), table_, context_));
      plan_.groups.push_back({path_of(name).back(), resolved.table, resolved.column, reader(resolved, context_)});
    }
    if (parts.size() == 1) return std::monostate{};
    auto const measured = inside(parts[1], "aggregate");
    if (!measured) return refused(parts[1]);
    return measure(*measured);
  }

  Checked<std::monostate> measure(std::string const& text) {
    for (auto const& part : odata::split_outside(text, ',')) {
      std::vector<std::string> words = odata::split_outside(part, ' ');
      Measure out;
      if (words.size() == 3 && words[0] == "$count" && words[1] == "as") {
        out.alias = words[2];
      } else if (words.size() == 5 && words[1] == "with" && words[3] == "as") {
        SANDBOX_TRY(auto const resolved, resolve(path_of(words[0]), table_, context_));
        out = {words[2], words[4], &resolved.table->column(resolved.column), reader(resolved, context_)};
        bool const known = out.method == "sum" || out.method == "average" || out.method == "min" || out.method == "max" ||
                           out.method == "countdistinct";
        bool const sums = out.method == "sum" || out.method == "average";
        if (!known || (sums && !out.column->is_number() && !out.column->is_decimal())) return refused(part);
      } else {
        return refused(part);
      }
      plan_.measures.push_back(std::move(out));
    }
    return std::monostate{};
  }

  Table const& table_;
  FilterContext const& context_;
  Plan plan_;
};

long double number_of(Cell const& cell) {
  if (auto const* number = std::get_if<std::int64_t>(&cell)) return static_cast<long double>(*number);
  auto const* text = std::get_if<std::string>(&cell);
  return text == nullptr ? 0 : std::strtold(text->c_str(), nullptr);
}

json::Value json_of(Cell const& cell, Presenter const& presenter, Table const& table, int index) {
  if (is_null(cell)) return nullptr;
  Row row;
  if (index == table.primary || index == table.version) {
    auto const* number = std::get_if<std::int64_t>(&cell);
    return number != nullptr ? json::Value(*number) : json::Value(std::get<std::string>(cell));
  }
  row.set(index, cell);
  return presenter.value(table, row, index);
}

json::Value measured(Measure const& measure, std::vector<Row const*> const& rows, Presenter const& presenter) {
  if (measure.method.empty()) return static_cast<std::int64_t>(rows.size());
  auto const less = [&](Cell const& a, Cell const& b) { return compare_cells(*measure.column, a, b) < 0; };
  std::vector<Cell> cells;
  for (auto const* row : rows) {
    if (auto cell = measure.read(*row); !is_null(cell)) cells.push_back(std::move(cell));
  }
  if (measure.method == "countdistinct") {
    std::set<Cell, decltype(less)> const different(cells.begin(), cells.end(), less);
    return static_cast<std::int64_t>(different.size());
  }
  if (cells.empty()) return nullptr;
  if (measure.method == "min" || measure.method == "max") {
    auto const best = measure.method == "min" ? std::min_element(cells.begin(), cells.end(), less)
                                              : std::max_element(cells.begin(), cells.end(), less);
    Table only;
    only.columns.push_back(*measure.column);
    return json_of(*best, presenter, only, 0);
  }
  long double sum = 0;
  for (auto const& cell : cells) sum += number_of(cell);
  if (measure.method == "average") sum /= static_cast<long double>(cells.size());
  bool const whole = measure.column->is_number() && measure.method == "sum";
  return json::Number{whole ? fmt::format("{:.0f}", sum) : fmt::format("{:.4f}", sum)};
}

}  // namespace

Checked<Response> aggregate(Engine const& engine, Call const& call, Table const& table, Options const& options) {
  auto const context = engine.context(call.caller.user_id);
  SANDBOX_TRY(auto const plan, Parser(table, context).run(*options.apply));
  auto const visible = visible_rows(engine, call.caller, table);
  auto const presenter = engine.presenter(call.base);
  struct Group {
    std::vector<Cell> keys;
    std::vector<Row const*> rows;
  };
  std::map<std::string, Group> groups;  // by the printed keys
  for (auto const& [id, row] : engine.database.data(table).rows) {
    bool const wanted = visible(row).value_or(false) &&
                        std::all_of(plan.filters.begin(), plan.filters.end(),
                                    [&, &candidate = row](Predicate const& one) { return one(candidate).value_or(false); });
    if (!wanted) continue;
    std::string text;
    std::vector<Cell> keys;
    for (auto const& group : plan.groups) {
      keys.push_back(group.read(row));
      text += json_of(keys.back(), presenter, *group.table, group.column).scalar_text() + '\x1f';
    }
    auto& group = groups[text];
    group.keys = std::move(keys);
    group.rows.push_back(&row);
  }
  if (plan.groups.empty() && groups.empty()) groups[""] = {};
  json::Array rows;
  for (auto const& [text, group] : groups) {
    json::Object out{{"@odata.id", nullptr}};
    for (auto const& measure : plan.measures) out.set(measure.alias, measured(measure, group.rows, presenter));
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
      auto const& grouping = plan.groups[i];
      out.set(grouping.name, json_of(group.keys[i], presenter, *grouping.table, grouping.column));
    }
    rows.push_back(std::move(out));
  }
  return json_answer(200, json::Object{{"@odata.context", fmt::format("{}/$metadata#{}", call.base, table.set_name)},
                                       {"value", std::move(rows)}});
}

}  // namespace sandbox::dataverse
