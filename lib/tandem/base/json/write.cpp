#include <tandem/base/json/write.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tandem::json {

namespace {

void write_string(std::string& out, std::string_view text) {
  out += '"';
  for (char const c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

enum class Style { compact, pretty, canonical };

void write(std::string& out, Value const& value, Style style, std::size_t indent) {
  auto const line = [&](std::size_t depth) {
    if (style == Style::pretty) out += '\n' + std::string(depth * 2, ' ');
  };
  if (value.is_null()) {
    out += "null";
  } else if (auto const* flag = value.if_bool()) {
    out += *flag ? "true" : "false";
  } else if (auto const* number = value.if_number()) {
    out += number->text;
  } else if (auto const* text = value.if_string()) {
    write_string(out, *text);
  } else if (auto const* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      line(indent + 1);
      write(out, (*array)[i], style, indent + 1);
    }
    if (!array->empty()) line(indent);
    out += ']';
  } else {
    std::vector<Member const*> members;
    for (auto const& member : value.members()) members.push_back(&member);
    if (style == Style::canonical) {
      std::sort(members.begin(), members.end(), [](auto const* a, auto const* b) { return a->first < b->first; });
    }
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ',';
      line(indent + 1);
      write_string(out, members[i]->first);
      out += style == Style::pretty ? ": " : ":";
      write(out, members[i]->second, style, indent + 1);
    }
    if (!members.empty()) line(indent);
    out += '}';
  }
}

std::string written(Value const& value, Style style) {
  std::string out;
  write(out, value, style, 0);
  return out;
}

}  // namespace

std::string to_text(Value const& value) { return written(value, Style::compact); }
std::string to_pretty(Value const& value) { return written(value, Style::pretty); }
std::string to_canonical(Value const& value) { return written(value, Style::canonical); }

}  // namespace tandem::json
