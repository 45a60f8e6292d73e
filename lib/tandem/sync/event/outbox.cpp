#include <tandem/sync/event/outbox.hpp>

#include <charconv>

#include <fmt/format.h>

namespace tandem::sync::event {

namespace {

constexpr store::Table<QueuedHint> kOutbox{"outbox"};
constexpr std::string_view kBySubject = "outbox_by";
constexpr std::string_view kNext = "outbox_next";
constexpr std::string_view kNextKey = "next";

std::string key_of(std::uint64_t sequence) { return fmt::format("{:016x}", sequence); }

Result<std::uint64_t> sequence_of(std::string_view text) {
  std::uint64_t out = 0;
  auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  if (fault != std::errc{} || end != text.data() + text.size())
    return fail(ErrorKind::store, "the store's table outbox is damaged: a sequence is no number");
  return out;
}

}  // namespace

Result<std::uint64_t> last_sequence(store::Reader& reader) {
  TANDEM_TRY(auto const text, reader.get(kNext, kNextKey));
  if (!text) return std::uint64_t{0};
  return sequence_of(*text);
}

Result<std::uint64_t> append(store::Writer& writer, QueuedHint hint) {
  auto const subject = hint.subject();
  TANDEM_TRY(auto const held, writer.get(kBySubject, subject));
  if (held) {
    TANDEM_TRY(auto before, kOutbox.get(writer, *held));
    if (before) {
      before->take(hint);
      hint = std::move(*before);
    }
    TANDEM_CHECK(kOutbox.erase(writer, *held));
  }
  TANDEM_TRY(auto const last, last_sequence(writer));
  auto const key = key_of(last + 1);
  TANDEM_CHECK(kOutbox.put(writer, key, hint));
  TANDEM_CHECK(writer.put(kBySubject, subject, key));
  TANDEM_CHECK(writer.put(kNext, kNextKey, key));
  return last + 1;
}

Result<std::vector<Waiting>> waiting(store::Reader& reader, std::uint64_t after, std::size_t most) {
  std::vector<Waiting> out;
  TANDEM_CHECK(kOutbox.scan(reader, "", key_of(after + 1), [&](std::string_view key, QueuedHint hint) -> Result<bool> {
    TANDEM_TRY(auto const sequence, sequence_of(key));
    out.push_back({sequence, std::move(hint)});
    return out.size() < most;
  }));
  return out;
}

Result<std::optional<Waiting>> find_waiting(store::Reader& reader, std::string_view subject) {
  TANDEM_TRY(auto const key, reader.get(kBySubject, subject));
  if (!key) return std::optional<Waiting>{};
  TANDEM_TRY(auto hint, kOutbox.get(reader, *key));
  if (!hint) return std::optional<Waiting>{};
  TANDEM_TRY(auto const sequence, sequence_of(*key));
  return std::optional(Waiting{sequence, std::move(*hint)});
}

Result<std::size_t> count_waiting(store::Reader& reader) { return kOutbox.count(reader); }

Result<bool> anything_after(store::Reader& reader, std::uint64_t sequence) {
  TANDEM_TRY(auto const found, waiting(reader, sequence, 1));
  return !found.empty();
}

Result<Unit> keep(store::Writer& writer, Waiting const& waiting) {
  auto const key = key_of(waiting.sequence);
  TANDEM_TRY(auto const held, writer.get(kBySubject, waiting.hint.subject()));
  if (!held || *held != key) return Unit{};
  return kOutbox.put(writer, key, waiting.hint);
}

Result<Unit> remove(store::Writer& writer, Waiting const& handled) {
  auto const key = key_of(handled.sequence);
  TANDEM_TRY(auto const held, writer.get(kBySubject, handled.hint.subject()));
  if (held && *held == key) TANDEM_CHECK(writer.erase(kBySubject, handled.hint.subject()));
  return kOutbox.erase(writer, key);
}

}  // namespace tandem::sync::event
