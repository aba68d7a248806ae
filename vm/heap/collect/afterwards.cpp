// What is put right when everything has its place: hash tables keyed by address, one-shot
// continuations, list bits.
#include "vm/heap/collect/sweeper.h"
#include "vm/heap/objects/continuation.h"
#include "vm/heap/objects/eq_hashtable.h"

namespace coracle {
namespace {

Value tlc_next(Value tlc) { return field<Value>(tlc, layout::tlc_next); }

}  // namespace

/// A tlc is an entry of an eq-hashtable: keyval, the table, and the next entry of its bucket. A
/// bucket ends with its own index. Entries whose keys have moved change buckets; those of weak tables
/// whose keys are gone leave the table.
void Collector::rehash_tlcs() {
  for (std::size_t i = 0; i < tlcs_.size(); ++i) {
    constexpr std::size_t ahead = 8;
    if (tlcs_.size() - i > 2 * ahead) {
      __builtin_prefetch(host_pointer(untagged(tlcs_[i + 2 * ahead])));
      __builtin_prefetch(
          host_pointer(untagged(field<Value>(tlcs_[i + ahead], layout::tlc_keyval))));
    }
    Value const tlc = tlcs_[i];
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
    h_.store_reference(link, tlc_next(tlc));
    if (gone) {
      init_field(tlc, layout::tlc_next, false_value);
      Word const size_slot = untagged(table) + hashtable_layout::size;
      store(size_slot, make_fixnum(fixnum_value(load<Value>(size_slot)) - 1));
    } else {
      h_.store_reference(untagged(tlc) + layout::tlc_next, load<Value>(bucket_slot(new_index)));
      h_.store_reference(bucket_slot(new_index), tlc);
    }
  }
}

/// What an opportunistic one-shot continuation is linked to can't be given back its stack either.
void Collector::promote_continuations() {
  for (Value const k : one_shots_) {
    promote_to_multishot(field<Value>(k, layout::continuation_link));
  }
}

/// Moves the list bits of pairs that were copied out of a segment. Marked pairs keep theirs.
void Collector::copy_list_bits(Segment* s) {
  for (Word i = 0; i < segment_bitmap_bytes; ++i) {
    std::uint8_t const byte = load<std::uint8_t>(s->list_bits + i);
    for (int shift = 0; byte != 0 && shift < 8; shift += 2) {
      int const bits = (byte >> shift) & 3;
      if (bits == 0) continue;
      Word const pair = s->base + (i * 8 + static_cast<Word>(shift)) * word_bytes;
      if (s->marks != nullptr && test_bit(s->marks, pair)) continue;
      if (load<Value>(pair) != forward_marker) continue;
      Value const now = load<Value>(pair + word_bytes);
      Segment* const to = h_.segment_of(now);
      if (to->list_bits == 0) to->list_bits = h_.new_list_bits();
      Word const index = segment_bit_index(untagged(now));
      Word const target = to->list_bits + (index >> 3);
      store(target, static_cast<std::uint8_t>(load<std::uint8_t>(target) | (bits << (index & 7))));
    }
  }
}

}  // namespace coracle
