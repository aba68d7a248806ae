#include "vm/heap/values/value_arena.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "vm/base/check.h"
#include "vm/heap/implementation.h"

namespace coracle {
namespace {

constexpr Word first_block_bytes = Word{64} << 10;
constexpr Word greatest_block_bytes = Word{1} << 20;  // but for larger objects

}  // namespace

ValueArena::ValueArena(Mutator& m, SymbolTable& symbols) : target_(m), symbols_(symbols) {
  target_.heap.add_roots(*this);
}

ValueArena::~ValueArena() {
  clear();
  target_.heap.remove_roots(*this);
}

// --- Memory

Mutator ValueArena::room(Region region, Word n, Word element_bytes) {
  if (n > maximum_length / 8) throw OutOfMemory{n};
  Word const bytes = align_object(word_bytes + n * element_bytes);
  Area& area = areas_[static_cast<std::size_t>(region)];
  if (bytes > area.eap - area.ap) add_block(area, region, bytes);
  return {target_.heap, {&area.ap, &area.eap, &area.real_eap}, target_.empty};
}

void ValueArena::add_block(Area& area, Region region, Word bytes) {
  area.next_size = std::clamp(area.next_size * 2, first_block_bytes, greatest_block_bytes);
  Word const size = std::max(area.next_size, align_object(bytes));
  Word const base = target_.heap.implementation().os.allocate(size, object_alignment);
  if (base == 0) throw OutOfMemory{size};
  if (area.block != 0) blocks_.at(area.block).end = area.ap;
  blocks_.emplace(base, Block{size, base, region});
  area.block = area.ap = base;
  area.eap = area.real_eap = base + size;
}

void ValueArena::clear() {
  OsMemory& os = target_.heap.implementation().os;
  for (const auto& [base, block] : blocks_) os.release(base, block.size);
  blocks_.clear();
  copies_.clear();
  names_.clear();
  for (Area& area : areas_) area = Area{};
}

Word ValueArena::end_of(Blocks::const_iterator block) const {
  const Area& area = areas_[static_cast<std::size_t>(block->second.region)];
  return area.block == block->first ? area.ap : block->second.end;
}

ValueArena::Blocks::const_iterator ValueArena::block_of(Word address) const {
  auto const after = blocks_.upper_bound(address);
  if (after == blocks_.begin()) return blocks_.end();
  auto const block = std::prev(after);
  return address < end_of(block) ? block : blocks_.end();
}

bool ValueArena::contains(Value v) const {
  return !is_fixmediate(v) && block_of(untagged(v)) != blocks_.end();
}

Word ValueArena::bytes_held() const {
  Word total = 0;
  for (const auto& [base, block] : blocks_) total += block.size;
  return total;
}

// --- Makers

Value ValueArena::cons(Value a, Value d) {
  Mutator m = room(Region::references, 1, word_bytes);
  return coracle::cons(m, a, d);
}

Value ValueArena::box(Value v) {
  Mutator m = room(Region::references, 1, word_bytes);
  return make_box(m, v);
}

Value ValueArena::vector(Word n, Value fill) {
  Mutator m = room(Region::references, n, word_bytes);
  return make_vector(m, n, fill);
}

Value ValueArena::string(std::string_view utf8) {
  Mutator m = room(Region::data, utf8.size(), 4);  // no character has less than one byte
  return make_string_utf8(m, utf8);
}

Value ValueArena::bytevector(std::span<const std::uint8_t> bytes) {
  Mutator m = room(Region::data, bytes.size(), 1);
  Value const result = make_bytevector(m, bytes.size());
  if (!bytes.empty()) std::memcpy(bytevector_data(result), bytes.data(), bytes.size());
  return result;
}

// The memory of the arena is made of zeros at first, and used once.
Value ValueArena::fxvector(Word n) {
  Mutator m = room(Region::data, n, word_bytes);
  return make_fxvector(m, n);
}

Value ValueArena::flvector(Word n) {
  Mutator m = room(Region::data, n, word_bytes);
  return make_flvector(m, n);
}

Value ValueArena::flonum(double d) {
  Mutator m = room(Region::data, 1, word_bytes);
  return make_flonum(m, d);
}

Value ValueArena::integer(SignedWord n) {
  Mutator m = room(Region::data, 1, word_bytes);
  return make_integer(m, n);
}

Value ValueArena::integer(std::span<const std::uint32_t> digits, bool negative) {
  Mutator m = room(Region::data, digits.size(), sizeof(std::uint32_t));
  return make_integer(m, digits, negative);
}

Value ValueArena::ratnum(Value numerator, Value denominator) {
  Mutator m = room(Region::references, 3, word_bytes);
  return make_ratnum(m, numerator, denominator);
}

Value ValueArena::exactnum(Value real, Value imag) {
  Mutator m = room(Region::references, 3, word_bytes);
  return make_exactnum(m, real, imag);
}

Value ValueArena::inexactnum(double real, double imag) {
  Mutator m = room(Region::data, 3, word_bytes);
  return make_inexactnum(m, real, imag);
}

Value ValueArena::symbol(std::string_view utf8) {
  auto const [entry, is_new] = names_.try_emplace(std::string(utf8), false_value);
  if (is_new) {
    Value const name = string(utf8);
    Mutator m = room(Region::references, layout::symbol_size / word_bytes, word_bytes);
    entry->second = make_symbol(m, name, make_fixnum(0), 0);
  }
  return entry->second;
}

Value ValueArena::record(Value rtd) {
  CORACLE_CHECK(is_record(rtd) && !contains(rtd));
  auto const bytes = static_cast<Word>(fixnum_value(field<Value>(rtd, layout::rtd_record_size)));
  Mutator m = room(Region::records, bytes, 1);
  Value const result = make_record(m, bytes);
  init_field(result, 0, rtd);
  return result;
}

// --- Collections

void ValueArena::visit_roots(RootVisitor& visitor) {
  const SegmentTable::States states = target_.heap.implementation().table.states();
  struct Slots {
    void value(Word slot) {
      Value& v = *host_pointer<Value>(slot);
      if (!is_fixmediate(v) && states.of(untagged(v)) != 0) visitor.value(v);
    }
    void values(Word slot, Word n) {
      for (Word i = 0; i < n; ++i) value(slot + i * word_bytes);
    }
    void relocation(Value, Word place, Word offset) {
      Value v{load<Word>(place) - offset};
      value(address_of(&v));
      store(place, v.bits + offset);
    }
    RootVisitor& visitor;
    const SegmentTable::States& states;
  } slots{visitor, states};
  for (auto block = blocks_.begin(); block != blocks_.end(); ++block) {
    Word const end = end_of(block);
    switch (block->second.region) {
      case Region::references: slots.values(block->first, (end - block->first) / word_bytes); break;
      case Region::records:
        for (Word object = block->first; object < end; object += size_of(Kind::record, object)) {
          kinds::Record::visit(object, slots);
        }
        break;
      case Region::data: break;
    }
  }
  for (auto& [block, copies] : copies_) {
    for (Value& copy : copies) visitor.value(copy);  // a fixnum where there is none
  }
}

// --- Interning

/// One call of intern: a deep copy, without recursion. Objects are copied with what they refer to as it
/// is, and wait on a list for that to be replaced. Nothing collects meanwhile, and copies of earlier
/// calls are complete and stay as they are, so no barrier is needed.
class ValueArena::Copier {
 public:
  explicit Copier(ValueArena& arena) : arena_(arena) {}
  Copier(const Copier&) = delete;
  Copier& operator=(const Copier&) = delete;
  /// Without memory for all copies there are none: an incomplete one refers to the arena.
  ~Copier() {
    if (complete_) return;
    for (Value* const copy : made_) *copy = no_copy;
  }

