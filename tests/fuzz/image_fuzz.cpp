// libFuzzer: images. The contract: the sections and their contents, or a named error; no crash, no memory
// beyond some frames.
//
//     tools/build fuzz image_fuzz
//     build/fuzz/tests/image_fuzz --write-seeds=FOLDER
//     build/fuzz/tests/image_fuzz -max_len=2048 -rss_limit_mb=1000 FOLDER
//
// The first byte says what is done with the others: 0, they are an image; 1, they are an image whose sums are
// made right first; anything else, they are filtered bytes of a fasl file. --write-seeds makes seeds: small images of each
// kind of section, method and filter, and filtered bytes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "boot/image/fasl_filter.h"
#include "boot/image/image_reader.h"
#include "boot/image/image_writer.h"
#include "tests/fuzz/seeds.h"
#include "tests/unit/fasl_objects.h"
#include "tests/unit/image_sums.h"

namespace coracle {
namespace {

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void read_all(std::span<const std::uint8_t> bytes) {
  MemorySource source("input", bytes);
  ImageReader reader(source);
  if (!reader.header()) return;
  for (;;) {
    Result<std::optional<ImageSection>> const section = reader.next();
    if (!section || !*section) return;
    require(fault_of_section_name((*section)->name).empty(), "a wrong name was accepted");
    if ((*section)->size % 3 == 0) continue;  // some are skipped
    std::uint64_t size = 0;
    for (;;) {
      Result<std::span<const std::uint8_t>> const block = reader.next_block();
      if (!block) return;
      if (block->empty()) break;
      size += block->size();
    }
    require(size == (*section)->size, "a section has another size than its head says");
  }
}

void unfilter(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> out(bytes.size() * 3 % 10'000);
  if (!unfilter_fasl(bytes, out)) return;
  // What the filter accepts again must come out again.
  (void)filter_fasl(out, {});
}

bool write_seeds(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  int n = 0;
  auto const write = [&](std::uint8_t mode, const std::vector<std::uint8_t>& bytes) {
    std::ofstream out(folder / ("seed-" + std::to_string(n++)), std::ios::binary);
    out.put(static_cast<char>(mode));
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  };
  test::FaslBytes const boot = test::FaslBytes().header().plain(test::everything());
  auto const filtered = filter_fasl(boot.bytes(), {});
  require(filtered.has_value(), "the filter doesn't take a file of all objects");
  write(2, *filtered);
  for (int const level : {0, 1, 19}) {
    for (bool const filter : {false, true}) {
      std::vector<std::uint8_t> image;
      ImageOptions options;
      options.level = level;
      options.filter = filter;
      options.frame_bytes = 512;
      ImageWriter writer(ImageWriter::appends_to(image), options);
      std::string const text(300, 'x');
      std::span const note(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
      require(writer.begin({"10.0.0", "pb", ByteOrder::any, {}, {"petite"}}).has_value(), "begin");
      require(writer.add(SectionKind::boot, "a.boot", boot.bytes()).has_value(), "add");
      require(writer.add(SectionKind::note, "n", note).has_value(), "add");
      require(writer.add(SectionKind::file, "d/e", {}).has_value(), "add");
      require(writer.finish().has_value(), "finish");
      for (std::uint8_t const mode : {0, 1}) write(mode, image);
    }
  }
  return true;
}

}  // namespace
}  // namespace coracle

// libFuzzer's name for it.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coracle;
  if (size == 0) return 0;
  std::span const bytes(data + 1, size - 1);
  if (data[0] == 0) {
    read_all(bytes);
  } else if (data[0] == 1) {
    std::vector<std::uint8_t> image(bytes.begin(), bytes.end());
    test::repair_sums(image);
    read_all(image);
  } else {
    unfilter(bytes);
  }
  return 0;
}

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  coracle::test::write_seeds_if_asked(*argc, *argv, coracle::write_seeds);
  return 0;
}
