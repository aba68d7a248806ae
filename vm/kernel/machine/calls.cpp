#include "vm/kernel/machine/calls.h"

#include "vm/exec/stack.h"
#include "vm/exec/vm.h"
#include "vm/kernel/entries.h"
#include "vm/kernel/foreign/foreign.h"
#include "vm/kernel/numbers/integers.h"

namespace coracle::kernel {
namespace {

/// Calls the image's error handler in place of a call that can't be made. The handler takes one
/// argument; ac0 keeps the argument count of the call so that the frame's size stays known.
void raise_call_error(Thread& t, ErrorKind kind, Value what) {
  Value const handler = t.error_handler();
  if (handler == false_value) {
    t.fail_boot("a call that can't be made");
    return;
  }
  SignedWord const count = static_cast<SignedWord>(t.word(Tc::ac0));
  Value const first = count == 0 ? nil : t.argument(1);
  Value const details =
      list(t, {make_fixnum(static_cast<SignedWord>(kind)), make_fixnum(count), what, first});
  t.set_value(Tc::cp, handler);
  t.set_argument(1, details);
  t.set_word(Tc::ac0, count == 0 ? 1 : static_cast<Word>(count));
  t.set_word(Tc::trap, 1);
}

/// What a fault says: somewhere code read or wrote what it should not.
constexpr const char* damaged = "invalid memory reference";

void overflow(Thread& t, SignedWord request) {
  if (!overflow_stack(t, request)) t.lose_stack(damaged);
}

SignedWord bytes_between(Word from, Word to) { return static_cast<SignedWord>(to - from); }

}  // namespace

Word get_thread_context(Thread& t) { return t.context(); }

void handle_overflow(Thread& t) { overflow(t, 0); }

void handle_overflood(Thread& t) {
  // xp is where the stack would have to reach.
  overflow(t, bytes_between(t.word(Tc::sfp), t.word(Tc::xp)));
}

void handle_apply_overflood(Thread& t) {
  // ac0 is the callee's argument count; one more word for the return address.
  overflow(t, static_cast<SignedWord>((t.word(Tc::ac0) + 1) * word_bytes));
}

void split_and_resize(Thread& t) {
  if (!split_and_resize_stack(t)) t.lose_stack(damaged);
}

void handle_docall_error(Thread& t) {
  t.set_word(Tc::ac0, 0);
  raise_call_error(t, ErrorKind::call_nonprocedure, t.value(Tc::cp));
}

void handle_arg_error(Thread& t) {
  raise_call_error(t, ErrorKind::call_argument_count, t.value(Tc::cp));
}

void handle_nonprocedure_symbol(Thread& t) {
  Value const symbol = t.value(Tc::xp);
  raise_call_error(t,
                   t.vm.symbol_value(symbol) == unbound_value ? ErrorKind::call_unbound
                                                              : ErrorKind::call_nonprocedure_symbol,
                   symbol);
}

void handle_values_error(Thread& t) { raise_call_error(t, ErrorKind::values, false_value); }
void handle_mvlet_error(Thread& t) { raise_call_error(t, ErrorKind::mvlet, false_value); }

void handle_event_detour(Thread& t) {
  Value const procedure = t.value(Tc::cp);
  SignedWord const count = static_cast<SignedWord>(t.word(Tc::ac0));
  SignedWord const free_words =
      bytes_between(t.word(Tc::sfp), t.word(Tc::esp)) / static_cast<SignedWord>(word_bytes) - 1;
  if (count < free_words + 3) {
    // The usual case: the procedure becomes the first argument, the others move up.
    for (int i = static_cast<int>(count); i > 0; i--) t.set_argument(i + 1, t.argument(i));
    t.set_argument(1, procedure);
    t.set_value(Tc::cp, t.vm.symbol_value(t.vm.names.event_and_resume));
    t.set_word(Tc::ac0, static_cast<Word>(count + 1));
    return;
  }
  Value arguments = nil;
  for (int i = static_cast<int>(count); i > 0; i--) arguments = cons(t, t.argument(i), arguments);
  t.set_value(Tc::cp, t.vm.symbol_value(t.vm.names.event_and_resume_star));
  t.set_argument(1, cons(t, procedure, arguments));
  t.set_word(Tc::ac0, 1);
}

void add_resumption(Thread& t, const EntryDescriptor& entry, Value procedure, int first) {
  Value const row = make_vector(t, 3);
  init_vector(t, row, 0, make_fixnum(entry.id));
  init_vector(t, row, 1, procedure);
  init_vector(t, row, 2, make_fixnum(first));
  t.vm.resumptions = cons(t, row, t.vm.resumptions);
}

bool resume_after_events(Thread& t) {
  const EntryDescriptor* const entry = t.vm.find_entry(t.native.kernel_entry);
  if (entry == nullptr) return false;
  for (Value rest = t.vm.resumptions; rest != nil; rest = cdr(rest)) {
    Value const row = car(rest);
    if (vector_ref(row, 0) != make_fixnum(entry->id)) continue;
    // Arguments on the stack are still there; those that the entry got are still in its registers.
    Value const procedure = vector_ref(row, 1);
    auto const first = static_cast<int>(fixnum_value(vector_ref(row, 2)));
    for (int i = 1; i <= 3; ++i) {
      t.set_argument(
          i, i < first ? false_value : Value{t.registers()[first_argument_register + i - first]});
    }
    auto const arities =
        fixnum_value(field<Value>(closure_code(procedure), layout::code_arity_mask));
    t.set_value(Tc::cp, procedure);
    t.set_word(Tc::ac0, static_cast<Word>(std::countr_zero(static_cast<Word>(arities))));
    handle_event_detour(t);
    t.transfer = Transfer::error;
    return true;
  }
  return false;
}

void foreign_entry(Thread& t) {
  Value const name = t.value(Tc::ac0);
  if (is_fixnum(name) || is_bignum(name)) {
    t.set_word(Tc::ac0, static_cast<Word>(integer_value(t, name)));
    return;
  }
  if (!is_string(name)) {
    throw SchemeError{"foreign-procedure", "invalid foreign procedure handle ~s", {name}};
  }
  std::string const text = string_utf8(name);
  Word address = lookup_foreign_entry(t, text.c_str());
  // An entry that only this host lacks is an error when it is called, not when code that could call it is
  // loaded.
  if (address == 0) {
    const EntryDescriptor* const entry = t.vm.find_entry(text);
    if (entry != nullptr && host_lacks(*entry)) address = entry->address();
  }
  if (address == 0) throw SchemeError{"foreign-procedure", "no entry for ~s", {name}};
  t.set_word(Tc::ac0, address);
}

void install_library_entry(Thread& t) {
  Value const index = t.argument(1);
  Value const entry = t.argument(2);
  if (!is_fixnum(index) || fixnum_value(index) < 0 ||
      fixnum_value(index) >= static_cast<SignedWord>(t.vm.profile.library_entry_count)) {
    throw SchemeError{"$install-library-entry", "invalid index ~s", {index}};
  }
  if (!is_procedure(entry) && !is_code(entry)) {
    throw SchemeError{"$install-library-entry", "invalid entry ~s for ~s", {entry, index}};
  }
  t.vm.install_library_entry(static_cast<Word>(fixnum_value(index)), entry);
}

void get_more_room(Thread& t) {
  // Compiled code has already advanced ap; xp is the reference that it would have made. A tag of 0
  // means an untyped object.
  Word const xp = t.word(Tc::xp);
  Word const tag = (xp & 7) == 0 ? static_cast<Word>(Tag::untyped) : (xp & 7);
  Word const start = xp + 8 - tag;
  Word const size = t.word(Tc::ap) - start;
  // Only damaged code asks for such a place or size.
  bool const sound = start % object_alignment == 0 && size % object_alignment == 0 && size != 0 &&
                     start <= t.word(Tc::eap) && start <= t.word(Tc::ap);
  if (!sound) return t.lose_stack(damaged);
  t.set_word(Tc::ap, start);
  t.heap.scan_log(t.area);
  t.set_word(Tc::xp, t.allocate(size) - 8 + tag);
  // The code is about to fill a large object: a tick for each KB.
  if (t.is_sliced()) t.use_fuel(size / 1024);
}

void scan_remembered_set(Thread& t) { t.heap.scan_log(t.area); }

void return_home(Thread& t) { t.return_to_caller(); }

}  // namespace coracle::kernel
