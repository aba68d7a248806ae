#include "vm/kernel/text/encodings.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "vm/exec/vm.h"
#include "vm/kernel/entries.h"
#include "vm/kernel/host.h"
#include "vm/kernel/ranges.h"

namespace coracle::kernel {
namespace {

/// Why a conversion made no progress (equates.h: SICONV_*).
enum class Trouble : int { unknown = 0, invalid = 1, incomplete = 2, no_room = 3 };

/// Characters converted at a time; the image asks again for the rest.
using Characters = std::array<char32_t, 400>;

class Conversion {
 public:
  explicit Conversion(iconv_t descriptor) : descriptor_(descriptor) {}
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  ~Conversion() { ::iconv_close(descriptor_); }

  /// What is left of both after one step; errno says what stopped it.
  void step(std::span<char>& in, std::span<char>& out) {
    char* from = in.data();
    char* to = out.data();
    std::size_t from_left = in.size();
    std::size_t to_left = out.size();
    errno = 0;
    // Its result does not matter: any progress is success.
    ::iconv(descriptor_, &from, &from_left, &to, &to_left);
    in = {from, from_left};
    out = {to, to_left};
  }

 private:
  iconv_t descriptor_;
};

struct Conversions final : KernelState {
  std::map<Word, Conversion> open;
  Word last = 0;

  static Conversions& of(Thread& t) {
    auto& state = t.vm.kernel_state[static_cast<std::size_t>(KernelSlot::codecs)];
    if (state == nullptr) state = std::make_unique<Conversions>();
    return static_cast<Conversions&>(*state);
  }
  Conversion& find(Thread& t, Word number) {
    auto const it = open.find(number);
    if (it == open.end()) {
      throw SchemeError{"", "~s is not an open conversion", {make_unsigned(t, number)}};
    }
    return it->second;
  }
};

Value step_result(Thread& t, bool progress, Word new_start, Word new_to_start) {
  if (progress) return cons(t, make_unsigned(t, new_start), make_unsigned(t, new_to_start));
  Trouble trouble = Trouble::unknown;
  switch (errno) {
    case EILSEQ: trouble = Trouble::invalid; break;
    case EINVAL: trouble = Trouble::incomplete; break;
    case E2BIG: trouble = Trouble::no_room; break;
    default: break;
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
  iconv_t const descriptor = ::iconv_open(to, from);
  if (descriptor == reinterpret_cast<iconv_t>(-1)) return false_value;
  Conversions& conversions = Conversions::of(t);
  conversions.open.try_emplace(++conversions.last, descriptor);
  return make_unsigned(t, conversions.last);
}

void iconv_close(Thread& t, Word number) { Conversions::of(t).open.erase(number); }

Value iconv_from_string(Thread& t, Word number, Value string, Word start, Word end,
                        Value bytevector, Word to_start, Word to_end) {
  Conversion& conversion = Conversions::of(t).find(t, number);
  require_string_range(string, start, end);
  std::span<char> out = chars_of(bytevector_range(bytevector, static_cast<SignedWord>(to_start),
                                                  static_cast<SignedWord>(to_end - to_start)));
  Characters characters;
  // A character needs a byte at least.
  Word const count = std::min<Word>({end - start, characters.size(), out.size()});
  for (Word i = 0; i < count; i++) characters[i] = string_ref(string, start + i);
  std::span<char> in = chars_of(characters, count);
  conversion.step(in, out);
  Word const new_start = start + count - in.size() / sizeof(char32_t);
  Word const new_to_start = to_end - out.size();
  return step_result(t, new_start != start || new_to_start != to_start, new_start, new_to_start);
}

Value iconv_to_string(Thread& t, Word number, Value bytevector, Word start, Word end, Value string,
                      Word to_start, Word to_end) {
  Conversion& conversion = Conversions::of(t).find(t, number);
  require_string_range(string, to_start, to_end);
  std::span<char> in = chars_of(bytevector_range(bytevector, static_cast<SignedWord>(start),
                                                 static_cast<SignedWord>(end - start)));
  Characters characters;
  Word const room = std::min<Word>({to_end - to_start, characters.size(), in.size()});
  std::span<char> out = chars_of(characters, room);
  conversion.step(in, out);
  Word const count = room - out.size() / sizeof(char32_t);
  for (Word i = 0; i < count; i++) string_set(string, to_start + i, characters[i]);
  Word const new_start = end - in.size();
  Word const new_to_start = to_start + count;
  return step_result(t, new_start != start || new_to_start != to_start, new_start, new_to_start);
}

}  // namespace coracle::kernel
