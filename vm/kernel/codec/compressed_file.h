// Compressed files behind descriptors: gzip files (RFC 1952, several members one after another) and
// files of LZ4 frames, read and written as streams with positions that count uncompressed bytes.
//
// Invariants: an operation that the operating system interrupts (EINTR) or would block (EAGAIN)
// fails with that errno value and loses nothing: it may be repeated. The file owns its descriptor.
// Must not know: Scheme objects, the thread.
#pragma once

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "boot/image/block_codec.h"
#include "vm/host/files.h"

namespace coracle::kernel {

/// The outcome of an operation on a compressed file: a count, or why it failed.
struct FileResult {
  std::int64_t count = 0;  // of bytes, or a position; negative: failed
  int error = 0;           // errno value; 0 where the compressed data itself is wrong
  bool failed() const { return count < 0; }
};
inline FileResult file_failure(int error) { return {-1, error}; }

class CompressedFile {
 public:
  explicit CompressedFile(host::UniqueFd fd) : fd_(std::move(fd)) {}
  virtual ~CompressedFile() = default;

  int fd() const { return fd_.get(); }

  /// Reads some bytes, 0 at the end of the file.
  virtual FileResult read(std::span<std::uint8_t> buffer) = 0;
  /// Takes some bytes, at least one.
  virtual FileResult write(std::span<const std::uint8_t> bytes) = 0;
  virtual std::int64_t position() const = 0;
  /// The position afterwards. An output file only moves forward, by writing zeros.
  virtual FileResult seek(std::int64_t position) = 0;
  /// Writes what is left and closes the descriptor: 0 or why that failed. After EINTR the file is
  /// still open.
  virtual FileResult close();

 private:
  host::UniqueFd fd_;
};

/// The four bytes at the descriptor's position as a little-endian number, with zeros for bytes past the
/// end. The position stays. Negative, with errno, if the descriptor can't seek or a signal interrupted
/// the reading.
std::int64_t read_magic(int fd);
/// The format that starts with this number, if any.
std::optional<CompressFormat> compression_of(std::int64_t magic);

/// A file whose compressed data starts at the descriptor's position.
std::unique_ptr<CompressedFile> open_compressed_input(host::UniqueFd fd, CompressFormat format);
std::unique_ptr<CompressedFile> open_compressed_output(host::UniqueFd fd, CompressFormat format,
                                                       CompressLevel level);

// --- What files of both formats share (compressed_file.cpp).

/// Compressed bytes on their way from the operating system.
class InputBuffer {
 public:
  /// Makes bytes available unless there are some: their count, 0 at the end of the file.
  FileResult fill(int fd);
  std::span<const std::uint8_t> available() const { return {bytes_.data() + at_, end_ - at_}; }
  void consume(std::size_t n) { at_ += n; }
  void clear() { at_ = end_ = 0; }

 private:
  std::array<std::uint8_t, 16384> bytes_;
  std::size_t at_ = 0, end_ = 0;
};

/// Reading: positions and seeking, on top of a decoder.
class CompressedInput : public CompressedFile {
 public:
  explicit CompressedInput(host::UniqueFd opened);
  FileResult read(std::span<std::uint8_t> buffer) final;
  FileResult write(std::span<const std::uint8_t>) final { return file_failure(EBADF); }
  std::int64_t position() const final { return position_ + skip_; }
  FileResult seek(std::int64_t position) final;

 protected:
  /// Some of the next uncompressed bytes, 0 at the end.
  virtual FileResult decode(std::span<std::uint8_t> buffer) = 0;
  /// Forgets everything: the next byte decoded is the first.
  virtual bool restart() = 0;

  InputBuffer& input() { return input_; }

 private:
  InputBuffer input_;
  std::int64_t start_;         // of the compressed data, in the file
  std::int64_t position_ = 0;  // of the decoder
  std::int64_t skip_ = 0;      // bytes that the next read passes over, because of a seek
};

/// Writing: positions, and compressed bytes on their way to the operating system.
class CompressedOutput : public CompressedFile {
 public:
  using CompressedFile::CompressedFile;
  FileResult read(std::span<std::uint8_t>) final { return file_failure(EBADF); }
  FileResult write(std::span<const std::uint8_t> bytes) final;
  std::int64_t position() const final { return position_; }
  FileResult seek(std::int64_t position) final;
  FileResult close() final;

 protected:
  /// Takes some of the bytes (at least one) and may append to output().
  virtual FileResult encode(std::span<const std::uint8_t> bytes) = 0;
  /// Appends what ends the file; called once.
  virtual bool finish() = 0;

  std::vector<std::uint8_t>& output() { return output_; }

 private:
  /// Writes output_ out: 0, or why some of it is still there.
  FileResult drain();

  std::vector<std::uint8_t> output_;
  std::size_t drained_ = 0;       // bytes of output_ that are written
  std::optional<bool> finished_;  // the result of finish(), once it was called
  std::int64_t position_ = 0;
};

std::unique_ptr<CompressedFile> open_gzip_input(host::UniqueFd fd);
std::unique_ptr<CompressedFile> open_gzip_output(host::UniqueFd fd, CompressLevel level);
std::unique_ptr<CompressedFile> open_lz4_input(host::UniqueFd fd);
std::unique_ptr<CompressedFile> open_lz4_output(host::UniqueFd fd, CompressLevel level);

}  // namespace coracle::kernel
