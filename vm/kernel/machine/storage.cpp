#include "vm/kernel/machine/storage.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>

#include "vm/exec/vm.h"
#include "vm/heap/collect/registrations.h"
#include "vm/heap/inspect/inspect.h"
#include "vm/heap/values/locks.h"
#include "vm/kernel/host.h"
#include "vm/kernel/numbers/integers.h"
#include "vm/kernel/ranges.h"

namespace coracle::kernel {
namespace {

Value tagged_typed(Word address) { return tagged(address, Tag::typed); }

int require_generation(std::int32_t g) {
  require_between(g, 0, static_generation - 1);
  return g;
}

Value make_bytevector_in(Thread& t, Space space, Word length) {
  if (length > maximum_length) throw LengthError{"bytevector"};
  Word const bytes = bytevector_size(length);
  Word const address = t.heap.allocate(space, 0, bytes);
  store<Word>(address, (length << 3) | type_word::bytevector.value);
  std::memset(host_pointer(address + word_bytes), 0, bytes - word_bytes);
  return tagged_typed(address);
}

}  // namespace

Value bytes_allocated(Thread& t, Value generation_, Value space) {
  return make_unsigned(t, t.heap.bytes_allocated(static_cast<int>(fixnum_value(generation_)),
                                                 static_cast<int>(fixnum_value(space))));
}

void show_allocation(Thread& t, bool with_map, const char* path) {
  std::string const report = allocation_report(t.heap, with_map);
  std::FILE* const out = path == nullptr ? stderr : std::fopen(path, "w");
  bool done = out != nullptr && std::fputs(report.c_str(), out) >= 0;
  if (out != nullptr && path != nullptr) done &= std::fclose(out) == 0;
  if (!done) {
    int const error = errno;
    throw SchemeError{
        "",
        "failed to write ~s: ~a",
        {make_string_utf8(t, path == nullptr ? "standard error" : path), error_string(t, error)}};
  }
}

Value bytes_finalized(Thread& t) { return make_unsigned(t, coracle::bytes_finalized(t.heap)); }
Word curmembytes(Thread& t) { return t.heap.memory().current_bytes(); }
Word maxmembytes(Thread& t) { return t.heap.memory().maximum_bytes(); }
void resetmaxmembytes(Thread& t) { t.heap.memory().reset_maximum(); }

Value do_gc(SafePoint sp, std::int32_t max_copied, std::int32_t min_target, std::int32_t max_target,
            Value count_roots) {
  Thread& t = sp.thread;
  require_between(max_copied, 0, static_generation - 1);
  require_between(max_target, 0, static_generation);
  require_between(min_target, 0, max_target);
  Value const ratio = t.vm.symbol_value(t.vm.names.heap_reserve_ratio);
  if (is_flonum(ratio)) t.heap.parameters().reserve_ratio = std::max(0.0, flonum_value(ratio));
  return t.heap.collect(sp.stop_mutators(), {max_copied, min_target, max_target, count_roots});
}

Value count_size_increments(Thread& t, Value objects, std::int32_t generation) {
  require_between(generation, 0, static_generation);
  return size_increments(t, objects, static_cast<Generation>(generation));
}

bool check_heap_enabledp(Thread& t) { return t.heap.parameters().verify; }
void enable_check_heap(Thread& t, bool enabled) { t.heap.parameters().verify = enabled; }
Word check_heap_errors(Thread&) { return 0; }  // an error that the verifier finds ends the process

void lock_object(Thread& t, Value v) { t.heap.locks().lock(v); }
void unlock_object(Thread& t, Value v) { t.heap.locks().unlock(v); }
bool locked_objectp(Thread& t, Value v) { return t.heap.locks().is_locked(v); }
Value locked_objects(Thread& t) {
  Value result = nil;
  for (Value v : t.heap.locks().objects()) result = cons(t, v, result);
  return result;
}

std::int32_t maxgen(Thread& t) { return t.heap.parameters().maximum_generation; }
void set_maxgen(Thread& t, std::int32_t g) {
  t.heap.parameters().set_maximum_generation(require_generation(g));
}
std::int32_t minfreegen(Thread& t) { return t.heap.parameters().minimum_free_generation; }
void set_minfreegen(Thread& t, std::int32_t g) {
  t.heap.parameters().minimum_free_generation = require_generation(g);
}
std::int32_t minmarkgen(Thread& t) { return t.heap.parameters().minimum_mark_generation; }
void set_minmarkgen(Thread& t, std::int32_t g) {
  t.heap.parameters().minimum_mark_generation = require_generation(g);
}

bool enable_object_counts(Thread& t) { return t.heap.parameters().counts_enabled; }
void set_enable_object_counts(Thread& t, bool enabled) {
  t.heap.parameters().counts_enabled = enabled;
}
Value object_counts(Thread& t) { return coracle::object_counts(t); }
bool enable_object_backreferences(Thread& t) { return t.heap.parameters().backreferences_enabled; }
void set_enable_object_backreferences(Thread& t, bool enabled) {
  t.heap.parameters().backreferences_enabled = enabled;
}
Value object_backreferences(Thread& t) { return coracle::object_backreferences(t); }

Value unregister_guardian(Thread& t, Value tconc) { return coracle::unregister_guardian(t, tconc); }
void fire_collector(Thread& t) { t.vm.request_collection(); }

Value list_bits_ref(Thread& t, Value pair) {
  return make_fixnum(static_cast<SignedWord>(t.heap.list_bits(pair)));
}
void list_bits_set(Thread& t, Value pair, SignedWord bits) {
  t.heap.set_list_bits(pair, static_cast<Word>(bits));
}

bool addr_in_heap(Thread& t, Word address) { return t.heap.contains(address); }
bool ptr_in_heap(Thread& t, Value v) { return t.heap.contains(untagged(v)); }
Value generation(Thread& t, Value v) {
  int const g = is_fixmediate(v) ? -1 : t.heap.generation_of(v);
  return g < 0 ? false_value : make_fixnum(g);
}

Value weak_cons(Thread& t, Value a, Value d) { return coracle::weak_cons(t, a, d); }
Value ephemeron_cons(Thread& t, Value a, Value d) { return coracle::ephemeron_cons(t, a, d); }
Value weak_pairp(Thread& t, Value v) {
  return make_boolean(is_pair(v) && t.heap.space_of(v) == Space::weak_pair);
}
Value ephemeron_pairp(Thread& t, Value v) {
  return make_boolean(is_pair(v) && t.heap.space_of(v) == Space::ephemeron);
}

Value box_immobile(Thread& t, Value v) {
  Word const address = t.heap.allocate(Space::immobile_impure, 0, layout::box_size);
  store<Word>(address, type_word::box.value);
  store<Value>(address + layout::box_ref, v);
  Value const box = tagged_typed(address);
  t.heap.locks().immobilize(box);
  return box;
}

Value make_immobile_vector(Thread& t, Word length, Value fill) {
  if (length == 0) return t.empty.vector;
  if (length > maximum_length) throw LengthError{"vector"};
  Word const address = t.heap.allocate(Space::immobile_impure, 0, words_object_size(length));
  store<Word>(address, (length << 4) | type_word::vector.value);
  Value const vector = tagged_typed(address);
  for (Word i = 0; i < length; i++) init_vector(vector, i, fill);
  // The object is never copied, so its padding is swept with it.
  if (length % 2 == 0) init_vector(vector, length, make_fixnum(0));
  t.heap.locks().immobilize(vector);
  return vector;
}

Value make_immobile_bytevector(Thread& t, Word length) {
  if (length == 0) return t.empty.bytevector;
  Value const bytevector = make_bytevector_in(t, Space::immobile_data, length);
  t.heap.locks().immobilize(bytevector);
  return bytevector;
}

Value make_reference_bytevector(Thread& t, Word length) {
  if (length == 0) return t.empty.bytevector;
  return make_bytevector_in(t, Space::reference_array, length);
}

Value make_immobile_reference_bytevector(Thread& t, Word length) {
  Value const bytevector = make_reference_bytevector(t, length);
  t.heap.locks().immobilize(bytevector);
  return bytevector;
}

Value reference_bytevectorp(Thread& t, Value v) {
  return make_boolean(!is_fixmediate(v) && t.heap.space_of(v) == Space::reference_array);
}

Value reference_star_address_object(Thread& t, Word address) {
  if (address == 0) return false_value;
  if (t.heap.contains(address)) return Value{address - layout::reference_disp};
  return make_unsigned(t, address);
}

Value bytevector_reference_star_ref(Thread& t, Value bytevector, Word offset) {
  auto const place = bytevector_range(bytevector, static_cast<SignedWord>(offset), word_bytes);
  return reference_star_address_object(t, load<Word>(address_of(place.data())));
}

Value set_collect_trip_bytes(Thread& t, Value bytes) {
  SignedWord const n = integer_value(t, bytes);
  require_between(n, 1, most_positive_fixnum);
  t.heap.parameters().collect_trip_bytes = static_cast<Word>(n);
  return void_value;
}

void phantom_bytevector_adjust(Thread& t, Value phantom, Word length) {
  if (!is_typed(phantom, type_word::phantom)) {
    throw SchemeError{"", "~s is not a phantom bytevector", {phantom}};
  }
  require_between(static_cast<SignedWord>(length), 0, most_positive_fixnum);
  t.heap.adjust_phantom(phantom, length);
}

}  // namespace coracle::kernel
