// The heap verifier: one more visitor of the table of kinds.
//
// Owns: the checks of references, cards, segments and lists. It changes nothing.
// Invariants checked: see HEAP.md. Fresh segments hold objects of all kinds without order, so their
// objects are checked as they are reached; all other spaces are walked from end to end.
// Must not know: how a collection works.
#include <cstdio>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "vm/base/check.h"
#include "vm/heap/implementation.h"
#include "vm/heap/inspect/inspect.h"
#include "vm/heap/objects/frames.h"
#include "vm/heap/objects/symbol_table_implementation.h"

namespace coracle {
namespace {

std::string hex(Word w) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(w));
  return text;
}

/// A set of addresses in segments: a bitmap for each segment that has any.
class AddressSet {
 public:
  bool contains(const Segment& s, Word address) {
    std::uint64_t* const bits = bitmap(s, false);
    return bits != nullptr && test_bit(bits, address);
  }
  /// True when the address is new.
  bool insert(const Segment& s, Word address) {
    std::uint64_t* const bits = bitmap(s, true);
    if (test_bit(bits, address)) return false;
    set_bit(bits, address);
    return true;
  }

 private:
  std::uint64_t* bitmap(const Segment& s, bool make) {
    if (last_ == &s) return last_bitmap_;
    auto const found = bitmaps_.find(&s);
    if (found == bitmaps_.end() && !make) return nullptr;
    last_ = &s;
    last_bitmap_ =
        found != bitmaps_.end() ? found->second : bitmaps_[&s] = arena_.allocate_bitmap();
    return last_bitmap_;
  }

  ScratchArena arena_;
  std::unordered_map<const Segment*, std::uint64_t*> bitmaps_;
  const Segment* last_ = nullptr;  // the next address is often in the same segment
  std::uint64_t* last_bitmap_ = nullptr;
};

class Verifier : public RootVisitor {
 public:
  explicit Verifier(HeapImplementation& heap) : h_(heap) {}

  std::vector<std::string> run();

  // --- Roots
  void value(Value& slot) override {
    Root const guard(*this, "a root");
    check(slot, 0);
  }
  void code_address(Word& address) override {
    if (address == 0) return;
    Segment const* const s = h_.table.find(address);
    if (s != nullptr && s->space != Space::code) {
      complain("a code address", hex(address) + " lies in space " + name_of(s->space));
    }
  }
  void running_stack(Word& base, SignedWord& size, Word& sfp, Word& esp) override {
    if (base == 0) return;
    Root const guard(*this, "the running stack");
    Word const end = base + static_cast<Word>(size);
    if (sfp < base || sfp >= end || esp < base || esp >= end) {
      complain(owner(), "its pointers " + hex(sfp) + " and " + hex(esp) + " aren't in " +
                            hex(base) + ".." + hex(end));
      return;
    }
    frames(base, sfp, load<Word>(sfp));
  }

