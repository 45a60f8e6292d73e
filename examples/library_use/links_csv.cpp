// links_csv DIRECTORY: every link of a connection's store as comma-separated values, for a spreadsheet.
//
// DIRECTORY is the connection's own, such as ~/.local/state/tandem/default. Reads only, also while a run is at work: no lock is taken and not
// one byte is written. Ends with tandem's exit codes.
#include <iostream>
#include <string>

#include <tandem/base/result.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/store/lmdb_store.hpp>

namespace {

// Quoted where it must be (RFC 4180).
std::string cell(std::string const& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char const c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

tandem::Result<tandem::Unit> print_links(std::string const& directory) {
  using namespace tandem;
  TANDEM_TRY(auto const store, store::LmdbStore::open(directory, {.access = store::Access::read_only}));
  return store->read([](store::Reader& reader) {
    std::cout << "item,issue,record,entity,id,kind\n";
    return link::each_link(reader, [](link::Link const& link) -> Result<bool> {
      std::cout << cell(link.item) << ',' << cell(link.issue_key) << ',' << cell(link.record_number) << ',' << cell(link.entity)
                << ',' << link.record << ',' << link::name_of(link.kind) << '\n';
      return true;
    });
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: links_csv DIRECTORY\n";
    return 2;
  }
  auto const printed = print_links(argv[1]);
  if (printed) return 0;
  std::cerr << "links_csv: " << printed.error().message << '\n';
  return tandem::exit_code(printed.error().kind);
}
