#include "vm/kernel/text/symbols.h"

#include <string>

#include "vm/exec/vm.h"
#include "vm/kernel/ranges.h"

namespace coracle::kernel {
namespace {

/// The characters [from, to) of a Scheme string.
std::u32string characters(Value string, Word from, Word to) {
  require_string_range(string, from, to);
  std::u32string result;
  result.reserve(to - from);
  for (Word i = from; i < to; i++) result.push_back(string_ref(string, i));
  return result;
}
std::u32string characters(Value string) {
  return characters(string, 0, is_string(string) ? string_length(string) : 0);
}

/// Runs `f` with interrupts disabled, as calls of top-level variables from C++ do.
template <class F>
auto without_interrupts(Thread& t, F f) {
  Value const before = t.value(Tc::disable_count);
  t.set_value(Tc::disable_count, make_fixnum(fixnum_value(before) + 1));
  auto result = f();
  t.set_value(Tc::disable_count, make_fixnum(fixnum_value(t.value(Tc::disable_count)) - 1));
  return result;
}

}  // namespace

Value intern(Thread& t, Value string) {
  if (!is_string(string)) throw SchemeError{"string->symbol", "~s is not a string", {string}};
  return t.vm.symbols.intern(t, characters(string), string);
}

Value intern2(Thread& t, Value string, Value length) {
  return t.vm.symbols.intern(t, characters(string, 0, index_value(length)), false_value);
}

Value intern3(Thread& t, Value string, Value pretty_length, Value total_length) {
  Word const middle = index_value(pretty_length);
  Word const end = index_value(total_length);
  return t.vm.symbols.intern_gensym(t, characters(string, 0, middle),
                                    characters(string, middle, end), false_value, false_value);
}

Value strings_to_gensym(Thread& t, Value pretty, Value unique) {
  return t.vm.symbols.intern_gensym(t, characters(pretty), characters(unique), pretty, unique);
}

void intern_gensym(Thread& t, Value symbol, Value name_pair) {
  if (!is_symbol(symbol) || !is_pair(name_pair) || !is_string(car(name_pair))) {
    throw SchemeError{
        "intern-gensym", "~s and ~s are not a gensym and its name", {symbol, name_pair}};
  }
  if (!t.vm.symbols.intern_existing_gensym(t, symbol, name_pair)) {
    throw SchemeError{"intern-gensym", "unique name ~s already interned", {car(name_pair)}};
  }
}

void intern_named_gensym(Thread& t, Value symbol) {
  intern_gensym(t, symbol, is_symbol(symbol) ? field<Value>(symbol, layout::symbol_name) : nil);
}

Value uninterned(Thread& t, Value string) {
  if (!is_string(string)) {
    throw SchemeError{"string->uninterned-symbol", "~s is not a string", {string}};
  }
  return t.vm.symbols.make_uninterned(t, string);
}

std::int32_t symbol_hash32(Thread&, Value string) {
  return static_cast<std::int32_t>(coracle::symbol_hash32(characters(string)));
}

SignedWord symbol_hash64(Thread&, Value string) {
  return static_cast<SignedWord>(symbol_hash_bits(characters(string)));
}

Value oblist(Thread& t) { return t.vm.symbols.all_symbols(t); }

Value tlv(SafePoint sp, Value symbol) {
  Thread& t = sp.thread;
  return without_interrupts(
      t, [&] { return t.call(sp, t.vm.symbol_value(t.vm.symbols.intern(t, "$c-tlv")), {symbol}); });
}

void stlv(SafePoint sp, Value symbol, Value v) {
  Thread& t = sp.thread;
  without_interrupts(t, [&] {
    return t.call(sp, t.vm.symbol_value(t.vm.symbols.intern(t, "$c-stlv!")), {symbol, v});
  });
}

}  // namespace coracle::kernel
