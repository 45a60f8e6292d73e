// Integer, BigInt, Decimal, Double and Money columns: decimal text, range and precision from metadata, no binary rounding.
#include <fmt/format.h>

#include <tandem/mapping/value/column_codecs.hpp>
#include <tandem/mapping/value/decimal.hpp>

namespace tandem::mapping::value {

namespace {

class NumberColumn final : public ColumnCodec {
 public:
  explicit NumberColumn(dataverse::Attribute const& column) : column_(column) {}

  [[nodiscard]] Read read(json::Value const& raw, std::string_view) const override {
    if (raw.is_null()) return given(Empty{});
    return named(raw.scalar_text());
  }

  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(column_);
    auto const number = as_decimal(value);
    if (!number) return not_written(Reason::not_convertible, fmt::format("\"{}\" is no number", shown(value)));
    auto const rounded = digits() ? rounded_decimal(*number, *digits()) : *number;
    if (auto const limit = out_of_range(rounded)) return not_written(Reason::out_of_range, *limit);
    auto conversion = written(json::Number{rounded});
    if (rounded != *number) conversion.reports.push_back({Reason::lossy, fmt::format("{} rounded to {}", *number, rounded)});
    return conversion;
  }

  [[nodiscard]] Read named(std::string_view text) const override {
    auto number = normal_decimal(text);
    if (!number) return refused(Reason::not_convertible, fmt::format("\"{}\" is no number", text));
    return given(Decimal{std::move(*number)});
  }

 private:
  [[nodiscard]] std::optional<std::size_t> digits() const {
    if (column_.type == "Integer" || column_.type == "BigInt") return 0;
    if (!column_.precision || *column_.precision < 0) return std::nullopt;
    return static_cast<std::size_t>(*column_.precision);
  }
  [[nodiscard]] std::optional<std::string> out_of_range(std::string const& number) const {
    auto const least = normal_decimal(column_.min_value.value_or(""));
    auto const most = normal_decimal(column_.max_value.value_or(""));
    if (least && compare_decimals(number, *least) < 0) return fmt::format("{} is less than {}", number, *least);
    if (most && compare_decimals(number, *most) > 0) return fmt::format("{} is more than {}", number, *most);
    return std::nullopt;
  }

  dataverse::Attribute column_;
};

}  // namespace

std::unique_ptr<ColumnCodec> number_column(dataverse::Attribute const& column) { return std::make_unique<NumberColumn>(column); }

}  // namespace tandem::mapping::value
