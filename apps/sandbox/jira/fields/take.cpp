#include "jira/fields/take.hpp"

#include <algorithm>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

#include "jira/adf/grammar.hpp"
#include "jira/adf/text.hpp"
#include "jira/fields/duration.hpp"

namespace sandbox::jira {

namespace {

constexpr std::size_t kLongText = 32767;  // contract §5
constexpr std::size_t kShortText = 255;

tl::unexpected<std::string> wrong(std::string text) { return tl::unexpected<std::string>(std::move(text)); }

// {"id":…} or {"<name>":…}, ids as text or number; finds the one entity that is meant.
template <class Items, class Matches>
auto const* pick(Items const& items, json::Value const& sent, std::string_view name, Matches const& named) {
  auto const id = sent["id"].scalar_text();
  auto const found = std::find_if(items.begin(), items.end(), [&](auto const& item) {
    return id.empty() ? !sent[name].text().empty() && named(item, sent[name].text()) : item.id == id;
  });
  return found == items.end() ? nullptr : &*found;
}

Taken take_line(Site const& site, Field const& field, json::Value const& sent) {
  if (!sent.is_string()) return wrong("Operation value must be a string");
  auto const text = sent.text();
  bool const summary = field.id == "summary";
  if (text.find_first_of("\r\n") != std::string_view::npos) {
    return wrong(summary ? "The summary is invalid because it contains newline characters."
                         : "The value is invalid because it contains newline characters.");
  }
  if (tandem::text::utf16_units(text) > (summary ? static_cast<std::size_t>(site.settings.summary_limit) : kShortText)) {
    return wrong(summary ? "Summary must be less than 255 characters."
                         : "The entered text is too long. It exceeds the allowed limit of 255 characters.");
  }
  if (tandem::text::trimmed(text).empty())
    return summary ? Taken(wrong("You must specify a summary of the issue.")) : Taken(json::Value());
  return sent;
}

Taken take_url(json::Value const& sent) {
  if (!sent.is_string()) return wrong("Operation value must be a string");
  auto const text = sent.text();
  if (text.empty()) return json::Value();
  auto const scheme = text.find("://");
  bool const absolute =
      scheme != std::string_view::npos && scheme > 0 && scheme + 3 < text.size() && text.find(' ') == std::string_view::npos;
  if (!absolute) return wrong("Not a valid URL");
  return sent;
}

Taken take_label(json::Value const& sent) {
  if (!sent.is_string()) return wrong("Operation value must be a string");
  auto const text = sent.text();
  if (text.empty()) return wrong("A label cannot be empty.");
  if (text.find_first_of(" \t\r\n") != std::string_view::npos)
    return wrong("The label '" + std::string(text) + "' contains spaces which is invalid.");
  if (tandem::text::utf16_units(text) > kShortText)
    return wrong("The label '" + std::string(text) + "' is too long. It exceeds the limit of 255 characters.");
  return sent;
}

Taken take_option(Field const& field, json::Value const& sent) {
  if (!sent.is_object()) return wrong("Specify a valid 'id' or 'name' for " + field.name.name);
  auto const* option = pick(field.options, sent, "value", [](Option const& held, auto text) { return held.value.is(text); });
  if (option == nullptr || option->disabled) {
    auto const id = sent["id"].scalar_text();
    return wrong(id.empty() ? "Option value '" + std::string(sent["value"].text()) + "' is not valid"
                            : "Option id '" + id + "' is not valid");
  }
  return json::Value(option->id);
}

Taken take_cascade(Field const& field, json::Value const& sent) {
  auto const parent = take_option(field, sent);
  if (!parent) return parent;
  json::Object out{{"id", *parent}};
  auto const& child = sent["child"];
  if (!child.is_null()) {
    auto const* option = find_option(field.options, parent->text());
    auto const* chosen =
        pick(option->children, child, "value", [](Option const& held, auto text) { return held.value.is(text); });
    if (chosen == nullptr) return wrong("Option id '" + child["id"].scalar_text() + "' is not valid");
    out.set("child", chosen->id);
  }
  return json::Value(std::move(out));
}

Taken take_user(Destination const& to, json::Value const& sent) {
  auto const id = sent["accountId"].is_string() ? sent["accountId"].text() : sent["id"].text();
  if (!sent.is_object() || id.empty()) return wrong("Specify a valid value: an object with 'accountId'");
  auto const* account = to.site.definition.account(id);
  if (account == nullptr || !account->active) return wrong("User '" + std::string(id) + "' does not exist.");
  return json::Value(account->id);
}

Taken take_group(Destination const& to, json::Value const& sent) {
  for (auto const& group : to.site.definition.groups) {
    if (group.id == sent["groupId"].text() || (!sent.has("groupId") && group.name == sent["name"].text()))
      return json::Value(group.id);
  }
  return wrong("Could not find the group.");
}

Taken take_priority(Destination const& to, json::Value const& sent) {
  auto const* found =
      pick(to.site.definition.priorities, sent, "name", [](Priority const& held, auto text) { return held.name.is(text); });
  auto const& allowed = to.project.priorities;
  bool const usable =
      found != nullptr && (allowed.empty() || std::find(allowed.begin(), allowed.end(), found->id) != allowed.end());
  if (!usable) return wrong("Specify a valid 'id' or 'name' for Priority");
  return json::Value(found->id);
}

Taken take_resolution(Destination const& to, json::Value const& sent) {
  auto const* found =
      pick(to.site.definition.resolutions, sent, "name", [](Resolution const& held, auto text) { return held.name.is(text); });
  if (found == nullptr) return wrong("Specify a valid 'id' or 'name' for Resolution");
  return json::Value(found->id);
}

Taken take_component(Destination const& to, json::Value const& sent) {
  auto const* found =
      pick(to.project.components, sent, "name", [](Component const& held, auto text) { return held.name == text; });
  if (found == nullptr) return wrong("Component name '" + std::string(sent["name"].text()) + "' is not valid");
  return json::Value(found->id);
}

Taken take_version(Destination const& to, json::Value const& sent) {
  auto const* found = pick(to.project.versions, sent, "name", [](Version const& held, auto text) { return held.name == text; });
  if (found == nullptr) return wrong("Version name '" + std::string(sent["name"].text()) + "' is not valid");
  return json::Value(found->id);
}

Taken take_parent(Destination const& to, json::Value const& sent) {
  auto const named = sent["id"].is_null() ? std::string(sent["key"].text()) : sent["id"].scalar_text();
  auto const* issue = named.empty() ? nullptr : to.site.store.find(named);
  if (issue == nullptr) return wrong("Could not find issue by id or key.");
  return json::Value(std::to_string(issue->id));
}

Taken take_tracking(json::Value const& sent) {
  if (!sent.is_object()) return wrong("Operation value must be an object");
  json::Object out;
  for (auto const& [name, key] : {std::pair{"originalEstimate", "original"}, std::pair{"remainingEstimate", "remaining"}}) {
    auto const text = sent[name].scalar_text();
    if (text.empty()) continue;
    auto const seconds = duration_seconds(text);
    if (!seconds) return wrong("'" + text + "' is not a valid duration.");
    out.set(key, *seconds);
  }
  // Jira fills the other half of a first estimate.
  if (!out.empty()) {
    if (out.find("remaining") == nullptr) out.set("remaining", json::Value(*out.find("original")));
    if (out.find("original") == nullptr) out.set("original", json::Value(*out.find("remaining")));
  }
  return json::Value(std::move(out));
}

Taken take_sprint(Destination const& to, json::Value const& sent) {
  auto const& sprints = to.site.definition.sprints;
  auto const id = sent.integer();
  bool const known = id && std::any_of(sprints.begin(), sprints.end(), [&](Sprint const& held) { return held.id == *id; });
  if (!known) return wrong("Number value expected as the Sprint id.");
  return json::Value(json::Array{json::Value(*id)});
}

// One element of a list field.
Taken take_element(Destination const& to, Field const& field, json::Value const& sent) {
  switch (field.kind()) {
    case Kind::labels: return take_label(sent);
    case Kind::options: return take_option(field, sent);
    case Kind::components: return take_component(to, sent);
    case Kind::versions: return take_version(to, sent);
    case Kind::users: return take_user(to, sent);
    case Kind::groups: return take_group(to, sent);
    default: return wrong("Operation value must be a single value");
  }
}

bool is_list(Kind kind) {
  return kind == Kind::labels || kind == Kind::options || kind == Kind::components || kind == Kind::versions ||
         kind == Kind::users || kind == Kind::groups;
}

json::Value or_empty(json::Array list) { return list.empty() ? json::Value() : json::Value(std::move(list)); }

Taken take_list(Destination const& to, Field const& field, json::Value const& sent) {
  if (!sent.is_array()) return wrong("data was not an array");
  json::Array out;
  for (auto const& element : sent.items()) {
    auto taken = take_element(to, field, element);
    if (!taken) return taken;
    if (std::find(out.begin(), out.end(), *taken) == out.end()) out.push_back(std::move(*taken));
  }
  return or_empty(std::move(out));
}

}  // namespace

std::optional<std::string> rich_text_fault(Site const& site, json::Value const& document, bool strict) {
  constexpr auto kNotADocument = "Operation value must be an Atlassian Document (see the Atlassian Document Format)";
  if (!document.is_object() || document["type"].text() != "doc") return kNotADocument;
  if (strict) {
    if (auto const fault = adf_fault(document)) return std::string(kNotADocument) + ": " + *fault;
  }
  auto const length = tandem::text::utf16_units(site.settings.adf_length_of_json ? json::to_text(document) : adf_text(document));
  if (length > kLongText) return "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";
  return std::nullopt;
}

Taken take_value(Destination const& to, Field const& field, json::Value const& sent) {
  if (sent.is_null())
    return field.id == "summary" ? Taken(wrong("You must specify a summary of the issue.")) : Taken(json::Value());
  if (is_list(field.kind())) return take_list(to, field, sent);
  switch (field.kind()) {
    case Kind::line: return take_line(to.site, field, sent);
    case Kind::rich:
      if (auto fault = rich_text_fault(to.site, sent, to.strict_adf)) return wrong(std::move(*fault));
      return sent;
    case Kind::url: return take_url(sent);
    case Kind::number:
      if (!sent.is_number()) return wrong("Operation value must be a number");
      return sent;
    case Kind::date:
      if (!sent.is_string() || !tandem::parse_date(sent.text()))
        return wrong("Operation value must be a string in the format yyyy-MM-dd");
      return sent;
    case Kind::moment: {
      auto const at = tandem::parse_instant(sent.text());
      auto const text = sent.text();
      bool const odd = text.ends_with('Z') || (text.size() > 3 && text[text.size() - 3] == ':');  // an offset in other forms
      if (!sent.is_string() || !at || (odd && !to.site.settings.lenient_datetime))
        return wrong("Operation value must be a string in the format yyyy-MM-dd'T'HH:mm:ss.SSSZ");
      return json::Value(tandem::epoch_millis(*at));
    }
    case Kind::priority: return take_priority(to, sent);
    case Kind::option: return take_option(field, sent);
    case Kind::cascading: return take_cascade(field, sent);
    case Kind::version: return take_version(to, sent);
    case Kind::user: return take_user(to, sent);
    case Kind::group: return take_group(to, sent);
    case Kind::resolution: return take_resolution(to, sent);
    case Kind::parent: return take_parent(to, sent);
    case Kind::time_tracking: return take_tracking(sent);
    case Kind::sprint: return take_sprint(to, sent);
    case Kind::app: return sent;
    default: break;
  }
  return wrong("Field '" + field.id + "' cannot be set. It is not on the appropriate screen, or unknown.");
}

Taken take_operation(Destination const& to, Field const& field, json::Value const& stored, std::string_view operation,
                     json::Value const& sent) {
  auto const known = split_list(field.type->operations);
  if (std::find(known.begin(), known.end(), operation) == known.end()) {
    return wrong("Field '" + field.id + "' does not support operation '" + std::string(operation) + "'.");
  }
  if (operation == "set") return take_value(to, field, sent);
  if (operation == "edit") {  // of time tracking: only the halves that are named
    auto taken = take_tracking(sent);
    if (!taken) return taken;
    auto merged = stored;
    if (sent.has("originalEstimate")) merged.set("original", (*taken)["original"]);
    if (sent.has("remainingEstimate") || !stored.has("remaining")) merged.set("remaining", (*taken)["remaining"]);
    return merged;
  }
  auto taken = take_element(to, field, sent);
  if (!taken) return taken;
  auto list = stored.items();
  auto const held = std::find(list.begin(), list.end(), *taken);
  if (operation == "add" && held == list.end()) list.push_back(std::move(*taken));
  if (operation == "remove" && held != list.end()) list.erase(held);
  return or_empty(std::move(list));
}

}  // namespace sandbox::jira
