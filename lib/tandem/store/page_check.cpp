#include <tandem/store/page_check.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace tandem::store {

namespace {

constexpr std::uint32_t kMagic = 0xBEEFC0DE;
constexpr std::uint64_t kNoPage = ~std::uint64_t{0};
constexpr std::size_t kHeader = 16;      // of a page
constexpr std::size_t kNodeHeader = 8;
constexpr std::size_t kMetaBytes = kHeader + 136;
constexpr std::uint16_t kBranch = 0x01, kLeaf = 0x02, kOverflow = 0x04, kKinds = 0x07;
constexpr std::uint16_t kBigData = 0x01;
constexpr int kDeepest = 32;  // LMDB's own limit of a tree

template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

struct Meta {
  std::uint64_t snapshot = 0, page_size = 0, last_page = 0;
  std::array<std::uint64_t, 2> roots{kNoPage, kNoPage};  // of the free list and of the main table
};

tl::unexpected<Error> damaged(std::uint64_t page, std::string_view what) {
  return fail(
      ErrorKind::store,
      fmt::format("the store is damaged: page {} {}. Restore a backup (`tandem status --backup` makes them), or move the state "
                  "directory of the connection away, set the connection up again, apply the items and run `tandem link rebuild`",
                  page, what));
}

class Walk {
 public:
  Walk(int file, std::uint64_t bytes, Meta const& meta) : file_(file), bytes_(bytes), meta_(meta) {}

  Result<std::uint64_t> go() {
    for (auto const root : meta_.roots) {
      if (root != kNoPage) TANDEM_CHECK(tree(root, 0));
    }
    return looked_;
  }

 private:
  Result<std::string> page(std::uint64_t number) {
    if (number < 2 || number > meta_.last_page) return damaged(number, "is named but cannot exist");
    if ((number + 1) * meta_.page_size > bytes_) return damaged(number, "is missing: the file was cut short");
    std::string bytes(meta_.page_size, '\0');
    auto const got = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(number * meta_.page_size));
    if (got != static_cast<ssize_t>(bytes.size())) return damaged(number, "cannot be read");
    if (number_at<std::uint64_t>(bytes, 0) != number) return damaged(number, "holds something else");
    // More pages than there are: a tree that comes back to itself.
    if (++looked_ > meta_.last_page + 1) return damaged(number, "is part of a loop");
    return bytes;
  }

  Result<Unit> tree(std::uint64_t number, int depth) {
    if (depth >= kDeepest) return damaged(number, "lies too deep");
    TANDEM_TRY(auto const bytes, page(number));
    auto const kind = static_cast<std::uint16_t>(number_at<std::uint16_t>(bytes, 10) & kKinds);
    if (kind != kBranch && kind != kLeaf) return damaged(number, "is neither branch nor leaf");
    std::size_t const lower = number_at<std::uint16_t>(bytes, 12);
    std::size_t const upper = number_at<std::uint16_t>(bytes, 14);
    if (lower < kHeader || lower > upper || upper > bytes.size() || lower % 2 != 0)
      return damaged(number, "has impossible bounds");
    auto const nodes = (lower - kHeader) / 2;
    if (nodes < (kind == kBranch ? 2U : depth == 0 ? 0U : 1U)) return damaged(number, "is empty");
    for (std::size_t i = 0; i < nodes; ++i) {
      TANDEM_CHECK(kind == kBranch ? branch(number, bytes, number_at<std::uint16_t>(bytes, kHeader + 2 * i), depth)
                                   : leaf(number, bytes, number_at<std::uint16_t>(bytes, kHeader + 2 * i), upper));
    }
    return Unit{};
  }

  Result<Unit> branch(std::uint64_t number, std::string_view bytes, std::size_t at, int depth) {
    if (at < kHeader || at + kNodeHeader > bytes.size() ||
        at + kNodeHeader + number_at<std::uint16_t>(bytes, at + 6) > bytes.size())
      return damaged(number, "has a branch outside of it");
    auto const child = std::uint64_t{number_at<std::uint32_t>(bytes, at)} | std::uint64_t{number_at<std::uint16_t>(bytes, at + 4)}
                                                                                << 32U;
    return tree(child, depth + 1);
  }

  Result<Unit> leaf(std::uint64_t number, std::string_view bytes, std::size_t at, std::size_t upper) {
    if (at < upper || at + kNodeHeader > bytes.size()) return damaged(number, "has an entry outside of it");
    auto const value_bytes = number_at<std::uint32_t>(bytes, at);
    auto const flags = number_at<std::uint16_t>(bytes, at + 4);
    auto const data = at + kNodeHeader + number_at<std::uint16_t>(bytes, at + 6);
    bool const big = (flags & kBigData) != 0;
    if (data + (big ? 8 : std::uint64_t{value_bytes}) > bytes.size())
      return damaged(number, "has an entry that is longer than it");
    return big ? overflow(number_at<std::uint64_t>(bytes, data), value_bytes) : Result<Unit>(Unit{});
  }

  // A value that is longer than a page: its first page says how many there are.
  Result<Unit> overflow(std::uint64_t number, std::uint64_t value_bytes) {
    TANDEM_TRY(auto const first, page(number));
    if ((number_at<std::uint16_t>(first, 10) & kKinds) != kOverflow)
      return damaged(number, "is not the long value that it should be");
    auto const pages = (kHeader - 1 + value_bytes) / meta_.page_size + 1;
    if (number_at<std::uint32_t>(first, 12) < pages || number + pages - 1 > meta_.last_page)
      return damaged(number, "holds a long value of impossible size");
    if ((number + pages) * meta_.page_size > bytes_) return damaged(number + pages - 1, "is missing: the file was cut short");
    looked_ += pages - 1;
    return Unit{};
  }

  int file_;
  std::uint64_t bytes_;
  Meta meta_;
  std::uint64_t looked_ = 0;
};

std::optional<Meta> read_meta(int file, std::uint64_t at) {
  std::string bytes(kMetaBytes, '\0');
  if (::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(at)) != static_cast<ssize_t>(bytes.size()))
    return std::nullopt;
  if (number_at<std::uint32_t>(bytes, kHeader) != kMagic) return std::nullopt;
  Meta meta;
  meta.page_size = number_at<std::uint32_t>(bytes, kHeader + 24);
  meta.roots = {number_at<std::uint64_t>(bytes, kHeader + 64), number_at<std::uint64_t>(bytes, kHeader + 112)};
  meta.last_page = number_at<std::uint64_t>(bytes, kHeader + 120);
  meta.snapshot = number_at<std::uint64_t>(bytes, kHeader + 128);
  bool const sized = meta.page_size >= 512 && meta.page_size <= 65536 && (meta.page_size & (meta.page_size - 1)) == 0;
  return sized ? std::optional(meta) : std::nullopt;
}

}  // namespace

Result<std::uint64_t> page_check(int file, std::uint64_t snapshot) {
  struct stat info {};
  if (::fstat(file, &info) != 0) return fail(ErrorKind::store, "the store's file cannot be read");
  auto const first = read_meta(file, 0);
  auto const second = read_meta(file, first ? first->page_size : 4096);
  for (auto const& meta : {first, second}) {
    if (meta && meta->snapshot == snapshot) return Walk(file, static_cast<std::uint64_t>(info.st_size), *meta).go();
  }
  if (!first && !second) return damaged(0, "is no page of a store");
  return std::uint64_t{0};
}

}  // namespace tandem::store
