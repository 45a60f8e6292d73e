// A folder of its own for one test case, removed with it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace cli_test {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;
  [[nodiscard]] std::string path(std::string const& name = {}) const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }
  std::string write(std::string const& name, std::string_view text) const;  // gives its path

 private:
  std::filesystem::path path_;
};

}  // namespace cli_test
