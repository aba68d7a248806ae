// The sizes of boot files in Coracle's images and as Chez compresses them, as a table, and how fast the images
// are decoded.
//
//     build/release/bench/image-sizes FILE...
//     taskset -c 0 build/release/bench/image-sizes FILE...    on one processor
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "boot/image/block_codec.h"
#include "boot/image/fasl_file.h"
#include "boot/image/image_reader.h"
#include "boot/image/image_writer.h"

namespace {

using namespace coracle;
using Bytes = std::vector<std::uint8_t>;

void row(const char* what, std::uint64_t size, std::uint64_t of, double megabytes_a_second) {
  std::printf("| %s | %.2f | %.1f %% | ", what, static_cast<double>(size) / 1e6,
              100.0 * static_cast<double>(size) / static_cast<double>(of));
  if (megabytes_a_second > 0) std::printf("%.0f |\n", megabytes_a_second);
  else std::puts("|");
}

/// What the files would take with each object compressed by itself, as Chez does it.
std::uint64_t compressed_objects(const std::vector<Bytes>& files, const BlockCodec& codec,
                                 CompressLevel level) {
  std::uint64_t total = 0;
  for (const Bytes& file : files) {
    MemorySource source("", file);
    FaslFile objects(source, [](const FaslHeader&) -> Result<void> { return {}; });
    total += file.size();
    for (;;) {
      Result<std::optional<FaslPayload>> const payload = objects.next(Situation::visit_revisit);
      if (!payload || !*payload) break;
      std::span<const std::uint8_t> const bytes = (*payload)->bytes;
      Bytes block(codec.bound(bytes.size()));
      CodecResult const result = codec.compress(level, bytes, block);
      if (result.status == CodecStatus::done && result.size < bytes.size())
        total -= bytes.size() - result.size;
    }
  }
  return total;
}

Bytes image_of(const std::vector<Bytes>& files, const ImageOptions& options) {
  Bytes image;
  ImageWriter writer(ImageWriter::appends_to(image), options);
  bool good = writer.begin({}).has_value();
  for (std::size_t i = 0; i < files.size(); ++i)
    good = writer.add(SectionKind::boot, std::to_string(i), files[i]).has_value() && good;
  return good && writer.finish() ? image : Bytes();
}

/// The median of some runs.
double decoding_speed(const Bytes& image, std::uint64_t size) {
  std::vector<double> seconds;
  for (int i = 0; i < 11; ++i) {
    auto const start = std::chrono::steady_clock::now();
    MemorySource source("", image);
    ImageReader reader(source);
    bool good = reader.header().has_value();
    while (good) {
      Result<std::optional<ImageSection>> const section = reader.next();
      if (!section || !*section) break;
      for (;;) {
        Result<std::span<const std::uint8_t>> const block = reader.next_block();
        if (!block || block->empty()) break;
      }
    }
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::sort(seconds);
  return static_cast<double>(size) / 1e6 / seconds[seconds.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Bytes> files;
  std::uint64_t size = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    size += files.back().size();
    if (files.back().empty()) {
      std::fprintf(stderr, "image-sizes: cannot read %s\n", argv[i]);
      return 1;
    }
  }
  if (files.empty()) {
    std::fputs("usage: image-sizes FILE...\n", stderr);
    return 1;
  }
  std::puts("| how it is stored | MB | of the files | decoded, MB/s |\n|---|--:|--:|--:|");
  row("as the files are", size, size, 0);
  row("each object by LZ4, as Chez does it",
      compressed_objects(files, block_codec(CompressFormat::lz4), CompressLevel::medium), size, 0);
  row("each object by gzip, as Chez does it",
      compressed_objects(files, block_codec(CompressFormat::gzip), CompressLevel::medium), size, 0);
  struct Way {
    const char* name;
    ImageOptions options;
  };
  constexpr std::uint32_t usual = ImageOptions{}.frame_bytes;
  Way const ways[] = {
      {"image, level 0", {0, false, usual}},
      {"image, level 3, no filter", {3, false, usual}},
      {"image, level 19, no filter", {19, false, usual}},
      {"image, level 22, no filter", {22, false, usual}},
      {"image, level 3", {3, true, usual}},
      {"image, level 19 (the default)", {19, true, usual}},
      {"image, level 22", {22, true, usual}},
  };
  for (const Way& way : ways) {
    Bytes const image = image_of(files, way.options);
    row(way.name, image.size(), size, decoding_speed(image, size));
  }
}