  // --- Visitor of objects
  void value(Word slot) { check(load<Value>(slot), slot); }
  void values(Word slot, Word n) {
    for (Word i = 0; i < n; ++i) value(slot + i * word_bytes);
  }
  void weak_value(Word slot) { value(slot); }
  void ephemeron(Value e) { values(untagged(e), 2); }
  void code_entry(Word slot) {
    Word const entry = load<Word>(slot);
    if (entry == 0) return;
    Value const code = code_of_entry(entry);
    if (h_.segment_of(code) == nullptr || !is_code(code)) {
      complain(owner(),
               "at " + hex(slot) + ": " + hex(entry) + " isn't the entry of a code object");
      return;
    }
    check(code, slot);
  }
  void return_address(Word slot) {
    Word const address = load<Word>(slot);
    if (address == 0) return;
    if (!check_return_address(address, slot)) return;
    check(ReturnPoint(h_.profile, address).code(), in_stack_ ? 0 : slot);
  }
  void reference(Word slot) {
    Word const reference = load<Word>(slot);
    if (h_.table.find(reference) != nullptr) {
      check(Value{reference - layout::reference_disp}, slot);
    }
  }
  void relocation(Value, Word place, Word item_offset) {
    check(Value{load<Word>(place) - item_offset}, place);
  }
  void relocation_table(Value code) {
    Word const slot = untagged(code) + layout::code_reloc;
    Word const table = load<Word>(slot);
    if (table == 0) return;
    Segment const* const s = h_.table.find(table);
    if (s == nullptr || load<Value>(table + layout::reloc_code) != code) {
      complain(owner(), "its relocation table " + hex(table) + " isn't its own");
    } else if (s->generation < h_.table.find(slot)->cards[card_index(slot)] &&
               s->generation < owner_generation_) {
      complain(owner(), "its relocation table is younger, but the card doesn't say so");
    }
  }
  void buffer(Word buffer, Word) { value(buffer); }
  void stack(Value k) {
    value(untagged(k) + layout::continuation_link);
    return_address(untagged(k) + layout::continuation_return_address);
    Word const base = field<Word>(k, layout::continuation_stack);
    auto const used = field<SignedWord>(k, layout::continuation_stack_clength);
    auto const length = field<SignedWord>(k, layout::continuation_stack_length);
    if (used < 0 || (length < used && length != opportunistic_1_shot)) {
      complain(owner(), "its stack has length " + std::to_string(length) + ", of which used " +
                            std::to_string(used));
      return;
    }
    frames(base, base + static_cast<Word>(used),
           field<Word>(k, layout::continuation_return_address));
  }

 private:
  /// What is being checked, for messages: something with a name, or an object.
  struct Owner {
    const char* name = "";
    Kind kind{};
    Word object = 0;
    const Segment* segment = nullptr;
  };
  struct Root {
    Root(Verifier& v, Owner owner) : verifier(v), before(std::exchange(v.owner_, owner)) {}
    Root(Verifier& v, const char* name) : Root(v, Owner{name}) {}
    ~Root() { verifier.owner_ = before; }
    Verifier& verifier;
    Owner before;
  };
  std::string owner() const {
    std::string result = owner_.name;
    if (owner_.object != 0) {
      result += kind_info[static_cast<std::size_t>(owner_.kind)].name;
      result += " " + hex(owner_.object) + " in ";
    }
    return owner_.segment == nullptr ? result : result + name_of(*owner_.segment);
  }
  friend struct Root;

  static std::string name_of(Space s) { return info_of(s).name; }
  static std::string name_of(const Segment& s) {
    return "space " + name_of(s.space) + " of generation " + std::to_string(s.generation);
  }

  void complain(const std::string& what, const std::string& problem) {
    constexpr std::size_t enough = 100;
    if (lines_.size() < enough) lines_.push_back(what + ": " + problem);
  }

  Word end_of(const Segment& head) const {
    for (const Mutator* m : h_.mutators) {
      Word const last = *m->area.real_eap == 0 ? 0 : *m->area.real_eap - 1;
      if (last >= head.base && last < head.run_end()) return *m->area.ap;
    }
    return head.used_end;
  }

  bool check_return_address(Word address, Word slot);
  void frames(Word base, Word frame, Word return_address);
  void check(Value v, Word slot);
  void check_object(Value v, const Segment& s);
  void check_segments();
  void check_dirty_lists();
  void note_starts();
  void walk_segments();
  void check_foreign_objects();
  void walk(Segment* head);
  void visit(Kind kind, Word object, const Segment& s);
  void drain();

  HeapImplementation& h_;
  std::vector<std::string> lines_;
  Owner owner_;
  Generation owner_generation_ = 0;
  bool in_stack_ = false;
  bool owner_has_cards_ = true;
  AddressSet starts_;   // of objects in walkable spaces
  AddressSet reached_;  // objects of fresh segments
  std::vector<Value> to_visit_;
};

