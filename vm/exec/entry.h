// Entry descriptors: each address that the image takes for that of a C function stands for one
// (CONTRIBUTING.md, law 3).
//
// Owns: the descriptor, the address that stands for it, the types of arguments and results, and the
// thunk that converts between the machine's registers and a C++ function's parameters, derived from
// the function's own type.
// A kernel entry is a plain function:
//
//     Value string_length_sum(Thread& t, Value a, std::int32_t n, const char* utf8_path);
//     void  collect(SafePoint sp, Value request);        // may collect
//
// Parameters after the first: Value, Word, SignedWord, std::int32_t, std::uint32_t, bool (an int32),
// double, and host pointers (const char*, std::uint8_t*, ...: the image passes the address of a
// bytevector's data, or 0). Results: the same types, with bool as an int32, or void.
// An entry reports an error by throwing SchemeError, and suspends the call that runs by throwing a Suspension
// (suspendable_call.h); its thunk catches both. One that takes host pointers other than texts (const char*) can't
// suspend: what they point at may have moved when it is called again.
#pragma once

#include <bit>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include "vm/exec/thread.h"

namespace coracle {

/// How a parameter or result is passed.
enum class Passing : std::uint8_t { none, word, int32, uint32, floating };

/// The types that a call instruction names (vm/exec/calls.def): the result, and how many arguments of
/// each kind.
struct Prototype {
  Passing result;
  std::uint8_t words, floats;
};

inline constexpr int maximum_entry_parameters = 8;
struct Signature {
  Passing result = Passing::none;
  std::uint8_t count = 0;
  Passing parameters[maximum_entry_parameters] = {};
};

// The addresses that stand for entries. They follow from the ids, so they are the same in every build
// and on every host. No host maps memory there: they lie above all that a program can have (2^57 at
// most, with five levels of page tables), and are too large for a 32-bit host's pointers. As a Scheme
// integer such an address is a fixnum, and taken for a Value it is one, too.
inline constexpr Word first_entry_address = Word{1} << 59;
inline constexpr int entry_address_shift = 4;
constexpr Word entry_address(Word id) { return first_entry_address + (id << entry_address_shift); }
/// The id that an address stands for; for other words, some number too large to be an id.
constexpr Word entry_id(Word address) {
  return std::rotr(address - first_entry_address, entry_address_shift);
}

struct EntryDescriptor {
  const char* name;
  void (*call)(Thread&);
  Signature signature;
  std::uint8_t words = 0;   // integer parameters
  std::uint8_t floats = 0;  // floating parameters
  std::uint16_t id = 0;
  /// The same entry with other parameters, if there is one.
  const EntryDescriptor* overload = nullptr;
  /// Set if the entry exists only on other operating systems or machine types: says which ones. `call`
  /// then raises an error.
  const char* elsewhere = nullptr;