  Value run(Value v) {
    Value const result = copy_of(v);
    while (!waiting_.empty()) {
      Value const copy = waiting_.back();
      waiting_.pop_back();
      Kind const kind = kind_of(copy, Space::fresh);
      switch (kind) {
        case Kind::pair: values(untagged(copy), 2); break;
        case Kind::record: kinds::Record::visit(untagged(copy), *this); break;
        default:  // its words after the first are references, all of them
          values(untagged(copy) + word_bytes, bytes_of(kind, untagged(copy)) / word_bytes - 1);
      }
    }
    complete_ = true;
    return result;
  }
  void value(Word slot) { store(slot, copy_of(load<Value>(slot))); }
  void relocation(Value, Word place, Word offset) {
    store(place, copy_of(Value{load<Word>(place) - offset}).bits + offset);
  }
  void values(Word slot, Word n) {
    for (Word i = 0; i < n; ++i) value(slot + i * word_bytes);
  }

 private:
  Value copy_of(Value v) {
    if (is_fixmediate(v)) return v;
    Word const object = untagged(v);
    if (object - base_ >= size_) {
      auto const block = arena_.block_of(object);
      if (block == arena_.blocks_.end()) return v;  // of the heap
      base_ = block->first;
      size_ = block->second.size;
      in_data_ = block->second.region == Region::data;
      copies_ = &arena_.copies_[base_];
      if (copies_->empty()) {
        // A larger block than usual holds one object.
        Word const objects = size_ > greatest_block_bytes ? 1 : size_ / object_alignment;
        copies_->resize(static_cast<std::size_t>(objects), no_copy);
      }
    }
    Value& copy = (*copies_)[static_cast<std::size_t>((object - base_) / object_alignment)];
    if (copy != no_copy) return copy;
    Mutator& m = arena_.target_;
    made_.push_back(&copy);
    if (is_symbol(v)) {
      copy = arena_.symbols_.intern(m, string_utf8(field<Value>(v, layout::symbol_name)));
      return copy;
    }
    Word const size = size_of(kind_of(v, Space::fresh), object);
    Word const to = m.allocate(size);
    std::memcpy(host_pointer(to), host_pointer(object), static_cast<std::size_t>(size));
    copy = Value{to + (v.bits - object)};
    if (!in_data_) waiting_.push_back(copy);
    return copy;
  }

  ValueArena& arena_;
  std::vector<Value> waiting_;
  std::vector<Value*> made_;  // copies of this call
  bool complete_ = false;
  // The block where the last object was.
  Word base_ = 0, size_ = 0;
  bool in_data_ = false;
  Copies* copies_ = nullptr;
};

Value ValueArena::intern(Value v) { return Copier(*this).run(v); }

}  // namespace coracle
