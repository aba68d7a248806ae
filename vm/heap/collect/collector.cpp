// The phases of a collection.
#include "vm/heap/collect/collector.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <new>
#include <span>
#include <utility>

#include "vm/base/check.h"
#include "vm/heap/collect/sweeper.h"
#include "vm/heap/inspect/measure.h"
#include "vm/heap/objects/symbol_table_implementation.h"

namespace coracle {

class CollectorRoots : public RootVisitor {
 public:
  explicit CollectorRoots(Collector& collector) : c_(collector) {}

  void value(Value& slot) override { slot = c_.relocate(slot); }

  void code_address(Word& address) override {
    Segment const* const s = address == 0 ? nullptr : c_.h_.table.find(address);
    if (s == nullptr || !s->old_space) return;
    // Code lies among nothing but code, so that an address is found by walking its run.
    CORACLE_CHECK(s->space == Space::code);
    Word object = s->run->base;
    for (;;) {
      Word size = object_alignment;
      if (load<Word>(object) != 0) {
        size = size_of(Kind::code, untagged(follow(tagged(object, Tag::typed))));
      }
      if (address < object + size) break;
      object += size;
    }
    address += c_.relocate(tagged(object, Tag::typed)).bits - tagged(object, Tag::typed).bits;
  }

  void running_stack(Word& base, SignedWord& size, Word& sfp, Word& esp) override {
    if (base == 0) return;
    Word const used = sfp - base;
    if (Segment* const s = c_.h_.table.find(base); s != nullptr && s->old_space) {
      // The word at the frame pointer, the return address, is in use as well.
      auto const in_use = static_cast<SignedWord>(used + word_bytes);
      size = shortened_stack(size, in_use);
      base = c_.copy_untyped(base, s, static_cast<Word>(size), static_cast<Word>(in_use));
      sfp = base + used;
      esp = base + static_cast<Word>(size) - stack_slop;
    }
    Word const return_address = load<Word>(sfp);
    store(sfp, c_.relocate_return_address(return_address));
    Sweeper<false> sweeper{c_, 0};
    bool const sound = visit_frames(c_.h_.profile, base, sfp, load<Word>(sfp), sweeper);
    CORACLE_CHECK_MESSAGE(sound, "the running stack's frames don't fit it");
  }

