// A shared library that is loaded by its name when it is first needed, rather than by every start of the program.
//
// It stays loaded until the process ends: other threads may be in it. What loads one keeps its functions with the types that the library's
// header gives them; the name carries the ABI (libcurl.so.4).
#pragma once

#include <string>

#include <tandem/base/result.hpp>

namespace tandem {

class SharedLibrary {
 public:
  // `package`: what holds it on Debian and Ubuntu. Errors: config, when it is not installed or cannot be loaded.
  static Result<SharedLibrary> load(std::string name, std::string package);

  // Errors: config, when the library has no such function or variable. REQUIRES: it has the type of `out`.
  template <class Pointer>
  Result<Unit> find(char const* symbol, Pointer& out) const {
    TANDEM_TRY(auto* const found, address(symbol));
    out = reinterpret_cast<Pointer>(found);  // NOLINT: what dlsym is for (POSIX)
    return Unit{};
  }

 private:
  SharedLibrary(std::string name, std::string package, void* handle);
  Result<void*> address(char const* symbol) const;

  std::string name_, package_;
  void* handle_;
};

}  // namespace tandem
