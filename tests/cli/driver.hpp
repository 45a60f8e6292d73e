// The real programs: start them, feed them, and see what they print.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>

#include "folder.hpp"

namespace cli_test {

struct Ran {
  int code = -1;
  std::string out, err;
  [[nodiscard]] std::string all() const { return out + err; }
};

struct Call {
  std::vector<std::string> args;
  std::map<std::string, std::string> environment;  // beside the little that every program needs; nothing else is inherited
  std::string input;                               // stdin, closed after it
};

// Runs a program to its end; killed (and reported as a failure) after a minute.
Ran run(std::string const& program, Call const& call);

// Whether a JSON web token (an access token, an assertion) begins somewhere in it: with {"typ": or {"alg": in base64url. A shorter mark
// would be found in sealed bytes by chance.
bool holds_a_token(std::string_view bytes);

// tandem-sandbox on free ports, for the life of the object.
class Sandbox {
 public:
  explicit Sandbox(std::vector<std::string> const& options = {});
  ~Sandbox();
  Sandbox(Sandbox const&) = delete;
  Sandbox& operator=(Sandbox const&) = delete;

  [[nodiscard]] std::string value(std::string_view name) const {
    return std::string(ready_[name].text());
  }  // of its ready line (SPEC N4)
  // The control API (SPEC L4).
  tandem::json::Value get(std::string const& what) const;  // "state", "requests"
  tandem::json::Value post(std::string const& what,
                           tandem::json::Value const& body) const;  // "config", "edit", "faults", "clock"
  void configure(std::string const& name, tandem::json::Value const& value) const {
    post("config", tandem::json::Object{{name, value}});
  }

 private:
  int process_ = -1;
  int input_ = -1;
  tandem::json::Value ready_;
};

// One operator: state directory, configuration home and the sandbox' credentials.
class Operator {
 public:
  explicit Operator(Sandbox const& sandbox);
  // `tandem` with TANDEM_STATE_DIR and a configuration home of its own.
  Ran tandem(std::vector<std::string> args, std::map<std::string, std::string> environment = {}, std::string input = {}) const;
  // The arguments of `auth set` without secrets; `changed` replaces or (with "") removes one: {{"--tenant-id", "…"}}.
  [[nodiscard]] std::vector<std::string> auth_set(std::map<std::string, std::string> const& changed = {}) const;
  // `auth set` with both secrets by environment variable.
  Ran connect(std::map<std::string, std::string> const& changed = {},
              std::map<std::string, std::string> const& environment = {}) const;
  [[nodiscard]] Folder const& folder() const { return folder_; }
  [[nodiscard]] std::string state() const { return folder_.path("state"); }

 private:
  Sandbox const& sandbox_;
  Folder folder_;
};

}  // namespace cli_test
