// The outer grammar of a fasl file: headers, situations, sizes, compression. What it yields are the
// bytes of one object after another, uncompressed, for FaslReader.
//
// Invariants: takes no more bytes from its source than the next object has (what the source takes
// from a descriptor is said there); reserves no more memory than the bytes that are there justify,
// and all of it from a resource that the caller gives. Nothing is judged but the grammar: whether a
// header's version and machine type are welcome is the caller's question.
// Must not know: the heap, releases.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "boot/image/fasl.h"
#include "vm/base/result.h"

namespace coracle {

/// Where a file's bytes come from.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// The next byte, or -1 at the end.
  virtual Result<int> byte() = 0;
  /// The next `n` bytes; they stay until the source is used again. An error where there are fewer.
  virtual Result<std::span<const std::uint8_t>> take(std::uint64_t n) = 0;
  virtual Result<void> skip(std::uint64_t n) = 0;
  /// The number of bytes that were taken.
  std::uint64_t offset() const { return offset_; }
  const std::string& name() const { return name_; }

 protected:
  explicit ByteSource(std::string name) : name_(std::move(name)) {}
  void advance(std::uint64_t n) { offset_ += n; }
  Error end_of_data(std::uint64_t offset, std::uint64_t expected, std::uint64_t found) const;

 private:
  std::string name_;
  std::uint64_t offset_ = 0;
};

class MemorySource : public ByteSource {
 public:
  MemorySource(std::string name, std::span<const std::uint8_t> bytes)
      : ByteSource(std::move(name)), bytes_(bytes) {}
  Result<int> byte() override;
  Result<std::span<const std::uint8_t>> take(std::uint64_t n) override;
  Result<void> skip(std::uint64_t n) override;

 private:
  std::span<const std::uint8_t> bytes_;
};

/// A file descriptor. It belongs to the caller, and is left right behind what was taken unless the
/// source may read ahead.
class DescriptorSource : public ByteSource {
 public:
  enum class Ahead : bool { no, yes };
  DescriptorSource(std::string name, int descriptor, Ahead ahead = Ahead::no,
                   std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : ByteSource(std::move(name)), descriptor_(descriptor), ahead_(ahead), memory_(memory) {}
  DescriptorSource(const DescriptorSource&) = delete;
  DescriptorSource& operator=(const DescriptorSource&) = delete;
  ~DescriptorSource() override { release(); }
  Result<int> byte() override;
  Result<std::span<const std::uint8_t>> take(std::uint64_t n) override;
  Result<void> skip(std::uint64_t n) override;

 protected:
  /// As host::read_file, but made again where a signal interrupts it.
  virtual std::int64_t read_file(int descriptor, std::uint8_t* to, std::size_t n);

 private:
  /// Takes up to `n` bytes; fewer only at the end.
  Result<std::size_t> read(std::uint8_t* to, std::size_t n);
  /// One system call's bytes, at least one and at most `n`; 0 at the end.
  Result<std::size_t> read_some(std::uint8_t* to, std::size_t n);
  /// Room for `size` bytes, the first `used` of which are kept.
  void reserve(std::size_t used, std::size_t size);
  /// How many bytes the file is known to hold behind those that were taken; 0 where it isn't known.
  std::uint64_t known_rest() const;
  void release();
  int descriptor_;
  Ahead ahead_;
  std::pmr::memory_resource* memory_;
  std::array<std::uint8_t, 4096> window_;  // read and not yet taken: from next_ to end_
  std::size_t next_ = 0, end_ = 0;
  std::uint8_t* buffer_ = nullptr;
  std::size_t buffer_size_ = 0;
};

struct FaslHeader {
  std::uint64_t version = 0, version_offset = 0;
  std::uint64_t machine_type = 0, machine_type_offset = 0;
  std::vector<std::string> dependencies;  // base names of boot files; any one of them will do
};

/// One object's bytes.
struct FaslPayload {
  Situation situation{};
  std::span<const std::uint8_t> bytes;  // valid until the next object is asked for
  std::string name;                     // what messages call the bytes
  std::uint64_t base = 0;               // offset of the first one in that
};

class FaslFile {
 public:
  /// Judges a header as soon as it is read.
  using HeaderCheck = std::function<Result<void>(const FaslHeader&)>;

  FaslFile(ByteSource& source, HeaderCheck check,
           std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : source_(source), check_(std::move(check)), uncompressed_(memory) {}

  /// The next object of the situation (visit_revisit takes all; objects of the situation
  /// visit_revisit are of every situation), or nothing at the end of the file.
  Result<std::optional<FaslPayload>> next(Situation wanted);

 private:
  Result<FaslPayload> payload(Situation situation, std::uint64_t size);

  ByteSource& source_;
  HeaderCheck check_;
  std::pmr::vector<std::uint8_t> uncompressed_;
};

/// Reads a header, its first byte included.
Result<FaslHeader> read_fasl_header(ByteSource& source);

}  // namespace coracle
