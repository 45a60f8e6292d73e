#include <tandem/connection/http/spool.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

namespace tandem::http {

namespace {

constexpr std::size_t kPiece = 48U << 10U;  // a multiple of three: each piece is whole groups of base64

tl::unexpected<Error> disk(std::string_view what) {
  return fail(Error{
      ErrorKind::store,
      fmt::format("a temporary file cannot be {}: {}; make room in the folder for temporary files", what, std::strerror(errno)),
      {}});
}

}  // namespace

Result<std::shared_ptr<Spool>> Spool::make() {
  auto* const file = std::tmpfile();
  if (file == nullptr) return disk("made");
  return std::shared_ptr<Spool>(new Spool(file));
}

Spool::~Spool() { static_cast<void>(std::fclose(file_)); }

Result<Unit> Spool::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size() || std::fflush(file_) != 0) return disk("written");
  size_ += bytes.size();
  digest_.add(bytes);
  return Unit{};
}

Result<std::string> Spool::read(std::uint64_t offset, std::size_t most) const {
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, offset < size_ ? size_ - offset : 0)), '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {  // pread leaves the position alone: several bodies may read one spool
    auto const part = ::pread(::fileno(file_), bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) return disk("read");
    got += static_cast<std::size_t>(part);
  }
  return bytes;
}

Result<std::string> Base64Decoder::take(std::string_view text) {
  auto const broken = [] { return fail(ErrorKind::remote, "a file's content is not base64"); };
  std::string whole;
  whole.reserve(group_.size() + text.size());
  whole = std::move(group_);
  group_.clear();
  for (char const c : text) {
    if (c == ' ' || c == '\r' || c == '\n' || c == '\t') continue;
    whole += c;
  }
  if (whole.empty()) return std::string();
  if (padded_) return broken();
  auto const complete = whole.size() / 4 * 4;
  group_ = whole.substr(complete);
  whole.resize(complete);
  padded_ = whole.ends_with('=');
  if (padded_ && !group_.empty()) return broken();
  auto bytes = from_base64(whole);
  if (!bytes) return broken();
  return std::move(*bytes);
}

Result<Unit> Base64Decoder::finish() const {
  if (group_.empty()) return Unit{};
  return fail(ErrorKind::remote, "a file's content ended in the middle");
}

ComposedBody& ComposedBody::text(std::string text) {
  size_ += text.size();
  parts_.push_back({std::move(text), nullptr, 0, 0, false});
  return *this;
}

ComposedBody& ComposedBody::file(std::shared_ptr<Spool const> spool, std::uint64_t offset, std::uint64_t length, bool base64) {
  size_ += base64 ? (length + 2) / 3 * 4 : length;
  parts_.push_back({{}, std::move(spool), offset, length, base64});
  return *this;
}

Result<Unit> ComposedBody::rewind() {
  part_ = 0;
  done_ = 0;
  ready_.clear();
  given_ = 0;
  return Unit{};
}

Result<Unit> ComposedBody::fill() {
  ready_.clear();
  given_ = 0;
  while (ready_.empty() && part_ < parts_.size()) {
    auto const& part = parts_[part_];
    if (part.spool == nullptr) {
      ready_ = part.text;
      ++part_;
      continue;
    }
    if (done_ == part.length) {
      done_ = 0;
      ++part_;
      continue;
    }
    auto const want = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, part.length - done_));
    TANDEM_TRY(auto bytes, part.spool->read(part.offset + done_, want));
    if (bytes.size() != want) return fail(ErrorKind::internal, "a temporary file is shorter than what is to be sent of it");
    done_ += want;
    ready_ = part.base64 ? to_base64(bytes) : std::move(bytes);
  }
  return Unit{};
}

Result<std::string> ComposedBody::read(std::size_t most) {
  std::string out;
  while (out.size() < most) {
    if (given_ == ready_.size()) {
      TANDEM_CHECK(fill());
      if (ready_.empty()) break;
    }
    auto const take = std::min(most - out.size(), ready_.size() - given_);
    out.append(ready_, given_, take);
    given_ += take;
  }
  return out;
}

}  // namespace tandem::http
