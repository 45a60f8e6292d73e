// `explain`: why something was done or not (SPEC X). A reason's code gives its sentence and its cure.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <tandem/mapping/reason.hpp>

#include "cli/app.hpp"
#include "cli/context.hpp"
#include "cli/suggest.hpp"
#include "commands.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> what;
};

ReasonText const* reason_named(std::string_view code) {
  auto const all = all_reasons();
  auto const found = std::find_if(all.begin(), all.end(), [&](ReasonText const& one) { return one.code == code; });
  return found == all.end() ? nullptr : &*found;
}

int explain_reason(Output& out, ReasonText const& reason) {
  out.line(reason.code, Style::strong);
  out.line(fmt::format("  {}", reason.sentence));
  out.line(fmt::format("  what to do: {}", reason.cure));
  out.result(json::Object{{"code", reason.code}, {"sentence", reason.sentence}, {"cure", reason.cure}});
  return 0;
}

Result<int> explain(Context& context, Options const& options) {
  if (auto const* const reason = reason_named(*options.what)) return explain_reason(context.out(), *reason);
  std::vector<std::string> codes;
  for (auto const& reason : all_reasons()) codes.emplace_back(reason.code);
  return fail(Error{ErrorKind::not_found,
                    fmt::format("there is no reason {}{}", *options.what, did_you_mean(*options.what, codes)),
                    {{"cure", "`tandem help reasons` lists them"}}});
}

}  // namespace

void register_explain(App& app) {
  auto options = std::make_shared<Options>();
  app.command("explain", "Say what a reason means and what to do about it.")
      .argument("REASON", options->what, "A reason's code, as any command prints it.", true)
      .example("tandem explain before-baseline", "What this reason means. `tandem help reasons` lists all of them.")
      .exits({9})
      .run([options](Context& context) { return explain(context, *options); });
}

}  // namespace tandem::cli
