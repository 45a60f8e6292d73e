#include "items/check_file.hpp"

#include <algorithm>

#include <unistd.h>

#include <fmt/format.h>

#include <tandem/mapping/compiled_item.hpp>

#include "cli/files.hpp"
#include "items/report.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kMostBytes = 1U << 20U;

Result<connection::Schema> live_schema(Context& context, mapping::Item const& item,
                                       std::unique_ptr<connection::Connection>& connection) {
  if (!connection) {
    TANDEM_TRY(connection, context.open_connection());
  }
  // A carried schema that cannot be read is one of validate()'s faults.
  auto const carried = mapping::carried_entity(item);
  return connection::fetch_schema(*connection, item.entity, item.project, item.issue_type, carried ? *carried : std::nullopt);
}

}  // namespace

Result<ItemFile> read_item_file(std::string const& path) {
  ItemFile file;
  file.name = path == "-" ? "stdin" : path;
  TANDEM_TRY(file.text, path == "-" ? read_descriptor(STDIN_FILENO, "stdin", kMostBytes) : read_file(path, kMostBytes));
  file.parsed = mapping::parse_item(file.text);
  return file;
}

Result<JudgedItem> judge(Context& context, ItemFile const& file, std::unique_ptr<connection::Connection>& connection) {
  JudgedItem judged;
  judged.faults = file.parsed.faults;
  if (!file.parsed.item) return judged;
  auto schema = live_schema(context, *file.parsed.item, connection);
  if (!schema) {
    if (!judged.faults.empty()) return judged;
    return fail(std::move(schema).error());
  }
  auto const live = mapping::validate(*file.parsed.item, *schema, file.text);
  for (auto const& fault : live) {
    // What is missing or misspelt in the file has been said already.
    bool const told =
        std::any_of(judged.faults.begin(), judged.faults.end(), [&](auto const& other) { return other.path == fault.path; });
    if (!told) judged.faults.push_back(fault);
  }
  std::stable_sort(judged.faults.begin(), judged.faults.end(),
                   [](auto const& a, auto const& b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); });
  judged.schema = std::move(*schema);
  return judged;
}

tl::unexpected<Error> refuse(Context& context, std::string const& file, std::vector<mapping::Fault> const& faults) {
  print_faults(context.out(), file, faults);
  context.out().result(json::Object{{"file", file}, {"valid", false}, {"faults", to_json(faults)}});
  return fail(ErrorKind::config,
              fmt::format("{} has {}; nothing was changed", file,
                          faults.size() == 1 ? std::string("a fault") : fmt::format("{} faults", faults.size())));
}

}  // namespace tandem::cli
