// Files of LZ4 frames, one for each quarter of a megabyte, as Chez Scheme writes them: a frame
// that stands alone compresses nearly as well as a long one, and needs no state.
#include <lz4frame.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "vm/kernel/codec/compressed_file.h"

namespace coracle::kernel {
namespace {

constexpr std::size_t frame_capacity = std::size_t{1} << 18;

class Lz4Input final : public CompressedInput {
 public:
  explicit Lz4Input(host::UniqueFd fd) : CompressedInput(std::move(fd)) {
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION))) {
      throw std::bad_alloc();
    }
  }
  ~Lz4Input() override { LZ4F_freeDecompressionContext(context_); }

 protected:
  FileResult decode(std::span<std::uint8_t> buffer) override {
    while (!buffer.empty()) {
      if (broken_) return file_failure(0);
      FileResult const filled = input().fill(fd());
      if (filled.failed()) return filled;
      // At the end of the file the decoder may still hold bytes that there was no room for before.
      auto const available = input().available();
      // A zero byte instead of a frame ends the data: boot files are padded with zeros.
      if (between_frames_ && (available.empty() || available[0] == 0)) return {};
      std::size_t produced = buffer.size();
      std::size_t consumed = available.size();
      std::size_t const hint =
          LZ4F_decompress(context_, buffer.data(), &produced, available.data(), &consumed, nullptr);
      if (LZ4F_isError(hint)) {
        broken_ = true;
        return file_failure(0);
      }
      input().consume(consumed);
      between_frames_ = hint == 0;
      if (produced != 0) return {static_cast<std::int64_t>(produced)};
      if (filled.count == 0) return {};
    }
    return {};
  }

  bool restart() override {
    LZ4F_resetDecompressionContext(context_);
    between_frames_ = broken_ = false;
    return true;
  }

 private:
  LZ4F_dctx* context_ = nullptr;
  bool between_frames_ = false;
  bool broken_ = false;  // the decoder can't go on after bad data
};

class Lz4Output final : public CompressedOutput {
 public:
  Lz4Output(host::UniqueFd fd, CompressLevel level)
      : CompressedOutput(std::move(fd)), stores_(level == CompressLevel::stored) {
    preferences_.compressionLevel = lz4_level(level);
    frame_.reserve(frame_capacity);
  }

 protected:
  FileResult encode(std::span<const std::uint8_t> bytes) override {
    std::size_t const taken = std::min(bytes.size(), frame_capacity - frame_.size());
    frame_.insert(frame_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    if (frame_.size() == frame_capacity && !emit()) return file_failure(0);
    return {static_cast<std::int64_t>(taken)};
  }

  bool finish() override { return frame_.empty() || emit(); }

 private:
  bool emit() {
    std::size_t const before = output().size();
    output().resize(before + LZ4F_compressFrameBound(frame_.size(), &preferences_));
    std::uint8_t* const to = output().data() + before;
    std::size_t const size = stores_
                                 ? store(to)
                                 : LZ4F_compressFrame(to, output().size() - before, frame_.data(),
                                                      frame_.size(), &preferences_);
    output().resize(before + (LZ4F_isError(size) ? 0 : size));
    frame_.clear();
    return !LZ4F_isError(size);
  }

  /// A frame of one block that is not compressed: the library has no level for that.
  std::size_t store(std::uint8_t* to) {
    // The header of a frame of independent blocks of at most 256 KiB, without checksums: magic number, two
    // bytes of flags, and a checksum of those (lz4_Frame_format.md).
    constexpr std::uint8_t head[] = {0x04, 0x22, 0x4D, 0x18, 0x60, 0x50, 0xFB};
    constexpr std::uint32_t not_compressed = 0x8000'0000;
    std::uint8_t* const start = to;
    auto const put = [&](std::uint32_t n) {
      for (int shift = 0; shift < 32; shift += 8) *to++ = static_cast<std::uint8_t>(n >> shift);
    };
    to = std::copy(std::begin(head), std::end(head), to);
    put(static_cast<std::uint32_t>(frame_.size()) | not_compressed);
    to = std::copy(frame_.begin(), frame_.end(), to);
    put(0);
    return static_cast<std::size_t>(to - start);
  }

  bool stores_;
  LZ4F_preferences_t preferences_{};
  std::vector<std::uint8_t> frame_;
};

}  // namespace

std::unique_ptr<CompressedFile> open_lz4_input(host::UniqueFd fd) {
  return std::make_unique<Lz4Input>(std::move(fd));
}

std::unique_ptr<CompressedFile> open_lz4_output(host::UniqueFd fd, CompressLevel level) {
  return std::make_unique<Lz4Output>(std::move(fd), level);
}

}  // namespace coracle::kernel
