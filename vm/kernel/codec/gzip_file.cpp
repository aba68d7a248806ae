// gzip files: zlib's streams with gzip headers. What zlib's own file functions do is repeated here
// because they drop compressed bytes when a signal interrupts them.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "vm/kernel/codec/compressed_file.h"

namespace coracle::kernel {
namespace {

constexpr int gzip_window_bits = MAX_WBITS + 16;  // zlib's code for gzip headers and trailers
constexpr int memory_level = 8;                   // zlib's default

uInt clamp_length(std::size_t n) {
  return static_cast<uInt>(std::min<std::size_t>(n, std::numeric_limits<uInt>::max()));
}

class GzipInput final : public CompressedInput {
 public:
  explicit GzipInput(host::UniqueFd fd) : CompressedInput(std::move(fd)) {
    if (inflateInit2(&stream_, gzip_window_bits) != Z_OK) throw std::bad_alloc();
  }
  ~GzipInput() override { inflateEnd(&stream_); }

 protected:
  FileResult decode(std::span<std::uint8_t> buffer) override {
    stream_.next_out = buffer.data();
    stream_.avail_out = clamp_length(buffer.size());
    uInt const wanted = stream_.avail_out;
    while (stream_.avail_out == wanted && wanted != 0) {
      FileResult const filled = input().fill(fd());
      if (filled.failed()) return filled;
      if (between_members_ && (filled.count == 0 || !start_member())) return {};
      // Also without input: zlib may hold bytes that there was no room for before.
      auto const available = input().available();
      stream_.next_in = const_cast<std::uint8_t*>(available.data());
      stream_.avail_in = clamp_length(available.size());
      uInt const offered = stream_.avail_in;
      int const code = inflate(&stream_, Z_NO_FLUSH);
      input().consume(offered - stream_.avail_in);
      if (code == Z_STREAM_END) between_members_ = true;
      if (stream_.avail_out != wanted) break;
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return file_failure(0);
      // A file that is cut off ends where its data ends.
      if (filled.count == 0) return {};
    }
    return {wanted - stream_.avail_out};
  }

  bool restart() override {
    between_members_ = false;
    ended_ = false;
    return inflateReset(&stream_) == Z_OK;
  }

 private:
  /// Another member may follow; anything else after a member is ignored, as gzip does.
  bool start_member() {
    if (ended_ || input().available()[0] != 0x1F || inflateReset(&stream_) != Z_OK) {
      ended_ = true;
      return false;
    }
    between_members_ = false;
    return true;
  }

  z_stream stream_{};
  bool between_members_ = false;
  bool ended_ = false;
};

class GzipOutput final : public CompressedOutput {
 public:
  GzipOutput(host::UniqueFd fd, CompressLevel level) : CompressedOutput(std::move(fd)) {
    if (deflateInit2(&stream_, zlib_level(level), Z_DEFLATED, gzip_window_bits, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~GzipOutput() override { deflateEnd(&stream_); }

 protected:
  FileResult encode(std::span<const std::uint8_t> bytes) override {
    // One buffer of output at a time, so that memory stays bounded whatever is written.
    std::size_t const taken = std::min<std::size_t>(bytes.size(), 1 << 18);
    stream_.next_in = const_cast<std::uint8_t*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(taken);
    return deflate_all(Z_NO_FLUSH) ? FileResult{static_cast<std::int64_t>(taken)} : file_failure(0);
  }

  bool finish() override {
    stream_.next_in = nullptr;
    stream_.avail_in = 0;
    return deflate_all(Z_FINISH);
  }

 private:
  bool deflate_all(int flush) {
    int code;
    do {
      std::array<std::uint8_t, 16384> chunk;
      stream_.next_out = chunk.data();
      stream_.avail_out = static_cast<uInt>(chunk.size());
      code = deflate(&stream_, flush);
      if (code == Z_STREAM_ERROR) return false;
      output().insert(output().end(), chunk.data(), stream_.next_out);
    } while (flush == Z_FINISH ? code != Z_STREAM_END : stream_.avail_in != 0);
    return true;
  }

  z_stream stream_{};
};

}  // namespace

std::unique_ptr<CompressedFile> open_gzip_input(host::UniqueFd fd) {
  return std::make_unique<GzipInput>(std::move(fd));
}

std::unique_ptr<CompressedFile> open_gzip_output(host::UniqueFd fd, CompressLevel level) {
  return std::make_unique<GzipOutput>(std::move(fd), level);
}

}  // namespace coracle::kernel
