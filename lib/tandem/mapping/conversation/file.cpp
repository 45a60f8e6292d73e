#include <tandem/mapping/conversation/file.hpp>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::conversation {

namespace {

constexpr std::size_t kMostName = 255;       // UTF-16 units, on both sides
constexpr std::size_t kMostExtension = 20;   // what is longer is no extension
constexpr std::u32string_view kRefused = U"<>:\"/\\|?*";

std::string_view extension_of(std::string_view name) {
  auto const dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot > kMostExtension) return {};
  return name.substr(dot);
}

bool is_listed(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    auto const end = list.find(';');
    if (text::equal_ignoring_case(text::trimmed(list.substr(0, end)), wanted)) return true;
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return false;
}

Report too_large(std::string_view name, std::uint64_t size, std::uint64_t most, std::string_view whose) {
  return {Reason::larger_than_limit,
          fmt::format("{} has {} bytes ({}); {} takes {} bytes", text::printable(name), size, shown_size(size), whose, most)};
}

}  // namespace

std::string file_name(std::string_view given) {
  auto const slash = given.find_last_of("/\\");
  if (slash != std::string_view::npos) given.remove_prefix(slash + 1);
  std::string clean;
  for (auto rest = given; !rest.empty();) {
    auto const c = text::next(rest);
    if (c == 0x2028 || c == 0x2029 || c == U'\t' || c == U'\n' || richtext::is_dropped(c)) continue;
    text::append(clean, kRefused.find(c) == std::u32string_view::npos ? c : U'_');
  }
  auto name = std::string(text::trimmed(clean));
  if (name.find_first_not_of('.') == std::string::npos) name.clear();  // "." and ".." are places
  if (name.empty()) return "file";
  if (text::utf16_units(name) <= kMostName) return name;
  auto const extension = std::string(extension_of(name));
  name.resize(name.size() - extension.size());
  return std::string(text::trimmed(text::cut_utf16(name, kMostName - text::utf16_units(extension)))) + extension;
}

std::optional<Report> refusal_of(std::string_view name, std::uint64_t size, std::uint64_t most_bytes, FileRules const& target,
                                 std::string_view mime_type) {
  if (!target.enabled) return Report{Reason::files_disabled, text::printable(name)};
  if (size > most_bytes) return too_large(name, size, most_bytes, "the item");
  if (target.most_bytes > 0 && size > target.most_bytes) return too_large(name, size, target.most_bytes, "the other system");
  if (target.most_base64 > 0 && base64_length(size) > target.most_base64)
    return too_large(name, size, target.most_base64 / 4 * 3, "the organisation, which counts a third more,");
  if (size == 0 && !target.takes_empty) return Report{Reason::empty_file, text::printable(name)};
  auto const extension = extension_of(name);
  if (!extension.empty() && is_listed(target.blocked_extensions, extension.substr(1)))
    return Report{Reason::blocked_file,
                  fmt::format("{}: the organisation blocks {}", text::printable(name), text::printable(extension))};
  bool const not_allowed = !target.allowed_types.empty() && !is_listed(target.allowed_types, mime_type);
  if (!mime_type.empty() && (not_allowed || is_listed(target.blocked_types, mime_type)))
    return Report{Reason::blocked_file,
                  fmt::format("{}: the organisation blocks {}", text::printable(name), text::printable(mime_type))};
  return std::nullopt;
}

std::string shown_size(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  if (bytes < 1024 * 1024) return fmt::format("{:.1f} KB", static_cast<double>(bytes) / 1024);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / (1024 * 1024));
}

}  // namespace tandem::mapping::conversation