bool Verifier::check_return_address(Word address, Word slot) {
  Segment const* const s = h_.table.find(address);
  if (s == nullptr || s->space != Space::code) {
    complain(owner(), "at " + hex(slot) + ": return address " + hex(address) + " isn't in code");
    return false;
  }
  Value const code = ReturnPoint(h_.profile, address).code();
  Segment const* const c = h_.segment_of(code);
  if (!has_tag(code, Tag::typed) || c == nullptr || c->run != s->run || !is_code(code) ||
      address < entry_of_code(code) || address > entry_of_code(code) + code_length(code)) {
    complain(owner(),
             "at " + hex(slot) + ": return address " + hex(address) + " isn't in its code");
    return false;
  }
  return true;
}

void Verifier::frames(Word base, Word frame, Word address) {
  if (base == frame) return;
  bool const before = in_stack_;
  in_stack_ = true;
  // A bad return address would lead astray: the first is checked here, the rest as they are shown.
  struct Guard {
    Verifier& v;
    bool good = true;
    void value(Word slot) {
      if (good) v.value(slot);
    }
    void return_address(Word slot) {
      if (good) good = v.check_return_address(load<Word>(slot), slot);
      if (good) v.return_address(slot);
    }
  } guard{*this};
  if (check_return_address(address, frame)) {
    // Stops at a frame that doesn't fit; one with a bad return address is told apart by its slot.
    while (frame != base && guard.good) {
      ReturnPoint const point(h_.profile, address);
      Word const size = point.frame_size();
      if (size == 0 || size > frame - base) {
        complain(owner(), "a frame of " + std::to_string(size) + " bytes at " + hex(frame) +
                              " doesn't fit the stack from " + hex(base));
        break;
      }
      Word const below = frame - size;
      visit_frames(h_.profile, below, frame, address, guard);
      frame = below;
      address = load<Word>(frame);
    }
  }
  in_stack_ = before;
}

/// `slot`: where the reference is, for its card; 0 where there is none.
void Verifier::check(Value v, Word slot) {
  if (is_fixmediate(v)) {
    if (v == forward_marker) complain(owner(), "at " + hex(slot) + ": found a forward marker");
    return;
  }
  Segment const* const s = h_.segment_of(v);
  if (s == nullptr) return;  // foreign
  auto const complain_of = [&](const std::string& problem) {
    complain(owner(), "at " + hex(slot) + ": " + hex(v.bits) + problem);
  };
  auto const tag = static_cast<Tag>(tag_bits(v));
  Word const object = untagged(v);
  if (s->space == Space::empty) return complain_of(" is in an empty segment");
  if (tag != Tag::pair && tag != Tag::flonum && tag != Tag::symbol && tag != Tag::closure &&
      tag != Tag::typed) {
    return complain_of(" has no object's tag");
  }
  if (object >= end_of(*s->run)) {
    return complain_of(" is past the objects of " + name_of(*s));
  }
  if ((object & (object_alignment - 1)) != 0 && tag != Tag::flonum) {
    return complain_of(" isn't aligned");
  }
  if (!info_of(s->space).tags.contains(tag))
    return complain_of(" doesn't belong to " + name_of(*s));
  if (info_of(s->space).is_walkable() && !starts_.contains(*s, object)) {
    return complain_of(" is no object's start in " + name_of(*s));
  }
  check_object(v, *s);

  if (slot == 0 || s->generation >= owner_generation_) return;
  Segment const* const home = h_.table.find(slot);
  if (home == nullptr || home->generation <= s->generation || !owner_has_cards_) return;
  if (in_stack_) {
    return complain_of(" of generation " + std::to_string(s->generation) +
                       " is younger than its continuation");
  }
  if (home->cards[card_index(slot)] > s->generation) {
    complain_of(" of generation " + std::to_string(s->generation) + ", from " + name_of(*home) +
                ", but the card says " + std::to_string(home->cards[card_index(slot)]));
  }
}

