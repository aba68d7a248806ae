// UTF-8, a character at a time.
//
// Must not know: Scheme strings.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace coracle {

struct Utf8Character {
  char32_t character;
  std::size_t length;  // in bytes
  bool is_sound;       // false: these bytes aren't UTF-8, and the character is U+FFFD
};

/// The character at the start of `text`, which isn't empty; U+FFFD for the longest start of one that goes wrong.
Utf8Character decode_utf8(std::string_view text);
void append_utf8(std::string& to, char32_t c);

}  // namespace coracle
