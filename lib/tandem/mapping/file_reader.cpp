#include <tandem/mapping/file_reader.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/suggest.hpp>

namespace tandem::mapping {

std::string kind_of(json::Value const& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return value.truthy() ? "true" : "false";
  if (value.is_number()) return fmt::format("the number {}", value.scalar_text());
  if (value.is_string()) return fmt::format("the text \"{}\"", text::cut_code_points(value.text(), 40));
  return value.is_array() ? "a list" : "an object";
}

Section::Section(FileReader& reader, json::Value const& value, Path path)
    : reader_(reader), value_(value), path_(std::move(path)) {
  if (!value.is_object()) reader_.fault(path_, fmt::format("found {}, expected an object {{…}}", kind_of(value)));
}

bool Section::has(std::string_view key) const { return value_.has(key); }

json::Value const* Section::any(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  return value_.members().find(key);
}

json::Value const* Section::typed(std::string_view key, bool (json::Value::*is)() const, std::string_view expected) {
  auto const* found = any(key);
  if (found == nullptr) return nullptr;
  if ((found->*is)()) return found;
  fault(key, fmt::format("found {}, expected {}", kind_of(*found), expected));
  return nullptr;
}

std::optional<std::string> Section::text(std::string_view key) {
  auto const* found = typed(key, &json::Value::is_string, "a text");
  if (found == nullptr) return std::nullopt;
  if (text::trimmed(found->text()).empty()) {
    fault(key, "found an empty text; leave the key out or fill it");
    return std::nullopt;
  }
  return std::string(found->text());
}

std::string Section::required_text(std::string_view key, std::string_view what) {
  if (!has(key) && value_.is_object()) reader_.fault(path_, fmt::format("\"{}\" is missing: {}", key, what));
  return text(key).value_or("");
}

std::optional<bool> Section::flag(std::string_view key) {
  auto const* found = typed(key, &json::Value::is_bool, "true or false");
  if (found == nullptr) return std::nullopt;
  return found->truthy();
}

std::optional<std::int64_t> Section::number(std::string_view key, std::int64_t least, std::int64_t most) {
  auto const* found = any(key);
  if (found == nullptr) return std::nullopt;
  auto const number = found->integer();
  if (number && *number >= least && *number <= most) return number;
  fault(key, fmt::format("found {}, expected a whole number from {} to {}", kind_of(*found), least, most));
  return std::nullopt;
}

std::optional<std::string> Section::text_or_number(std::string_view key) {
  auto const* found = any(key);
  if (found == nullptr) return std::nullopt;
  bool const fits = found->integer() || (found->is_string() && !text::trimmed(found->text()).empty());
  if (fits) return found->scalar_text();
  fault(key, fmt::format("found {}, expected a label or an id", kind_of(*found)));
  return std::nullopt;
}

std::optional<std::size_t> Section::one_of(std::string_view key, std::vector<std::string> const& names) {
  auto const* found = typed(key, &json::Value::is_string, listed(names));
  if (found == nullptr) return std::nullopt;
  auto const at = std::find(names.begin(), names.end(), found->text());
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  fault(key, fmt::format("found \"{}\", expected {}{}", found->text(), listed(names), did_you_mean(found->text(), names)));
  return std::nullopt;
}

json::Array const* Section::list(std::string_view key) {
  auto const* found = typed(key, &json::Value::is_array, "a list […]");
  return found != nullptr ? found->if_array() : nullptr;
}

std::vector<std::string> Section::texts(std::string_view key) {
  std::vector<std::string> out;
  auto const* found = list(key);
  if (found == nullptr) return out;
  for (std::size_t i = 0; i < found->size(); ++i) {
    auto const& element = (*found)[i];
    if (element.is_string() && !text::trimmed(element.text()).empty()) {
      out.emplace_back(element.text());
    } else {
      reader_.fault(at(key) / i, fmt::format("found {}, expected a text", kind_of(element)));
    }
  }
  return out;
}

void Section::close() {
  for (auto const& [key, value] : value_.members()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    auto const hint = did_you_mean(key, known_);
    // One slip is one fault: a required key that is misspelt is not missing as well.
    if (auto const meant = closest(key, known_); !meant.empty() && !has(meant)) {
      auto const missing = fmt::format("\"{}\" is missing", meant);
      std::erase_if(reader_.faults,
                    [&](Fault const& fault) { return fault.path == path_.text() && fault.message.starts_with(missing); });
    }
    auto message = hint.empty() ? fmt::format("unknown key; known here: {}", listed(known_, 30)) : "unknown key" + hint;
    reader_.faults.push_back(fault_at_key(reader_.text, reader_.root, path_ / key, std::move(message)));
  }
}

}  // namespace tandem::mapping
