// What the tests of the kernel's numbers share: integers as GMP's own (mpz_t) beside the machine's,
// and operands whose sizes lie around the limits of fixnums, digits and limbs.
//
// The reference is mpz arithmetic on numbers that are imported and exported whole: of the kernel it
// shares only GMP's inner loops, no digit order, sign, carry or normalisation.
#pragma once

#include <gmp.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/machine_fixture.h"

namespace coracle {

/// An mpz_t that frees itself.
class Reference {
 public:
  Reference() { mpz_init(z_); }
  explicit Reference(SignedWord n) : Reference() {
    Word const magnitude = n < 0 ? ~static_cast<Word>(n) + 1 : static_cast<Word>(n);
    mpz_import(z_, 1, 1, sizeof magnitude, 0, 0, &magnitude);
    if (n < 0) mpz_neg(z_, z_);
  }
  Reference(const Reference& other) { mpz_init_set(z_, other.z_); }
  Reference& operator=(const Reference& other) {
    mpz_set(z_, other.z_);
    return *this;
  }
  ~Reference() { mpz_clear(z_); }
  operator mpz_ptr() { return z_; }
  operator mpz_srcptr() const { return z_; }

  /// The reference of an exact integer of the machine; fails the test if that is not normalised.
  static Reference of(Value v) {
    if (is_fixnum(v)) return Reference(fixnum_value(v));
    REQUIRE(is_bignum(v));
    Word const n = bignum_length(v);
    REQUIRE(n > 0);
    CHECK(bignum_digit(v, 0) != 0);
    std::vector<std::uint32_t> digits;
    for (Word i = 0; i < n; ++i) digits.push_back(bignum_digit(v, i));
    Reference result;
    mpz_import(result.z_, digits.size(), 1, 4, 0, 0, digits.data());
    if (bignum_negative(v)) mpz_neg(result.z_, result.z_);
    CHECK_MESSAGE(!result.fits_fixnum(), "found a bignum, expected a fixnum");
    return result;
  }

  Value value(Thread& t) const {
    std::vector<std::uint32_t> digits(mpz_sizeinbase(z_, 2) / 32 + 1);
    std::size_t count = 0;
    mpz_export(digits.data(), &count, 1, 4, 0, 0, z_);
    if (fits_fixnum()) {
      Word magnitude = 0;
      for (std::size_t i = 0; i < count; ++i) magnitude = magnitude << 32 | digits[i];
      auto const n = static_cast<SignedWord>(magnitude);
      return make_fixnum(mpz_sgn(z_) < 0 ? -n : n);
    }
    Value const result = make_bignum(t, count, mpz_sgn(z_) < 0);
    for (std::size_t i = 0; i < count; ++i) {
      init_field<std::uint32_t>(result, layout::typed_data + 4 * i, digits[i]);
    }
    return result;
  }

  int sign() const { return mpz_sgn(z_); }
  bool fits_fixnum() const {
    // -2^60 is the one number of 61 bits.
    std::size_t const bits = mpz_sizeinbase(z_, 2);
    return bits <= 60 || (bits == 61 && mpz_sgn(z_) < 0 && mpz_scan1(z_, 0) == 60);
  }
  std::string text() const {
    std::vector<char> buffer(mpz_sizeinbase(z_, 16) + 3);
    return mpz_get_str(buffer.data(), 16, z_);
  }
  friend bool operator==(const Reference& a, const Reference& b) {
    return mpz_cmp(a.z_, b.z_) == 0;
  }
  friend std::ostream& operator<<(std::ostream& out, const Reference& r) { return out << r.text(); }

 private:
  mpz_t z_;
};

/// A source of random operands, the same in every run.
class Operands {
 public:
  explicit Operands(unsigned long seed) {
    gmp_randinit_default(state_);
    gmp_randseed_ui(state_, seed);
  }
  ~Operands() { gmp_randclear(state_); }
  Operands(const Operands&) = delete;
  Operands& operator=(const Operands&) = delete;

  unsigned long below(unsigned long n) { return gmp_urandomm_ui(state_, n); }

  /// An integer of at most `bits` bits and either sign: random, in long runs of equal bits, or next
  /// to a power of two.
  Reference integer(unsigned long bits) {
    Reference r;
    switch (below(4)) {
      case 0: mpz_urandomb(r, state_, bits); break;
      case 1: mpz_rrandomb(r, state_, bits == 0 ? 1 : bits); break;
      case 2:
        mpz_ui_pow_ui(r, 2, bits == 0 ? 0 : bits - 1);
        mpz_add(r, r, Reference(static_cast<SignedWord>(below(3)) - 1));
        break;
      case 3:
        mpz_rrandomb(r, state_, bits == 0 ? 1 : bits);
        mpz_fdiv_q_2exp(r, r, below(bits + 1));
        mpz_mul_2exp(r, r, below(bits + 1));
        break;
    }
    if (below(2) == 1) mpz_neg(r, r);
    return r;
  }

  /// The same, with a size near a limit of the representations.
  Reference edge_integer() {
    static constexpr unsigned long sizes[] = {0,   1,   2,   29,  31,  32,  33,  59, 60,  61,
                                              62,  63,  64,  65,  66,  95,  96,  97, 127, 128,
                                              129, 160, 191, 192, 193, 256, 300, 777};
    return integer(sizes[below(std::size(sizes))]);
  }

 private:
  gmp_randstate_t state_;
};

/// Runs `check` on pairs of operands: every pair of the smallest integers and of those around the
/// limits of fixnums and digits, then random ones.
template <class Check>
void for_operand_pairs(unsigned long seed, int random_pairs, Check&& check) {
  std::vector<Reference> corners;
  for (SignedWord n : {0, 1, 2, 3}) corners.emplace_back(n);
  for (unsigned long bits : {31, 32, 60, 61, 63, 64, 96, 128}) {
    for (SignedWord n : {-1, 0, 1}) {
      Reference r;
      mpz_ui_pow_ui(r, 2, bits);
      mpz_add(r, r, Reference(n));
      corners.push_back(r);
    }
  }
  std::size_t const positive = corners.size();
  for (std::size_t i = 0; i < positive; ++i) {
    Reference r = corners[i];
    mpz_neg(r, r);
    corners.push_back(r);
  }
  for (const Reference& a : corners) {
    for (const Reference& b : corners) check(a, b);
  }
  Operands operands(seed);
  for (int i = 0; i < random_pairs; ++i) {
    Reference const a = operands.edge_integer();
    Reference const b = operands.edge_integer();
    check(a, b);
  }
}

}  // namespace coracle