  constexpr Word address() const { return entry_address(id); }
};
/// The image never gets the host's address of a descriptor, but its address().
Word address_of(const EntryDescriptor*) = delete;

/// Registers of the calling convention (s/pb.ss of the release): first integer argument and result
/// r9, first floating argument and result f1.
inline constexpr int first_argument_register = 9;
inline constexpr int first_float_argument_register = 1;

template <class T>
constexpr Passing passing() {
  if constexpr (std::is_void_v<T>) return Passing::none;
  else if constexpr (std::is_same_v<T, double>) return Passing::floating;
  else if constexpr (std::is_same_v<T, std::int32_t> || std::is_same_v<T, bool>)
    return Passing::int32;
  else if constexpr (std::is_same_v<T, std::uint32_t>) return Passing::uint32;
  else {
    static_assert(std::is_same_v<T, Value> || std::is_same_v<T, Word> ||
                      std::is_same_v<T, SignedWord> || std::is_pointer_v<T>,
                  "a kernel entry's parameter must be of a type that vm/exec/entry.h lists");
    return Passing::word;
  }
}

/// In a catch block: hands the exception, whatever its type, to the image as a Scheme error. A Suspension
/// suspends the call that runs, whose arguments are in these registers.
void raise_caught(Thread& t, ArgumentRegisters arguments);

namespace entry_detail {

template <class T>
T argument(const Word* registers, const double* floats, int& next, int& next_float) {
  if constexpr (std::is_same_v<T, double>) {
    return floats[first_float_argument_register + next_float++];
  } else {
    Word const w = registers[first_argument_register + next++];
    if constexpr (std::is_same_v<T, Value>) return Value{w};
    else if constexpr (std::is_same_v<T, bool>) return static_cast<std::int32_t>(w) != 0;
    else if constexpr (std::is_pointer_v<T>) return host_pointer<std::remove_pointer_t<T>>(w);
    else return static_cast<T>(w);
  }
}

template <class R>
void set_result(Thread& t, R result) {
  if constexpr (std::is_same_v<R, double>) {
    t.float_registers()[first_float_argument_register] = result;
  } else {
    Word w;
    if constexpr (std::is_same_v<R, Value>) w = result.bits;
    else if constexpr (std::is_same_v<R, bool>) w = result ? 1 : 0;
    else if constexpr (std::is_same_v<R, std::int32_t>)
      w = static_cast<Word>(static_cast<SignedWord>(result));
    else if constexpr (std::is_pointer_v<R>) w = address_of(result);
    else w = static_cast<Word>(result);
    t.registers()[first_argument_register] = w;
  }
}

/// Runs `body`, and hands whatever it throws to the image.
template <class Body>
void guarded(Thread& t, ArgumentRegisters arguments, Body&& body) {
  try {
    body();
  } catch (...) {
    raise_caught(t, arguments);
  }
}

template <class... A>
constexpr ArgumentRegisters argument_registers() {
  ArgumentRegisters result;
  unsigned bit = 1u << first_argument_register;
  [[maybe_unused]] auto const pass = [&](bool is_integer_register, bool is_value, bool is_text) {
    if (is_value) result.values |= bit;
    if (is_text) result.texts |= bit;
    if (is_integer_register) bit <<= 1;
  };
  (pass(!std::is_same_v<A, double>, std::is_same_v<A, Value>, std::is_same_v<A, const char*>), ...);
  return result;
}

template <auto F, class R, class... A, class First, std::size_t... I>
void call_with(Thread& t, const First& first, std::index_sequence<I...>) {
  guarded(t, argument_registers<A...>(), [&] {
    [[maybe_unused]] int next = 0;
    [[maybe_unused]] int next_float = 0;
    // In braces the arguments are read left to right.
    std::tuple<A...> arguments{
        argument<A>(t.registers(), t.float_registers(), next, next_float)...};
    if constexpr (std::is_void_v<R>) {
      F(first, std::get<I>(arguments)...);
    } else {
      set_result<R>(t, F(first, std::get<I>(arguments)...));
    }
  });
}

template <auto F, class Function>
struct Thunk;

struct ThreadArgument {
  Thread& thread;
  operator Thread&() const { return thread; }
};
/// An instruction that calls the kernel is a safe point: the machine's state is in the context. So the
/// thunk that it runs makes one, and nothing else does.
class SafePointArgument {
 public:
  operator SafePoint() const { return SafePoint(thread_); }

 private:
  template <auto F, class Function>
  friend struct Thunk;
  explicit SafePointArgument(Thread& t) : thread_(t) {}
  Thread& thread_;
};

template <auto F, class R, class... A>
struct Thunk<F, R (*)(Thread&, A...)> {
  static constexpr Signature signature{passing<R>(), sizeof...(A), {passing<A>()...}};
  static void call(Thread& t) {
    call_with<F, R, A...>(t, ThreadArgument{t}, std::index_sequence_for<A...>{});
  }
};
template <auto F, class R, class... A>
struct Thunk<F, R (*)(SafePoint, A...)> {
  static constexpr Signature signature{passing<R>(), sizeof...(A), {passing<A>()...}};
  static void call(Thread& t) {
    call_with<F, R, A...>(t, SafePointArgument(t), std::index_sequence_for<A...>{});
  }
};

}  // namespace entry_detail

/// The descriptor of a kernel function.
template <auto F>
constexpr EntryDescriptor make_entry(const char* name) {
  using T = entry_detail::Thunk<F, decltype(F)>;
  std::uint8_t floats = 0;
  for (int i = 0; i < T::signature.count; i++) {
    if (T::signature.parameters[i] == Passing::floating) floats++;
  }
  return EntryDescriptor{name, &T::call, T::signature,
                         static_cast<std::uint8_t>(T::signature.count - floats), floats};
}

}  // namespace coracle
