#include "cli/output.hpp"

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::cli {

Output::Output(Options options, Sink out, Sink err, Redactor const& redactor)
    : options_(options), out_(std::move(out)), err_(std::move(err)), redactor_(redactor) {}

void Output::result(json::Value const& value) {
  if (json()) out_(redactor_.clean(json::to_pretty(value)) + "\n");
}

void Output::json_line(json::Value const& value) { out_(redactor_.clean(json::to_text(value)) + "\n"); }

void Output::line(std::string_view text, Style style) {
  if (json()) return;
  auto const clean = text::printable(redactor_.clean(text), true);
  out_(styled(clean, style, options_.colour_out) + "\n");
}

void Output::table(Table const& table) {
  if (!json()) out_(redactor_.clean(table.render(options_.width, options_.colour_out)));
}

void Output::note(std::string_view text) {
  if (!options_.quiet) err_line(text::printable(text, true));
}

void Output::warning(std::string_view text) {
  err_line(styled("tandem: warning:", Style::warning, options_.colour_err) + " " + text::printable(text));
}

void Output::status_line(std::string_view text) {
  if (!options_.progress) return;
  if (text.empty() && !status_shown_) return;
  err_("\r\x1b[K" + text::printable(redactor_.clean(text)));
  status_shown_ = !text.empty();
}

void Output::error(Error const& error, int code) {
  auto const cure = error.find("cure");
  if (json()) {
    json::Object object{{"type", "exit_error"}, {"code", code}, {"kind", name_of(error.kind)}, {"message", error.message}};
    if (!cure.empty()) object.set("cure", cure);
    json::Object context;
    for (auto const& [key, value] : error.context) {
      if (key != "cure" && context.find(key) == nullptr) context.set(key, value);
    }
    if (!context.empty()) object.set("context", std::move(context));
    err_line(json::to_text(object));
    return;
  }
  Error shown{error.kind, error.message, {}};
  for (auto const& pair : error.context) {
    if (pair.first != "cure") shown.context.push_back(pair);
  }
  auto line = styled("tandem: error:", Style::bad, options_.colour_err) + " " + text::printable(shown.to_line());
  if (!cure.empty()) line += (line.back() == '?' ? " " : ": ") + text::printable(cure);
  err_line(line);
}

void Output::err_line(std::string_view text) {
  status_line("");
  err_(redactor_.clean(text) + "\n");
}

}  // namespace tandem::cli
