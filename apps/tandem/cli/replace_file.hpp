// Replacing a file as a whole: the page of `status --html`, the metrics of a run.
//
// Written beside its place under another name and renamed, so that a reader sees the old file or the new one whole. The other name does not end like
// the file's own: a collector of *.prom does not read it.
//
// These files are for others to read (a web server, a collector), and hold no secret. So a new one has mode 0644 whatever the umask, which under
// systemd may be 0077: who may come near it is decided by its directory, and by the permissions of a file that is there.
#pragma once

#include <string>
#include <string_view>

#include <tandem/base/result.hpp>

namespace tandem::cli {

// What becomes of a file that is there.
struct Replacing {
  bool keep_permissions = true;  // else they become 0644: a collector that runs as another user reads it in any case
  bool follow_links =
      true;  // a link keeps pointing at what is replaced; else a link is refused, which a folder that others write to may hold
};

// Errors: config, naming the file and what is in the way (a directory, no permission, no room); nothing has changed then.
Result<Unit> replace_file(std::string const& path, std::string_view bytes, Replacing const& how);

}  // namespace tandem::cli
