#include "boot/image/section_source.h"

#include <algorithm>

namespace coracle {

Result<bool> SectionSource::refill() {
  if (!block_.empty()) return true;
  Result<std::span<const std::uint8_t>> const block = reader_.next_block();
  if (!block) return tl::unexpected<Error>(block.error());
  block_ = *block;
  return !block_.empty();
}

Result<int> SectionSource::byte() {
  Result<bool> const more = refill();
  if (!more) return tl::unexpected<Error>(more.error());
  if (!*more) return -1;
  int const b = block_.front();
  block_ = block_.subspan(1);
  advance(1);
  return b;
}

Result<std::span<const std::uint8_t>> SectionSource::take(std::uint64_t n) {
  std::uint64_t const start = offset();
  auto const refilled = refill();
  if (!refilled) return tl::unexpected<Error>(refilled.error());
  if (n <= block_.size()) {
    std::span<const std::uint8_t> const result = block_.first(static_cast<std::size_t>(n));
    block_ = block_.subspan(result.size());
    advance(n);
    return result;
  }
  buffer_.resize(0);
  while (buffer_.size() < n) {
    Result<bool> const more = refill();
    if (!more) return tl::unexpected<Error>(more.error());
    if (!*more) return tl::unexpected<Error>(end_of_data(start, n, buffer_.size()));
    std::size_t const piece =
        static_cast<std::size_t>(std::min<std::uint64_t>(n - buffer_.size(), block_.size()));
    buffer_.append(block_.first(piece));
    block_ = block_.subspan(piece);
    advance(piece);
  }
  return std::span<const std::uint8_t>(buffer_.bytes());
}

Result<void> SectionSource::skip(std::uint64_t n) {
  std::uint64_t const start = offset();
  for (std::uint64_t left = n; left != 0;) {
    Result<bool> const more = refill();
    if (!more) return tl::unexpected<Error>(more.error());
    if (!*more) return tl::unexpected<Error>(end_of_data(start, n, n - left));
    std::size_t const piece =
        static_cast<std::size_t>(std::min<std::uint64_t>(left, block_.size()));
    block_ = block_.subspan(piece);
    advance(piece);
    left -= piece;
  }
  return {};
}

}  // namespace coracle
