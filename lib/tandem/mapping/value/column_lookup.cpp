// Lookup, Customer and Owner columns: read by the name of their row, or as a user where the field holds users. Written by id; a name must lead
// to exactly one row of the tables that the column may refer to (contract: dataverse.md §11, §12).
//
// Write shape: {"id", "table", "set", "name"}; null clears. FieldRule::column_body() makes the request's member of it.
#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/value/column_codecs.hpp>
#include <tandem/mapping/value/directory.hpp>

namespace tandem::mapping::value {

namespace {

class LookupColumn final : public ColumnCodec {
 public:
  LookupColumn(dataverse::Attribute const& column, std::shared_ptr<Directory const> directory)
      : column_(column), directory_(std::move(directory)) {}

  [[nodiscard]] Read read(json::Value const& raw, std::string_view label) const override {
    if (raw.is_null()) return given(Empty{});
    auto name = richtext::one_line(raw.is_object() ? raw["name"].text() : label);
    // A row without a readable name is not an empty column: nothing is cleared.
    if (name.empty())
      return refused(Reason::not_convertible, fmt::format("the answer holds no name for the row in {}", column_.logical_name));
    return given(Text{std::move(name)});
  }

  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(column_);
    auto const name = richtext::one_line(as_text(value).value_or(""));
    if (name.empty()) return cleared(column_);
    if (column_.targets.empty())
      return not_written(Reason::read_only, fmt::format("metadata name no table that {} refers to", column_.logical_name));
    json::Object found;
    std::size_t count = 0;
    for (auto const& table : column_.targets) {
      if (auto const refused = directory_->rows_refused.find(table); refused != directory_->rows_refused.end())
        return not_written(Reason::not_looked_up, refused->second);
      auto const rows = directory_->rows.find({table, name});
      if (rows == directory_->rows.end())
        return not_written(Reason::not_looked_up, fmt::format("\"{}\" was not looked up", name));
      count += rows->second.ids.size();
      if (!rows->second.ids.empty())
        found = {{"id", rows->second.ids.front()}, {"table", table}, {"set", rows->second.set_name}, {"name", name}};
    }
    if (count == 1) return written(std::move(found));
    auto const where = fmt::format("{}", fmt::join(column_.targets, " and "));
    if (count == 0) return not_written(Reason::unmatched_value, fmt::format("no row of {} is called \"{}\"", where, name));
    return not_written(Reason::ambiguous, fmt::format("{} rows of {} are called \"{}\"", count, where, name));
  }

  [[nodiscard]] Read named(std::string_view text) const override {
    auto name = richtext::one_line(text);
    if (name.empty()) return given(Empty{});
    return given(Text{std::move(name)});
  }

  void ask(Value const& value, Needs& needs) const override {
    auto const name = richtext::one_line(as_text(value).value_or(""));
    if (name.empty()) return;
    for (auto const& table : column_.targets) {
      if (!directory_->rows.contains({table, name}) && !directory_->rows_refused.contains(table))
        needs.rows.insert({table, name});
    }
  }

 private:
  dataverse::Attribute column_;
  std::shared_ptr<Directory const> directory_;
};

class PersonColumn final : public ColumnCodec {
 public:
  explicit PersonColumn(dataverse::Attribute const& column) : column_(column) {}

  [[nodiscard]] Read read(json::Value const& raw, std::string_view label) const override {
    if (raw.is_null()) return given(Empty{});
    auto const id = raw.is_object() ? raw["id"].text() : raw.text();
    if (!is_uuid(id)) return refused(Reason::not_convertible, fmt::format("{} holds no id of a user", column_.logical_name));
    return given(People{{{text::ascii_lower(id), richtext::one_line(raw.is_object() ? raw["name"].text() : label), {}}}});
  }

  [[nodiscard]] Conversion write(Value const& value) const override {
    if (is_empty(value)) return cleared(column_);
    auto const* people = std::get_if<People>(&value);
    if (people == nullptr || !is_uuid(people->people.front().id))
      return not_written(Reason::unmatched_user, fmt::format("\"{}\" is no user of Dynamics", shown(value)));
    if (people->people.size() != 1)
      return not_written(Reason::not_convertible, fmt::format("{} users for a column of one", people->people.size()));
    auto const& person = people->people.front();
    return written(json::Object{{"id", person.id}, {"table", "systemuser"}, {"set", "systemusers"}, {"name", person.name}});
  }

  // In an item file: a systemuser's id.
  [[nodiscard]] Read named(std::string_view text) const override {
    auto const id = normalized_uuid(text::trimmed(text));
    if (!id) return refused(Reason::unmatched_user, fmt::format("\"{}\" is no id of a systemuser", text));
    return given(People{{{*id, {}, {}}}});
  }

 private:
  dataverse::Attribute column_;
};

}  // namespace

std::unique_ptr<ColumnCodec> lookup_column(dataverse::Attribute const& column, std::shared_ptr<Directory const> directory) {
  return std::make_unique<LookupColumn>(column, std::move(directory));
}
std::unique_ptr<ColumnCodec> person_column(dataverse::Attribute const& column) { return std::make_unique<PersonColumn>(column); }

json::Object lookup_body(dataverse::Attribute const& column, json::Value const& write) {
  auto const bind = [](std::string const& navigation) { return navigation + "@odata.bind"; };
  auto const named = column.navigation.find(std::string(write["table"].text()));
  std::string navigation = column.logical_name;  // an owner's only one, and the usual name of the others
  if (named != column.navigation.end())
    navigation = named->second;
  else if (column.type != "Owner" && !column.navigation.empty())
    navigation = column.navigation.begin()->second;
  if (write.is_null()) return {{bind(navigation), nullptr}};
  return {{bind(navigation), fmt::format("/{}({})", write["set"].text(), write["id"].text())}};
}

}  // namespace tandem::mapping::value
