#include "vm/kernel/text/encodings.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "vm/exec/vm.h"
#include "vm/host/encodings.h"
#include "vm/kernel/entries.h"
#include "vm/kernel/host.h"
#include "vm/kernel/ranges.h"

namespace coracle::kernel {
namespace {

/// Why a conversion made no progress (equates.h: SICONV_*).
enum class Trouble : int { unknown = 0, invalid = 1, incomplete = 2, no_room = 3 };

/// Characters converted at a time; the image asks again for the rest.
using Characters = std::array<char32_t, 400>;

struct Conversions final : KernelState {
  std::map<Word, std::unique_ptr<host::Conversion>> open;
  Word last = 0;

  static Conversions& of(Thread& t) { return t.vm.kernel_states.get<Conversions>(); }
  host::Conversion& find(Thread& t, Word number) {
    auto const it = open.find(number);
    if (it == open.end()) {
      throw SchemeError{"", "~s is not an open conversion", {make_unsigned(t, number)}};
    }
    return *it->second;
  }
};

Value step_result(Thread& t, host::Conversion::Stop stop, bool progress, Word new_start,
                  Word new_to_start) {
  if (progress) return cons(t, make_unsigned(t, new_start), make_unsigned(t, new_to_start));
  Trouble trouble = Trouble::unknown;
  switch (stop) {
    case host::Conversion::Stop::invalid: trouble = Trouble::invalid; break;
    case host::Conversion::Stop::incomplete: trouble = Trouble::incomplete; break;
    case host::Conversion::Stop::no_room: trouble = Trouble::no_room; break;
    case host::Conversion::Stop::end_of_input:
    case host::Conversion::Stop::unknown: break;
  }
  return make_fixnum(static_cast<int>(trouble));
}

std::span<char> chars_of(std::span<std::uint8_t> bytes) {
  return {reinterpret_cast<char*>(bytes.data()), bytes.size()};
}
std::span<char> chars_of(Characters& characters, std::size_t n) {
  return {reinterpret_cast<char*>(characters.data()), n * sizeof(char32_t)};
}

}  // namespace

Value iconv_open(Thread& t, const char* to, const char* from) {
  if (to == nullptr || from == nullptr) return false_value;
  auto conversion = host::Conversion::open(to, from);
  if (conversion == nullptr) return false_value;
  Conversions& conversions = Conversions::of(t);
  conversions.open.emplace(++conversions.last, std::move(conversion));
  return make_unsigned(t, conversions.last);
}

void iconv_close(Thread& t, Word number) { Conversions::of(t).open.erase(number); }

Value iconv_from_string(Thread& t, Word number, Value string, Word start, Word end,
                        Value bytevector, Word to_start, Word to_end) {
  host::Conversion& conversion = Conversions::of(t).find(t, number);
  require_string_range(string, start, end);
  std::span<char> out = chars_of(bytevector_range(bytevector, static_cast<SignedWord>(to_start),
                                                  static_cast<SignedWord>(to_end - to_start)));
  Characters characters;
  // A character needs at least one byte.
  Word const count = std::min<Word>({end - start, characters.size(), out.size()});
  for (Word i = 0; i < count; i++) characters[i] = string_ref(string, start + i);
  std::span<char> in = chars_of(characters, count);
  auto const stop = conversion.step(in, out);
  Word const new_start = start + count - in.size() / sizeof(char32_t);
  Word const new_to_start = to_end - out.size();
  return step_result(t, stop, new_start != start || new_to_start != to_start, new_start,
                     new_to_start);
}

Value iconv_to_string(Thread& t, Word number, Value bytevector, Word start, Word end, Value string,
                      Word to_start, Word to_end) {
  host::Conversion& conversion = Conversions::of(t).find(t, number);
  require_string_range(string, to_start, to_end);
  std::span<char> in = chars_of(bytevector_range(bytevector, static_cast<SignedWord>(start),
                                                 static_cast<SignedWord>(end - start)));
  Characters characters;
  Word const room = std::min<Word>({to_end - to_start, characters.size(), in.size()});
  std::span<char> out = chars_of(characters, room);
  auto const stop = conversion.step(in, out);
  Word const count = room - out.size() / sizeof(char32_t);
  for (Word i = 0; i < count; i++) string_set(string, to_start + i, characters[i]);
  Word const new_start = end - in.size();
  Word const new_to_start = to_start + count;
  return step_result(t, stop, new_start != start || new_to_start != to_start, new_start,
                     new_to_start);
}

}  // namespace coracle::kernel
