// Runs a target over files, with any compiler: `replay TARGET FILE-OR-FOLDER…`. The committed corpus is a test.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "targets.hpp"

int main(int argc, char** argv) {
  auto const* const target = argc < 3 ? nullptr : fuzz::target_named(argv[1]);
  if (target == nullptr) {
    std::fputs("usage: replay TARGET FILE-OR-FOLDER…; the targets are in targets.hpp\n", stderr);
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (int i = 2; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (auto const& entry : std::filesystem::directory_iterator(argv[i])) files.push_back(entry.path());
  }
  for (auto const& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::string const bytes(std::istreambuf_iterator<char>(in), {});
    try {
      target->run(bytes);
    } catch (std::exception const& broken) {
      std::fprintf(stderr, "%s: %s\n", file.c_str(), broken.what());
      return 1;
    }
  }
  std::printf("%s: %zu inputs\n", argv[1], files.size());
  return files.empty() ? 1 : 0;
}
