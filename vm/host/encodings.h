// Conversions between character encodings.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace coracle::host {

class Conversion {
 public:
  /// Null if the host has no such conversion.
  static std::unique_ptr<Conversion> open(const char* to, const char* from);
  Conversion() = default;
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  virtual ~Conversion() = default;

  /// Why a step stopped.
  enum class Stop : std::uint8_t { end_of_input, invalid, incomplete, no_room, unknown };
  /// Converts some of the input; `in` and `out` become what is left of them.
  virtual Stop step(std::span<char>& in, std::span<char>& out) = 0;
};

}  // namespace coracle::host
