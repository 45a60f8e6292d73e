#include <tandem/base/log/log.hpp>

#include <algorithm>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::error: return "error";
    case Level::warn: return "warn";
    case Level::info: return "info";
    case Level::debug: break;
  }
  return "debug";
}

void Redactor::add(std::string_view secret) {
  if (secret.size() < 6) return;
  std::lock_guard const hold(mutex_);
  if (std::find(secrets_.begin(), secrets_.end(), secret) == secrets_.end()) secrets_.emplace_back(secret);
}

std::string Redactor::clean(std::string_view text) const {
  std::string out(text);
  std::lock_guard const hold(mutex_);
  for (auto const& secret : secrets_) {
    for (auto at = out.find(secret); at != std::string::npos; at = out.find(secret, at + 3))
      out.replace(at, secret.size(), "***");
  }
  return out;
}

void Log::operator()(Level level, std::string_view name, std::vector<LogField> fields) const {
  if (!wants(level)) return;
  for (auto& field : fields) field.second = redactor_.clean(field.second);
  std::lock_guard const hold(mutex_);
  sink_(LogEvent{level, std::string(name), std::move(fields)});
}

std::string to_logfmt(LogEvent const& event) {
  std::string line = "level=" + std::string(name_of(event.level)) + " event=" + event.name;
  for (auto const& [key, value] : event.fields) {
    bool const plain = !value.empty() && value.find_first_of(" \"=\\") == std::string::npos;
    line += " " + key + "=" + (plain ? text::printable(value) : json::to_text(json::Value(text::printable(value))));
  }
  return line;
}

std::string to_json_line(LogEvent const& event) {
  json::Object object{{"level", name_of(event.level)}, {"event", event.name}};
  for (auto const& [key, value] : event.fields) object.set(key, value);
  return json::to_text(object);
}

}  // namespace tandem
