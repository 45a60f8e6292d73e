#include "folder.hpp"

#include <cstdlib>
#include <stdexcept>

namespace cli_test {

Folder::Folder() {
  char const* const base = std::getenv("TANDEM_TEST_TMP");
  std::string name = (base != nullptr ? std::filesystem::path(base) : std::filesystem::temp_directory_path()) / "cli.XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(std::string const& name, std::string_view text) const {
  auto const file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

}  // namespace cli_test
