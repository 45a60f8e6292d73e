#include "dataverse/query.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "dataverse/odata/text_match.hpp"
#include "dataverse/prefer.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

// Where a page begins: after these sort values and this id.
struct Position {
  std::vector<Cell> keys;
  std::string id;
  std::int64_t page = 1;
};

Cell key_of(Table const& table, Row const& row, int column) {
  if (column == table.primary) return row.id();
  if (column == table.version) return row.version();
  return row.get(column);
}

std::string write_token(Table const& table, Options const& options, Row const& last, std::int64_t page) {
  json::Array keys;
  for (auto const& order : options.order) {
    auto const cell = key_of(table, last, order.column);
    if (auto const* number = std::get_if<std::int64_t>(&cell))
      keys.emplace_back(*number);
    else if (auto const* truth = std::get_if<bool>(&cell))
      keys.emplace_back(*truth);
    else if (auto const* text = std::get_if<std::string>(&cell))
      keys.emplace_back(*text);
    else if (auto const* reference = std::get_if<Reference>(&cell))
      keys.emplace_back(reference->id);
    else
      keys.emplace_back(nullptr);
  }
  auto const cookie = tandem::to_base64url(json::to_text(json::Object{{"k", std::move(keys)}, {"i", last.id()}}));
  return fmt::format("<cookie pagenumber=\"{}\" pagingcookie=\"{}\" istracking=\"False\" />", page + 1, cookie);
}

std::optional<std::string> attribute(std::string_view token, std::string_view name) {
  auto const start = token.find(fmt::format("{}=\"", name));
  if (start == std::string_view::npos) return std::nullopt;
  auto const from = start + name.size() + 2;
  auto const end = token.find('"', from);
  return end == std::string_view::npos ? std::nullopt : std::optional(std::string(token.substr(from, end - from)));
}

std::optional<Position> read_token(std::string_view token, std::size_t keys) {
  auto const page = attribute(token, "pagenumber");
  auto cookie = attribute(token, "pagingcookie");
  if (!page || !cookie) return std::nullopt;
  for (char& c : *cookie) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  while (cookie->size() % 4 != 0) *cookie += '=';
  auto const bytes = tandem::from_base64(*cookie);
  if (!bytes) return std::nullopt;
  auto const parsed = json::parse(*bytes);
  if (!parsed || (*parsed)["k"].items().size() != keys || !(*parsed)["i"].is_string()) return std::nullopt;
  Position out;
  for (auto const& value : (*parsed)["k"].items()) {
    if (value.is_number())
      out.keys.emplace_back(value.integer().value_or(0));
    else if (value.is_bool())
      out.keys.emplace_back(value.truthy());
    else if (value.is_string())
      out.keys.emplace_back(std::string(value.text()));
    else
      out.keys.emplace_back();
  }
  out.id = (*parsed)["i"].text_or("");
  out.page = std::atoll(page->c_str());
  return out;
}

class Run {
 public:
  Run(Table const& table, Options const& options, std::size_t limit, Predicate const& visible, FilterContext const& context)
      : table_(table), options_(options), limit_(limit), visible_(visible), data_(context.database.data(table)) {}

  QueryPage run(std::optional<Position> const& after) {
    if (options_.filter) access_ = access_of(*options_.filter, table_);
    bool const narrow = access_.ids || access_.lookup >= 0;
    if (!narrow && follows_modified() && options_.order[0].descending)
      stream_by_modified_backwards(after);
    else if (!narrow && follows_modified())
      stream_by_modified(after);
    else if (!narrow && options_.order.empty() && !access_.modified_from && !access_.modified_to)
      stream_by_id(after);
    else
      collect_and_sort(after);
    if (found_.size() > limit_) {
      found_.resize(limit_);
      page_.next_token = write_token(table_, options_, *found_.back(), after ? after->page : 1);
    }
    page_.rows = std::move(found_);
    if (options_.count) page_.count = matches_;
    return std::move(page_);
  }

 private:
  bool matches(Row const& row) const {
    return visible_(row).value_or(false) && (!options_.predicate || (*options_.predicate)(row).value_or(false));
  }

  // Ordered by modifiedon, then perhaps by id ascending: the order of the index, forwards or (by groups of equal times) backwards.
  bool follows_modified() const {
    auto const& order = options_.order;
    if (order.empty() || order.size() > 2 || order[0].column != table_.modified_on) return false;
    return order.size() == 1 || (order[1].column == table_.primary && !order[1].descending);
  }

  // Takes a match; false when no further one is needed (one more than the page tells that there is a next page).
  bool take(Row const& row, bool counted_only) {
    ++matches_;
    if (!counted_only && found_.size() <= limit_) found_.push_back(&row);
    return options_.count || found_.size() <= limit_;
  }

  void stream_by_modified(std::optional<Position> const& after) {
    auto const& index = data_.by_modified;
    auto const from = access_.modified_from.value_or(std::numeric_limits<std::int64_t>::min());
    Database::ModifiedKey resume{from, {}};
    if (after) {
      auto const* millis = after->keys.empty() ? nullptr : std::get_if<std::int64_t>(&after->keys[0]);
      resume = {millis == nullptr ? from : *millis, after->id};
    }
    // With $count all matches of the range are counted, those before the page too.
    auto it = options_.count ? index.lower_bound({from, {}}) : index.lower_bound(resume);
    for (; it != index.end(); ++it) {
      if (access_.modified_to && it->first > *access_.modified_to) break;
      auto const& row = data_.rows.find(it->second)->second;
      if (!matches(row)) continue;
      bool const before_page = after && !(resume < *it);
      if (before_page && !options_.count) continue;
      if (!take(row, before_page)) break;
    }
  }

