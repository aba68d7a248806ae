#include "vm/heap/collect/afterwards.h"

#include "vm/heap/objects/continuation.h"
#include "vm/heap/objects/eq_hashtable.h"

namespace coracle {
namespace {

Value tlc_next(Value tlc) { return field<Value>(tlc, layout::tlc_next); }

}  // namespace

void rehash_tlcs(HeapImplementation& h, std::span<const Value> tlcs) {
  for (std::size_t i = 0; i < tlcs.size(); ++i) {
    constexpr std::size_t ahead = 8;
    if (tlcs.size() - i > 2 * ahead) {
      __builtin_prefetch(host_pointer(untagged(tlcs[i + 2 * ahead])));
      __builtin_prefetch(host_pointer(untagged(field<Value>(tlcs[i + ahead], layout::tlc_keyval))));
    }
    Value const tlc = tlcs[i];
    if (tlc_next(tlc) == false_value) continue;  // not in a table any more
    Value const table = field<Value>(tlc, layout::tlc_ht);
    Value const buckets = field<Value>(table, hashtable_layout::vector);
    Value end = tlc_next(tlc);
    while (!is_fixnum(end)) end = tlc_next(end);
    auto const old_index = static_cast<Word>(fixnum_value(end));
    Value const key = car(field<Value>(tlc, layout::tlc_keyval));
    Word const new_index = eq_hash(key) & (vector_length(buckets) - 1);
    bool const gone = key == broken_weak_pointer &&
                      field<Value>(table, hashtable_layout::variant) != make_fixnum(0);
    if (!gone && new_index == old_index) continue;

    auto const bucket_slot = [&](Word n) { return untagged(buckets) + word_bytes * (1 + n); };
    Word link = bucket_slot(old_index);
    while (load<Value>(link) != tlc) link = untagged(load<Value>(link)) + layout::tlc_next;
    h.store_reference(link, tlc_next(tlc));
    if (gone) {
      init_field(tlc, layout::tlc_next, false_value);
      Word const size_slot = untagged(table) + hashtable_layout::size;
      store(size_slot, make_fixnum(fixnum_value(load<Value>(size_slot)) - 1));
    } else {
      h.store_reference(untagged(tlc) + layout::tlc_next, load<Value>(bucket_slot(new_index)));
      h.store_reference(bucket_slot(new_index), tlc);
    }
  }
}

void promote_continuations(std::span<const Value> one_shots) {
  for (Value const k : one_shots) {
    promote_to_multishot(field<Value>(k, layout::continuation_link));
  }
}

}  // namespace coracle
