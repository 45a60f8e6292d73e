#include <tandem/link/reference.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/reason.hpp>

namespace tandem::link {

namespace {

constexpr std::size_t kMostText = 4000;

struct Address {
  std::string origin;  // "https://host:8443", lower case
  std::string path, query;  // as written, without "?" and fragment
};

std::optional<Address> address_of(std::string_view text) {
  auto const scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  auto const name = text::ascii_lower(text.substr(0, scheme));
  if (name != "http" && name != "https") return std::nullopt;
  text = text.substr(0, text.find('#'));
  auto const rest = text.substr(scheme + 3);
  auto const end = rest.find_first_of("/?");
  Address out;
  out.origin = name + "://" + text::ascii_lower(rest.substr(0, end));
  auto const own_port = name == "https" ? std::string_view(":443") : std::string_view(":80");
  if (out.origin.ends_with(own_port)) out.origin.resize(out.origin.size() - own_port.size());
  if (end == std::string_view::npos) return out;
  auto const target = rest.substr(end);
  auto const question = target.find('?');
  out.path = target.substr(0, question);
  if (question != std::string_view::npos) out.query = target.substr(question + 1);
  return out;
}

// A query parameter's decoded value; names compare without case.
std::string parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    auto const end = query.find('&');
    auto const pair = query.substr(0, end);
    auto const equals = pair.find('=');
    if (equals != std::string_view::npos && text::equal_ignoring_case(text::percent_decoded(pair.substr(0, equals)), name)) {
      return text::percent_decoded(pair.substr(equals + 1));
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

// A gateway or a site below a path still shows its pages at the same origin.
bool same_site(Address const& address, std::string_view url) {
  auto const own = address_of(url);
  return own && own->origin == address.origin;
}

tl::unexpected<Error> unreadable(std::string message) {
  return fail(Error{ErrorKind::usage, std::move(message), {{"reason", std::string(code_of(Reason::unreadable_reference))}}});
}

std::string shown(std::string_view text) { return std::string(text::cut_code_points(text, 120)); }

std::optional<std::string> key_in(Address const& address) {
  if (auto key = issue_key(parameter(address.query, "selectedIssue"))) return key;
  auto path = std::string_view(address.path);
  while (!path.empty()) {  // the last part of the path that is a key: …/queues/custom/7/SUP-12
    auto const slash = path.rfind('/');
    auto const part = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (auto key = issue_key(text::percent_decoded(part))) return key;
    if (slash == std::string_view::npos) break;
    path = path.substr(0, slash);
  }
  return std::nullopt;
}

Result<std::string> issue_at(Address const& address, std::string_view text) {
  if (auto key = key_in(address)) return std::move(*key);
  return unreadable(fmt::format(
      "{} is a page of this Jira site, but names no issue; give the issue's own page, such as …/browse/SUP-12", shown(text)));
}

Result<RecordReference> record_at(Address const& address, std::string_view text) {
  RecordReference out;
  out.entity = text::ascii_lower(parameter(address.query, "etn"));
  auto const id = normalized_uuid(parameter(address.query, "id"));
  auto const page = parameter(address.query, "pagetype");
  if (!id || out.entity.empty() || (!page.empty() && !text::equal_ignoring_case(page, "entityrecord"))) {
    return unreadable(fmt::format(
        "{} is a page of this organisation, but no record's; open the record and copy its address (main.aspx?…&etn=TABLE&id=ID)",
        shown(text)));
  }
  out.id = *id;
  return out;
}

tl::unexpected<Error> foreign(Address const& address, std::string_view expected) {
  return unreadable(fmt::format("{} is another site than this connection's, {}", address.origin, expected));
}

}  // namespace

std::optional<std::string> issue_key(std::string_view text) {
  auto const dash = text.rfind('-');
  if (dash == std::string_view::npos || dash < 2 || dash + 1 == text.size() || text.size() > 80) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool const digit = c >= '0' && c <= '9';
    bool const fits = i < dash ? letter || (i > 0 && (digit || c == '_')) : i == dash || digit;
    if (!fits || (i == dash + 1 && c == '0')) return std::nullopt;
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

Result<std::string> parse_issue(std::string_view text, Sites const& sites) {
  text = text::trimmed(text);
  if (auto const address = address_of(text)) {
    if (!same_site(*address, sites.jira_url)) return foreign(*address, sites.jira_url);
    return issue_at(*address, text);
  }
  if (auto key = issue_key(text)) return std::move(*key);
  return unreadable(fmt::format("\"{}\" is no issue; give its key, such as SUP-12, or the address of its page", shown(text)));
}

Result<RecordReference> parse_record(std::string_view text, Sites const& sites) {
  text = text::trimmed(text);
  if (auto const address = address_of(text)) {
    if (!same_site(*address, sites.organisation_url)) return foreign(*address, sites.organisation_url);
    return record_at(*address, text);
  }
  if (auto id = normalized_uuid(text)) return RecordReference{"", std::move(*id), ""};
  if (text.empty() || text.size() > kMostText || !text::is_valid(text)) {
    return unreadable("no record is named; give its id, its number or name, or the address of its page");
  }
  return RecordReference{"", "", std::string(text)};
}

Result<Reference> parse_reference(std::string_view text, Sites const& sites) {
  text = text::trimmed(text);
  Reference out;
  if (auto const address = address_of(text)) {
    bool const jira = same_site(*address, sites.jira_url);
    bool const dynamics = same_site(*address, sites.organisation_url);
    if (jira && (!dynamics || key_in(*address))) {
      TANDEM_TRY(out.key, issue_at(*address, text));
    } else if (dynamics) {
      TANDEM_TRY(out.record, record_at(*address, text));
    } else {
      return foreign(*address, fmt::format("{} and {}", sites.jira_url, sites.organisation_url));
    }
    return out;
  }
  out.key = issue_key(text);
  TANDEM_TRY(out.record, parse_record(text, sites));
  return out;
}

}  // namespace tandem::link
