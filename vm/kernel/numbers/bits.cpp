// Two's complement is made on the fly: the limbs of -m are those of the complement of m, plus a carry
// that starts as 1 and lasts until the first limb of m that is not zero.
#include "vm/kernel/numbers/bits.h"

#include <algorithm>

namespace coracle::kernel {
namespace {

/// Makes the limbs of the negated number from those of the magnitude, least significant first.
class Negation {
 public:
  Limb next(Limb magnitude) {
    Limb const result = ~magnitude + (carry_ ? 1 : 0);
    carry_ = carry_ && result == 0;
    return result;
  }
  bool carry() const { return carry_; }

 private:
  bool carry_ = true;
};

/// An integer's limbs in two's complement, followed by its sign without end.
class BitReader {
 public:
  explicit BitReader(const IntegerView& v) : view_(v), limbs_(v.limbs()) {}
  Limb next() {
    Limb const magnitude = next_ < limbs_ ? view_.limb_or_zero(next_) : 0;
    ++next_;
    return view_.negative() ? negation_.next(magnitude) : magnitude;
  }

 private:
  const IntegerView& view_;
  Word limbs_;
  Word next_ = 0;
  Negation negation_;
};

/// The integer whose lowest `count` limbs in two's complement are the results of `next`; all higher ones
/// are its sign.
template <class Next>
Value integer_of_bits(Thread& t, Word count, bool negative, Next&& next) {
  Limbs out(count + 1);
  if (negative) {
    Negation negation;
    for (Word i = 0; i < count; ++i) out[i] = negation.next(next());
    // A row of zeros below the sign: minus a power of two, one bit longer than the row.
    out[count] = negation.carry() ? 1 : 0;
  } else {
    for (Word i = 0; i < count; ++i) out[i] = next();
    out[count] = 0;
  }
  return integer_of_limbs(t, out.data(), count + 1, negative);
}

mp_size_t size(Word limbs) { return static_cast<mp_size_t>(limbs); }

/// A magnitude times 2 to the power `count`.
Value magnitude_times_power(Thread& t, const IntegerView& v, Word count) {
  Word const whole = count / limb_bits;
  auto const rest = static_cast<unsigned>(count % limb_bits);
  Word const n = v.limbs();
  Limbs out(whole + n + 1);
  std::fill_n(out.data(), whole, Limb{0});
  Limb* const top = out.data() + whole;
  v.copy_limbs(top);
  top[n] = rest == 0 ? 0 : mpn_lshift(top, top, size(n), rest);
  return integer_of_limbs(t, out.data(), whole + n + 1, v.negative());
}

/// Bits [start, start + length) of a magnitude, at least one and none past its end, plus 1 if `round_up`.
Value part_of_magnitude(Thread& t, const IntegerView& v, Word start, Word length, bool round_up) {
  Word const first = start / limb_bits;
  auto const rest = static_cast<unsigned>(start % limb_bits);
  Word const copied = (start + length - 1) / limb_bits - first + 1;
  Word const n = (length + limb_bits - 1) / limb_bits;
  Limbs out(copied + 1);
  v.copy_limbs(out.data(), first, copied);
  if (rest != 0) mpn_rshift(out.data(), out.data(), size(copied), rest);
  auto const in_top = static_cast<unsigned>(length % limb_bits);
  if (in_top != 0) out[n - 1] &= (Limb{1} << in_top) - 1;
  out[n] = 0;
  if (round_up) mpn_add_1(out.data(), out.data(), size(n + 1), 1);
  return integer_of_limbs(t, out.data(), n + 1, v.negative());
}

}  // namespace

Value combine_bits(Thread& t, LogicalOperation operation, Value x, Value y) {
  IntegerView const a(x);
  IntegerView const b(y);
  Word const longer = std::max(a.limbs(), b.limbs());
  BitReader as(a);
  BitReader bs(b);
  switch (operation) {
    case LogicalOperation::conjunction: {
      // Past the limbs of an operand that isn't negative all bits are zero.
      Word n = longer;
      if (!a.negative()) n = std::min(n, a.limbs());
      if (!b.negative()) n = std::min(n, b.limbs());
      return integer_of_bits(t, n, a.negative() && b.negative(),
                             [&] { return as.next() & bs.next(); });
    }
    case LogicalOperation::disjunction: {
      // Past the limbs of a negative operand all bits are one, as is the result's sign.
      Word n = longer;
      if (a.negative()) n = std::min(n, a.limbs());
      if (b.negative()) n = std::min(n, b.limbs());
      return integer_of_bits(t, n, a.negative() || b.negative(),
                             [&] { return as.next() | bs.next(); });
    }
    case LogicalOperation::exclusion:
      return integer_of_bits(t, longer, a.negative() != b.negative(),
                             [&] { return as.next() ^ bs.next(); });
  }
  check_failed("an unknown logical operation", __FILE__, __LINE__);
}

bool share_bits(Value x, Value y) {
  IntegerView const a(x);
  IntegerView const b(y);
  if (a.negative() && b.negative()) return true;  // the signs
  if (a.negative() && b.digits() > a.digits()) return true;
  if (b.negative() && a.digits() > b.digits()) return true;
  BitReader as(a);
  BitReader bs(b);
  for (Word i = std::min(a.limbs(), b.limbs()); i > 0; --i) {
    if ((as.next() & bs.next()) != 0) return true;
  }
  return false;
}

bool test_bit(Value x, Word index) {
  IntegerView const v(x);
  if (!v.negative()) return v.bit(index);
  if (index / digit_bits >= v.digits()) return true;
  // Negation keeps the lowest bit that is set and what is below it, and inverts the rest.
  return v.bit(index) == (index <= v.trailing_zero_bits());
}

Value with_bit(Thread& t, Value x, Word index, bool set) {
  if (test_bit(x, index) == set) return x;
  IntegerView const v(x);
  Word const place = index / limb_bits;
  Limb const mask = Limb{1} << (index % limb_bits);
  BitReader bits(v);
  Word i = 0;
  // The bit is not yet what it is to become, so inverting it is enough.
  return integer_of_bits(t, std::max(v.limbs(), place + 1), v.negative(),
                         [&] { return bits.next() ^ (i++ == place ? mask : 0); });
}

Value shift_integer(Thread& t, Value x, SignedWord count) {
  IntegerView const v(x);
  if (v.is_zero()) return x;
  if (count >= 0) return magnitude_times_power(t, v, static_cast<Word>(count));
  Word const length = v.bit_length();
  auto const lost = ~static_cast<Word>(count) + 1;
  bool const round_up = v.negative() && lost > v.trailing_zero_bits();
  if (lost >= length) return make_fixnum(v.negative() ? -1 : 0);
  return part_of_magnitude(t, v, lost, length - lost, round_up);
}

Value bit_field(Thread& t, Value x, Word start, Word end) {
  IntegerView const v(x);
  Word const stop = std::min(end, v.bit_length());
  if (start >= stop) return make_fixnum(0);
  return part_of_magnitude(t, v, start, stop - start, false);
}

Word integer_bit_length(Value x) {
  IntegerView const v(x);
  Word const length = v.bit_length();
  // The magnitude of a negative number may be 2^n, which n bits and the sign can hold.
  bool const power_of_two = v.negative() && v.trailing_zero_bits() + 1 == length;
  return power_of_two ? length - 1 : length;
}

}  // namespace coracle::kernel
