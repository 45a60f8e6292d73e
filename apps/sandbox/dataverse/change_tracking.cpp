#include "dataverse/change_tracking.hpp"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

#include "dataverse/query.hpp"
#include "dataverse/rows.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::int64_t kDayMillis = 86'400'000;

std::string delta_token(std::int64_t version, tandem::Instant now) {
  auto const day = std::chrono::floor<std::chrono::days>(now);
  std::chrono::year_month_day const date{day};
  std::chrono::hh_mm_ss const time{std::chrono::floor<std::chrono::seconds>(now - day)};
  return fmt::format("{}!{:02}/{:02}/{:04} {:02}:{:02}:{:02}", version, static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), static_cast<int>(date.year()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

Refusal invalid_token() { return {400, "0x80072515", "The sync token is not valid."}; }

// The version of a token; 400 when it makes no sense, the switchable answer when it is too old.
Checked<std::int64_t> since_of(Engine const& engine, std::string const& token) {
  long long version = -1;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int year = 0, end = 0;
  auto const read = std::sscanf(token.c_str(), "%18lld!%2u/%2u/%4d %2u:%2u:%2u%n", &version, &month, &day, &year, &hour, &minute,
                                &second, &end);
  std::chrono::year_month_day const date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  bool const sane =
      read == 7 && end == static_cast<int>(token.size()) && date.ok() && version >= 0 && version <= engine.database.version();
  if (!sane) return tl::unexpected(invalid_token());
  auto const at = tandem::epoch_millis(std::chrono::sys_days(date)) + ((hour * 60 + minute) * 60 + second) * std::int64_t{1000};
  auto const* organizations = engine.schema.table("organization");
  auto const* organization = organizations == nullptr ? nullptr : engine.database.find(*organizations, engine.organization.id);
  auto days = organization == nullptr ? 0 : organization->number(organizations->index_of("expirechangetrackingindays"));
  if (days <= 0) days = 7;
  if (at + days * kDayMillis < tandem::epoch_millis(engine.clock.now())) {
    auto const& answer = engine.settings.expired_delta;
    return refuse(answer.status, answer.code, "The sync token has expired. Read the whole table again.");
  }
  return version;
}

Checked<std::monostate> check(Engine const& engine, Call const& call, Table const& table, Options const& options) {
  struct Given {
    bool given;
    std::string_view name;
  };
  for (auto const& [given, name] : {Given{options.filter.has_value(), "$filter"}, Given{!options.order.empty(), "$orderby"},
                                    Given{!options.expand.empty(), "$expand"}, Given{options.top.has_value(), "$top"}}) {
    if (!given) continue;
    return tl::unexpected(
        bad_query(engine.settings.dialect,
                  fmt::format("The \"{}\" query parameter isn't supported when Change Tracking is enabled.", name)));
  }
  if (!table.change_tracking)
    return refuse(400, "0x80072491", fmt::format("Change tracking is not enabled for entity '{}'.", table.name));
  return need_global_read(engine, call.caller, table);
}

// Where a page begins. `end` is the version at the first page; `at` the last version or id that was shown.
struct Place {
  std::int64_t end = 0;
  std::string at;
  bool deletions = false;
  std::int64_t page = 1;
};

std::string write_place(Place const& place) {
  auto const cookie = tandem::to_base64url(
      json::to_text(json::Object{{"e", place.end}, {"a", place.at}, {"d", place.deletions}, {"p", place.page}}));
  return fmt::format("<cookie pagenumber=\"{}\" pagingcookie=\"{}\" istracking=\"True\" />", place.page, cookie);
}

std::optional<Place> read_place(std::string_view token) {
  constexpr std::string_view kName = "pagingcookie=\"";
  auto const start = token.find(kName);
  if (start == std::string_view::npos || token.find("istracking=\"True\"") == std::string_view::npos) return std::nullopt;
  auto const from = start + kName.size();
  auto const quote = token.find('"', from);
  if (quote == std::string_view::npos) return std::nullopt;
  std::string cookie(token.substr(from, quote - from));
  for (char& c : cookie) c = c == '-' ? '+' : (c == '_' ? '/' : c);
  while (cookie.size() % 4 != 0) cookie += '=';
  auto const bytes = tandem::from_base64(cookie);
  auto const parsed = bytes ? json::parse(*bytes) : json::parse("");
  if (!parsed || !(*parsed)["e"].integer() || !(*parsed)["a"].is_string()) return std::nullopt;
  return Place{*(*parsed)["e"].integer(), (*parsed)["a"].text_or(""), (*parsed)["d"].truthy(),
               (*parsed)["p"].integer().value_or(1)};
}

class Changes {
 public:
  Changes(Engine const& engine, Call const& call, Table const& table, Options const& options)
      : engine_(engine),
        call_(call),
        table_(table),
        options_(options),
        data_(engine.database.data(table)),
        limit_(call.preferences.page_size.value_or(kMostRows)),
        presenter_(engine.presenter(call.base)) {
    place_.end = engine.database.version();
  }

  bool start_at(std::string const& skip_token) {
    if (skip_token.empty()) return true;
    auto const place = read_place(skip_token);
    if (place) place_ = *place;
    return place.has_value();
  }

  void everything() {
    for (auto it = data_.rows.upper_bound(place_.at); it != data_.rows.end(); ++it) {
      if (is_full()) return;
      show(it->second);
      place_.at = it->first;
    }
  }

  void since(std::int64_t version) {
    auto const from = place_.at.empty() ? version : std::atoll(place_.at.c_str());
    if (!place_.deletions) {
      for (auto it = data_.by_version.upper_bound(from); it != data_.by_version.end(); ++it) {
        if (is_full()) return;
        show(data_.rows.find(it->second)->second);
        place_.at = fmt::format("{}", it->first);
      }
      place_.deletions = true;
      place_.at = fmt::format("{}", version);
    }
    for (auto it = data_.deleted.upper_bound(std::atoll(place_.at.c_str())); it != data_.deleted.end(); ++it) {
      if (data_.rows.contains(it->second)) continue;  // it came back
      if (is_full()) return;
      rows_.push_back(json::Object{{"@odata.context", fmt::format("{}/$metadata#{}/$deletedEntity", call_.base, table_.set_name)},
                                   {"id", it->second},
                                   {"reason", "deleted"}});
      place_.at = fmt::format("{}", it->first);
    }
  }

  Response answer(bool delta) {
    json::Object body{{"@odata.context", fmt::format("{}/$metadata#{}{}{}", call_.base, table_.set_name, context_list(options_),
                                                     delta ? "/$delta" : "")}};
    auto const link = [&](std::vector<std::string_view> const& without, std::string const& more) {
      auto const url = url_without(engine_, call_.request, without);
      return url + (url.find('?') == std::string::npos ? "?" : "&") + more;
    };
    if (!more_) {
      // Hexadecimal digits in lower case, as the service prints them.
      auto const token = tandem::text::ascii_lower(tandem::text::percent_encoded(delta_token(place_.end, engine_.clock.now())));
      body.append("@odata.deltaLink", link({"$skiptoken", "$deltatoken"}, "$deltatoken=" + token));
    }
    body.append("value", std::move(rows_));
    if (more_) {
      ++place_.page;
      body.append("@odata.nextLink", link({"$skiptoken"}, "$skiptoken=" + tandem::text::percent_encoded(write_place(place_))));
    }
    return json_answer(200, body);
  }

 private:
  bool is_full() { return more_ = rows_.size() >= limit_; }
  void show(Row const& row) { rows_.push_back(presenter_.row(table_, row, options_.select, {}, call_.preferences)); }

  Engine const& engine_;
  Call const& call_;
  Table const& table_;
  Options const& options_;
  Database::Data const& data_;
  std::size_t limit_;
  Presenter presenter_;
  Place place_;
  json::Array rows_;
  bool more_ = false;
};

}  // namespace

Checked<Response> track_changes(Engine& engine, Call const& call, Table const& table, Options const& options) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, check(engine, call, table, options));
  Changes changes(engine, call, table, options);
  if (!changes.start_at(options.skip_token)) return refuse(400, "0x80040203", "Malformed XML in the Paging Cookie");
  if (!options.delta_token) {
    changes.everything();
    return changes.answer(false);
  }
  SANDBOX_TRY(auto const version, since_of(engine, *options.delta_token));
  changes.since(version);
  return changes.answer(true);
}

Checked<Response> count_changes(Engine& engine, Call const& call, Table const& table, Options const& options) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, check(engine, call, table, options));
  SANDBOX_TRY(auto const version, since_of(engine, *options.delta_token));
  auto const& data = engine.database.data(table);
  auto count = std::distance(data.by_version.upper_bound(version), data.by_version.end());
  for (auto it = data.deleted.upper_bound(version); it != data.deleted.end(); ++it) {
    if (!data.rows.contains(it->second)) ++count;
  }
  Response response{200, {}, fmt::format("{}", count)};
  return response.with("Content-Type", "text/plain").with("OData-Version", "4.0");
}

}  // namespace sandbox::dataverse
