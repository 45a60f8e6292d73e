// One-line text and URL fields.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/field_codecs.hpp>

namespace tandem::mapping::value {

namespace {

constexpr std::string_view kMark = "…";
constexpr std::size_t kMostSummary = 254;  // Jira says "less than 255 characters"
constexpr std::size_t kMostText = 255;

Read read_text(json::Value const& raw) {
  auto text = richtext::clean(raw.scalar_text());
  if (text::trimmed(text).empty()) return given(Empty{});
  return given(Text{std::move(text)});
}

class TextField final : public FieldCodec {
 public:
  explicit TextField(jira::Field const& field) : field_(field), most_(field.system == "summary" ? kMostSummary : kMostText) {}

  [[nodiscard]] Read read(json::Value const& raw) const override { return read_text(raw); }
  [[nodiscard]] Read named(std::string_view text) const override { return read_text(json::Value(text)); }
  [[nodiscard]] Conversion write(Value const& value) const override {
    auto const line = richtext::one_line(as_text(value).value_or(""));
    if (line.empty()) return cleared(field_);
    auto const units = text::utf16_units(line);
    if (units <= most_) {
      auto conversion = written(line);
      if (std::holds_alternative<Text>(value) && text::trimmed(std::get<Text>(value).text).find('\n') != std::string_view::npos)
        conversion.reports.push_back({Reason::lossy, fmt::format("several lines became one: {} holds one", field_.name)});
      return with_losses(std::move(conversion), value);
    }
    auto const kept = text::cut_utf16(line, most_ - text::utf16_units(kMark));
    auto conversion = written(std::string(text::trimmed(kept)) + std::string(kMark));
    conversion.reports.push_back({Reason::cut, fmt::format("cut at {} of {} characters: {} holds {}",
                                                           text::utf16_units(text::trimmed(kept)), units, field_.name, most_)});
    return with_losses(std::move(conversion), value);
  }

 private:
  static Conversion with_losses(Conversion conversion, Value const& value) {
    if (auto const* document = std::get_if<richtext::Document>(&value)) {
      if (auto const losses = richtext::write_text(*document).losses; !losses.empty())
        conversion.reports.push_back({Reason::lossy, "without " + richtext::describe(losses)});
    }
    return conversion;
  }

  jira::Field field_;
  std::size_t most_;
};

class UrlField final : public FieldCodec {
 public:
  explicit UrlField(jira::Field const& field) : field_(field) {}

  [[nodiscard]] Read read(json::Value const& raw) const override { return read_text(raw); }
  [[nodiscard]] Read named(std::string_view text) const override { return read_text(json::Value(text)); }
  [[nodiscard]] Conversion write(Value const& value) const override {
    auto const url = richtext::one_line(as_text(value).value_or(""));
    if (url.empty()) return cleared(field_);
    // A cut address would lead somewhere else.
    if (text::utf16_units(url) > kMostText)
      return not_written(Reason::out_of_range, fmt::format("an address of more than {} characters", kMostText));
    if (!is_absolute(url))
      return not_written(Reason::not_convertible, fmt::format("\"{}\" is no absolute address (https://…)", shown(value)));
    return written(url);
  }

 private:
  static bool is_absolute(std::string_view url) {
    auto const colon = url.find("://");
    if (colon == std::string_view::npos || colon == 0 || colon + 3 == url.size()) return false;
    auto const letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.';
    };
    auto const scheme = url.substr(0, colon);
    return std::all_of(scheme.begin(), scheme.end(), letter) && url.find_first_of(" <>\"") == std::string_view::npos;
  }
  jira::Field field_;
};

}  // namespace

std::unique_ptr<FieldCodec> text_field(jira::Field const& field) { return std::make_unique<TextField>(field); }
std::unique_ptr<FieldCodec> url_field(jira::Field const& field) { return std::make_unique<UrlField>(field); }

}  // namespace tandem::mapping::value
