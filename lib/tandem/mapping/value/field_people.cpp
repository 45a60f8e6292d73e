// User and user-list fields. The account id is the identity: names can be altered and addresses hidden by their owners (contract: jira.md §6).
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/value/field_codecs.hpp>

namespace tandem::mapping::value {

namespace {

class PeopleField final : public FieldCodec {
 public:
  PeopleField(jira::Field const& field, bool several) : field_(field), several_(several) {}

  [[nodiscard]] Read read(json::Value const& raw) const override {
    People out;
    if (raw.is_array()) {
      for (auto const& element : raw.items()) add(out, element);
    } else if (!raw.is_null()) {
      add(out, raw);
    }
    if (!out.people.empty()) return given(std::move(out));
    // Something is held, but nobody can be told from it: nothing is cleared by that (C6).
    bool const held = raw.is_object() || !raw.items().empty();
    return held ? refused(Reason::not_convertible, fmt::format("{} holds no accountId", field_.name)) : given(Empty{});
  }

  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(field_);
    auto const* people = std::get_if<People>(&value);
    if (people == nullptr) return not_written(Reason::not_convertible, fmt::format("\"{}\" is no user", shown(value)));
    json::Array out;
    for (auto const& person : people->people) out.emplace_back(json::Object{{"accountId", person.id}});
    if (several_) return written(std::move(out));
    if (out.size() != 1) return not_written(Reason::not_convertible, fmt::format("{} users for a field of one", out.size()));
    return written(std::move(out.front()));
  }

  // In an item file: an account id.
  [[nodiscard]] Read named(std::string_view text) const override {
    auto const id = text::trimmed(text);
    if (id.empty()) return given(Empty{});
    if (id.find_first_of(" @") != std::string_view::npos)
      return refused(Reason::unmatched_user, fmt::format("\"{}\" is no account id, such as 5b10ac8d82e05b22cc7d4ef5", id));
    return given(People{{{std::string(id), {}, {}}}});
  }

 private:
  static void add(People& out, json::Value const& raw) {
    Person person{raw["accountId"].scalar_text(), std::string(raw["displayName"].text()),
                  std::string(raw["emailAddress"].text())};
    if (!person.id.empty() && std::find(out.people.begin(), out.people.end(), person) == out.people.end())
      out.people.push_back(std::move(person));
  }

  jira::Field field_;
  bool several_;
};

}  // namespace

std::unique_ptr<FieldCodec> people_field(jira::Field const& field, bool several) {
  return std::make_unique<PeopleField>(field, several);
}

}  // namespace tandem::mapping::value
