// A row as JSON: etag, annotations before values, lookups as _x_value, expanded rows (dataverse.md §9, §11).
#pragma once

#include <string>
#include <vector>

#include "dataverse/database.hpp"
#include "dataverse/locale.hpp"
#include "dataverse/options.hpp"
#include "dataverse/prefer.hpp"

namespace sandbox::dataverse {

class Presenter {
 public:
  // `base`: what absolute URLs in the row start with. `page_size`: most rows of an expanded collection.
  Presenter(Schema const& schema, Database const& database, Locale const& locale, std::string currency_symbol,
            std::int64_t utc_offset_minutes, std::string base, std::size_t page_size)
      : schema_(schema),
        database_(database),
        locale_(locale),
        currency_(std::move(currency_symbol)),
        utc_offset_minutes_(utc_offset_minutes),
        base_(std::move(base)),
        page_size_(page_size) {}

  [[nodiscard]] tandem::json::Object row(Table const& table, Row const& row, std::vector<int> const& select,
                                         std::vector<Expand> const& expand, Preferences const& preferences) const;
  // The raw JSON value of a column: null, number text, ISO time, GUID.
  [[nodiscard]] tandem::json::Value value(Table const& table, Row const& row, int column) const;
  // The text for people; nothing when this type has none.
  [[nodiscard]] std::optional<std::string> formatted(Table const& table, Row const& row, int column) const;
  [[nodiscard]] std::string name_of(Reference const& reference) const;  // primary name of the row a lookup points to

 private:
  void add_column(tandem::json::Object& out, Table const& table, Row const& row, int column,
                  Preferences const& preferences) const;

  void add_expanded(tandem::json::Object& out, Table const& table, Row const& row, Expand const& expand,
                    Preferences const& preferences) const;
  void add_collection(tandem::json::Object& out, Table const& table, Row const& row, Expand const& expand,
                      Preferences const& preferences) const;
  [[nodiscard]] tandem::json::Value other_row(Table const& table, Row const& row, Expand const& expand,
                                              Preferences const& preferences) const;

  Schema const& schema_;
  Database const& database_;
  Locale const& locale_;
  std::string currency_;
  std::int64_t utc_offset_minutes_;
  std::string base_;
  std::size_t page_size_;
};

std::string etag_of(Row const& row);  // W/"1000123"

}  // namespace sandbox::dataverse
