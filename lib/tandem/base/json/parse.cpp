#include <tandem/base/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_set>

#include <fmt/format.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace tandem::json {

namespace {

constexpr unsigned kFlags =
    rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;
constexpr unsigned kFlagsWithComments = kFlags | rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag;

// Builds Values from SAX events. Every handler answers false to stop the parse; `why` then says the reason.
class Builder {
 public:
  Builder(rapidjson::MemoryStream const& stream, Limits const& limits) : stream_(stream), limits_(limits) {}

  bool Null() { return add(Value{}); }
  bool Bool(bool value) { return add(Value{value}); }
  bool Int(int) { return stop("unexpected number event"); }
  bool Uint(unsigned) { return stop("unexpected number event"); }
  bool Int64(std::int64_t) { return stop("unexpected number event"); }
  bool Uint64(std::uint64_t) { return stop("unexpected number event"); }
  bool Double(double) { return stop("unexpected number event"); }
  bool RawNumber(char const* text, rapidjson::SizeType length, bool) {
    if (length > limits_.number_length) return stop("a number is too long");
    return add(Value{Number{std::string(text, length)}});
  }
  bool String(char const* text, rapidjson::SizeType length, bool) { return add(Value{std::string(text, length)}); }
  bool Key(char const* text, rapidjson::SizeType length, bool) {
    auto& open = stack_.back();
    open.key.assign(text, length);
    if (!open.keys.insert(open.key).second) return stop(fmt::format("the key \"{}\" stands twice", open.key));
    return true;
  }
  bool StartObject() { return open(Value{Object{}}); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(Value{Array{}}); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  Value root;
  std::string why;

 private:
  struct Open {
    Value value;
    std::string key;
    std::unordered_set<std::string> keys;
  };

  bool stop(std::string reason) {
    why = std::move(reason);
    return false;
  }
  bool open(Value value) {
    if (stack_.size() >= limits_.depth) return stop("nested too deeply");
    value.set_offset(offset());
    stack_.push_back(Open{std::move(value), {}, {}});
    return true;
  }
  bool close() {
    Value value = std::move(stack_.back().value);
    stack_.pop_back();
    auto const at = value.offset();
    return place(std::move(value), at);
  }
  bool add(Value value) {
    auto const at = offset();
    value.set_offset(at);
    return place(std::move(value), at);
  }
  bool place(Value value, std::uint32_t) {
    if (stack_.empty()) {
      root = std::move(value);
      return true;
    }
    auto& parent = stack_.back();
    if (auto* array = parent.value.if_array()) {
      array->push_back(std::move(value));
    } else {
      // Keys are checked for being new in Key(), so appending needs no search: parsing stays linear.
      parent.value.if_object()->append(std::move(parent.key), std::move(value));
      parent.key.clear();
    }
    return true;
  }
  [[nodiscard]] std::uint32_t offset() const {
    auto const tell = stream_.Tell();
    return static_cast<std::uint32_t>(tell > 0 ? tell - 1 : 0);
  }

  rapidjson::MemoryStream const& stream_;
  Limits const& limits_;
  std::vector<Open> stack_;
};

// The code unit of an escape "\\uXXXX" at `at`; nothing when there is none.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
  if (text.size() - std::min(at, text.size()) < 6 || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  auto const* const end = text.data() + at + 6;
  auto const read = std::from_chars(text.data() + at + 2, end, unit, 16);
  return read.ec == std::errc{} && read.ptr == end ? std::optional(unit) : std::nullopt;
}

// Half a surrogate pair is read as U+FFFD, the replacement character. JavaScript and .NET cut texts between the halves of an emoji and send what is
// left as an escape; RapidJSON refuses the first half, with the whole answer, and makes the second one invalid UTF-8. As many bytes as before, so
// that offsets stay. `room` holds the text where it had to be changed.
std::string_view with_whole_pairs(std::string_view text, std::string& room) {
  constexpr auto is_high = [](unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; };
  constexpr auto is_low = [](unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; };
  auto at = text.find('\\');
  while (at != std::string_view::npos) {
    auto const unit = escaped_unit(text, at);
    std::size_t length = unit ? 6 : 2;
    if (unit && is_high(*unit) && is_low(escaped_unit(text, at + 6).value_or(0))) {
      length = 12;
    } else if (unit && (is_high(*unit) || is_low(*unit))) {
      if (room.empty()) room = text;
      room.replace(at, 6, "\\uFFFD");
    }
    at = text.find('\\', at + length);
  }
  return room.empty() ? text : room;
}

std::string_view describe(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty: return "the text is empty";
    case rapidjson::kParseErrorDocumentRootNotSingular: return "text after the end of the value";
    case rapidjson::kParseErrorValueInvalid: return "no valid value";
    case rapidjson::kParseErrorObjectMissName: return "a member name is missing";
    case rapidjson::kParseErrorObjectMissColon: return "a colon is missing after a member name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket: return "a comma or } is missing";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket: return "a comma or ] is missing";
    case rapidjson::kParseErrorStringMissQuotationMark: return "a closing quotation mark is missing";
    case rapidjson::kParseErrorStringInvalidEncoding: return "invalid UTF-8";
    default: return "invalid JSON";
  }
}

tl::unexpected<Error> fault(std::string_view text, std::size_t offset, std::string_view reason) {
  auto const at = position_of(text, offset);
  return fail(Error{ErrorKind::remote,
                    fmt::format("invalid JSON: {}", reason),
                    {{"line", std::to_string(at.line)}, {"column", std::to_string(at.column)}}});
}

}  // namespace

Result<Value> parse(std::string_view text, Limits const& limits) {
  if (text.size() > limits.bytes) return fault(text, 0, fmt::format("larger than {} bytes", limits.bytes));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (auto const nul = text.find('\0'); nul != std::string_view::npos) return fault(text, nul, "a NUL byte");
  std::string room;
  text = with_whole_pairs(text, room);
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder(stream, limits);
  auto const parsed = limits.comments ? reader.Parse<kFlagsWithComments>(stream, builder) : reader.Parse<kFlags>(stream, builder);
  if (parsed.IsError()) {
    auto const reason = builder.why.empty() ? std::string(describe(parsed.Code())) : builder.why;
    return fault(text, parsed.Offset(), reason);
  }
  return std::move(builder.root);
}

Position position_of(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  auto const before = text.substr(0, offset);
  auto const newline = before.rfind('\n');
  return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          newline == std::string_view::npos ? offset + 1 : offset - newline};
}

}  // namespace tandem::json
