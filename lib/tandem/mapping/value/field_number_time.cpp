// Number, date and date-time fields. Numbers are sent digit by digit; Jira keeps doubles, so that beyond 15 digits the loss is told.
// Jira prints times with an offset that varies: instants are compared, never strings.
#include <fmt/format.h>

#include <tandem/mapping/value/decimal.hpp>
#include <tandem/mapping/value/field_codecs.hpp>

namespace tandem::mapping::value {

namespace {

class NumberField final : public FieldCodec {
 public:
  explicit NumberField(jira::Field const& field) : field_(field) {}

  [[nodiscard]] Read read(json::Value const& raw) const override {
    if (raw.is_null()) return given(Empty{});
    return named(raw.scalar_text());
  }
  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(field_);
    auto number = as_decimal(value);
    if (!number) return not_written(Reason::not_convertible, fmt::format("\"{}\" is no number", shown(value)));
    auto const kept = as_double_keeps(*number);
    auto conversion = written(json::Number{*number});
    if (kept != *number) conversion.reports.push_back({Reason::lossy, fmt::format("Jira keeps {} of {}", kept, *number)});
    return conversion;
  }
  [[nodiscard]] Read named(std::string_view text) const override {
    auto number = normal_decimal(text);
    if (!number) return refused(Reason::not_convertible, fmt::format("\"{}\" is no number", text));
    return given(Decimal{std::move(*number)});
  }

 private:
  jira::Field field_;
};

std::string without_zone(Value const& value) {
  return fmt::format("\"{}\" cannot be converted without the item's timeZone, or is no time", shown(value));
}

class DateField final : public FieldCodec {
 public:
  DateField(jira::Field const& field, std::optional<Zone> const& zone) : field_(field), zone_(zone) {}

  [[nodiscard]] Read read(json::Value const& raw) const override {
    if (raw.is_null()) return given(Empty{});
    return named(raw.text());
  }
  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(field_);
    auto const day = as_date(value, zone_);
    if (!day) return not_written(Reason::not_convertible, without_zone(value));
    auto conversion = written(to_text(*day));
    if (!is_midnight(value, *day)) conversion.reports.push_back({Reason::lossy, fmt::format("only the day of {}", shown(value))});
    return conversion;
  }
  [[nodiscard]] Read named(std::string_view text) const override {
    auto const day = parse_date(text);
    if (!day) return refused(Reason::not_convertible, fmt::format("\"{}\" is no date (2026-12-31)", text));
    return given(*day);
  }

 private:
  [[nodiscard]] bool is_midnight(Value const& value, Date day) const {
    if (auto const* at = std::get_if<Instant>(&value)) return zone_->start_of(day) == *at;
    if (auto const* wall = std::get_if<Wall>(&value)) return Instant{std::chrono::sys_days{day}} == wall->clock;
    return true;
  }

  jira::Field field_;
  std::optional<Zone> zone_;
};

class DateTimeField final : public FieldCodec {
 public:
  DateTimeField(jira::Field const& field, std::optional<Zone> const& zone) : field_(field), zone_(zone) {}

  [[nodiscard]] Read read(json::Value const& raw) const override {
    if (raw.is_null()) return given(Empty{});
    return named(raw.text());
  }
  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(field_);
    auto const at = as_instant(value, zone_);
    if (!at) return not_written(Reason::not_convertible, without_zone(value));
    auto conversion = written(to_jira_time(*at));
    // A wall clock that the zone leaves out in spring cannot come back as it was.
    if (auto const* wall = std::get_if<Wall>(&value); wall != nullptr && zone_ && zone_->wall_of(*at) != wall->clock)
      conversion.reports.push_back({Reason::lossy, fmt::format("{} does not exist in the item's time zone", shown(value))});
    return conversion;
  }
  [[nodiscard]] Read named(std::string_view text) const override {
    auto const at = parse_instant(text);
    if (!at)
      return refused(Reason::not_convertible, fmt::format("\"{}\" is no time with an offset (2026-12-31T08:00:00Z)", text));
    return given(*at);
  }

 private:
  jira::Field field_;
  std::optional<Zone> zone_;
};

}  // namespace

std::unique_ptr<FieldCodec> number_field(jira::Field const& field) { return std::make_unique<NumberField>(field); }
std::unique_ptr<FieldCodec> date_field(jira::Field const& field, std::optional<Zone> const& zone) {
  return std::make_unique<DateField>(field, zone);
}
std::unique_ptr<FieldCodec> date_time_field(jira::Field const& field, std::optional<Zone> const& zone) {
  return std::make_unique<DateTimeField>(field, zone);
}

}  // namespace tandem::mapping::value
