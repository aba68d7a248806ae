// libFuzzer: a boot file in an image, from zstd through the filter to its objects. The contract: objects or a
// named error; no crash, no memory beyond what the bytes justify.
//
//     tools/build fuzz image_objects_fuzz
//     build/fuzz/tests/image_objects_fuzz --write-seeds=FOLDER
//     build/fuzz/tests/image_objects_fuzz -max_len=2048 -rss_limit_mb=1000 FOLDER
//
// The input becomes the only frame of an image with right sums. Its first byte says what it is: bit 0, filtered
// bytes; bit 1, a zstd frame already, where otherwise one is made of it. The next two are the size of the contents.
#include <zstd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "boot/image/fasl_file.h"
#include "boot/image/fasl_filter.h"
#include "boot/image/fasl_tree.h"
#include "boot/image/section_source.h"
#include "tests/fuzz/seeds.h"
#include "tests/unit/fasl_objects.h"
#include "tests/unit/image_sums.h"

namespace coracle {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t filtered_bit = 1, compressed_bit = 2;

void put(Bytes& to, std::uint64_t n, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<std::uint8_t>(n >> (8 * i)));
}

Bytes compressed(std::span<const std::uint8_t> bytes) {
  Bytes result(ZSTD_compressBound(bytes.size()));
  result.resize(ZSTD_compress(result.data(), result.size(), bytes.data(), bytes.size(), 1));
  return result;
}

/// An image of a boot section of one frame of one block.
Bytes image_of(std::uint8_t sort, std::uint64_t size, std::span<const std::uint8_t> input) {
  bool const filtered = (sort & filtered_bit) != 0;
  Bytes frame =
      (sort & compressed_bit) != 0 ? Bytes(input.begin(), input.end()) : compressed(input);
  std::uint64_t const promised = ZSTD_getFrameContentSize(frame.data(), frame.size());
  std::uint64_t const content = promised > largest_frame ? 1000 : promised;
  // A frame that isn't smaller than its contents is refused; that isn't what is tested here.
  bool const stored = frame.size() >= content;
  if (stored) frame.assign(input.begin(), input.end());
  std::uint64_t const middle = stored ? frame.size() : content;
  if (!filtered) size = middle;
  Bytes image(image_magic.begin(), image_magic.end());
  put(image, image_version, 4);
  put(image, 2 + 2 + 1 + 4 + 4, 4);
  put(image, 0, 2 + 2 + 1);
  put(image, 0, 8);
  put(image, 0, 8);
  put(image, section_mark, 4);
  put(image, 2 + 8 + 8 + 16 + 2 + 1, 4);
  put(image, 1, 2);
  put(image, size, 8);
  put(image, frame_head_bytes + block_head_bytes + frame.size(), 8);
  put(image, 0, 8);
  put(image, 0, 8);
  put(image, 1, 2);
  put(image, 'b', 1);
  put(image, 0, 8);
  put(image, stored ? 0 : 1, 1);
  put(image, filtered ? 1 : 0, 1);
  put(image, 1, 2);
  put(image, frame.size(), 4);
  put(image, 0, 8);
  put(image, size, 4);
  put(image, middle, 4);
  image.insert(image.end(), frame.begin(), frame.end());
  test::repair_sums(image);
  return image;
}

void read_objects(std::span<const std::uint8_t> image) {
  MemorySource file("input", image);
  ImageReader reader(file);
  if (!reader.header() || !reader.next()) {
    std::fputs("the image around the frame is wrong\n", stderr);
    std::abort();
  }
  SectionSource section("boot", reader, std::pmr::get_default_resource());
  FaslFile objects(section, [](const FaslHeader&) -> Result<void> { return {}; });
  for (;;) {
    Result<std::optional<FaslPayload>> const payload = objects.next(Situation::visit_revisit);
    if (!payload || !*payload) return;
    ByteReader in((*payload)->bytes, (*payload)->name, (*payload)->base);
    FaslTree tree;
    FaslReader<FaslTree> object(in, tree);
    if (!object.read()) return;
  }
}

bool write_seeds(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  Bytes const file = test::FaslBytes().header().plain(test::everything()).bytes();
  std::optional<Bytes> const filtered = filter_fasl(file, {});
  if (!filtered) return false;
  for (std::uint8_t sort = 0; sort < 4; ++sort) {
    const Bytes& bytes = (sort & filtered_bit) != 0 ? *filtered : file;
    Bytes const body = (sort & compressed_bit) != 0 ? compressed(bytes) : bytes;
    std::ofstream out(folder / ("seed-" + std::to_string(sort)), std::ios::binary);
    out.put(static_cast<char>(sort));
    out.put(static_cast<char>(file.size()));
    out.put(static_cast<char>(file.size() >> 8));
    out.write(reinterpret_cast<const char*>(body.data()),
              static_cast<std::streamsize>(body.size()));
    if (!out.good()) return false;
  }
  return true;
}

}  // namespace
}  // namespace coracle

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  coracle::test::write_seeds_if_asked(*argc, *argv, coracle::write_seeds);
  return 0;
}

// libFuzzer's name for it.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coracle;
  if (size < 4) return 0;
  std::uint64_t const contents = data[1] | static_cast<std::uint64_t>(data[2]) << 8;
  if (contents == 0) return 0;
  read_objects(image_of(data[0], contents, std::span(data + 3, size - 3)));
  return 0;
}
