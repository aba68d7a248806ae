#include "vm/kernel/codec/compressed_file.h"

#include <algorithm>
#include <new>

#include "vm/exec/thread.h"

namespace coracle::kernel {

FileResult CompressedFile::close() {
  int const error = fd_.close();
  return error == 0 ? FileResult{} : file_failure(error);
}

std::int64_t read_magic(int fd) {
  std::int64_t const start = host::seek_file(fd, 0, host::From::here);
  if (start < 0) return -1;
  std::array<std::uint8_t, 4> bytes{};
  std::size_t have = 0;
  int error = 0;
  while (have < bytes.size()) {
    auto const n = host::read_file(fd, bytes.data() + have, bytes.size() - have);
    if (n < 0) error = errno;
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  if (have > 0 && host::seek_file(fd, start, host::From::start) < 0) return -1;
  if (error == EINTR) {
    errno = error;
    return -1;
  }
  std::int64_t magic = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) magic = magic << 8 | bytes[i];
  return magic;
}

std::optional<CompressFormat> compression_of(std::int64_t magic) {
  // An LZ4 frame starts with this number, little-endian; a gzip member with 1F 8B.
  if (magic == 0x184D2204) return CompressFormat::lz4;
  if ((magic & 0xFFFF) == 0x8B1F) return CompressFormat::gzip;
  return std::nullopt;
}

namespace {

/// Calls `open`; a lack of memory becomes a Scheme error.
template <class F>
std::unique_ptr<CompressedFile> with_state(F open) {
  try {
    return open();
  } catch (const std::bad_alloc&) {
    throw SchemeError{"", "unable to allocate compression state", {}};
  }
}

}  // namespace

std::unique_ptr<CompressedFile> open_compressed_input(host::UniqueFd fd, CompressFormat format) {
  return with_state([&] {
    return format == CompressFormat::lz4 ? open_lz4_input(std::move(fd))
                                         : open_gzip_input(std::move(fd));
  });
}

std::unique_ptr<CompressedFile> open_compressed_output(host::UniqueFd fd, CompressFormat format,
                                                       CompressLevel level) {
  return with_state([&] {
    return format == CompressFormat::lz4 ? open_lz4_output(std::move(fd), level)
                                         : open_gzip_output(std::move(fd), level);
  });
}

FileResult InputBuffer::fill(int fd) {
  if (at_ == end_) {
    auto const n = host::read_file(fd, bytes_.data(), bytes_.size());
    if (n < 0) return file_failure(errno);
    at_ = 0;
    end_ = static_cast<std::size_t>(n);
  }
  return {static_cast<std::int64_t>(end_ - at_)};
}

CompressedInput::CompressedInput(host::UniqueFd opened)
    : CompressedFile(std::move(opened)), start_(host::seek_file(fd(), 0, host::From::here)) {}

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
    if (start_ < 0 || host::seek_file(fd(), start_, host::From::start) < 0) {
      return file_failure(errno);
    }
    if (!restart()) return file_failure(0);
    input_.clear();
    position_ = 0;
  }
  skip_ = position - position_;
  return {position};
}

FileResult CompressedOutput::drain() {
  while (drained_ < output_.size()) {
    auto const n = host::write_file(fd(), output_.data() + drained_, output_.size() - drained_);
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
  if (!finished_) finished_ = finish();
  FileResult const drained = drain();
  if (drained.failed() && drained.error == EINTR) return drained;
  FileResult const closed = CompressedFile::close();
  if (!*finished_) return file_failure(0);
  return drained.failed() ? drained : closed;
}

}  // namespace coracle::kernel
