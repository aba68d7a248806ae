#include "vm/heap/collect/collector.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "vm/base/check.h"
#include "vm/heap/collect/afterwards.h"
#include "vm/heap/collect/remembered.h"
#include "vm/heap/inspect/measure.h"
#include "vm/heap/objects/symbol_table_implementation.h"

namespace coracle {

namespace {

class CollectorRoots : public RootVisitor {
 public:
  CollectorRoots(HeapImplementation& heap, Copier& copier, Sweeping& sweeping)
      : h_(heap), c_(copier), sweeping_(sweeping) {}

  void value(Value& slot) override { slot = c_.relocate(slot); }

  void code_address(Word& address) override {
    Segment const* const s = address == 0 ? nullptr : h_.table.find(address);
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
    if (Segment* const s = h_.table.find(base); s != nullptr && s->old_space) {
      // The word at the frame pointer, the return address, is in use as well.
      auto const in_use = static_cast<SignedWord>(used + word_bytes);
      size = shortened_stack(size, in_use);
      base = c_.copy_untyped(base, s, static_cast<Word>(size), static_cast<Word>(in_use));
      sfp = base + used;
      esp = base + static_cast<Word>(size) - stack_slop;
    }
    Word const return_address = load<Word>(sfp);
    store(sfp, c_.relocate_return_address(return_address));
    Sweeper<false> sweeper(sweeping_, 0);
    bool const sound = visit_frames(h_.profile, base, sfp, load<Word>(sfp), sweeper);
    CORACLE_CHECK_MESSAGE(sound, "the running stack's frames don't fit it");
  }

 private:
  HeapImplementation& h_;
  Copier& c_;
  Sweeping& sweeping_;
};

}  // namespace

void Collector::run(RootSource& also) {
  h_.collecting = true;
  old_space_.set_up();
  Remembered remembered(c_, copier_, sweeping_);
  old_space_.pin_locked();
  remembered.sweep_old_fresh();
  visit_roots(also);
  remembered.sweep_dirty();
  foreign_.trace();
  trace_all();
  guardians_.run([this] { trace_all(); });
  weak_.finish_pairs();
  weak_.finish_ephemerons();
  foreign_.finish();
  update_symbols();
  recount_records();
  old_space_.release();
  h_.collecting = false;
  rehash_tlcs(h_, copier_.tlcs());
  promote_continuations(copier_.one_shots());
  h_.new_bytes = 0;
  h_.collect_requested = false;
}

void Collector::trace_all() {
  do {
    sweeping_.sweep_all();
  } while (weak_.check_ephemerons(sweeping_) || foreign_.trace_woken());
}

void Collector::visit_roots(RootSource& also) {
  copier_.sweeping(false_value);
  CollectorRoots visitor(h_, copier_, sweeping_);
  for (Value* slot : h_.roots) visitor.value(*slot);
  for (SymbolTable* table : h_.symbol_tables) {
    table->implementation().relocate_kept(
        c_.greatest, [&](Value s) { return copier_.is_alive(s); },
        [&](Value& s) { s = copier_.relocate(s); });
  }
  for (RootSource* source : h_.root_sources) source->visit_roots(visitor);
  also.visit_roots(visitor);
}

void Collector::update_symbols() {
  for (SymbolTable* table : h_.symbol_tables) {
    table->implementation().sweep(
        c_.greatest,
        [&](Value& s) {
          if (!copier_.is_alive(s)) return false;
          s = copier_.current(s);
          return true;
        },
        [&](Value s) { return static_cast<std::size_t>(h_.segment_of(s)->generation); });
  }
}

/// Counted record types are known by address, old or new, or are gone.
void Collector::recount_records() {
  if (!c_.collects(h_.youngest_counted_type)) return;
  h_.youngest_counted_type = generation_count;
  auto const before = std::move(h_.records);
  h_.records.clear();
  for (const auto& [rtd, counts] : before) {
    if (!copier_.is_alive(Value{rtd})) continue;
    Value const now = copier_.current(Value{rtd});
    h_.youngest_counted_type =
        std::min<int>(h_.youngest_counted_type, h_.segment_of(now)->generation);
    auto& sum = h_.records[now.bits];
    for (std::size_t g = 0; g < generation_count; ++g) sum[g] += counts[g];
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
