#include "cli/output.hpp"

#include <algorithm>
#include <array>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::cli {

namespace {

// The headers in which the services name a request (contracts: dataverse.md, jira.md), the one that support asks for first.
constexpr std::array<std::string_view, 5> kRequestIds{"x-ms-service-request-id", "REQ_ID", "Atl-Traceid", "X-Arequestid",
                                                      "x-ms-request-id"};

std::string_view request_id_in(std::string_view text) {
  constexpr std::string_view kKey = "request-id=";
  auto const at = text.find(kKey);
  if (at == std::string_view::npos) return {};
  auto const id = text.substr(at + kKey.size());
  return id.substr(0, id.find_first_of(",) "));
}

}  // namespace

Output::Output(Options options, Sink out, Sink err, Redactor const& redactor)
    : options_(options), out_(std::move(out)), err_(std::move(err)), redactor_(redactor) {}

void Output::result(json::Value const& value) {
  if (!json()) return;
  std::lock_guard const hold(mutex_);
  status_line("");
  out_(redactor_.clean(json::to_pretty(value)) + "\n");
}

void Output::json_line(json::Value const& value) {
  std::lock_guard const hold(mutex_);
  status_line("");
  out_(redactor_.clean(json::to_text(value)) + "\n");
}

void Output::line(std::string_view text, Style style) {
  if (json()) return;
  std::lock_guard const hold(mutex_);
  status_line("");
  auto const clean = text::printable(redactor_.clean(text), true);
  out_(styled(clean, style, options_.colour_out) + "\n");
}

void Output::table(Table const& table) {
  if (json()) return;
  std::lock_guard const hold(mutex_);
  status_line("");
  out_(redactor_.clean(table.render(options_.width, options_.colour_out)));
}

void Output::note(std::string_view text, About const& about) {
  if (options_.quiet) return;
  if (options_.log_json) return tell(Level::info, text, about);
  err_line(text::printable(text, true));
}

void Output::warning(std::string_view text, About const& about) {
  if (options_.log_json) return tell(Level::warn, text, about);
  err_line(styled("tandem: warning:", Style::warning, options_.colour_err) + " " + text::printable(text));
}

void Output::summary(std::string_view text, json::Object const& about) {
  if (!options_.log_json || options_.quiet) return;
  auto line = log_line(Level::info, text);
  for (auto const& [key, value] : about) {
    if (line.find(key) == nullptr) line.set(key, value);
  }
  err_line(json::to_text(line));
}

void Output::event(LogEvent const& event) {
  if (!options_.log_json) return err_line(to_logfmt(event));
  std::string spoken = event.name;
  std::replace(spoken.begin(), spoken.end(), '_', ' ');
  auto line = log_line(event.level, spoken);
  line.set("event", event.name);
  for (auto const& [key, value] : event.fields) {
    // A field that is called like one of the line's own says it better ("message"), but for those that make it a line of the log.
    if (key != "time" && key != "level" && key != "run" && key != "event") line.set(key, value);
    bool const id = std::find(kRequestIds.begin(), kRequestIds.end(), key) != kRequestIds.end();
    if (id && line.find("requestId") == nullptr) line.set("requestId", value);
  }
  err_line(json::to_text(line));
}

void Output::status_line(std::string_view text) {
  if (!options_.progress) return;
  std::lock_guard const hold(mutex_);
  if (text.empty() && !status_shown_) return;
  auto shown = text::printable(redactor_.clean(text));
  // A line that wraps could not be taken back.
  auto const most = options_.width_err > 1 ? options_.width_err - 1 : 79;
  while (text::display_width(shown) > most) shown = text::cut_code_points(shown, text::code_points(shown) - 1);
  err_("\r\x1b[K" + shown);
  status_shown_ = !text.empty();
}

json::Object Output::log_line(Level level, std::string_view message) const {
  auto const at = options_.now ? options_.now() : std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  json::Object line{{"time", to_rfc3339(at)}, {"level", name_of(level)}};
  if (!run_.empty()) line.set("run", run_);
  // Before it is written as JSON: a secret with a quote in it would not be known again afterwards.
  line.set("message", redactor_.clean(message));
  return line;
}

void Output::add(json::Object& line, std::string_view key, std::string_view value) const {
  if (!value.empty() && line.find(key) == nullptr) line.set(std::string(key), redactor_.clean(value));
}

void Output::tell(Level level, std::string_view text, About const& about) {
  auto line = log_line(level, text);
  for (auto const& [key, value] : about) add(line, key, value);
  // Errors that became text on their way carry the id in brackets (Error::to_line).
  add(line, "requestId", request_id_in(text));
  err_line(json::to_text(line));
}

void Output::error(Error const& error, int code) {
  auto const cure = error.find("cure");
  if (json() || options_.log_json) {
    json::Object object;
    if (options_.log_json) object = log_line(Level::error, error.message);
    json::Object said{{"type", "exit_error"}, {"code", code}, {"kind", name_of(error.kind)}, {"message", error.message}};
    for (auto const& [key, value] : said) object.set(key, value);
    if (options_.log_json) {
      for (auto const* const key : {"item", "reason"}) add(object, key, error.find(key));
      add(object, "requestId", error.find("request-id"));
    }
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

void Output::ended(int code, std::string_view meaning, std::string_view cure) {
  if (!options_.log_json || code == 0 || code == 10) return;
  auto line = log_line(Level::error, meaning);
  line.set("type", "exit_error");
  line.set("code", code);
  if (cure != "nothing") add(line, "cure", cure);
  err_line(json::to_text(line));
}

void Output::err_line(std::string_view text) {
  std::lock_guard const hold(mutex_);
  status_line("");
  err_(redactor_.clean(text) + "\n");
}

}  // namespace tandem::cli
