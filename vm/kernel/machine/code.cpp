#include "vm/kernel/machine/code.h"

#include "vm/exec/vm.h"
#include "vm/heap/objects/relocation.h"
#include "vm/kernel/numbers/integers.h"
#include "vm/kernel/ranges.h"

namespace coracle::kernel {
namespace {

/// The address `offset` bytes from a code object's reference, for `size` bytes of its instructions.
Word place_in_code(Value code, SignedWord offset, Word size) {
  Word const place = code.bits + static_cast<Word>(offset);
  if (!is_code(code) || place - entry_of_code(code) > code_length(code) ||
      size > code_length(code) - (place - entry_of_code(code))) {
    throw SchemeError{"", "~s is not an offset in ~s", {make_fixnum(offset), code}};
  }
  return place;
}

/// Stores the low bytes of x, as a T, into code.
template <class T>
Value set_code(Thread& t, Value code, Value offset, Value x) {
  Word const place = place_in_code(code, static_cast<SignedWord>(index_value(offset)), sizeof(T));
  store<T>(place, static_cast<T>(is_fixnum(x) ? fixnum_value(x) : integer_value(t, x)));
  return void_value;
}

}  // namespace

Value make_code(Thread& t, SignedWord flags, SignedWord free_variables, Value name,
                Value arity_mask, SignedWord length, Value info, Value profile_infos) {
  require_between(free_variables, 0, maximum_length / word_bytes);
  Value const code = coracle::make_code(t, static_cast<Word>(flags), static_cast<Word>(length));
  // The compiler fills in the instructions and the relocation table next, with interrupts off.
  init_field(code, layout::code_reloc, Word{0});
  init_field(code, layout::code_name, name);
  init_field(code, layout::code_arity_mask, arity_mask);
  init_field(code, layout::code_closure_length, free_variables);
  init_field(code, layout::code_info, info);
  init_field(code, layout::code_pinfos, profile_infos);
  if (profile_infos != nil) {
    t.vm.profile_counters = cons(t, weak_cons(t, code, profile_infos), t.vm.profile_counters);
  }
  return code;
}

Value make_reloc_table(Thread& t, Value code, Value size) {
  if (!is_code(code)) throw SchemeError{"", "~s is not a code object", {code}};
  init_field(code, layout::code_reloc, make_relocation_table(t, index_value(size), code));
  return void_value;
}

Value make_closure(Thread& t, Value offset, Value code) {
  if (!is_code(code) || code.bits + index_value(offset) != entry_of_code(code)) {
    throw SchemeError{"", "~s is not the offset of the entry of ~s", {offset, code}};
  }
  return coracle::make_closure(t, entry_of_code(code), 0);
}

Value set_code_byte(Thread& t, Value code, Value offset, Value x) {
  return set_code<std::int8_t>(t, code, offset, x);
}
Value set_code_word(Thread& t, Value code, Value offset, Value x) {
  return set_code<std::int16_t>(t, code, offset, x);
}
Value set_code_long(Thread& t, Value code, Value offset, Value x) {
  return set_code<std::int32_t>(t, code, offset, x);
}
Value set_code_quad(Thread& t, Value code, Value offset, Value x) {
  return set_code<std::int64_t>(t, code, offset, x);
}
void set_code_long2(Thread& t, Value code, Value offset, Value high, Value low) {
  set_code<std::int32_t>(t, code, offset,
                         make_fixnum((fixnum_value(high) << 16) + fixnum_value(low)));
}

Value set_reloc(Thread& t, Value code, Value n, Value entry) {
  Word const table = is_code(code) ? field<Word>(code, layout::code_reloc) : 0;
  Word const index = index_value(n);
  if (table == 0 || index >= load<Word>(table + layout::reloc_size)) {
    throw SchemeError{"", "~s is not the index of a relocation of ~s", {n, code}};
  }
  store<Word>(table + layout::reloc_data + word_bytes * index,
              static_cast<Word>(is_fixnum(entry) ? fixnum_value(entry) : integer_value(t, entry)));
  return entry;
}

Value get_code_obj(Thread&, std::int32_t type, Value code, SignedWord offset,
                   SignedWord item_offset) {
  place_in_code(code, offset, word_bytes);
  return ResolvedRelocation{static_cast<Word>(type), static_cast<Word>(offset),
                            static_cast<Word>(item_offset)}
      .object(code);
}

Value get_reloc(Thread& t, Value code, bool with_offsets) {
  if (!is_code(code)) throw SchemeError{"s_get_reloc", "~s is not a code object", {code}};
  Value result = nil;
  if (t.heap.generation_of(code) == static_generation) return result;
  for_each_relocation(code, [&](const ResolvedRelocation& r) {
    Value const object = r.object(code);
    if (is_fixnum(object)) return;
    if (with_offsets) {
      Value const offset =
          make_fixnum(static_cast<SignedWord>(r.place(code) - entry_of_code(code)));
      result = cons(t, cons(t, object, offset), result);
      return;
    }
    for (Value ls = result; ls != nil; ls = cdr(ls)) {
      if (car(ls) == object) return;
    }
    result = cons(t, object, result);
  });
  return result;
}

void link_code_object(Thread& t, Value code, Value objects) {
  if (!is_code(code)) throw SchemeError{"", "~s is not a code object", {code}};
  for_each_relocation(code, [&](const ResolvedRelocation& r) {
    if (!is_pair(objects)) {
      throw SchemeError{"", "found fewer objects than ~s has relocations", {code}};
    }
    t.heap.store(r.place(code), car(objects), r.item_offset);
    objects = cdr(objects);
  });
}

Value lookup_library_entry(Thread& t, SignedWord index, bool required) {
  if (index < 0 || index >= static_cast<SignedWord>(t.vm.profile.library_entry_count)) {
    throw SchemeError{"$lookup-library-entry", "invalid index ~s", {make_fixnum(index)}};
  }
  Value const entry = t.vm.library_entry(static_cast<Word>(index));
  if (required && entry == false_value) {
    throw SchemeError{"$lookup-library-entry", "entry ~s uninitialized", {make_fixnum(index)}};
  }
  return entry;
}

Word lookup_c_entry(Thread& t, SignedWord index) {
  if (index < 0 || index >= static_cast<SignedWord>(t.vm.profile.c_entry_names.size())) {
    throw SchemeError{"lookup_c_entry", "invalid index ~s", {make_fixnum(index)}};
  }
  return t.vm.c_entry(static_cast<Word>(index));
}

Value flush_instruction_cache(Thread&) { return void_value; }

Value profile_counters(Thread& t) { return t.vm.profile_counters; }

Value profile_release_counters(Thread& t) {
  // The list is split: entries whose code object is gone are returned, the others stay.
  Value dropped = nil;
  Value kept = nil;
  for (Value ls = t.vm.profile_counters; ls != nil; ls = cdr(ls)) {
    Value& target = car(car(ls)) == broken_weak_pointer ? dropped : kept;
    target = cons(t, car(ls), target);
  }
  Value in_order = nil;
  for (Value ls = kept; ls != nil; ls = cdr(ls)) in_order = cons(t, car(ls), in_order);
  t.vm.profile_counters = in_order;
  return dropped;
}

}  // namespace coracle::kernel
