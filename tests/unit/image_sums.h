// Right sums for an image whose bytes were changed: what a hostile writer would make, so that tests get behind
// the sums.
#pragma once

#include <cstdint>
#include <vector>

#include "boot/image/image_format.h"

namespace coracle::test {

/// Follows the image as far as its sizes lead, and writes each sum that it meets.
inline void repair_sums(std::vector<std::uint8_t>& image) {
  std::size_t at = image_magic.size() + 4;
  auto const has = [&](std::uint64_t n) { return n <= image.size() - at; };
  auto const get = [&](std::size_t from, std::size_t bytes) {
    std::uint64_t n = 0;
    for (std::size_t i = bytes; i-- > 0;) n = n << 8 | image[from + i];
    return n;
  };
  auto const put = [&](std::size_t to, std::uint64_t n) {
    for (std::size_t i = 0; i < 8; ++i) image[to + i] = static_cast<std::uint8_t>(n >> (8 * i));
  };
  auto const sum_from = [&](std::size_t start) {
    if (!has(8)) return false;
    put(at, xxh3_64(&image[start], at - start));
    at += 8;
    return true;
  };
  if (image.size() < at + 4) return;
  std::uint64_t const header = get(at, 4);
  at += 4;
  if (!has(header)) return;
  at += static_cast<std::size_t>(header);
  if (!sum_from(0)) return;
  for (;;) {
    std::size_t const start = at;
    if (!has(8)) return;
    std::uint64_t const mark = get(at, 4), number = get(at + 4, 4);
    at += 8;
    if (mark == index_mark) {
      for (std::uint64_t i = 0; i < number; ++i) {
        constexpr std::size_t fixed = 8 + 2 + 8 + 8 + 16;
        if (!has(fixed + 2) || !has(fixed + 2 + get(at + fixed, 2))) return;
        at += fixed + 2 + static_cast<std::size_t>(get(at + fixed, 2));
      }
      sum_from(start);
      return;
    }
    if (mark != section_mark || number < 18 || !has(number)) return;
    std::uint64_t stored = get(at + 10, 8);
    at += static_cast<std::size_t>(number);
    if (!sum_from(start)) return;
    while (stored >= frame_head_bytes && has(frame_head_bytes)) {
      std::uint64_t const blocks = get(at + 2, 2) * block_head_bytes;
      std::uint64_t const size = frame_head_bytes + blocks + get(at + 4, 4);
      if (size > stored || !has(size)) break;
      std::vector<std::uint8_t> summed(&image[at], &image[at] + frame_sum_at);
      summed.insert(summed.end(), &image[at] + frame_head_bytes, &image[at] + size);
      put(at + frame_sum_at, xxh3_64(summed.data(), summed.size()));
      at += static_cast<std::size_t>(size);
      stored -= size;
    }
    if (!has(stored)) return;
    at += static_cast<std::size_t>(stored);
  }
}

}  // namespace coracle::test
