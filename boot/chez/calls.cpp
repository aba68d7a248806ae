// Calls between C and Scheme, variables, locks, foreign symbols.
#include <cstdlib>

#include "boot/chez/session.h"
#include "vm/heap/values/locks.h"
#include "vm/kernel/foreign/foreign.h"
#include "vm/kernel/foreign/libraries.h"

namespace coracle::chez {
namespace {

/// While it lives, no event is handled, so nothing collects.
class NoInterrupts {
 public:
  explicit NoInterrupts(Thread& t) : thread_(t) { add(1); }
  ~NoInterrupts() { add(-1); }
  NoInterrupts(const NoInterrupts&) = delete;
  NoInterrupts& operator=(const NoInterrupts&) = delete;

 private:
  void add(SignedWord n) {
    thread_.set_value(Tc::disable_count,
                      make_fixnum(fixnum_value(thread_.value(Tc::disable_count)) + n));
  }
  Thread& thread_;
};

ptr call_with(const char* function, ptr procedure, std::span<const Value> arguments) {
  return guarded(function, [&](Machine& m) { return call(m, Value{procedure}, arguments).bits; });
}

Value system_value(Machine& m, const char* name) { return m.vm().symbol_value(m.symbol(name)); }

Value call_thread(Machine& m, Value procedure, std::span<const Value> a) {
  switch (a.size()) {
    case 0: return m.call_unguarded(procedure, {});
    case 1: return m.call_unguarded(procedure, {a[0]});
    case 2: return m.call_unguarded(procedure, {a[0], a[1]});
    case 3: return m.call_unguarded(procedure, {a[0], a[1], a[2]});
    default: break;
  }
  Value rest = nil;
  for (auto i = a.rbegin(); i != a.rend(); ++i) rest = cons(m.thread(), *i, rest);
  return m.call_unguarded(system_value(m, "apply"), {procedure, rest});
}

void raise(Thread& t, const char* who, const char* message, Value irritant) {
  SchemeError error{who, message, {}};
  if (irritant != unbound_value) error.irritants.push_back(irritant);
  t.raise(error);
}

}  // namespace

Value call(Machine& m, Value procedure, std::span<const Value> arguments) {
  Thread& t = m.thread();
  if (!t.unwound()) {
    Value const result = call_thread(m, procedure, arguments);
    if (!t.unwound()) {
      Word const count = t.word(Tc::ac1);
      if (count == 1) return result;
      report("", "returned ~s values to single value return context",
             make_fixnum(static_cast<SignedWord>(count)));
    }
  }
  // Scheme goes on elsewhere, as if the C functions that it called were not there.
  kernel::abandon_library_function(t);
  std::exit(m.vm().exit_status);  // (exit), with no C function in between
}

void report(const char* who, const char* message, Value irritant) {
  Session& session = Session::current();
  if (session.machine != nullptr) {
    Thread& t = session.machine->thread();
    if (kernel::in_library_function(t) && !t.unwound()) {
      raise(t, who, message, irritant);
      kernel::abandon_library_function(t);
    }
  }
  give_up(std::string("Error") + (*who == 0 ? "" : " in ") + who + ": " + message);
}

extern "C" {

ptr Scall0(ptr procedure) { return call_with(__func__, procedure, {}); }
ptr Scall1(ptr procedure, ptr a) {
  Value const arguments[] = {Value{a}};
  return call_with(__func__, procedure, arguments);
}
ptr Scall2(ptr procedure, ptr a, ptr b) {
  Value const arguments[] = {Value{a}, Value{b}};
  return call_with(__func__, procedure, arguments);
}
ptr Scall3(ptr procedure, ptr a, ptr b, ptr c) {
  Value const arguments[] = {Value{a}, Value{b}, Value{c}};
  return call_with(__func__, procedure, arguments);
}

// Between Sinitframe and Scall a program may only make objects, so nothing collects.
void Sinitframe(iptr n) {
  machine(__func__);
  Session::current().arguments.assign(static_cast<std::size_t>(n), void_value);
}
void Sput_arg(iptr i, ptr x) {
  auto& arguments = Session::current().arguments;
  if (i < 1 || static_cast<std::size_t>(i) > arguments.size()) {
    give_up("Sput_arg: argument " + std::to_string(i) + " is not one of the " +
            std::to_string(arguments.size()) + " of Sinitframe");
  }
  arguments[static_cast<std::size_t>(i - 1)] = Value{x};
}
ptr Scall(ptr procedure, iptr n) {
  auto& arguments = Session::current().arguments;
  arguments.resize(static_cast<std::size_t>(n), void_value);
  return guarded(__func__, [&](Machine& m) {
    // A jump may leave this function's frames, so the session owns the arguments.
    return call(m, Value{procedure}, arguments).bits;
  });
}

ptr Stop_level_value(ptr symbol) {
  return guarded(__func__, [&](Machine& m) {
    NoInterrupts const none(m.thread());
    return call(m, system_value(m, "$c-tlv"), std::array{Value{symbol}}).bits;
  });
}
void Sset_top_level_value(ptr symbol, ptr x) {
  guarded(__func__, [&](Machine& m) {
    NoInterrupts const none(m.thread());
    call(m, system_value(m, "$c-stlv!"), std::array{Value{symbol}, Value{x}});
  });
}

void Slock_object(ptr x) {
  guarded(__func__, [&](Machine& m) { m.vm().heap.locks().lock(Value{x}); });
}
void Sunlock_object(ptr x) {
  guarded(__func__, [&](Machine& m) { m.vm().heap.locks().unlock(Value{x}); });
}
int Slocked_objectp(ptr x) {
  return guarded(__func__,
                 [&](Machine& m) { return m.vm().heap.locks().is_locked(Value{x}) ? 1 : 0; });
}

void Sregister_symbol(const char* name, void* address) {
  guarded(__func__,
          [&](Machine& m) { kernel::register_symbol(m.thread(), name, address_of(address)); });
}
void Sforeign_symbol(const char* name, void* address) {
  Value const duplicate = guarded(__func__, [&](Machine& m) {
    Word const found = kernel::lookup_foreign_entry(m.thread(), name);
    if (found == 0) kernel::register_symbol(m.thread(), name, address_of(address));
    return found == 0 || found == address_of(address) ? false_value : m.string(name);
  });
  if (is_string(duplicate)) report(__func__, "duplicate symbol entry for ~s", duplicate);
}

/// Basic pb makes no code that C can call, so no address belongs to such code.
ptr Sforeign_callable_code_object(void*) { return false_value.bits; }

}  // extern "C"
}  // namespace coracle::chez