  void stream_by_modified_backwards(std::optional<Position> const& after) {
    auto const& index = data_.by_modified;
    auto const* millis = after && !after->keys.empty() ? std::get_if<std::int64_t>(&after->keys[0]) : nullptr;
    auto end = index.end();
    if (access_.modified_to && *access_.modified_to < std::numeric_limits<std::int64_t>::max())
      end = index.lower_bound({*access_.modified_to + 1, {}});
    bool go_on = true;
    while (go_on && end != index.begin()) {
      auto const at = std::prev(end)->first;
      if (access_.modified_from && at < *access_.modified_from) break;
      auto const begin = index.lower_bound({at, {}});
      // What stands before the page is passed over in groups; with $count it is counted.
      bool const passed = millis != nullptr && at > *millis;
      if (!passed || options_.count) {
        for (auto it = begin; it != end && go_on; ++it) {
          bool const before_page = after && (passed || (millis != nullptr && at == *millis && it->second <= after->id));
          if (before_page && !options_.count) continue;
          auto const& row = data_.rows.find(it->second)->second;
          if (matches(row)) go_on = take(row, before_page);
        }
      }
      end = begin;
    }
  }

  void stream_by_id(std::optional<Position> const& after) {
    auto it = after && !options_.count ? data_.rows.upper_bound(after->id) : data_.rows.begin();
    for (; it != data_.rows.end(); ++it) {
      if (!matches(it->second)) continue;
      if (!take(it->second, after && it->first <= after->id)) break;
    }
  }

  std::vector<Row const*> candidates() const {
    std::vector<Row const*> out;
    auto const add = [&](std::string_view id) {
      if (auto const row = data_.rows.find(id); row != data_.rows.end()) out.push_back(&row->second);
    };
    if (access_.ids) {
      for (auto const& id : *access_.ids) add(id);
    } else if (access_.lookup >= 0) {
      for (auto const& target : access_.lookup_ids) {
        auto const found = data_.by_lookup.find({access_.lookup, target});
        if (found == data_.by_lookup.end()) continue;
        for (auto const id : found->second) add(id);
      }
    } else if (access_.modified_from || access_.modified_to) {
      auto it = data_.by_modified.lower_bound({access_.modified_from.value_or(std::numeric_limits<std::int64_t>::min()), {}});
      for (; it != data_.by_modified.end() && (!access_.modified_to || it->first <= *access_.modified_to); ++it) add(it->second);
    } else {
      for (auto const& [id, row] : data_.rows) out.push_back(&row);
    }
    return out;
  }

  // Texts are lowered once, not at each comparison.
  Cell sort_key(Cell cell, int column) const {
    auto const* text = table_.column(column).is_text() ? std::get_if<std::string>(&cell) : nullptr;
    return text == nullptr ? cell : Cell{odata::lowered(*text)};
  }

  int compare_keys(int column, Cell const& a, Cell const& b) const {
    auto const* x = table_.column(column).is_text() ? std::get_if<std::string>(&a) : nullptr;
    auto const* y = x == nullptr ? nullptr : std::get_if<std::string>(&b);
    if (y == nullptr) return compare_cells(table_.column(column), a, b);
    return *x < *y ? -1 : (*y < *x ? 1 : 0);
  }

  int order_of(std::vector<Cell> const& a, std::string_view a_id, std::vector<Cell> const& b, std::string_view b_id) const {
    for (std::size_t i = 0; i < options_.order.size(); ++i) {
      auto const order = compare_keys(options_.order[i].column, a[i], b[i]);
      if (order != 0) return options_.order[i].descending ? -order : order;
    }
    return a_id < b_id ? -1 : (b_id < a_id ? 1 : 0);
  }

  void collect_and_sort(std::optional<Position> after) {
    struct Sorted {
      std::vector<Cell> keys;
      Row const* row;
    };
    for (std::size_t i = 0; after && i < after->keys.size(); ++i)
      after->keys[i] = sort_key(std::move(after->keys[i]), options_.order[i].column);
    std::vector<Sorted> sorted;
    for (auto const* row : candidates()) {
      if (!matches(*row)) continue;
      ++matches_;
      Sorted one{{}, row};
      for (auto const& order : options_.order) one.keys.push_back(sort_key(key_of(table_, *row, order.column), order.column));
      if (after && order_of(one.keys, row->id(), after->keys, after->id) <= 0) continue;
      sorted.push_back(std::move(one));
    }
    // Only the page is put in order, and one row more, which tells that there is a next page.
    auto const wanted = static_cast<std::ptrdiff_t>(std::min(sorted.size(), limit_ + 1));
    std::partial_sort(sorted.begin(), sorted.begin() + wanted, sorted.end(),
                      [&](Sorted const& a, Sorted const& b) { return order_of(a.keys, a.row->id(), b.keys, b.row->id()) < 0; });
    for (auto it = sorted.begin(); it != sorted.begin() + wanted; ++it) found_.push_back(it->row);
  }

  Table const& table_;
  Options const& options_;
  std::size_t limit_;
  Predicate const& visible_;
  Database::Data const& data_;
  Access access_;
  std::vector<Row const*> found_;
  std::int64_t matches_ = 0;
  QueryPage page_;
};

}  // namespace

Checked<QueryPage> run_query(Table const& table, Options const& options, std::size_t limit, Predicate const& visible,
                             FilterContext const& context) {
  std::optional<Position> after;
  if (!options.skip_token.empty()) {
    after = read_token(options.skip_token, options.order.size());
    if (!after) return refuse(400, "0x80040203", "Malformed XML in the Paging Cookie");
  }
  return Run(table, options, limit, visible, context).run(after);
}

}  // namespace sandbox::dataverse
