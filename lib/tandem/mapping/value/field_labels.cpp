// Labels and other lists of strings: words without blanks, case-sensitive, order without meaning.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/field_codecs.hpp>

namespace tandem::mapping::value {

namespace {

constexpr std::size_t kMostLabel = 255;

class LabelsField final : public FieldCodec {
 public:
  explicit LabelsField(jira::Field const& field) : field_(field) {}

  [[nodiscard]] Read read(json::Value const& raw) const override {
    Words out;
    for (auto const& element : raw.items()) add(out, element.scalar_text());
    if (raw.is_string()) add(out, std::string(raw.text()));
    if (out.words.empty()) return given(Empty{});
    return given(std::move(out));
  }

  [[nodiscard]] Conversion write(Value const& value) const override {
    Words out;
    for (auto const& word : as_words(value).value_or(std::vector<std::string>{})) add(out, label(word));
    if (out.words.empty()) return cleared(field_);
    json::Array list;
    bool was_cut = false;
    for (auto& word : out.words) {
      auto const kept = text::cut_utf16(word, kMostLabel);
      was_cut = was_cut || kept.size() < word.size();
      list.emplace_back(kept);
    }
    auto conversion = written(std::move(list));
    if (was_cut) conversion.reports.push_back({Reason::cut, fmt::format("a label holds {} characters", kMostLabel)});
    return conversion;
  }

  [[nodiscard]] Read named(std::string_view text) const override {
    Words out;
    add(out, label(text));
    if (out.words.empty()) return given(Empty{});
    return given(std::move(out));
  }

 private:
  static void add(Words& out, std::string word) {
    bool const held = std::find(out.words.begin(), out.words.end(), word) != out.words.end();
    if (!word.empty() && !held) out.words.push_back(std::move(word));
  }
  // Jira refuses blanks in labels: each run of them becomes one "-".
  static std::string label(std::string_view text) {
    std::string out;
    for (char const c : richtext::one_line(text)) {
      if (c != ' ')
        out += c;
      else if (!out.empty() && out.back() != '-')
        out += '-';
    }
    return out;
  }
  jira::Field field_;
};

}  // namespace

std::unique_ptr<FieldCodec> labels_field(jira::Field const& field) { return std::make_unique<LabelsField>(field); }

Conversion cleared(jira::Field const& field) {
  if (field.required) return not_written(Reason::required_empty, fmt::format("Jira requires a value for {}", field.name));
  if (field.type == "array") return written(json::Array{});
  return written(nullptr);
}

}  // namespace tandem::mapping::value
