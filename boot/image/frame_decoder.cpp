#include "boot/image/frame_decoder.h"

#include <xxhash.h>
#include <zstd.h>

#include <bit>
#include <cstring>

#include "boot/image/fasl_filter.h"

namespace coracle {
namespace {

std::uint64_t sum_of(const StoredFrame& frame, XXH3_state_t* state) {
  XXH3_64bits_reset(state);
  XXH3_64bits_update(state, frame.head.summed.data(), frame.head.summed.size());
  XXH3_64bits_update(state, frame.bytes.data(), frame.bytes.size());
  return XXH3_64bits_digest(state);
}

}  // namespace

FrameDecoder::FrameDecoder() = default;
FrameDecoder::~FrameDecoder() { ZSTD_freeDCtx(zstd_); }

std::optional<FrameFault> FrameDecoder::decode(const StoredFrame& frame, std::size_t block,
                                               std::span<std::uint8_t> filtered,
                                               std::span<std::uint8_t> out) {
  if (block == 0) fault_ = begin(frame);
  if (!fault_) fault_ = decode_block(frame, block, filtered, out);
  if (!fault_ && block + 1 == frame.head.blocks.size()) fault_ = end(frame);
  return fault_;
}

std::optional<FrameFault> FrameDecoder::decode_block(const StoredFrame& frame, std::size_t block,
                                                     std::span<std::uint8_t> filtered,
                                                     std::span<std::uint8_t> out) {
  if (frame.head.is_plain()) {
    used_ += frame.head.blocks[block].size;
    return std::nullopt;
  }
  if (frame.head.filter == FrameFilter::none) return unpack(frame, out);
  std::span<std::uint8_t> const unpacked = filtered.first(frame.head.blocks[block].filtered);
  std::optional<FrameFault> fault = unpack(frame, unpacked);
  if (fault) return fault;
  Result<void> const done = unfilter_fasl(unpacked, out);
  if (!done) return FrameFault{frame.start, done.error().message};
  return std::nullopt;
}

std::optional<FrameFault> FrameDecoder::begin(const StoredFrame& frame) {
  used_ = 0;
  std::unique_ptr<XXH3_state_t, decltype([](XXH3_state_t* s) { XXH3_freeState(s); })> const state(
      XXH3_createState());
  if (state == nullptr) return FrameFault{frame.start, "out of memory for a sum"};
  std::uint64_t const computed = sum_of(frame, state.get());
  if (computed != frame.head.sum) {
    return FrameFault{frame.start + frame_sum_at, "found the sum " + hex(frame.head.sum) +
                                                      " of a frame, expected " + hex(computed) +
                                                      ": the image is damaged"};
  }
  if (frame.head.method != FrameMethod::zstd) return std::nullopt;
  if (zstd_ == nullptr) {
    zstd_ = ZSTD_createDCtx();
    if (zstd_ == nullptr) return FrameFault{frame.start, "out of memory for decompression"};
    ZSTD_DCtx_setParameter(zstd_, ZSTD_d_windowLogMax, std::countr_zero(largest_frame));
  }
  ZSTD_DCtx_reset(zstd_, ZSTD_reset_session_only);
  return std::nullopt;
}

std::optional<FrameFault> FrameDecoder::unpack(const StoredFrame& frame,
                                               std::span<std::uint8_t> to) {
  if (frame.head.method == FrameMethod::stored) {
    std::memcpy(to.data(), &frame.bytes[used_], to.size());
    used_ += to.size();
    return std::nullopt;
  }
  ZSTD_inBuffer in{frame.bytes.data(), frame.bytes.size(), used_};
  ZSTD_outBuffer out{to.data(), to.size(), 0};
  std::size_t before = 0;
  do {
    before = in.pos + out.pos;
    std::size_t const left = ZSTD_decompressStream(zstd_, &out, &in);
    if (ZSTD_isError(left) != 0) {
      return FrameFault{frame.start,
                        "cannot decompress a frame: " + std::string(ZSTD_getErrorName(left))};
    }
    zstd_has_ended_ = left == 0;
  } while (out.pos != out.size && !zstd_has_ended_ && in.pos + out.pos != before);
  used_ = in.pos;
  if (out.pos == out.size) return std::nullopt;
  return FrameFault{frame.start, "found a frame that ends after " + std::to_string(out.pos) +
                                     " bytes of a block, expected " + std::to_string(out.size)};
}

std::optional<FrameFault> FrameDecoder::end(const StoredFrame& frame) {
  if (frame.head.method == FrameMethod::zstd && !zstd_has_ended_) {
    // What is left must be the end, without more output.
    std::optional<FrameFault> fault = unpack(frame, {});
    if (fault) return fault;
    if (!zstd_has_ended_) {
      return FrameFault{frame.start,
                        "found a frame that goes on after its last block, expected its end"};
    }
  }
  if (used_ == frame.bytes.size()) return std::nullopt;
  return FrameFault{frame.start,
                    "found " + std::to_string(frame.bytes.size() - used_) +
                        " stored bytes after the last block of a frame, expected its end"};
}

}  // namespace coracle
