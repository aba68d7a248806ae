// Storage management for Scheme: collection, generations, locking, weak and immobile objects,
// statistics.
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

Value bytes_allocated(Thread& t, Value generation, Value space);
/// Writes what the heap holds to a file, or to standard error if `path` is null; `with_map`: with a map
/// of its segments.
void show_allocation(Thread& t, bool with_map, const char* path);
Value bytes_finalized(Thread& t);
Word curmembytes(Thread& t);
Word maxmembytes(Thread& t);
void resetmaxmembytes(Thread& t);
Value do_gc(SafePoint sp, std::int32_t max_copied, std::int32_t min_target, std::int32_t max_target,
            Value count_roots);
Value count_size_increments(Thread& t, Value objects, std::int32_t generation);
bool check_heap_enabledp(Thread& t);
void enable_check_heap(Thread& t, bool enabled);
Word check_heap_errors(Thread& t);
void lock_object(Thread& t, Value v);
void unlock_object(Thread& t, Value v);
bool locked_objectp(Thread& t, Value v);
Value locked_objects(Thread& t);
std::int32_t maxgen(Thread& t);
void set_maxgen(Thread& t, std::int32_t g);
std::int32_t minfreegen(Thread& t);
void set_minfreegen(Thread& t, std::int32_t g);
std::int32_t minmarkgen(Thread& t);
void set_minmarkgen(Thread& t, std::int32_t g);
bool enable_object_counts(Thread& t);
void set_enable_object_counts(Thread& t, bool enabled);
Value object_counts(Thread& t);
bool enable_object_backreferences(Thread& t);
void set_enable_object_backreferences(Thread& t, bool enabled);
Value object_backreferences(Thread& t);
Value unregister_guardian(Thread& t, Value tconc);
void fire_collector(Thread& t);
Value list_bits_ref(Thread& t, Value pair);
void list_bits_set(Thread& t, Value pair, SignedWord bits);
bool addr_in_heap(Thread& t, Word address);
bool ptr_in_heap(Thread& t, Value v);
Value generation(Thread& t, Value v);
Value weak_cons(Thread& t, Value a, Value d);
Value weak_pairp(Thread& t, Value v);
Value ephemeron_cons(Thread& t, Value a, Value d);
Value ephemeron_pairp(Thread& t, Value v);
Value box_immobile(Thread& t, Value v);
Value make_immobile_vector(Thread& t, Word length, Value fill);
Value make_immobile_bytevector(Thread& t, Word length);
Value make_reference_bytevector(Thread& t, Word length);
Value make_immobile_reference_bytevector(Thread& t, Word length);
Value reference_bytevectorp(Thread& t, Value v);
Value reference_star_address_object(Thread& t, Word address);
Value bytevector_reference_star_ref(Thread& t, Value bytevector, Word offset);
Value set_collect_trip_bytes(Thread& t, Value bytes);
void phantom_bytevector_adjust(Thread& t, Value phantom, Word length);

}  // namespace coracle::kernel
