#include "boot/image/image_format.h"

#include <xxhash.h>

#include <cstdio>

#include <algorithm>
#include <iterator>

#include "vm/base/utf8.h"

namespace coracle {

std::string section_kind_name(SectionKind kind) {
  switch (kind) {
#define SECTION_KIND(number, name, meaning) \
  case SectionKind::name: return #name;
#include "boot/image/section_kinds.def"
#undef SECTION_KIND
  }
  return "kind " + std::to_string(static_cast<unsigned>(kind));
}

namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    Utf8Character const c = decode_utf8(text);
    if (!c.is_sound) return false;
    text.remove_prefix(c.length);
  }
  return true;
}

}  // namespace

std::string_view fault_of_section_name(std::string_view name) {
  if (name.empty()) return "no characters";
  static_assert(longest_section_name == 4096);
  if (name.size() > longest_section_name) return "more than 4096 bytes";
  if (!is_utf8(name)) return "bytes that aren't UTF-8";
  for (char const c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return "a control character";
    if (c == '\\') return "a backslash";
  }
  for (std::size_t start = 0; start <= name.size();) {
    std::size_t const end = std::min(name.find('/', start), name.size());
    std::string_view const part = name.substr(start, end - start);
    if (part.empty()) return "an empty part of a path";
    if (part == "." || part == "..") return "the part . or .. of a path";
    start = end + 1;
  }
  return {};
}

std::string hex(std::uint64_t sum) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(sum));
  return text;
}

std::string hex(const Sum128& sum) {
  std::string text;
  for (std::uint8_t const byte : sum) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 0xF];
  }
  return text;
}

std::string name_in_image(const std::string& image, const std::string& section) {
  return image + "(" + section + ")";
}

std::uint64_t xxh3_64(const std::uint8_t* bytes, std::size_t n) { return XXH3_64bits(bytes, n); }

namespace {

Sum128 canonical(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  Sum128 sum;
  std::copy(std::begin(canonical.digest), std::end(canonical.digest), sum.begin());
  return sum;
}

}  // namespace

Sum128 xxh3_128(const std::uint8_t* bytes, std::size_t n) {
  return canonical(XXH3_128bits(bytes, n));
}

Sum128State::Sum128State() : state_(XXH3_createState()) { reset(); }
Sum128State::~Sum128State() { XXH3_freeState(state_); }
void Sum128State::reset() { XXH3_128bits_reset(state_); }
void Sum128State::add(std::span<const std::uint8_t> bytes) {
  XXH3_128bits_update(state_, bytes.data(), bytes.size());
}
Sum128 Sum128State::sum() const { return canonical(XXH3_128bits_digest(state_)); }

}  // namespace coracle
