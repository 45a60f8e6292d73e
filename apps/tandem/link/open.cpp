// `link open KEY`: the record's page in Dynamics, in the browser or printed (SPEC D4).
#include <cerrno>
#include <memory>

#include <spawn.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "link/link.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX declares it nowhere

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> reference, item;
  bool print = false;
};

// xdg-open where a desktop is at hand; the address is an argument of its own, so no shell reads it.
bool browse(std::string const& url) {
  std::string program = "xdg-open";
  std::string address = url;
  char* const arguments[] = {program.data(), address.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0) return false;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Result<int> open(Context& context, Options const& options) {
  TANDEM_TRY(auto const session, LinkSession::open(context, false));
  if (options.item) TANDEM_CHECK(session->items.named(*options.item));
  TANDEM_TRY(auto const found, sync::find_links(session->run, session->items, *options.reference));
  auto& out = context.out();
  json::Array urls;
  std::vector<std::string> addresses;
  for (auto const& link : found.links) {
    if (options.item && link.item != *options.item) continue;
    addresses.push_back(session->run.dataverse().record_url(link.entity, link.record));
    urls.push_back(
        json::Object{{"item", link.item}, {"issue", link.issue_key}, {"number", link.record_number}, {"url", addresses.back()}});
  }
  if (addresses.empty()) {
    return fail(Error{ErrorKind::not_found,
                      fmt::format("{} is not linked{}", found.shown, options.item ? " under the item " + *options.item : ""),
                      {{"reason", std::string(code_of(Reason::not_linked))}}});
  }
  auto const& environment = context.environment();
  bool const desktop = environment.get("DISPLAY") || environment.get("WAYLAND_DISPLAY");
  bool const shown = !options.print && !out.json() && desktop && is_terminal(1) && browse(addresses.front());
  if (!shown) {
    for (auto const& address : addresses) out.line(address);
  }
  out.result(json::Object{{"links", std::move(urls)}});
  return 0;
}

}  // namespace

void register_link_open(App& app) {
  auto options = std::make_shared<Options>();
  app.command("link open", "Open the linked record in Dynamics.")
      .details("Opens the browser on a desktop; elsewhere, or with --print, the address is printed.")
      .argument("KEY", options->reference, "The issue's key or page, or the record's id, number or page.", true)
      .value("--item", "ITEM", options->item, "The link under this item, where there are several.")
      .flag("--print", options->print, "Only print the address.")
      .example("tandem link open SUP-12", "The case behind an issue.")
      .example("tandem link open SUP-12 --print", "Its address, for a script.")
      .exits({3, 4, 5, 9, 11})
      .run([options](Context& context) { return open(context, *options); });
}

}  // namespace tandem::cli
