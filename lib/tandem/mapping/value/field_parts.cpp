// Components and versions with `createMissing`: as other choices, but a name that metadata does not offer may be one that the run has found or
// made meanwhile. What is not made yet (a dry run) is written by name.
#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/value/field_codecs.hpp>
#include <tandem/mapping/value/kinds.hpp>

namespace tandem::mapping::value {

namespace {

class PartsField final : public FieldCodec {
 public:
  PartsField(jira::Field const& field, jira::PartKind kind, std::shared_ptr<Directory const> directory)
      : field_(field),
        kind_(kind),
        several_(kind_of(field) != FieldKind::version),
        known_(choice_field(field, several_)),
        directory_(std::move(directory)) {}

  [[nodiscard]] Read read(json::Value const& raw) const override {
    auto out = known_->read(raw);
    auto* choices = out.value ? std::get_if<Choices>(&*out.value) : nullptr;
    if (choices == nullptr) return out;
    for (auto& choice : choices->chosen) {
      if (!choice.label.empty()) continue;
      if (auto const* part = with_id(choice.id)) choice.label = part->name;
    }
    return out;
  }

  [[nodiscard]] Read named(std::string_view text) const override { return or_made(known_->named(text), text); }
  [[nodiscard]] Read labelled(std::string_view label) const override { return or_made(known_->labelled(label), label); }

  [[nodiscard]] Conversion write(Value const& value) const override {
    auto const* choices = std::get_if<Choices>(&value);
    if (choices == nullptr) return known_->write(value);
    if (!several_ && choices->chosen.size() != 1)
      return not_written(Reason::not_convertible, fmt::format("{} values for a field of one", choices->chosen.size()));
    Conversion out;
    json::Array list;
    for (auto const& choice : choices->chosen) {
      auto const* part = with_id(choice.id);
      if (part != nullptr && (part->made || part->pending))
        out.reports.push_back({Reason::value_made, fmt::format("{} \"{}\"", noun(), part->name)});
      list.push_back(part != nullptr && part->pending ? json::Object{{"name", part->name}} : json::Object{{"id", choice.id}});
    }
    out.value = several_ ? json::Value(std::move(list)) : std::move(list.front());
    return out;
  }

 private:
  [[nodiscard]] char const* noun() const { return kind_ == jira::PartKind::component ? "component" : "version"; }

  [[nodiscard]] Part const* with_id(std::string_view id) const {
    for (auto const& [asked, part] : directory_->parts) {
      if (asked.first == kind_ && part.id == id) return &part;
    }
    return nullptr;
  }

  [[nodiscard]] Read or_made(Read known, std::string_view text) const {
    if (known.value) return known;
    auto const found = directory_->parts.find({kind_, std::string(text::trimmed(text))});
    if (found == directory_->parts.end()) return known;
    auto const& part = found->second;
    if (!part.refused.empty())
      return refused(Reason::value_not_made, fmt::format("\"{}\": {}", found->first.second, part.refused));
    return given(Choices{{{part.id, part.name}}});
  }

  jira::Field field_;
  jira::PartKind kind_;
  bool several_;
  std::unique_ptr<FieldCodec> known_;
  std::shared_ptr<Directory const> directory_;
};

}  // namespace

std::unique_ptr<FieldCodec> parts_field(jira::Field const& field, jira::PartKind kind,
                                        std::shared_ptr<Directory const> directory) {
  return std::make_unique<PartsField>(field, kind, std::move(directory));
}

}  // namespace tandem::mapping::value
