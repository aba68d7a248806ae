// Exact integers as sign and magnitude: reading fixnums and bignums alike, scratch memory for
// results, and the arithmetic that all entries for integers are made of.
//
// Owns: the conversion between a bignum's digits (base 2^32, most significant first) and GMP's limbs
// (host words, least significant first), between which each operation copies.
// Invariants: a result is normalised: a fixnum where it fits, else a bignum without leading zero
// digits. Making one uses timer fuel, so that engines and timers also work during long arithmetic.
// Scratch memory is freed however its scope ends. An operand that isn't an exact integer raises a
// Scheme error: compiled code trusts its types, but a hostile image can't be trusted.
// Must not know: the entries' names, flonums.
#pragma once

#include <gmp.h>

#include <bit>
#include <cstdint>

#include "vm/exec/thread.h"
#include "vm/kernel/numbers/long_operation.h"

namespace coracle::kernel {

using Digit = std::uint32_t;
using Limb = mp_limb_t;
inline constexpr int digit_bits = 32;
inline constexpr int limb_bits = GMP_LIMB_BITS;
inline constexpr int digits_per_limb = limb_bits / digit_bits;
static_assert(GMP_NAIL_BITS == 0 && (limb_bits == 32 || limb_bits == 64));

constexpr Word limbs_of_digits(Word digits) {
  return (digits + digits_per_limb - 1) / digits_per_limb;
}

/// Reads a bignum where it lies, or a fixnum's magnitude in digits of its own. Not to be kept while the
/// heap may be collected. Digits and limbs are counted from the least significant; zero has none.
class IntegerView {
 public:
  explicit IntegerView(Value v) {
    if (is_fixnum(v)) {
      set_small(fixnum_value(v));
    } else if (is_bignum(v)) {
      digits_ = bignum_length(v);
      end_ = untagged(v) + layout::typed_data + 4 * digits_;
      negative_ = bignum_negative(v);
    } else {
      throw SchemeError{"", "~s is not an exact integer", {v}};
    }
  }
  IntegerView(const IntegerView&) = delete;
  IntegerView& operator=(const IntegerView&) = delete;

  Word digits() const { return digits_; }
  Word limbs() const { return limbs_of_digits(digits_); }
  bool negative() const { return negative_; }
  bool is_zero() const { return digits_ == 0; }

  Digit digit(Word i) const { return load<Digit>(end_ - 4 * (i + 1)); }
  Digit digit_or_zero(Word i) const { return i < digits_ ? digit(i) : 0; }
  Limb limb_or_zero(Word i) const {
    Word const first = i * digits_per_limb;
    if (first + digits_per_limb <= digits_) return full_limb(first);
    return digit_or_zero(first);  // zero past the end, or half a limb
  }
  /// The magnitude, if it has at most two digits.
  Word word() const { return static_cast<Word>(digit_or_zero(1)) << digit_bits | digit_or_zero(0); }

  /// The magnitude's length in bits.
  Word bit_length() const {
    return digits_ == 0 ? 0 : digits_ * digit_bits - std::countl_zero(digit(digits_ - 1));
  }
  /// The number of zero digits, or zero bits, below the lowest that is not zero; 0 for zero.
  Word trailing_zero_digits() const;
  Word trailing_zero_bits() const;
  bool bit(Word i) const { return (digit_or_zero(i / digit_bits) >> (i % digit_bits) & 1) != 0; }
  /// As many bits of the magnitude as T has, from bit `position` up; bits below bit 0 are zero.
  template <class T>
  T bits_at(SignedWord position) const {
    // A position below bit 0 is in digit -1 or lower, which reads as zero because its number, taken
    // as unsigned, is past every digit's.
    auto const first = static_cast<Word>(position >> 5);
    auto const shift = static_cast<unsigned>(position & 31);
    T result = 0;
    for (unsigned i = 0; i < sizeof(T) * 8 / digit_bits; ++i) {
      Word const low = digit_or_zero(first + i);
      Word const high = digit_or_zero(first + i + 1);
      result |= static_cast<T>(static_cast<Digit>((high << digit_bits | low) >> shift))
                << (i * digit_bits);
    }
    return result;
  }
  /// Writes limbs() limbs, and returns their number.
  Word copy_limbs(Limb* to) const;
  /// Writes the limbs [first, first + count), all of which must exist.
  void copy_limbs(Limb* to, Word first, Word count) const;

 private:
  void set_small(SignedWord n) {
    negative_ = n < 0;
    Word const magnitude = negative_ ? ~static_cast<Word>(n) + 1 : static_cast<Word>(n);
    own_[0] = static_cast<Digit>(magnitude >> digit_bits);
    own_[1] = static_cast<Digit>(magnitude);
    digits_ = own_[0] != 0 ? 2 : own_[1] != 0 ? 1 : 0;
    end_ = address_of(own_ + 2);
  }
  Limb full_limb(Word first_digit) const {
    if constexpr (digits_per_limb == 1) {
      return digit(first_digit);
    } else {
      return static_cast<Limb>(static_cast<Word>(digit(first_digit + 1)) << digit_bits |
                               digit(first_digit));
    }
  }

  Word end_;  // the address after the least significant digit
  Word digits_;
  bool negative_;
  Digit own_[2];
};

/// Scratch memory for `count` limbs, not initialised; on the stack if there are few.
class Limbs {
 public:
  explicit Limbs(Word count) : limbs_(count <= inline_limbs ? inline_ : allocate(count)) {}
  ~Limbs() {
    if (limbs_ != inline_) release(limbs_);
  }
  Limbs(const Limbs&) = delete;
  Limbs& operator=(const Limbs&) = delete;

  Limb* data() { return limbs_; }
  Limb& operator[](Word i) { return limbs_[i]; }

 private:
  static constexpr Word inline_limbs = 32;
  static Limb* allocate(Word count);
  static void release(Limb* limbs);

  Limb inline_[inline_limbs];
  Limb* limbs_;
};

/// The normalised integer of `count` limbs, the highest of which may be zero.
Value integer_of_limbs(Thread& t, const Limb* limbs, Word count, bool negative);

/// -1, 0, 1: whether x's magnitude is less than y's, equal, or greater.
int compare_magnitudes(const IntegerView& x, const IntegerView& y);

Value add_integers(Thread& t, Value x, Value y);
Value subtract_integers(Thread& t, Value x, Value y);
Value negate_integer(Thread& t, Value x);
// These take long for large numbers: see long_operation.h.
Value multiply_integers(Thread& t, Value x, Value y, Interrupts interrupts);
/// x / y truncated towards zero, and x - quotient * y, each if it is asked for.
void divide_integers(Thread& t, Value x, Value y, Value* quotient, Value* remainder,
                     Interrupts interrupts);
Value gcd_integers(Thread& t, Value x, Value y, Interrupts interrupts);
/// x / y as an integer or a ratnum.
Value ratio_of_integers(Thread& t, Value x, Value y, Interrupts interrupts);

}  // namespace coracle::kernel
