// Coracle's own format of images: what reader and writer share. The format itself: "Images" in FORMAT.md.
//
// Must not know: how images are read and written.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct XXH3_state_s;

namespace coracle {

inline constexpr std::array<std::uint8_t, 12> image_magic{0x89, 'C', 'o',  'r',  'a',  'c',
                                                          'l',  'e', '\r', '\n', 0x1A, '\n'};
inline constexpr std::array<std::uint8_t, 8> image_end{'i', 'm', 'a', 'g', 'e', 'e', 'n', 'd'};
inline constexpr std::uint32_t image_version = 1;
inline constexpr std::uint32_t section_mark = 0x54434553;  // "SECT"
inline constexpr std::uint32_t index_mark = 0x58444E49;    // "INDX"

// Limits, so that readers need little memory whatever a file says.
inline constexpr std::uint32_t longest_image_header = 1 << 16;
inline constexpr std::uint32_t longest_section_head = 1 << 13;
inline constexpr std::size_t longest_section_name = 1 << 12;
inline constexpr std::uint32_t most_sections = 1 << 16;
inline constexpr std::uint32_t largest_frame = 1 << 24;  // bytes of contents, filtered or not
// A frame's head: method, filter, number of blocks, stored size; its sum; then the sizes of its blocks.
inline constexpr std::uint32_t frame_sum_at = 8, frame_head_bytes = 16, block_head_bytes = 8;
inline constexpr std::size_t most_blocks = 0xFFFF;  // in a frame

enum class ByteOrder : std::uint8_t { any = 0, little = 1, big = 2 };

struct ImageHeader {
  std::string release;  // of Chez Scheme; empty if the sections fit any
  std::string machine;  // machine type; empty likewise
  ByteOrder byte_order = ByteOrder::any;
  std::vector<std::string> features;  // a reader that doesn't know one refuses the image
  std::vector<std::string>
      needs;  // base names of boot files: any one of them comes before this image
};

enum class SectionKind : std::uint16_t {
#define SECTION_KIND(number, name, meaning) name = number,
#include "boot/image/section_kinds.def"
#undef SECTION_KIND
};
/// "boot", or "kind 77".
std::string section_kind_name(SectionKind kind);

using Sum128 = std::array<std::uint8_t, 16>;  // XXH3-128, the most significant byte first
/// In 32 hexadecimal digits.
std::string hex(const Sum128& sum);
/// In 16 digits.
std::string hex(std::uint64_t sum);

struct ImageSection {
  SectionKind kind{};
  std::string name;               // a relative path of plain parts, unique within the image
  std::uint64_t size = 0;         // bytes of contents
  std::uint64_t stored_size = 0;  // bytes of its frames in the file
  Sum128 sum{};                   // of the contents
  std::uint64_t offset = 0;       // of its head in the file
  bool operator==(const ImageSection&) const = default;
};

enum class FrameMethod : std::uint8_t { stored = 0, zstd = 1 };
enum class FrameFilter : std::uint8_t { none = 0, fasl = 1 };

struct BlockSizes {
  std::uint32_t size = 0;      // bytes of contents
  std::uint32_t filtered = 0;  // bytes before the filter is undone; the same if there is none
};

/// What is wrong with a section's name; nothing if it is a relative path without empty parts, "." and "..",
/// backslashes and control characters, in UTF-8.
std::string_view fault_of_section_name(std::string_view name);

/// What messages call a section: "x.image(petite.boot)".
std::string name_in_image(const std::string& image, const std::string& section);

std::uint64_t xxh3_64(const std::uint8_t* bytes, std::size_t n);
Sum128 xxh3_128(const std::uint8_t* bytes, std::size_t n);

/// The sum of bytes that come in pieces.
class Sum128State {
 public:
  Sum128State();
  Sum128State(const Sum128State&) = delete;
  Sum128State& operator=(const Sum128State&) = delete;
  ~Sum128State();
  void reset();
  void add(std::span<const std::uint8_t> bytes);
  Sum128 sum() const;

 private:
  XXH3_state_s* state_;
};

}  // namespace coracle
