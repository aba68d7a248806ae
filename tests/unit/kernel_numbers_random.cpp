// Random numbers: which ones follow from a seed is known from the original kernel of Chez Scheme 10.0.0
// (the tables below are what random, random-seed and pseudo-random-generator-next! gave there).
#include <array>

#include "tests/unit/machine_fixture.h"
#include "vm/kernel/numbers/random.h"

namespace coracle {
namespace {

using namespace kernel;

struct Random : MachineFixture {
  /// A record of six doubles, as the image makes it.
  Value make_state() {
    Value const state = make_record(t, 7 * word_bytes);
    init_field(state, 0, false_value);
    return state;
  }
  static std::array<Word, 6> terms(Value state) {
    std::array<Word, 6> result;
    for (Word i = 0; i < 6; ++i) result[i] = static_cast<Word>(field<double>(state, 8 + 8 * i));
    return result;
  }
};

struct SeedCase {
  std::uint32_t seed;
  SignedWord integers[9];
  std::uint32_t seed_after_integers;
  double unit, two_and_a_half;
  std::uint32_t seed_at_end;
};

struct StateCase {
  std::uint32_t seed;
  std::array<Word, 6> start;
  Word integers[7];
  double first, second;
  std::array<Word, 6> after_thousand;
};

}  // namespace

TEST_CASE_FIXTURE(Random, "random: the thread's generator") {
  constexpr SignedWord limits[] = {1,
                                   10,
                                   1000,
                                   SignedWord{1} << 31,
                                   0xFFFFFFFF,
                                   SignedWord{1} << 32,
                                   (SignedWord{1} << 32) + 1,
                                   SignedWord{1} << 50,
                                   most_positive_fixnum};
  // clang-format off
  static const SeedCase cases[] = {
      {1,
       {0, 0, 171, 7744002, 732617646, 2018005390, 401116035, 86543521836635, 274151783803428414},
       2654070149, 0.45213345970464713, 1.4535442336709747, 858141973},
      {2,
       {0, 4, 990, 1417095325, 1467644053, 582401331, 2750968483, 842021704902890, 468468559880061095},
       10960302, 0.10195262332944766, 1.153554734683232, 2176748766},
      {12345,
       {0, 8, 937, 654766271, 3155195023, 1809827368, 3824823737, 191756684171786, 420934710121670762},
       677699197, 0.7510064554791722, 1.8181031587648895, 4109310221},
      {4294967295,
       {0, 8, 294, 1483943115, 3557466592, 594311748, 4291214657, 264424131066172, 1038158256985266509},
       3645322547, 0.08999703977457485, 1.8972708474970483, 2515895683},
      {2147483648,
       {0, 7, 233, 745843558, 2145042119, 1306158569, 2346165347, 597691996517323, 79694268090923966},
       3149696348, 0.7710647729097289, 1.8316599247698022, 1687018828},
  };
  // clang-format on
  for (const SeedCase& c : cases) {
    CAPTURE(c.seed);
    set_random_seed(t, c.seed);
    for (std::size_t i = 0; i < std::size(limits); ++i) {
      CHECK(random_fixnum(t, make_fixnum(limits[i])) == make_fixnum(c.integers[i]));
    }
    CHECK(random_seed(t) == c.seed_after_integers);
    CHECK(flonum_value(random_flonum(t, make_flonum(t, 1.0))) == c.unit);
    CHECK(flonum_value(random_flonum(t, make_flonum(t, 2.5))) == c.two_and_a_half);
    CHECK(random_seed(t) == c.seed_at_end);
  }
}

TEST_CASE_FIXTURE(Random, "random: pseudo-random generators") {
  constexpr Word limits[] = {1, 2, 100, 65536, 4000000000, 4294967087, 2863311530};
  // clang-format off
  static const StateCase cases[] = {
      {0,
       {1062452524, 2961816100, 342112271, 2854655039, 3321940838, 3542344109},
       {0, 1, 20, 26663, 3848841885, 1934990987, 2358429275},
       0.3844513473952842, 0.2676094138675272,
       {215800844, 1738257472, 2889425294, 4173637914, 1418974550, 3264638757}},
      {1,
       {1062548963, 3277545079, 2090361527, 425841545, 3898224349, 3311904376},
       {0, 1, 10, 65021, 3796098828, 1850831701, 1769615072},
       0.6329820276378333, 0.5022764886900573,
       {3374975271, 2309184889, 2683984230, 2666963584, 4137649766, 2174790370}},
      {424242,
       {3096224820, 3496669236, 3247711782, 4131429145, 2020662448, 2883933131},
       {0, 1, 73, 44352, 3841526638, 4162416914, 1800497546},
       0.23030842326212492, 0.345880664406153,
       {3130627598, 3541678843, 3956982051, 3242535668, 848407829, 2829756083}},
      {65535,
       {1062421621, 376383650, 1350727067, 1704182831, 3807545928, 1146556196},
       {0, 1, 22, 63033, 614072227, 772413881, 2254337454},
       0.5116951007937502, 0.5606050984016295,
       {3237055798, 935873756, 1892418635, 815357951, 2713318586, 3311597710}},
      {65536,
       {1062548963, 3277545079, 2090361527, 425841545, 3898224349, 3311904376},
       {0, 1, 10, 65021, 3796098828, 1850831701, 1769615072},
       0.6329820276378333, 0.5022764886900573,
       {3374975271, 2309184889, 2683984230, 2666963584, 4137649766, 2174790370}},
      {4294967295,
       {1062390718, 2085918496, 2359341863, 553710623, 4293151018, 3045735579},
       {0, 0, 38, 40325, 259725058, 4122781530, 2168411332},
       0.022855867108800533, 0.23760012453906842,
       {1791125189, 2225392943, 3579531262, 1165598764, 2374924026, 1060973509}},
      {3735928559,
       {3706750896, 401465887, 2173953739, 3859102476, 2944309864, 732681163},
       {0, 0, 74, 10436, 2405291181, 3951838197, 2759430859},
       0.12128824419992856, 0.6096225445627909,
       {1085221999, 3424599320, 3156626501, 227470711, 3275489120, 2884669537}},
  };
  // clang-format on
  Value const state = make_state();
  for (const StateCase& c : cases) {
    CAPTURE(c.seed);
    random_state_init(t, state, c.seed);
    CHECK(terms(state) == c.start);
    for (std::size_t i = 0; i < std::size(limits); ++i) {
      CHECK(random_state_next_integer(t, state, limits[i]) == c.integers[i]);
    }
    CHECK(random_state_next_double(t, state) == c.first);
    CHECK(random_state_next_double(t, state) == c.second);
    for (int i = 0; i < 1000; ++i) random_state_next_double(t, state);
    CHECK(terms(state) == c.after_thousand);
  }
  CHECK_THROWS_AS(random_state_next_integer(t, state, 0), SchemeError);
  CHECK_THROWS_AS(random_state_next_integer(t, state, 4294967088), SchemeError);
}  // namespace coracle

TEST_CASE_FIXTURE(Random, "random: which numbers are a state") {
  CHECK(random_state_check(t, 1, 0, 0, 0, 0, 1));
  CHECK(random_state_check(t, 4294967086, 0, 0, 4294944442, 0, 0));
  CHECK(!random_state_check(t, 4294967087, 0, 0, 1, 0, 0));
  CHECK(!random_state_check(t, 1, 0, 0, 0, 4294944443, 0));
  CHECK(!random_state_check(t, 0, 0, 0, 1, 1, 1));
  CHECK(!random_state_check(t, 1, 1, 1, 0, 0, 0));
  CHECK(!random_state_check(t, 1, -1, 1, 1, 0, 0));
}

}  // namespace coracle
