// The shortcuts past the image's algorithms for large numbers: that they are taken. (What they compute
// is tested with the entries that they call, and on the booted system.)
#include <doctest/doctest.h>

#include <cstdlib>

#include "boot/machine.h"

namespace coracle {
namespace {

/// The bytes that a call allocates: the image's own algorithms make many intermediate results.
Word allocated_by(Machine& m, std::string_view procedure, std::initializer_list<Value> arguments,
                  Value* result = nullptr) {
  Thread& t = m.thread();
  auto total = [&] { return t.vm.heap.bytes_allocated(-1, -1); };
  Word const before = total();
  Value const v = *m.call_system(procedure, arguments);
  if (result != nullptr) *result = v;
  return total() - before;
}

}  // namespace

TEST_SUITE("image") {
  TEST_CASE("shortcuts: large numbers go to the kernel") {
    BootSearch search;
    search.heap_dirs = std::getenv("CORACLE_BOOT");
    auto booted = Machine::boot(search, VmOptions{});
    REQUIRE_MESSAGE(booted.has_value(), (booted ? "" : booted.error().message));
    Machine& m = **booted;
    Thread& t = m.thread();
    // A collection must not disturb the measurement.
    t.set_value(Tc::disable_count, make_fixnum(1));

    Word const digits = 2000;
    auto number = [&](Word length, std::uint32_t seed) {
      Value const v = make_bignum(t, length, false);
      for (Word i = 0; i < length; ++i) {
        seed = seed * 1664525 + 1013904223;
        init_field<std::uint32_t>(v, layout::typed_data + 4 * i, seed | 1);
      }
      return v;
    };
    Value const a = number(2 * digits, 1);
    Value const b = number(digits, 2);
    // The result, rounded up to an object's size, and what else a call allocates.
    Word const little = 1000;
    CHECK(allocated_by(m, "*", {a, b}) < 4 * 3 * digits + little);
    CHECK(allocated_by(m, "quotient", {a, b}) < 4 * digits + little);
    CHECK(allocated_by(m, "remainder", {a, b}) < 4 * digits + little);
    CHECK(allocated_by(m, "div-and-mod", {a, b}) < 8 * digits + little);
    CHECK(allocated_by(m, "gcd", {a, b}) < little);
    // Text: the string, once more in the port's buffer, and the buffer as it grew.
    Value text;
    CHECK(allocated_by(m, "number->string", {a}, &text) < 5 * 4 * 10 * 2 * digits + little);
    CHECK(allocated_by(m, "string->number", {text}) < 4 * 2 * digits + little);
    // In other notations: the numbers, and once more where they are brought to lowest terms.
    std::string const decimals = "1" + std::string(18 * digits, '7');
    Word const bytes = 18 * digits / 2;
    CHECK(allocated_by(m, "string->number", {m.string("-." + decimals + "e5")}) < bytes + little);
    CHECK(allocated_by(m, "string->number", {m.string("#e" + decimals + ".5")}) <
          4 * bytes + little);
    CHECK(allocated_by(m, "string->number", {m.string(decimals + "/3" + decimals)}) <
          5 * bytes + little);
  }
}

}  // namespace coracle
