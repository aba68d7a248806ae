// Words of the machine. A word is a Value (a tagged Scheme object), an address, or raw bits.
//
// Owns: the word type, the Value type with its immediates and fixnums, memory access by address,
// and the two conversions between an address and a host pointer (the only ones in the project).
// Invariants: a word is 64 bits on every host; memory of the machine is read and written through
// load() and store(), which accept any alignment and never break the aliasing rules.
// Must not know: heap objects (vm/heap/objects/layout.h), the thread, the host.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace coracle {

/// A word of the machine: 64 bits on every host. An address is a Word as well; on a 32-bit host
/// its upper half is zero.
using Word = std::uint64_t;
using SignedWord = std::int64_t;
inline constexpr Word word_bytes = sizeof(Word);

/// A tagged Scheme object: a fixnum, an immediate, or an address plus a primary tag.
///
///      63                                     3 2   0
///     +----------------------------------------+-----+
///     | fixnum, immediate bits, or address / 8 | tag |
///     +----------------------------------------+-----+
struct Value {
  Word bits;
  friend constexpr bool operator==(Value, Value) = default;
};
static_assert(sizeof(Value) == 8 && std::is_trivially_copyable_v<Value>);

inline constexpr int fixnum_shift = 3;
inline constexpr SignedWord most_positive_fixnum = (SignedWord{1} << 60) - 1;
inline constexpr SignedWord most_negative_fixnum = -(SignedWord{1} << 60);

// The immediates. Numbers: equates.h of every release (sfalse, strue, snil, ...).
inline constexpr Value false_value{0x06};
inline constexpr Value true_value{0x0E};
inline constexpr Value char_tag{0x16};
inline constexpr Value unbound_value{0x1E};
inline constexpr Value nil{0x26};
inline constexpr Value void_value{0x2E};
inline constexpr Value eof_value{0x36};
inline constexpr Value forward_marker{0x3E};  // first word of an object that has been copied
inline constexpr Value black_hole{0x46};
inline constexpr Value broken_weak_pointer{0x4E};
inline constexpr Value ftype_guardian_marker{0x56};

constexpr bool is_fixnum(Value v) { return (v.bits & 7) == 0; }
constexpr bool is_immediate(Value v) { return (v.bits & 7) == 6; }
/// True for a Value that doesn't refer to a heap object.
constexpr bool is_fixmediate(Value v) { return is_fixnum(v) || is_immediate(v); }
constexpr bool is_char(Value v) { return (v.bits & 0xFF) == char_tag.bits; }
constexpr bool is_true(Value v) { return v != false_value; }

constexpr Value make_fixnum(SignedWord n) { return Value{static_cast<Word>(n) << fixnum_shift}; }
constexpr SignedWord fixnum_value(Value v) {
  return static_cast<SignedWord>(v.bits) >> fixnum_shift;
}
constexpr bool fits_fixnum(SignedWord n) {
  return n >= most_negative_fixnum && n <= most_positive_fixnum;
}
constexpr Value make_boolean(bool b) { return b ? true_value : false_value; }
constexpr Value make_char(char32_t c) { return Value{(Word{c} << 8) | char_tag.bits}; }
constexpr char32_t char_value(Value v) { return static_cast<char32_t>(v.bits >> 8); }

/// The host pointer for an address of the machine.
template <class T = void>
inline T* host_pointer(Word address) {
  return reinterpret_cast<T*>(static_cast<std::uintptr_t>(address));
}
/// The address of host memory.
inline Word address_of(const void* p) {
  return static_cast<Word>(reinterpret_cast<std::uintptr_t>(p));
}

/// Reads a T at an address of any alignment.
template <class T>
inline T load(Word address) {
  static_assert(std::is_trivially_copyable_v<T>);
  T result;
  std::memcpy(&result, host_pointer<const void>(address), sizeof(T));
  return result;
}
/// Writes a T at an address of any alignment. There is no write barrier, so this is for raw data and
/// for objects that were just allocated (see Heap::store for the rest).
template <class T>
inline void store(Word address, T value) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::memcpy(host_pointer<void>(address), &value, sizeof(T));
}

}  // namespace coracle