void Verifier::check_object(Value v, const Segment& s) {
  Word const object = untagged(v);
  if (has_tag(v, Tag::typed)) {
    std::uint8_t const kind = kinds::kind_by_type_byte[load<Word>(object) & 0xFF];
    if (kind == kinds::no_kind) {
      return complain(owner(), hex(v.bits) + " has type word " + hex(load<Word>(object)));
    }
    if (static_cast<Kind>(kind) == Kind::record) {
      Value const rtd = load<Value>(object);
      // What is read in the type must be there.
      auto const bytes_of_record = [](Value r) {
        return field<Value>(field<Value>(r, 0), layout::rtd_record_size);
      };
      auto const at_least = make_fixnum(static_cast<SignedWord>(layout::rtd_size));
      if (h_.segment_of(rtd) == nullptr || !is_record(rtd) ||
          fixnum_value(bytes_of_record(rtd)) < fixnum_value(at_least) ||
          !is_fixnum(bytes_of_record(v))) {
        return complain(owner(), hex(v.bits) + " has record type " + hex(rtd.bits));
      }
    }
  }
  if (has_tag(v, Tag::closure)) {
    Word const entry = load<Word>(object);
    Value const code = code_of_entry(entry);
    if (h_.segment_of(code) == nullptr || !is_code(code)) {
      return complain(owner(), "procedure " + hex(v.bits) + " has code entry " + hex(entry));
    }
  }
  if (s.space == Space::fresh && reached_.insert(s, object)) to_visit_.push_back(v);
}

void Verifier::visit(Kind kind, Word object, const Segment& s) {
  Root const guard(*this, Owner{"", kind, object, &s});
  owner_generation_ = s.generation;
  // See sweep_old_fresh: cards of fresh segments mean nothing.
  owner_has_cards_ = s.space != Space::fresh;
  visit_references(kind, object, *this);
  owner_generation_ = 0;
  owner_has_cards_ = true;
}

void Verifier::drain() {
  while (!to_visit_.empty()) {
    Value const v = to_visit_.back();
    to_visit_.pop_back();
    Segment const& s = *h_.segment_of(v);
    visit(kind_of(v, s.space), untagged(v), s);
  }
}

void Verifier::check_segments() {
  for (std::size_t g = 0; g < generation_count; ++g) {
    for (std::size_t space = 0; space < space_count; ++space) {
      Word bytes = 0;
      for (Segment const* head = h_.runs[g][space]; head != nullptr; head = head->next) {
        std::string const what = "segment " + hex(head->base);
        bytes += head->live_bytes();
        if (head->used_end < head->base || head->used_end > head->run_end()) {
          complain(what, "its objects end at " + hex(head->used_end));
        }
        for (std::uint32_t i = 0; i < head->run_length; ++i) {
          Segment const& s = head[i];
          if (h_.table.find(s.base) != &s || s.run != head ||
              h_.table.states().of(s.base) != SegmentTable::state_of(&s)) {
            complain(what, "the table of segments is out of date");
          }
          if (index_of(s.space) != space || s.generation != g) {
            complain(what,
                     "is listed under another space or generation than its own, " + name_of(s));
          }
          if (s.old_space || s.mark || s.kept || s.marks != nullptr || s.waited_for != nullptr ||
              s.forwarded_flonums != nullptr) {
            complain(what, "has traces of a collection");
          }
          std::uint8_t const youngest = *std::min_element(s.cards.begin(), s.cards.end());
          if (youngest != s.youngest) {
            complain(what, "its youngest card is " + std::to_string(youngest) +
                               ", its descriptor says " + std::to_string(s.youngest));
          }
        }
      }
      if (bytes != h_.bytes_in(g, space)) {
        complain(
            "space " + name_of(static_cast<Space>(space)) + " of generation " + std::to_string(g),
            "found " + std::to_string(bytes) + " bytes, expected " +
                std::to_string(h_.bytes_in(g, space)));
      }
    }
  }
}

