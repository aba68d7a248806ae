#include "vm/heap/inspect/measure.h"

#include "vm/heap/inspect/inspect.h"
#include "vm/heap/objects/frames.h"

namespace coracle {

struct MeasureVisitor {
  Measure& m;
  Generation generation;

  void value(Word slot) { m.reach(load<Value>(slot)); }
  void values(Word slot, Word n) {
    for (Word i = 0; i < n; ++i) value(slot + i * word_bytes);
  }
  void weak_value(Word) {}
  void ephemeron(Value e) { m.reach_ephemeron(e); }
  void code_entry(Word slot) {
    if (Word const entry = load<Word>(slot); entry != 0) m.reach(code_of_entry(entry));
  }
  void return_address(Word slot) {
    if (Word const a = load<Word>(slot); a != 0) m.reach(ReturnPoint(m.h_.profile, a).code());
  }
  void reference(Word slot) {
    Word const reference = load<Word>(slot);
    if (m.h_.table.find(reference) != nullptr) m.reach(Value{reference - layout::reference_disp});
  }
  void relocation(Value, Word place, Word item_offset) {
    m.reach(Value{load<Word>(place) - item_offset});
  }
  void relocation_table(Value code) {
    if (Word const table = field<Word>(code, layout::code_reloc); table != 0) {
      m.add(generation, reloc_table_size(load<Word>(table + layout::reloc_size)));
    }
  }
  void buffer(Word buffer, Word) { value(buffer); }
  void stack(Value k) {
    Word const stack = field<Word>(k, layout::continuation_stack);
    Word const used = field<Word>(k, layout::continuation_stack_clength);
    auto const length = field<SignedWord>(k, layout::continuation_stack_length);
    m.add(generation, align_object(length < 0 ? used : static_cast<Word>(length)));
    Word const object = untagged(k);
    value(object + layout::continuation_link);
    return_address(object + layout::continuation_return_address);
    visit_frames(m.h_.profile, stack, stack + used,
                 field<Word>(k, layout::continuation_return_address), *this);
  }
};

Measure::Measure(HeapImplementation& heap, Generation followed, Generation counted)
    : h_(heap), followed_(followed), counted_(counted) {}

Measure::~Measure() {
  for (Segment* s : marked_segments_) s->marks = nullptr;
  h_.scratch.reset();
}

bool Measure::mark(Segment* s, Value v) {
  if (s->marks == nullptr) {
    s->marks = h_.scratch.allocate_bitmap();
    marked_segments_.push_back(s);
  }
  Word const object = untagged(v);
  if (test_bit(s->marks, object)) return false;
  set_bit(s->marks, object);
  return true;
}

void Measure::set_aside(Value v) {
  if (is_fixmediate(v)) return;
  if (Segment* const s = h_.segment_of(v); s != nullptr && mark(s, v)) set_aside_[v.bits] = false;
}

void Measure::reach(Value v) {
  if (is_fixmediate(v)) return;
  Segment* const s = h_.segment_of(v);
  if (s == nullptr || s->generation > followed_) return;
  if (mark(s, v)) {
    to_visit_.push_back(v);
  } else if (!set_aside_.empty()) {
    if (auto const found = set_aside_.find(v.bits); found != set_aside_.end()) found->second = true;
  }
}

bool Measure::is_reached(Value key) const {
  if (is_fixmediate(key)) return true;
  Segment const* const s = h_.segment_of(key);
  if (s == nullptr || s->generation > followed_) return true;
  return s->marks != nullptr && test_bit(s->marks, untagged(key)) && !set_aside_.contains(key.bits);
}

void Measure::reach_ephemeron(Value e) {
  if (is_reached(car(e))) {
    reach(cdr(e));
  } else {
    waiting_.emplace(car(e).bits, e);
  }
}

/// Visits what has been reached until there is no more.
void Measure::measure_all() {
  while (!to_visit_.empty()) {
    Value const v = to_visit_.back();
    to_visit_.pop_back();
    auto const [first, last] = waiting_.equal_range(v.bits);
    for (auto e = first; e != last; ++e) reach(cdr(e->second));
    waiting_.erase(first, last);

    Segment const* const s = h_.segment_of(v);
    Kind const kind = kind_of(v, s->space);
    add(s->generation, size_of(kind, untagged(v)));
    if (kind == Kind::phantom) add(s->generation, field<Word>(v, layout::phantom_length));
    MeasureVisitor visitor{*this, s->generation};
    visit_references(kind, untagged(v), visitor);
  }
}

Word Measure::size(Value root) {
  if (is_fixmediate(root)) return 0;
  Segment* const s = h_.segment_of(root);
  if (s == nullptr) return 0;
  bool const first = set_aside_.erase(root.bits) != 0 || mark(s, root);
  if (!first) return 0;
  Word const before = total_;
  to_visit_.push_back(root);
  measure_all();
  return total_ - before;
}

Word Measure::size_if_reached(Value root) {
  auto const found = set_aside_.find(root.bits);
  if (found == set_aside_.end()) return 0;  // with whatever reached it
  if (found->second) return size(root);
  set_aside_.erase(found);
  Word const object = untagged(root);
  Word const bit = segment_bit_index(object);
  h_.segment_of(root)->marks[bit >> 6] &= ~(std::uint64_t{1} << (bit & 63));
  return 0;
}

std::vector<Word> account_for(HeapImplementation& h, Value objects, Generation collected,
                              std::vector<Value>& kept) {
  std::vector<Word> sizes;
  Measure measure(h, static_generation, collected);
  // Of the other kinds the first in the list that reaches an object has it.
  for (Value l = objects; l != nil; l = cdr(l)) {
    if (is_procedure(car(l)) || is_record(car(l)) || is_typed(car(l), type_word::thread)) {
      measure.set_aside(car(l));
    }
  }
  for (Value l = objects; l != nil; l = cdr(l)) {
    Space const space = h.segment_of(l)->space;
    if (space == Space::weak_pair || space == Space::ephemeron) {
      sizes.push_back(measure.size_if_reached(car(l)));
    } else {
      sizes.push_back(measure.size(car(l)));
      kept.push_back(car(l));
    }
  }
  return sizes;
}

Value list_of_sizes(Mutator& m, const std::vector<Word>& sizes) {
  Value result = nil;
  for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) {
    result = cons(m, make_unsigned(m, *size), result);
  }
  return result;
}

Value size_increments(Mutator& m, Value objects, Generation greatest) {
  std::vector<Word> sizes;
  {
    // An object of the list counts even if it is older than what is followed.
    Measure measure(m.heap.implementation(), greatest, static_generation);
    for (Value l = objects; l != nil; l = cdr(l)) measure.set_aside(car(l));
    for (Value l = objects; l != nil; l = cdr(l)) sizes.push_back(measure.size(car(l)));
  }
  return list_of_sizes(m, sizes);
}

}  // namespace coracle
