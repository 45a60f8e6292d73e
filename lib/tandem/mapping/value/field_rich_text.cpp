// description, environment and textarea fields: Atlassian Document Format.
#include <fmt/format.h>

#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/cut.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/field_codecs.hpp>

namespace tandem::mapping::value {

namespace {

class RichTextField final : public FieldCodec {
 public:
  explicit RichTextField(jira::Field const& field) : field_(field) {}

  [[nodiscard]] Read read(json::Value const& raw) const override {
    if (raw.is_string()) return named(raw.text());
    auto read = richtext::from_adf(raw);
    if (!richtext::shows_anything(read.document)) return given(Empty{});
    auto out = given(std::move(read.document));
    if (!read.losses.empty()) out.reports.push_back({Reason::lossy, "without " + richtext::describe(read.losses)});
    return out;
  }

  [[nodiscard]] Conversion write(Value const& value) const override {
    auto const document = document_of(value);
    if (!richtext::shows_anything(document)) return cleared(field_);
    auto adf = richtext::to_adf(document, richtext::kMostAdfBytes, richtext::kWholeTextInDynamics);
    auto conversion = written(std::move(adf.adf));
    if (!adf.losses.empty()) conversion.reports.push_back({Reason::lossy, "without " + richtext::describe(adf.losses)});
    if (adf.was_cut) {
      conversion.reports.push_back(
          {Reason::cut, fmt::format("cut: {} holds {} bytes of document", field_.name, richtext::kMostAdfBytes)});
    }
    return conversion;
  }

  [[nodiscard]] Read named(std::string_view text) const override {
    auto document = richtext::from_text(text);
    if (!richtext::shows_anything(document)) return given(Empty{});
    return given(std::move(document));
  }

 private:
  static richtext::Document document_of(Value const& value) {
    if (auto const* document = std::get_if<richtext::Document>(&value)) return *document;
    return richtext::from_text(as_text(value).value_or(""));
  }
  jira::Field field_;
};

}  // namespace

std::unique_ptr<FieldCodec> rich_text_field(jira::Field const& field) { return std::make_unique<RichTextField>(field); }

}  // namespace tandem::mapping::value
