#include "vm/base/utf8.h"

namespace coracle {

Utf8Character decode_utf8(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned const lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  std::size_t const want = lead >= 0xF0 && lead < 0xF5   ? 3
                           : lead >= 0xE0 && lead < 0xF0 ? 2
                           : lead >= 0xC2 && lead < 0xE0 ? 1
                                                         : 0;
  if (want == 0) return {U'\xFFFD', 1, false};
  char32_t c = lead & (0x3Fu >> want);
  std::size_t i = 1;
  for (; i <= want && i < text.size() && (byte(i) & 0xC0) == 0x80; ++i)
    c = (c << 6) | (byte(i) & 0x3F);
  static constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
  bool const sound =
      i == want + 1 && c >= least[want] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
  return {sound ? c : U'\xFFFD', i, sound};
}

void append_utf8(std::string& to, char32_t c) {
  if (c < 0x80) {
    to += static_cast<char>(c);
    return;
  }
  int shift = c < 0x800 ? 6 : c < 0x10000 ? 12 : 18;
  unsigned const lead = c < 0x800 ? 0xC0 : c < 0x10000 ? 0xE0 : 0xF0;
  to += static_cast<char>(lead | (c >> shift));
  while (shift > 0) {
    shift -= 6;
    to += static_cast<char>(0x80 | ((c >> shift) & 0x3F));
  }
}

}  // namespace coracle
