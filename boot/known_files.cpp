#include "boot/known_files.h"

#include <algorithm>
#include <string_view>

namespace coracle {
namespace {

struct KnownFile {
  std::uint64_t size;
  Sum128 sum;
};

constexpr Sum128 sum_of(std::string_view digits) {
  Sum128 sum{};
  if (digits.size() != 2 * sum.size()) throw "a sum has 32 digits";
  auto const value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] = static_cast<std::uint8_t>(16 * value(digits[2 * i]) + value(digits[2 * i + 1]));
  return sum;
}

constexpr KnownFile known_files[] = {
#define KNOWN_FILE(release, name, size, sum) {size, sum_of(sum)},
#include "boot/known_files.def"
#undef KNOWN_FILE
};

}  // namespace

bool is_size_of_known_file(std::uint64_t size) {
  return std::ranges::any_of(known_files, [&](const KnownFile& f) { return f.size == size; });
}

bool is_known_file(std::uint64_t size, const Sum128& sum) {
  return std::ranges::any_of(known_files,
                             [&](const KnownFile& f) { return f.size == size && f.sum == sum; });
}

}  // namespace coracle
