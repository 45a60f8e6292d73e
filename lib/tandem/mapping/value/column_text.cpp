// String and Memo columns: plain text, or HTML as the Dynamics editor writes it. Also unique identifiers, which are read as text.
#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/cut.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/column_codecs.hpp>

namespace tandem::mapping::value {

namespace {

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
    auto const document = document_of(value);
    if (!richtext::shows_anything(document)) return cleared(column_);
    auto out = form(document);
    if (!fits(out.text)) {
      auto const pointer = most() >= richtext::kRoomForPointer && lines() ? richtext::kWholeTextInJira : std::string_view();
      auto const part = richtext::cut(document, pointer, [&](auto const& some) { return fits(form(some).text); });
      auto conversion = with_losses(form(part));
      conversion.reports.insert(
          conversion.reports.begin(),
          {Reason::cut,
           fmt::format("cut at {} of {} characters: the column {} holds {}", text::utf16_units(richtext::to_text(part)),
                       text::utf16_units(richtext::to_text(document)), column_.logical_name, *column_.max_length)});
      return conversion;
    }
    return with_losses(std::move(out));
  }

  [[nodiscard]] Read named(std::string_view text) const override { return read(json::Value(text), {}); }

 private:
  [[nodiscard]] bool rich() const { return column_.format == "RichText"; }
  [[nodiscard]] bool lines() const { return column_.type == "Memo" || rich(); }
  [[nodiscard]] std::size_t most() const {
    return column_.max_length ? static_cast<std::size_t>(std::max<std::int64_t>(0, *column_.max_length)) : SIZE_MAX;
  }
  static richtext::Document document_of(Value const& value) {
    if (auto const* document = std::get_if<richtext::Document>(&value)) return *document;
    return richtext::from_text(as_text(value).value_or(""));
  }
  [[nodiscard]] richtext::WrittenText form(richtext::Document const& document) const {
    if (rich()) {
      auto html = richtext::write_html(document);
      return {std::move(html.html), std::move(html.losses)};
    }
    auto text = richtext::write_text(document);
    if (!lines()) text.text = richtext::one_line(text.text);
    return text;
  }
  [[nodiscard]] bool fits(std::string_view out) const { return text::utf16_units(out) <= most(); }
  static Conversion with_losses(richtext::WrittenText out) {
    auto conversion = written(std::move(out.text));
    if (!out.losses.empty()) conversion.reports.push_back({Reason::lossy, "without " + richtext::describe(out.losses)});
    return conversion;
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
