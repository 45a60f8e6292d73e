#include "jira/adf/grammar.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "jira/adf/rules.hpp"

namespace sandbox::jira {

namespace {

using tandem::json::Value;
using Fault = std::optional<std::string>;

std::vector<std::string_view> words(std::string_view text, char between = ' ') {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    auto const end = std::min(text.find(between), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

struct AttrRule {
  std::string_view name, type;
  bool required = false;
};
struct Attrs {
  std::vector<AttrRule> rules;
  bool present = false;  // must be there
  [[nodiscard]] AttrRule const* find(std::string_view name) const {
    auto const found = std::find_if(rules.begin(), rules.end(), [&](AttrRule const& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : &*found;
  }
};
struct Child {
  std::string_view type;
  bool marks_allowed = false;  // the key `marks` may be there
  std::vector<std::string_view> marks;
};
struct Node {
  Attrs attrs;
  std::vector<Child> children;
  bool has_content = false, content_required = false;
  std::size_t least = 0, most = SIZE_MAX;
};
struct Grammar {
  std::multimap<std::string_view, Node> nodes;
  std::map<std::string_view, Attrs> marks;
};

Attrs read_attrs(std::string_view text) {
  Attrs out;
  for (auto const word : words(text)) {
    if (word == "!") {
      out.present = true;
      continue;
    }
    auto const colon = word.find(':');
    auto name = word.substr(0, colon);
    bool const required = name.back() == '!';
    if (required) name.remove_suffix(1);
    out.rules.push_back({name, word.substr(colon + 1), required});
    out.present = out.present || required;
  }
  return out;
}

void add_children(std::vector<Child>& out, std::string_view text) {
  for (auto const word : words(text)) {
    if (word.front() == '@') {
      for (auto const& group : adf::kGroups) {
        if (group.name == word) add_children(out, group.text);
      }
      continue;
    }
    auto const colon = word.find(':');
    Child child{word.substr(0, colon), colon != std::string_view::npos, {}};
    if (child.marks_allowed) child.marks = words(word.substr(colon + 1), ',');
    out.push_back(std::move(child));
  }
}

std::size_t whole(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Node read_node(adf::NodeRule const& rule) {
  Node out;
  out.attrs = read_attrs(rule.attrs);
  if (rule.content.empty()) return out;
  auto const blank = rule.content.find(' ');
  auto const count = rule.content.substr(0, blank);
  out.has_content = true;
  out.content_required = count != "*";
  if (count == "+") out.least = 1;
  if (auto const dash = count.find('-'); dash != std::string_view::npos) {
    out.least = whole(count.substr(0, dash));
    out.most = whole(count.substr(dash + 1));
  }
  add_children(out.children, rule.content.substr(blank + 1));
  return out;
}

Grammar const& grammar() {
  static Grammar const read = [] {
    Grammar out;
    for (auto const& rule : adf::kNodes) out.nodes.emplace(rule.type, read_node(rule));
    for (auto const& mark : adf::kMarks) out.marks.emplace(mark.name, read_attrs(mark.text));
    return out;
  }();
  return read;
}

bool is_color(std::string_view text, bool alpha) {
  if (text.size() != 7 && !(alpha && text.size() == 9)) return false;
  return text.front() == '#' && text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

bool is_number_in(Value const& value, std::string_view range) {
  if (!value.is_number()) return false;
  if (range.empty()) return true;
  auto const dash = range.find('-');
  double number = 0;
  auto const& text = value.if_number()->text;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number >= static_cast<double>(whole(range.substr(0, dash))) &&
         number <= static_cast<double>(whole(range.substr(dash + 1)));
}

bool all_of_items(Value const& value, auto const& test) {
  return value.is_array() && std::all_of(value.items().begin(), value.items().end(), test);
}

bool fits(Value const& value, std::string_view type) {
  if (type == "?") return true;
  if (type == "s") return value.is_string();
  if (type == "s1") return value.is_string() && !value.text().empty();
  if (type == "b") return value.is_bool();
  if (type == "c") return is_color(value.text(), false);
  if (type == "C") return is_color(value.text(), true);
  if (type == "S") return !value.items().empty() && all_of_items(value, [](Value const& item) { return item.is_string(); });
  if (type == "N") return all_of_items(value, [](Value const& item) { return item.is_number(); });
  if (type == "k") {
    auto const names = words("neutral purple blue red yellow green");
    return is_color(value.text(), false) || std::find(names.begin(), names.end(), value.text()) != names.end();
  }
  if (type == "n" || (type.front() == 'n' && type.size() > 1 && type[1] >= '0' && type[1] <= '9'))
    return is_number_in(value, type.substr(1));
  auto const choices = words(type, '|');
  return value.is_string() && std::find(choices.begin(), choices.end(), value.text()) != choices.end();
}

Fault attrs_fault(Value const& holder, Attrs const& rules) {
  if (!holder.has("attrs")) return rules.present ? Fault("attrs are missing") : std::nullopt;
  auto const& attrs = holder["attrs"];
  if (!attrs.is_object()) return "attrs: not an object";
  if (rules.rules.empty()) return "attrs: not allowed here";
  for (auto const& [name, value] : attrs.members()) {
    auto const* rule = rules.find(name);
    if (rule == nullptr) return "attrs/" + name + ": unknown";
    if (!fits(value, rule->type)) return "attrs/" + name + ": not an allowed value";
  }
  for (auto const& rule : rules.rules) {
    if (rule.required && !attrs.has(rule.name)) return "attrs/" + std::string(rule.name) + " is missing";
  }
  return std::nullopt;
}

Fault marks_fault(Value const& marks) {
  if (!marks.is_array()) return "marks: not a list";
  for (auto const& mark : marks.items()) {
    auto const type = mark["type"].text();
    auto const known = grammar().marks.find(type);
    if (known == grammar().marks.end()) return "marks: unknown mark '" + std::string(type) + "'";
    for (auto const& [key, value] : mark.members()) {
      if (key != "type" && key != "attrs") return "marks/" + std::string(type) + "/" + key + ": unknown";
    }
    if (auto fault = attrs_fault(mark, known->second)) return "marks/" + std::string(type) + "/" + *fault;
  }
  return std::nullopt;
}

// May a node of this type with these marks stand among these children?
Fault place_fault(Value const& node, std::vector<Child> const& children) {
  auto const type = node["type"].text();
  auto const& marks = node["marks"];
  bool type_seen = false;
  for (auto const& child : children) {
    if (child.type != type) continue;
    type_seen = true;
    if (!node.has("marks")) return std::nullopt;
    if (!child.marks_allowed) continue;
    bool const all = std::all_of(marks.items().begin(), marks.items().end(), [&](Value const& mark) {
      return std::find(child.marks.begin(), child.marks.end(), mark["type"].text()) != child.marks.end();
    });
    if (all) return std::nullopt;
  }
  return type_seen ? "marks: this combination is not allowed here"
                   : "a node of type '" + std::string(type) + "' is not allowed here";
}

Fault node_fault(Value const& node);

Fault content_fault(Value const& node, Node const& rule) {
  if (!node.has("content")) return rule.content_required ? Fault("content is missing") : std::nullopt;
  if (!rule.has_content) return "content: not allowed here";
  auto const& content = node["content"];
  if (!content.is_array()) return "content: not a list";
  if (content.items().size() < rule.least || content.items().size() > rule.most) return "content: wrong number of nodes";
  for (std::size_t i = 0; i < content.items().size(); ++i) {
    auto const& child = content.items()[i];
    auto fault = place_fault(child, rule.children);
    if (!fault) fault = node_fault(child);
    if (fault) return "content/" + std::to_string(i) + "/" + *fault;
  }
  return std::nullopt;
}

Fault shape_fault(Value const& node) {
  auto const type = node["type"].text();
  for (auto const& [key, value] : node.members()) {
    bool const known = key == "type" || key == "attrs" || key == "content" || key == "marks" ||
                       (key == "text" && type == "text") || (key == "version" && type == "doc");
    if (!known) return key + ": unknown";
  }
  if (type == "text" && node["text"].text().empty()) return "text: must have at least one character";
  if (type == "doc" && node["version"].integer() != 1) return "version: must be 1";
  if (node.has("marks")) return marks_fault(node["marks"]);
  return std::nullopt;
}

Fault node_fault(Value const& node) {
  if (!node.is_object()) return "not an object";
  auto const type = node["type"].text();
  auto const [first, last] = grammar().nodes.equal_range(type);
  if (first == last) return "unknown type '" + std::string(type) + "'";
  if (auto fault = shape_fault(node)) return fault;
  Fault fault;
  for (auto it = first; it != last; ++it) {
    fault = attrs_fault(node, it->second.attrs);
    if (!fault) fault = content_fault(node, it->second);
    if (!fault) return std::nullopt;
  }
  return fault;
}

}  // namespace

std::optional<std::string> adf_fault(Value const& document) {
  if (document["type"].text() != "doc") return "type: must be 'doc'";
  if (document.has("marks")) return "marks: not allowed here";
  return node_fault(document);
}

}  // namespace sandbox::jira
