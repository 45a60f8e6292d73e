// DateTime columns. The behaviour decides: UserLocal is a point in time, TimeZoneIndependent a wall clock that is merely printed with a Z,
// DateOnly a calendar day (contract §11). Dataverse keeps whole seconds and nothing before 1753.
#include <fmt/format.h>

#include <tandem/mapping/value/column_codecs.hpp>
#include <tandem/mapping/value/kinds.hpp>

namespace tandem::mapping::value {

namespace {

constexpr Date kFirstDay{std::chrono::year{1753}, std::chrono::month{1}, std::chrono::day{1}};

class TimeColumn final : public ColumnCodec {
 public:
  TimeColumn(dataverse::Attribute const& column, std::optional<Zone> const& zone)
      : column_(column), kind_(kind_of(column)), zone_(zone) {}

  [[nodiscard]] Read read(json::Value const& raw, std::string_view) const override {
    if (raw.is_null()) return given(Empty{});
    return named(raw.text());
  }

  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(column_);
    if (kind_ == ColumnKind::day) return write_day(value);
    auto const clock = kind_ == ColumnKind::wall_clock ? wall_of(value) : as_instant(value, zone_);
    if (!clock)
      return not_written(Reason::not_convertible, fmt::format("\"{}\" needs the item's timeZone to become a time", shown(value)));
    if (*clock < Instant{std::chrono::sys_days{kFirstDay}}) return too_early(value);
    auto conversion = written(to_rfc3339_seconds(*clock));
    auto const* at = std::get_if<Instant>(&value);
    if (at == nullptr) return conversion;
    if (floor_seconds(*clock) != *clock) conversion.reports.push_back({Reason::lossy, "Dynamics keeps whole seconds"});
    // Of an hour that stands twice in autumn, a wall clock cannot tell which.
    if (kind_ == ColumnKind::wall_clock && zone_->instant_of(*clock) != *at)
      conversion.reports.push_back({Reason::lossy, fmt::format("{} stands twice in the item's time zone", shown(Wall{*clock}))});
    return conversion;
  }

  [[nodiscard]] Read named(std::string_view text) const override {
    if (auto const day = parse_date(text)) {
      if (kind_ == ColumnKind::wall_clock) return given(Wall{Instant{std::chrono::sys_days{*day}}});
      return given(*day);
    }
    auto const at = parse_instant(text);
    if (!at) return refused(Reason::not_convertible, fmt::format("\"{}\" is no date", text));
    if (kind_ == ColumnKind::wall_clock) return given(Wall{*at});
    if (kind_ == ColumnKind::day) return given(Date{std::chrono::floor<std::chrono::days>(*at)});
    return given(*at);
  }

 private:
  [[nodiscard]] Conversion write_day(Value const& value) const {
    auto const day = as_date(value, zone_);
    if (!day)
      return not_written(Reason::not_convertible, fmt::format("\"{}\" needs the item's timeZone to become a date", shown(value)));
    if (*day < kFirstDay) return too_early(value);
    auto conversion = written(to_text(*day));
    if (auto const* at = std::get_if<Instant>(&value); at != nullptr && zone_->start_of(*day) != *at)
      conversion.reports.push_back({Reason::lossy, fmt::format("only the day of {}", shown(value))});
    return conversion;
  }
  [[nodiscard]] std::optional<Instant> wall_of(Value const& value) const {
    if (auto const* wall = std::get_if<Wall>(&value)) return wall->clock;
    if (auto const* day = std::get_if<Date>(&value)) return Instant{std::chrono::sys_days{*day}};
    if (auto const* at = std::get_if<Instant>(&value); at != nullptr && zone_) return zone_->wall_of(*at);
    return std::nullopt;
  }
  static Conversion too_early(Value const& value) {
    return not_written(Reason::out_of_range, fmt::format("{} is before 1753-01-01", shown(value)));
  }

  dataverse::Attribute column_;
  ColumnKind kind_;
  std::optional<Zone> zone_;
};

}  // namespace

std::unique_ptr<ColumnCodec> time_column(dataverse::Attribute const& column, std::optional<Zone> const& zone) {
  return std::make_unique<TimeColumn>(column, zone);
}

}  // namespace tandem::mapping::value
