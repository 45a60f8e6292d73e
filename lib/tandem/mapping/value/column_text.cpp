// String and Memo columns: plain text, or HTML as the Dynamics editor writes it. Also unique identifiers, which are read as text.
#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/column_codecs.hpp>

namespace tandem::mapping::value {

namespace {

constexpr std::string_view kMark = "…";

class TextColumn final : public ColumnCodec {
 public:
  explicit TextColumn(dataverse::Attribute const& column) : column_(column) {}

  [[nodiscard]] Read read(json::Value const& raw, std::string_view) const override {
    auto const text = raw.scalar_text();
    if (richtext::looks_like_html(text, rich())) return read_html(text);
    auto clean = richtext::clean(text);
    if (text::trimmed(clean).empty()) return given(Empty{});
    return given(Text{std::move(clean)});
  }

  [[nodiscard]] Conversion write(Value const& value) const override {
    auto const text = as_text(value);
    if (!text) return cleared(column_);
    bool const lines = column_.type == "Memo" || rich();
    auto whole = lines ? richtext::clean(*text) : richtext::one_line(*text);
    if (whole.empty()) return cleared(column_);
    auto out = form(whole);
    if (fits(out)) return written(std::move(out));
    auto const kept = longest(whole);
    auto conversion = written(form(kept + std::string(kMark)));
    conversion.reports.push_back(
        {Reason::cut, fmt::format("cut at {} of {} characters: the column {} holds {}", text::utf16_units(kept),
                                  text::utf16_units(whole), column_.logical_name, *column_.max_length)});
    return conversion;
  }

  [[nodiscard]] Read named(std::string_view text) const override { return read(json::Value(text), {}); }

 private:
  [[nodiscard]] bool rich() const { return column_.format == "RichText"; }
  [[nodiscard]] std::string form(std::string const& text) const {
    return rich() ? richtext::to_html(richtext::from_text(text)) : text;
  }
  [[nodiscard]] bool fits(std::string_view out) const {
    return !column_.max_length ||
           text::utf16_units(out) <= static_cast<std::size_t>(std::max<std::int64_t>(0, *column_.max_length));
  }
  // The longest beginning that fits together with the mark; HTML needs more room than its text, hence the search.
  [[nodiscard]] std::string longest(std::string const& whole) const {
    std::size_t low = 0;
    std::size_t high = text::utf16_units(whole);
    while (low < high) {
      auto const middle = (low + high + 1) / 2;
      auto const part = std::string(text::cut_utf16(whole, middle));
      if (fits(form(part + std::string(kMark))))
        low = middle;
      else
        high = middle - 1;
    }
    return std::string(text::cut_utf16(whole, low));
  }

  static Read read_html(std::string const& html) {
    auto read = richtext::from_html(html);
    // C6: an emptied or failed parse clears nothing.
    if (!read) return refused(Reason::not_convertible, read.error().message);
    if (read->document.empty()) {
      if (!read->losses.empty())
        return refused(Reason::not_convertible, "the rich text holds only " + richtext::describe(read->losses));
      return given(Empty{});
    }
    auto out = given(std::move(read->document));
    if (!read->losses.empty()) out.reports.push_back({Reason::lossy, "without " + richtext::describe(read->losses)});
    return out;
  }

  dataverse::Attribute column_;
};

}  // namespace

std::unique_ptr<ColumnCodec> text_column(dataverse::Attribute const& column) { return std::make_unique<TextColumn>(column); }

}  // namespace tandem::mapping::value
