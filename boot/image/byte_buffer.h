// Bytes that are about to be written: reused, not initialised, in huge pages where there are enough of them.
//
// Must not know: what the bytes are.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>

namespace coracle {

class ByteBuffer {
 public:
  explicit ByteBuffer(std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : memory_(memory) {}
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;
  ~ByteBuffer() { release(); }

  std::uint8_t* data() { return data_; }
  std::size_t size() const { return size_; }
  std::span<std::uint8_t> bytes() { return {data_, size_}; }
  /// Keeps the first bytes, so far as they were there; the others have any value.
  void resize(std::size_t size) {
    if (size > capacity_) grow(size);
    size_ = size;
  }
  void assign(std::span<const std::uint8_t> bytes) {
    size_ = 0;
    append(bytes);
  }
  void append(std::span<const std::uint8_t> bytes);

 private:
  void grow(std::size_t size);
  void release();

  std::pmr::memory_resource* memory_;
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace coracle
