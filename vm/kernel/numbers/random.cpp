#include "vm/kernel/numbers/random.h"

#include <array>
#include <bit>

namespace coracle::kernel {
namespace {

// --- The thread's generator: linear congruential, modulo 2^32. The high half of a number is the better one.

Word seed_address(Thread& t) { return address_of(t.slot(Tc::random_seed)); }

std::uint32_t advance(Thread& t) {
  std::uint32_t const next = random_seed(t) * 72931 + 90763387;
  set_random_seed(t, next);
  return next;
}

Word advance_half(Thread& t) { return advance(t) >> 16; }

// --- Pseudo-random generators.

/// One of the two recurrences of MRG32k3a, x = a * (a term) - b * (x three steps ago) modulo m, with
/// every number an integer in a double; and where the image's record holds its three terms.
struct Recurrence {
  std::uint32_t modulus;
  double factor;
  int factor_term;  // steps ago, less one
  double last_factor;
  Word field;  // offset of the newest term in the record; older ones follow
};
constexpr Word first_term = 8;  // after the record's type
constexpr Recurrence recurrences[] = {
    {4294967087, 1403580, 1, 810728, first_term},
    {4294944443, 527612, 0, 1370589, first_term + 3 * 8},
};
constexpr double to_unit_interval = 2.328306549295728e-10;  // 1 / (first modulus + 1)

double term(Value state, const Recurrence& r, int i) {
  return field<double>(state, r.field + 8 * static_cast<Word>(i));
}
void set_term(Value state, const Recurrence& r, int i, double x) {
  init_field(state, r.field + 8 * static_cast<Word>(i), x);  // raw data: no barrier
}

double step(Value state, const Recurrence& r) {
  double const m = r.modulus;
  double x = r.factor * term(state, r, r.factor_term) - r.last_factor * term(state, r, 2);
  // The products are below 2^53, so that this is exact.
  x -= static_cast<double>(static_cast<SignedWord>(x / m)) * m;
  if (x < 0) x += m;
  set_term(state, r, 2, term(state, r, 1));
  set_term(state, r, 1, term(state, r, 0));
  set_term(state, r, 0, x);
  return x;
}

/// An integer from 0 to the first modulus - 1, in a double.
double next(Value state) {
  double const difference = step(state, recurrences[0]) - step(state, recurrences[1]);
  return difference < 0 ? difference + recurrences[0].modulus : difference;
}

/// Spreads 16 bits of a seed: multiply with carry, the carry in the high half.
class SeedSpreader {
 public:
  explicit SeedSpreader(std::uint32_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t limit) {
    std::uint32_t const high = half();
    return (high << 16 | half()) % limit;
  }

 private:
  std::uint32_t half() {
    std::uint32_t const low = state_ & 0xFFFF;
    state_ = 30903 * low + (state_ >> 16);
    return low;
  }
  std::uint32_t state_;
};

void mix_in(Value state, std::uint32_t seed) {
  SeedSpreader spreader(seed);
  for (const Recurrence& r : recurrences) {
    for (int i = 0; i < 3; ++i) {
      // The newest term is never zero, so that the three are never all zero.
      std::uint32_t const least = i == 0 ? 1 : 0;
      std::uint32_t const range = r.modulus - least;
      std::uint32_t const old = static_cast<std::uint32_t>(term(state, r, i));
      // The sum wraps around at 2^32, as it always has.
      set_term(state, r, i, least + (old + spreader.below(range)) % range);
    }
  }
}

}  // namespace

Value random_fixnum(Thread& t, Value limit) {
  SignedWord const n = fixnum_value(limit);
  if (n <= 0) throw SchemeError{"random", "invalid argument ~s", {limit}};
  Word bits = advance_half(t);
  bits |= advance(t) & 0xFFFF'0000;
  if (n > 0xFFFF'FFFF) {
    bits = bits << 16 | advance_half(t);
    bits = bits << 16 | advance_half(t);
  }
  return make_fixnum(static_cast<SignedWord>(bits % static_cast<Word>(n)));
}

Value random_flonum(Thread& t, Value limit) {
  // 52 bits as the fraction of a flonum from 1 to 2.
  Word fraction = advance_half(t) & 0xF;
  for (int i = 0; i < 3; ++i) fraction = fraction << 16 | advance_half(t);
  double const d = std::bit_cast<double>(std::bit_cast<Word>(1.0) | fraction);
  return make_flonum(t, (d - 1.0) * flonum_value(limit));
}

std::uint32_t random_seed(Thread& t) { return load<std::uint32_t>(seed_address(t)); }
void set_random_seed(Thread& t, std::uint32_t seed) { store(seed_address(t), seed); }

void random_state_init(Thread&, Value state, std::uint32_t seed) {
  // The customary initial state of MRG32k3a in Scheme systems (SRFI 27's reference implementation).
  constexpr std::array<std::array<double, 3>, 2> start{
      {{1062452522, 2961816100, 342112271}, {2854655037, 3321940838, 3542344109}}};
  for (int which = 0; which < 2; ++which) {
    for (int i = 0; i < 3; ++i) set_term(state, recurrences[which], i, start[which][i]);
  }
  mix_in(state, seed & 0xFFFF);
  mix_in(state, seed >> 16);
}

Word random_state_next_integer(Thread&, Value state, Word limit) {
  if (limit == 0 || limit > recurrences[0].modulus) {
    throw SchemeError{"pseudo-random-generator-next!", "limit out of range", {}};
  }
  // The interval is cut into `limit` equal parts; for a number in the rest at its end another is drawn.
  Word const part_size = recurrences[0].modulus / limit;
  auto const part = static_cast<double>(part_size);
  auto const usable = static_cast<double>(part_size * limit);
  double x;
  do {
    x = next(state);
  } while (x >= usable);
  return static_cast<Word>(x / part);
}

double random_state_next_double(Thread&, Value state) {
  return (next(state) + 1.0) * to_unit_interval;
}

bool random_state_check(Thread&, double x10, double x11, double x12, double x20, double x21,
                        double x22) {
  std::array<std::array<double, 3>, 2> const terms{{{x10, x11, x12}, {x20, x21, x22}}};
  for (int which = 0; which < 2; ++which) {
    bool all_zero = true;
    for (double x : terms[which]) {
      if (!(x >= 0) || x >= recurrences[which].modulus) return false;
      if (x != 0) all_zero = false;
    }
    if (all_zero) return false;
  }
  return true;
}

}  // namespace coracle::kernel
