#include "boot/image/byte_buffer.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "vm/host/memory.h"

namespace coracle {
namespace {

std::size_t alignment_of(std::size_t size) {
  return size >= host::huge_page_bytes ? host::huge_page_bytes : alignof(std::max_align_t);
}

}  // namespace

void ByteBuffer::append(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  std::size_t const start = size_;
  resize(start + bytes.size());
  std::memcpy(data_ + start, bytes.data(), bytes.size());
}

void ByteBuffer::grow(std::size_t size) {
  // By doubling, since a larger buffer needs new pages.
  std::size_t capacity = std::max(size, 2 * capacity_);
  bool const huge = capacity >= host::huge_page_bytes;
  if (huge) capacity = (capacity + host::huge_page_bytes - 1) & ~(host::huge_page_bytes - 1);
  auto* const larger =
      static_cast<std::uint8_t*>(memory_->allocate(capacity, alignment_of(capacity)));
  if (huge) host::use_huge_pages(larger, capacity);
  if (size_ != 0) std::memcpy(larger, data_, size_);
  release();
  data_ = larger;
  capacity_ = capacity;
}

void ByteBuffer::release() {
  if (data_ != nullptr) memory_->deallocate(data_, capacity_, alignment_of(capacity_));
}

}  // namespace coracle
