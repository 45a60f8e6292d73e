// Spool: a file's bytes on their way from one service to the other, in a nameless temporary file instead of in memory (SPEC I3).
//
// Nobody else can open it and it is gone with the process, however that ends. Size and SHA-256 are counted while it is written.
// Errors: store, when the disk for temporary files is full or cannot be written.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/ids/digest.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

class Spool {
 public:
  static Result<std::shared_ptr<Spool>> make();
  ~Spool();
  Spool(Spool const&) = delete;
  Spool& operator=(Spool const&) = delete;

  Result<Unit> write(std::string_view bytes);
  // At most `most` bytes from `offset` on; fewer only at the end. REQUIRES: writing has ended.
  Result<std::string> read(std::uint64_t offset, std::size_t most) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::string sha256() const { return to_hex(digest_.finished()); }

 private:
  explicit Spool(std::FILE* file) : file_(file) {}
  std::FILE* file_;
  std::uint64_t size_ = 0;
  Sha256 digest_;
};

// Decodes base64 text that comes in pieces; white space between is skipped.
class Base64Decoder {
 public:
  // Gives the bytes that are complete. Errors: remote, when the text is no base64.
  Result<std::string> take(std::string_view text);
  // Errors: remote, when the text ended within a group.
  Result<Unit> finish() const;

 private:
  std::string group_;  // fewer than four characters
  bool padded_ = false;
};

// A request body made of texts and of parts of spools, raw or as base64, without ever being whole in memory.
class ComposedBody final : public BodySource {
 public:
  ComposedBody& text(std::string text);
  ComposedBody& file(std::shared_ptr<Spool const> spool, std::uint64_t offset, std::uint64_t length, bool base64);

  Result<Unit> rewind() override;
  Result<std::string> read(std::size_t most) override;
  [[nodiscard]] std::uint64_t size() const override { return size_; }

 private:
  struct Part {
    std::string text;
    std::shared_ptr<Spool const> spool;  // null: the text
    std::uint64_t offset = 0, length = 0;
    bool base64 = false;
  };
  Result<Unit> fill();

  std::vector<Part> parts_;
  std::uint64_t size_ = 0;
  std::size_t part_ = 0;
  std::uint64_t done_ = 0;  // bytes of the part's spool that were read
  std::string ready_;
  std::size_t given_ = 0;  // of `ready_`
};

}  // namespace tandem::http