void Verifier::check_dirty_lists() {
  std::unordered_set<const Segment*> listed;
  for (std::size_t from = 0; from < generation_count; ++from) {
    for (std::size_t to = 0; to < generation_count; ++to) {
      for (Segment const* s = h_.dirty[from][to]; s != nullptr; s = s->dirty_next) {
        std::string const what = "segment " + hex(s->base);
        if (!listed.insert(s).second) return complain(what, "is on dirty lists twice");
        if (s->generation != from || s->youngest != to)
          complain(what, "is on the wrong dirty list");
      }
    }
  }
  for (const auto& spaces : h_.runs) {
    for (Segment const* head : spaces) {
      for (; head != nullptr; head = head->next) {
        for (std::uint32_t i = 0; i < head->run_length; ++i) {
          if ((head[i].youngest != clean_card) != (listed.count(&head[i]) != 0)) {
            complain("segment " + hex(head[i].base), listed.count(&head[i]) != 0
                                                         ? "is clean, but on a dirty list"
                                                         : "is dirty, but on no dirty list");
          }
        }
      }
    }
  }
}

/// Finds the starts of objects where they can be found by walking.
void Verifier::note_starts() {
  for (const auto& spaces : h_.runs) {
    for (Segment const* head : spaces) {
      for (; head != nullptr; head = head->next) {
        if (!info_of(head->space).is_walkable()) continue;
        Tag const tag = info_of(head->space).tag;
        for (Word object = head->base; object < head->used_end;) {
          Word size = object_alignment;
          if (!is_hole(object, tag)) {
            Value const v = tagged(object, tag);
            bool const bad =
                (tag == Tag::typed &&
                 kinds::kind_by_type_byte[load<Word>(object) & 0xFF] == kinds::no_kind) ||
                (tag == Tag::closure &&
                 h_.segment_of(code_of_entry(load<Word>(object))) == nullptr);
            if (bad) {
              complain("segment " + hex(head->base), "no object starts at " + hex(object));
              break;
            }
            starts_.insert(head[(object - head->base) >> segment_shift], object);
            size = size_of(kind_of(v, head->space), object);
          }
          object += size;
        }
      }
    }
  }
}

void Verifier::walk(Segment* head) {
  Space const space = head->space;
  const SpaceInfo& info = info_of(space);
  switch (info.sweep) {
    case Sweep::nothing:
    case Sweep::as_reached: return;
    case Sweep::words:
    case Sweep::addresses: {
      Root const guard(*this, Owner{"a word of ", Kind{}, 0, head});
      owner_generation_ = head->generation;
      for (Word slot = head->base; slot < head->used_end; slot += word_bytes) {
        if (info.sweep == Sweep::addresses) {
          reference(slot);
        } else {
          value(slot);
        }
      }
      owner_generation_ = 0;
      return;
    }
    case Sweep::weak_pairs:
    case Sweep::ephemerons:
    case Sweep::objects:
      for (Word object = head->base; object < head->used_end;) {
        if (!starts_.contains(head[(object - head->base) >> segment_shift], object)) {
          object += object_alignment;
          continue;
        }
        Kind const kind = kind_of(tagged(object, info.tag), space);
        visit(kind, object, *head);
        object += size_of(kind, object);
      }
  }
}

void Verifier::walk_segments() {
  for (const auto& spaces : h_.runs) {
    for (Segment* head : spaces) {
      for (; head != nullptr; head = head->next) {
        walk(head);
        drain();
      }
    }
  }
}

