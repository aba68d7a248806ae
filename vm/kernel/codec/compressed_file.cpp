#include "vm/kernel/codec/compressed_file.h"

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <new>

namespace coracle::kernel {

static_assert(sizeof(off_t) == 8, "files beyond 4 GB: compile with _FILE_OFFSET_BITS=64");

FileResult CompressedFile::close() {
  int const error = fd_.close();
  return error == 0 ? FileResult{} : file_failure(error);
}

Detected detect_compression(int fd) {
  off_t const start = ::lseek(fd, 0, SEEK_CUR);
  if (start < 0) return {std::nullopt, true};
  std::array<std::uint8_t, 4> magic;
  std::size_t have = 0;
  while (have < magic.size()) {
    auto const n =
        uninterrupted([&] { return ::read(fd, magic.data() + have, magic.size() - have); });
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  if (have > 0 && ::lseek(fd, start, SEEK_SET) < 0) return {std::nullopt, true};
  // An LZ4 frame starts with 0x184D2204, little-endian; a gzip member with 1F 8B.
  if (have == 4 && magic == std::array<std::uint8_t, 4>{0x04, 0x22, 0x4D, 0x18}) {
    return {CompressFormat::lz4};
  }
  if (have >= 2 && magic[0] == 0x1F && magic[1] == 0x8B) return {CompressFormat::gzip};
  return {};
}

namespace {

/// Opens by `open`; memory that is not there is an error for Scheme.
template <class F>
std::unique_ptr<CompressedFile> with_state(F open) {
  try {
    return open();
  } catch (const std::bad_alloc&) {
    throw SchemeError{"", "unable to allocate compression state", {}};
  }
}

}  // namespace

std::unique_ptr<CompressedFile> open_compressed_input(UniqueFd fd, CompressFormat format) {
  return with_state([&] {
    return format == CompressFormat::lz4 ? open_lz4_input(std::move(fd))
                                         : open_gzip_input(std::move(fd));
  });
}

std::unique_ptr<CompressedFile> open_compressed_output(UniqueFd fd, CompressFormat format,
                                                       CompressLevel level) {
  return with_state([&] {
    return format == CompressFormat::lz4 ? open_lz4_output(std::move(fd), level)
                                         : open_gzip_output(std::move(fd), level);
  });
}

FileResult InputBuffer::fill(int fd) {
  if (at_ == end_) {
    auto const n = ::read(fd, bytes_.data(), bytes_.size());
    if (n < 0) return file_failure(errno);
    at_ = 0;
    end_ = static_cast<std::size_t>(n);
  }
  return {static_cast<std::int64_t>(end_ - at_)};
}

CompressedInput::CompressedInput(UniqueFd opened)
    : CompressedFile(std::move(opened)), start_(::lseek(fd(), 0, SEEK_CUR)) {}

FileResult CompressedInput::read(std::span<std::uint8_t> buffer) {
  while (skip_ > 0) {
    std::array<std::uint8_t, 4096> passed;
    auto const n = std::min<std::int64_t>(skip_, passed.size());
    FileResult const result = decode({passed.data(), static_cast<std::size_t>(n)});
    if (result.count <= 0) return result;
    position_ += result.count;
    skip_ -= result.count;
  }
  FileResult const result = decode(buffer);
  if (!result.failed()) position_ += result.count;
  return result;
}

FileResult CompressedInput::seek(std::int64_t position) {
  if (position < position_) {
    if (start_ < 0 || ::lseek(fd(), start_, SEEK_SET) < 0) return file_failure(errno);
    if (!restart()) return file_failure(0);
    input_.clear();
    position_ = 0;
  }
  skip_ = position - position_;
  return {position};
}

FileResult CompressedOutput::drain() {
  while (drained_ < output_.size()) {
    auto const n = ::write(fd(), output_.data() + drained_, output_.size() - drained_);
    if (n < 0) return file_failure(errno);
    drained_ += static_cast<std::size_t>(n);
  }
  output_.clear();
  drained_ = 0;
  return {};
}

FileResult CompressedOutput::write(std::span<const std::uint8_t> bytes) {
  FileResult const drained = drain();
  if (drained.failed()) return drained;
  FileResult const result = encode(bytes);
  if (!result.failed()) position_ += result.count;
  return result;
}

FileResult CompressedOutput::seek(std::int64_t position) {
  static constexpr std::array<std::uint8_t, 4096> zeros{};
  while (position_ < position) {
    auto const n = std::min<std::int64_t>(position - position_, zeros.size());
    FileResult const result = write({zeros.data(), static_cast<std::size_t>(n)});
    if (result.failed()) return result;
  }
  return {position_};
}

FileResult CompressedOutput::close() {
  bool const finished = finish();
  FileResult result = drain();
  // Nobody repeats a close, so it waits for what interrupts it.
  while (result.failed() && result.error == EINTR) result = drain();
  FileResult const closed = CompressedFile::close();
  if (!finished) return file_failure(0);
  return result.failed() ? result : closed;
}

}  // namespace coracle::kernel