 private:
  Collector& c_;
};

Collector::Collector(HeapImplementation& heap, const CollectRequest& request)
    : h_(heap),
      greatest_(request.max_copied_generation),
      // Then a backreference's two objects are always collected together.
      least_target_(static_cast<Generation>(heap.backreferences_enabled ? request.max_target
                                                                        : request.min_target)),
      greatest_target_(static_cast<Generation>(request.max_target)),
      in_place_(!heap.has_room_to_copy(greatest_)),
      counting_(heap.counts_enabled || greatest_target_ == static_generation),
      backreferences_(heap.backreferences_enabled && greatest_target_ != static_generation) {}

void Collector::run(RootSource& also) {
  h_.collecting = true;
  set_up_old_space();
  pin_locked();
  sweep_roots(also);
  sweep_dirty();
  sweep_foreign();
  sweep_all();
  handle_guardians();
  finish_weak_pairs();
  finish_ephemerons();
  finish_foreign();
  finish();
  recount_records();
  release_old_space();
  h_.collecting = false;
  rehash_tlcs();
  promote_continuations();
  h_.new_bytes = 0;
  h_.collect_requested = false;
}

/// Whether a run of an old generation is so full that it is better to mark its objects than to copy
/// them: that takes about as long, but no memory. One that isn't is copied, so at most a quarter of
/// such generations can be holes. Nobody knows how full a run is before it was marked once.
/// Where there is no memory for copies, all runs stay.
bool Collector::stays_in_place(const Segment& head) const {
  if (in_place_) return true;
  int const g = head.generation;
  return g >= h_.minimum_mark_generation && target_of(head.generation) == g &&
         head.dead_bytes <= (head.used_end - head.base) / 4;
}

void Collector::set_up_old_space() {
  for (int g = 0; g <= greatest_; ++g) {
    Generation const target = target_of(static_cast<Generation>(g));
    for (std::size_t space = 0; space < space_count; ++space) {
      h_.close_region(static_cast<Space>(space), static_cast<Generation>(g));
      Segment*& list = h_.runs[static_cast<std::size_t>(g)][space];
      for (Segment* head = list; head != nullptr; head = head->next) {
        old_runs_.push_back(head);
        // In fresh segments only locked objects stay.
        bool const mark = !head->large && head->space != Space::fresh &&
                          (head->immobile != 0 || stays_in_place(*head));
        for (std::uint32_t i = 0; i < head->run_length; ++i) {
          Segment& s = head[i];
          if (s.youngest != clean_card) {
            h_.list_dirty(&s, clean_card);
            s.cards.fill(clean_card);
          }
          s.old_space = true;
          s.mark = mark;
          s.generation = target;
        }
        h_.table.note_states(head);
      }
      list = nullptr;
      h_.closed_bytes[static_cast<std::size_t>(g)][space] = 0;
    }
    if (h_.has_counted_records(static_cast<std::size_t>(g))) {
      for (auto& [rtd, counts] : h_.records) counts[static_cast<std::size_t>(g)] = 0;
    }
    h_.counts[static_cast<std::size_t>(g)] = {};
    h_.backreferences[static_cast<std::size_t>(g)].clear();
  }
  for (auto& spaces : h_.regions) {
    for (AllocationRegion& r : spaces) {
      r.sweep = r.next;
      r.to_sweep = nullptr;
    }
  }
  at_start_ = h_.regions;
}

/// Locked objects stay, and live. In fresh segments they alone stay: everything else is copied out,
/// because old fresh segments, with objects of all kinds, can't be swept by their cards.
void Collector::pin_locked() {
  h_.locks.locked_before.remove_if([&](Value v) { return old_segment(v) != nullptr; });
  h_.locks.locked.for_each([&](Value v) {
    Segment* const s = old_segment(v);
    if (s == nullptr || s->space != Space::fresh || s->large) return;
    if (s->marks == nullptr) s->marks = h_.scratch.allocate_bitmap();
    h_.table.note_state(*s);
    set_bit(s->marks, untagged(v));
    s->run->kept = true;
  });
  h_.locks.locked.for_each([&](Value v) {
    Segment* const s = old_segment(v);
    if (s == nullptr) return;
    if (counting_) {
      h_.count_bytes(s->generation, count_of_locked, size_of(kind_of(v, s->space), untagged(v)));
    }
    if (s->space == Space::fresh && !s->large) {
      Kind const kind = kind_of(v, s->space);
      reached_in_place(v, kind, s->generation, size_of(kind, untagged(v)));
      to_sweep_.push_back(v);
    } else {
      relocate(v);
    }
  });
}

void Collector::sweep_roots(RootSource& also) {
  sweep_old_fresh();
  from_ = false_value;
  CollectorRoots visitor(*this);
  for (Value* slot : h_.roots) visitor.value(*slot);
  for (SymbolTable* table : h_.symbol_tables) {
    table->implementation().relocate_kept(
        greatest_, [&](Value s) { return is_alive(s); }, [&](Value& s) { s = relocate(s); });
  }
  for (RootSource* source : h_.root_sources) source->visit_roots(visitor);
  also.visit_roots(visitor);
}

void Collector::finish() {
  for (SymbolTable* table : h_.symbol_tables) {
    table->implementation().sweep(
        greatest_,
        [&](Value& s) {
          if (!is_alive(s)) return false;
          s = current(s);
          return true;
        },
        [&](Value s) { return static_cast<std::size_t>(h_.segment_of(s)->generation); });
  }
}

/// Counted record types are known by address, old or new, or are gone.
void Collector::recount_records() {
  if (!in_collection(h_.youngest_counted_type)) return;
  h_.youngest_counted_type = generation_count;
  auto const before = std::move(h_.records);
  h_.records.clear();
  for (const auto& [rtd, counts] : before) {
    if (!is_alive(Value{rtd})) continue;
    Value const now = current(Value{rtd});
    h_.youngest_counted_type =
        std::min<int>(h_.youngest_counted_type, h_.segment_of(now)->generation);
    auto& sum = h_.records[now.bits];
    for (std::size_t g = 0; g < generation_count; ++g) sum[g] += counts[g];
  }
}

void Collector::release_old_space() {
  for (Segment* head : old_runs_) {
    for (std::uint32_t i = 0; i < head->run_length; ++i) {
      if (head[i].list_bits != 0 && !head->mark && !head->large) copy_list_bits(&head[i]);
    }
    if (!head->kept) {
      h_.free_run(head);
      continue;
    }
    if (head->mark) {
      count_holes(head);
      fill_holes(head);
    }
    for (std::uint32_t i = 0; i < head->run_length; ++i) {
      Segment& s = head[i];
      s.old_space = s.mark = s.kept = false;
      s.marks = s.forwarded_flonums = nullptr;
      s.waited_for = nullptr;
    }
    h_.table.note_states(head);
    Segment*& list = h_.runs[head->generation][index_of(head->space)];
    head->next = list;
    list = head;
    h_.closed_bytes[head->generation][index_of(head->space)] += head->live_bytes();
  }
}

void Collector::count_holes(Segment* head) {
  Word live = 0;
  for (std::uint32_t i = 0; i < head->run_length; ++i) {
    if (head[i].marks == nullptr) continue;
    for (std::uint64_t const bits : std::span(head[i].marks, segment_bitmap_bytes / 8)) {
      live += static_cast<Word>(std::popcount(bits)) * word_bytes;
    }
  }
  head->dead_bytes = head->used_end - head->base - live;
}

/// Zeros in place of the dead objects of a run that stays: they can be swept, and passed by whoever
/// walks from object to object.
void Collector::fill_holes(Segment* head) {
  if (info_of(head->space).sweep == Sweep::nothing) return;
  constexpr Word word_covers = 64 * word_bytes;  // of memory, by a word of the bitmap
  for (Word a = head->base; a < head->used_end; a += word_covers) {
    Segment const& s = head[(a - head->base) >> segment_shift];
    std::uint64_t dead =
        s.marks == nullptr ? ~std::uint64_t{0} : ~s.marks[segment_bit_index(a) >> 6];
    for (; dead != 0; dead &= dead - 1) {
      store<Word>(a + static_cast<Word>(std::countr_zero(dead)) * word_bytes, 0);
    }
  }
}

namespace {

/// What lives through this collection, whatever refers to it.
struct Kept : RootSource {
  void visit_roots(RootVisitor& visitor) override {
    for (Value& v : values) visitor.value(v);
  }
  std::vector<Value> values;
};

}  // namespace

Value Heap::collect(const MutatorsStopped& stopped, const CollectRequest& request) {
  Mutator& m = stopped.requester();
  CORACLE_CHECK_MESSAGE(&m.heap == this, "the mutators of another heap are stopped");
  HeapImplementation& h = *implementation_;
  CollectRequest r = request;
  CORACLE_CHECK(r.max_copied_generation >= 0 && r.max_copied_generation < static_generation &&
                r.min_target >= 0 && r.min_target <= r.max_target &&
                r.max_target <= static_generation);
  // The greatest generation changes here: a greater one at once, a lesser one when all that there is
  // above it is collected into it.
  h.oldest_generation = std::max(h.oldest_generation, h.maximum_generation);
  if (r.max_target == r.max_copied_generation && r.max_copied_generation == h.maximum_generation &&
      h.maximum_generation < h.oldest_generation) {
    r.max_copied_generation = h.oldest_generation;
    r.min_target = r.max_target;
    h.oldest_generation = h.maximum_generation;
  }
  // Memory that is short is looked for in all generations, though not at every chance.
  bool const ran_out = std::exchange(h.memory_ran_out, false);
  bool const needed = std::exchange(h.memory_is_needed, false);
  if (needed || (h.is_short_of_memory() && h.new_bytes >= h.collect_trip_bytes / 4)) {
    r.max_copied_generation = std::max(r.max_copied_generation, h.maximum_generation);
    r.max_target = std::max(r.max_target, r.max_copied_generation);
  }

  for (Mutator* each : h.mutators) drain_log(each->area);
  if (h.verify) check_heap(h, "before");
  auto const start = std::chrono::steady_clock::now();
  for (Mutator* each : h.mutators) h.close_area(each->area);
  Word const bytes_before = h.bytes_of_generations(0, static_generation);
  h.record.bytes_collected = h.bytes_of_generations(0, r.max_copied_generation);
  h.note_region_ends();
  Word phantoms_before = 0, phantoms_after = 0;
  for (Word const n : h.phantom_bytes) phantoms_before += n;
  for (int g = 0; g <= r.max_copied_generation; ++g)
    h.phantom_bytes[static_cast<std::size_t>(g)] = 0;

  Kept kept;
  std::vector<Word> sizes;
  h.collecting = true;
  try {
    if (r.count_roots != false_value) {
      auto const collected = static_cast<Generation>(r.max_copied_generation);
      sizes = account_for(h, r.count_roots, collected, kept.values);
    }
    Collector(h, r).run(kept);
    h.record.scratch_bytes = h.scratch.bytes_held();
    h.scratch.reset();
  } catch (const std::bad_alloc&) {
    h.fail_out_of_memory(0);
  }

  for (Word const n : h.phantom_bytes) phantoms_after += n;
  h.os.adjust(static_cast<SignedWord>(phantoms_after - phantoms_before));
  if (r.max_copied_generation >= h.minimum_free_generation) {
    h.chunks.trim(static_cast<Word>(static_cast<double>(h.nonstatic_bytes()) * h.reserve_ratio));
  }
  h.record.bytes_in_use = h.bytes_of_generations(0, static_generation);
  h.record.bytes_survived = h.record.bytes_in_use - (bytes_before - h.record.bytes_collected);
  h.record.nanoseconds = static_cast<Word>((std::chrono::steady_clock::now() - start).count());
  h.record.bytes_held = h.os.current_bytes();
  h.record.generation = static_cast<Word>(r.max_copied_generation);
  h.record.least_target = static_cast<Word>(r.min_target);
  h.record.greatest_target = static_cast<Word>(r.max_target);
  ++h.record.collection;
  if (h.options.on_collection) h.options.on_collection(h.record);
  h.record = CollectionRecord{.collection = h.record.collection};
  // New areas are part of what a collection must find memory for.
  h.collecting = true;
  for (Mutator* each : h.mutators) reset_area(each->area);
  h.collecting = false;
  h.keep_room(ran_out, r.max_copied_generation >= h.maximum_generation);
  h.new_bytes = 0;
  h.collect_requested = false;
  if (h.verify) check_heap(h, "after");
  // The collection is over: destructors may use the heap.
  ForeignObjects::List const dead = std::exchange(h.foreign.dead, {});
  if (r.count_roots == false_value) return void_value;
  return list_of_sizes(m, sizes);
}

}  // namespace coracle
