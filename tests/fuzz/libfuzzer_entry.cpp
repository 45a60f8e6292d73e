// Where libFuzzer enters: compiled once for each target, whose name is FUZZ_TARGET.
#include <cstddef>
#include <cstdint>

#include "targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::FUZZ_TARGET(std::string_view(reinterpret_cast<char const*>(data), size));
  return 0;
}
