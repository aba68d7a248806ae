// The outer grammar of a fasl file: headers, situations, sizes, compression. Yields the uncompressed bytes
// of one object after another, for FaslReader.
//
// Invariants: takes no more bytes from its source than the next object has (a source may read ahead);
// reserves no more memory than the bytes in the file justify, all of it from the caller's resource. It
// checks only the grammar: whether to accept a header's version and machine type is up to the caller.
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

#include "boot/image/byte_buffer.h"
#include "boot/image/fasl.h"
#include "vm/base/result.h"

namespace coracle {

/// What a header begins with.
inline constexpr std::array<std::uint8_t, 8> fasl_magic{0, 0, 0, 0, 'c', 'h', 'e', 'z'};

/// Where a file's bytes come from.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// The next byte, or -1 at the end.
  virtual Result<int> byte() = 0;
  /// The next `n` bytes, valid until the source is used again. Fewer are an error.
  virtual Result<std::span<const std::uint8_t>> take(std::uint64_t n) = 0;
  virtual Result<void> skip(std::uint64_t n) = 0;
  /// As take(), but the bytes become those of the caller's buffer.
  virtual Result<void> take_into(ByteBuffer& to, std::uint64_t n);
  /// The number of bytes taken so far.
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

/// Reads a file descriptor, which belongs to the caller. Its position stays right after the bytes that were
/// taken, unless the source may read ahead.
class DescriptorSource : public ByteSource {
 public:
  enum class Ahead : bool { no, yes };
  DescriptorSource(std::string name, int descriptor, Ahead ahead = Ahead::no,
                   std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : ByteSource(std::move(name)), descriptor_(descriptor), ahead_(ahead), buffer_(memory) {}
  Result<int> byte() override;
  Result<std::span<const std::uint8_t>> take(std::uint64_t n) override;
  Result<void> skip(std::uint64_t n) override;
  Result<void> take_into(ByteBuffer& to, std::uint64_t n) override;

 protected:
  /// As host::read_file, but made again where a signal interrupts it.
  virtual std::int64_t read_file(int descriptor, std::uint8_t* to, std::size_t n);

 private:
  /// Takes up to `n` bytes; fewer only at the end.
  Result<std::size_t> read(std::uint8_t* to, std::size_t n);
  /// Reads by one system call: at least one byte and at most `n`; 0 at the end.
  Result<std::size_t> read_some(std::uint8_t* to, std::size_t n);
  /// How many more bytes the file is known to hold; 0 if that isn't known.
  std::uint64_t known_rest() const;
  int descriptor_;
  Ahead ahead_;
  std::array<std::uint8_t, 4096> window_;  // read but not taken: from next_ to end_
  std::size_t next_ = 0, end_ = 0;
  ByteBuffer buffer_;  // what was taken last
};

struct FaslHeader {
  std::uint64_t version = 0, version_offset = 0;
  std::uint64_t machine_type = 0, machine_type_offset = 0;
  std::vector<std::string> dependencies;  // base names of boot files; any one of them will do
};

/// One object's bytes.
struct FaslPayload {
  Situation situation{};
  std::span<const std::uint8_t> bytes;  // valid until the next call of next()
  std::string name;                     // what messages call the bytes
  std::uint64_t base = 0;               // offset of the first byte in what `name` names
};

/// What a fasl file begins with: some are scripts, whose first line says what runs them.
enum class FaslStart : std::uint8_t { header, script_line_or_header };

class FaslFile {
 public:
  /// Accepts or refuses a header, as soon as it is read.
  using HeaderCheck = std::function<Result<void>(const FaslHeader&)>;

  FaslFile(ByteSource& source, HeaderCheck check,
           std::pmr::memory_resource* memory = std::pmr::get_default_resource(),
           FaslStart start = FaslStart::header)
      : source_(source), check_(std::move(check)), uncompressed_(memory), start_(start) {}

  /// The next object for a situation, or nothing at the end of the file. Objects marked visit_revisit are
  /// for both situations; visit_revisit as the wanted one takes all objects.
  Result<std::optional<FaslPayload>> next(Situation wanted);

 private:
  Result<FaslPayload> payload(Situation situation, std::uint64_t size);

  ByteSource& source_;
  HeaderCheck check_;
  std::pmr::vector<std::uint8_t> uncompressed_;
  FaslStart start_;
};

/// Reads a header, its first byte included.
Result<FaslHeader> read_fasl_header(ByteSource& source);
/// The length of the line "#! ..." or "#!/..." at the beginning, its end included; 0 if there is none. Chez's
/// load passes over it.
std::uint64_t script_line_length(std::span<const std::uint8_t> bytes);

}  // namespace coracle