void Verifier::check_foreign_objects() {
  struct Tracer : ValueVisitor {
    explicit Tracer(Verifier& verifier) : v(verifier) {}
    void value(Value& slot) override {
      v.value(slot);
      if (is_fixmediate(slot)) return;
      if (Segment const* const s = v.h_.segment_of(slot))
        youngest = std::min(youngest, s->generation);
    }
    Verifier& v;
    Generation youngest = clean_card;
  };
  std::unordered_set<const ForeignObject*> listed;
  for (std::size_t to = 0; to < generation_count; ++to) {
    h_.foreign.for_each_dirty(to, [&](const ForeignObject& f) {
      bool const once = listed.insert(&f).second;
      if (!once || ForeignObjects::youngest(f) != to)
        complain("a foreign object", "is on the wrong dirty list");
    });
  }
  for (std::size_t g = 0; g < generation_count; ++g) {
    for (const auto& f : h_.foreign.of_generation[g]) {
      Root const guard(*this, "a foreign object");
      check(f->owner(), 0);
      Segment const* const home = h_.segment_of(f->owner());
      if (home == nullptr || home->generation != g) {
        complain(owner(),
                 "is listed under another generation than its owner's, " + std::to_string(g));
      }
      Tracer tracer(*this);
      f->trace(tracer);
      std::uint8_t const noted = ForeignObjects::youngest(*f);
      if (tracer.youngest < g && tracer.youngest < noted) {
        complain(owner(), "of generation " + std::to_string(g) + " refers to generation " +
                              std::to_string(tracer.youngest) + ", noted is " +
                              std::to_string(noted));
      }
      if ((noted != clean_card) != (listed.erase(f.get()) != 0)) {
        complain(owner(), noted == clean_card ? "is clean, but on a dirty list"
                                              : "is dirty, but on no dirty list");
      }
    }
  }
  if (!listed.empty()) complain("a foreign object", "is on a dirty list, and nowhere else");
}

std::vector<std::string> Verifier::run() {
  h_.note_region_ends();
  check_segments();
  check_dirty_lists();
  note_starts();
  walk_segments();
  auto const check_root = [&](const char* what, Value v) {
    Root const guard(*this, what);
    check(v, 0);
  };
  for (Value const* slot : h_.roots) check_root("a registered root", *slot);
  check_foreign_objects();
  for (RootSource* source : h_.root_sources) source->visit_roots(*this);
  h_.locks.locked.for_each([&](Value v) { check_root("a locked object", v); });
  h_.locks.locked_before.for_each([&](Value v) { check_root("an object that was locked", v); });
  for (std::size_t g = 0; g < generation_count; ++g) {
    for (const GuardianEntry& e : h_.guardians[g]) {
      for (Value const v : {e.object, e.representative, e.tconc}) {
        check_root("a guardian's entry", v);
        if (is_fixmediate(v)) continue;
        if (Segment const* const s = h_.segment_of(v); s != nullptr && s->generation < g) {
          complain("a guardian's entry", "is listed under a generation older than its objects'");
        }
      }
    }
    for (SymbolTable* table : h_.symbol_tables) {
      const SymbolTable::Implementation& t = table->implementation();
      for (std::uint32_t const i : t.of_generation[g]) {
        Value const symbol = t.entries[i].symbol;
        check_root("a symbol of the table", symbol);
        Segment const* const s = h_.segment_of(symbol);
        if (!is_symbol(symbol) || s == nullptr || s->generation != g) {
          complain("a symbol of the table",
                   hex(symbol.bits) + " isn't one of generation " + std::to_string(g));
        }
      }
    }
  }
  drain();
  return std::move(lines_);
}

}  // namespace

std::vector<std::string> verify(Heap& heap) { return Verifier(heap.implementation()).run(); }

void check_heap(HeapImplementation& h, const char* when) {
  std::vector<std::string> const problems = Verifier(h).run();
  if (problems.empty()) return;
  for (const std::string& line : problems) std::fprintf(stderr, "heap: %s\n", line.c_str());
  std::fprintf(stderr, "heap: these were found %s a collection\n", when);
  CORACLE_CHECK_MESSAGE(false, "the heap is inconsistent");
}

}  // namespace coracle
