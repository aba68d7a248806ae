// Converts C++ values to Scheme objects, and back.
//
// Conversion<T>: to_scheme allocates and doesn't collect; from_scheme returns nothing if the object isn't a
// T, and `expected` says what would be one. A program may add types of its own.
#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "boot/api/root.h"
#include "vm/exec/vm.h"

namespace coracle {

/// The machine that a conversion works in.
struct ApiContext {
  Thread& thread;
  RootList& roots;
};

/// A symbol, by its name. (A std::string would become a string.)
struct Symbol {
  std::string name;
};
using Bytes = std::vector<std::uint8_t>;  // a bytevector

template <class T>
struct Conversion;

/// The exact integer, if it is one within the limits.
std::optional<SignedWord> signed_in_range(Value v, SignedWord least, SignedWord greatest);
std::optional<Word> unsigned_in_range(Value v, Word greatest);
/// A real number as a flonum; nothing for other objects.
std::optional<double> real_value(Value v);

template <>
struct Conversion<Value> {
  static constexpr const char* expected = "an object";
  static Value to_scheme(const ApiContext&, Value v) { return v; }
  static std::optional<Value> from_scheme(const ApiContext&, Value v) { return v; }
};

template <>
struct Conversion<Root> {
  static constexpr const char* expected = "an object";
  static Value to_scheme(const ApiContext&, const Root& r) { return r; }
  static std::optional<Root> from_scheme(const ApiContext& c, Value v) { return Root(c.roots, v); }
};

template <>
struct Conversion<bool> {
  static constexpr const char* expected = "an object";  // all but #f are true
  static Value to_scheme(const ApiContext&, bool b) { return make_boolean(b); }
  static std::optional<bool> from_scheme(const ApiContext&, Value v) { return is_true(v); }
};

template <>
struct Conversion<char32_t> {
  static constexpr const char* expected = "a character";
  static Value to_scheme(const ApiContext&, char32_t c) { return make_char(c); }
  static std::optional<char32_t> from_scheme(const ApiContext&, Value v) {
    return is_char(v) ? std::optional(char_value(v)) : std::nullopt;
  }
};

template <std::integral T>
struct Conversion<T> {
  static_assert(sizeof(T) <= sizeof(Word));
  static constexpr const char* expected =
      std::is_signed_v<T> ? (sizeof(T) == 8   ? "an exact integer of 64 bits"
                             : sizeof(T) == 4 ? "an exact integer of 32 bits"
                                              : "a small exact integer")
                          : (sizeof(T) == 8   ? "an exact nonnegative integer of 64 bits"
                             : sizeof(T) == 4 ? "an exact nonnegative integer of 32 bits"
                                              : "a small exact nonnegative integer");
  static Value to_scheme(const ApiContext& c, T n) {
    if constexpr (std::is_signed_v<T>) return make_integer(c.thread, SignedWord{n});
    else return make_unsigned(c.thread, Word{n});
  }
  static std::optional<T> from_scheme(const ApiContext&, Value v) {
    using Limits = std::numeric_limits<T>;
    auto const n = [&] {
      if constexpr (std::is_signed_v<T>) return signed_in_range(v, Limits::min(), Limits::max());
      else return unsigned_in_range(v, Limits::max());
    }();
    return n ? std::optional(static_cast<T>(*n)) : std::nullopt;
  }
};

template <std::floating_point T>
struct Conversion<T> {
  static constexpr const char* expected = "a real number";
  static Value to_scheme(const ApiContext& c, T x) {
    return make_flonum(c.thread, static_cast<double>(x));
  }
  static std::optional<T> from_scheme(const ApiContext&, Value v) {
    std::optional<double> const x = real_value(v);
    return x ? std::optional(static_cast<T>(*x)) : std::nullopt;
  }
};

/// Text is UTF-8.
template <>
struct Conversion<std::string> {
  static constexpr const char* expected = "a string";
  static Value to_scheme(const ApiContext& c, std::string_view s) {
    return make_string_utf8(c.thread, s);
  }
  static std::optional<std::string> from_scheme(const ApiContext&, Value v) {
    return is_string(v) ? std::optional(string_utf8(v)) : std::nullopt;
  }
};
template <>
struct Conversion<std::string_view> {  // only to Scheme: nothing would own text from there
  static Value to_scheme(const ApiContext& c, std::string_view s) {
    return make_string_utf8(c.thread, s);
  }
};
template <>
struct Conversion<const char*> : Conversion<std::string_view> {};
template <>
struct Conversion<char*> : Conversion<std::string_view> {};

template <>
struct Conversion<Symbol> {
  static constexpr const char* expected = "a symbol";
  static Value to_scheme(const ApiContext& c, const Symbol& s) {
    return c.thread.vm.symbols.intern(c.thread, s.name);
  }
  static std::optional<Symbol> from_scheme(const ApiContext&, Value v);
};

template <>
struct Conversion<Bytes> {
  static constexpr const char* expected = "a bytevector";
  static Value to_scheme(const ApiContext& c, const Bytes& bytes) {
    return make_bytevector(c.thread, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  static std::optional<Bytes> from_scheme(const ApiContext&, Value v) {
    if (!is_bytevector(v)) return std::nullopt;
    return Bytes(bytevector_data(v), bytevector_data(v) + bytevector_length(v));
  }
};

/// Becomes a list; a list or a vector becomes a std::vector.
template <class T>
struct Conversion<std::vector<T>> {
  static constexpr const char* expected = "a list or vector of the right elements";
  static Value to_scheme(const ApiContext& c, const std::vector<T>& items) {
    Value list = nil;
    for (auto i = items.rbegin(); i != items.rend(); ++i) {
      list = cons(c.thread, Conversion<T>::to_scheme(c, *i), list);
    }
    return list;
  }
  static std::optional<std::vector<T>> from_scheme(const ApiContext& c, Value v) {
    std::vector<T> items;
    auto const add = [&](Value element) {
      std::optional<T> item = Conversion<T>::from_scheme(c, element);
      if (item) items.push_back(std::move(*item));
      return item.has_value();
    };
    if (is_vector(v)) {
      for (Word i = 0; i < vector_length(v); ++i) {
        if (!add(vector_ref(v, i))) return std::nullopt;
      }
      return items;
    }
    Value hare = v;  // goes twice as fast, to detect a cycle
    for (; is_pair(v); v = cdr(v)) {
      if (!add(car(v))) return std::nullopt;
      for (int i = 0; i < 2 && is_pair(hare); ++i) hare = cdr(hare);
      if (is_pair(hare) && hare == cdr(v)) return std::nullopt;
    }
    return v == nil ? std::optional(std::move(items)) : std::nullopt;
  }
};

template <class A, class B>
struct Conversion<std::pair<A, B>> {
  static constexpr const char* expected = "a pair of the right elements";
  static Value to_scheme(const ApiContext& c, const std::pair<A, B>& p) {
    Value const first = Conversion<A>::to_scheme(c, p.first);
    return cons(c.thread, first, Conversion<B>::to_scheme(c, p.second));
  }
  static std::optional<std::pair<A, B>> from_scheme(const ApiContext& c, Value v) {
    if (!is_pair(v)) return std::nullopt;
    auto a = Conversion<A>::from_scheme(c, car(v));
    auto b = Conversion<B>::from_scheme(c, cdr(v));
    if (!a || !b) return std::nullopt;
    return std::pair(std::move(*a), std::move(*b));
  }
};

/// Converts by the argument's own type; arrays of characters are text.
template <class T>
Value to_scheme(const ApiContext& c, const T& x) {
  return Conversion<std::decay_t<const T>>::to_scheme(c, x);
}

}  // namespace coracle
