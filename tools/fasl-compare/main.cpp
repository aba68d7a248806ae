// fasl-compare: whether two compiled files or boot files hold the same objects.
#include <cstdio>
#include <string_view>

#include "boot/image/fasl_compare.h"
#include "vm/host/errors.h"
#include "vm/host/files.h"

namespace {

constexpr const char* usage =
    "usage: fasl-compare FILE FILE\n\n"
    "Compares two boot files or compiled files: uncompressed, object by object, with code bytes "
    "and\n"
    "relocations; names that a compiler generates must correspond one to one. Status 0: the same; "
    "1: they\n"
    "differ, and the first difference is shown with its path; 2: a file can't be read.\n";

}  // namespace

int main(int argc, char** argv) {
  using namespace coracle;
  if (argc == 2 && (std::string_view(argv[1]) == "--help" || std::string_view(argv[1]) == "-h")) {
    std::fputs(usage, stdout);
    return 0;
  }
  if (argc != 3) {
    std::fputs(usage, stderr);
    return 2;
  }
  int descriptors[2];
  for (int i = 0; i < 2; ++i) {
    descriptors[i] = host::open_file(argv[i + 1], {.read = true});
    if (descriptors[i] < 0) {
      std::fprintf(stderr, "fasl-compare: %s: %s\n", argv[i + 1], host::error_text(errno).c_str());
      return 2;
    }
  }
  DescriptorSource left(argv[1], descriptors[0], DescriptorSource::Ahead::yes);
  DescriptorSource right(argv[2], descriptors[1], DescriptorSource::Ahead::yes);
  Result<FaslComparison> const result = compare_fasl_files(left, right);
  if (!result) {
    std::fprintf(stderr, "fasl-compare: %s\n", result.error().message.c_str());
    return 2;
  }
  if (!result->difference.empty()) {
    std::printf("%s\n", result->difference.c_str());
    return 1;
  }
  std::printf("the same: %llu objects, of %llu parts\n",
              static_cast<unsigned long long>(result->objects),
              static_cast<unsigned long long>(result->nodes));
  return 0;
}
