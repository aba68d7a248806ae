// Foreign objects: their lists, and what a collection does with them.
#include "vm/base/check.h"
#include "vm/heap/collect/collector.h"

namespace coracle {

void ForeignObjects::add(Value owner, Generation g, std::unique_ptr<ForeignObject> object) {
  ForeignObject& f = *object;
  f.owner_ = owner;
  of_generation[g].push_back(std::move(object));
  if (g > 0) note(f, 0);  // nobody knows what it holds already
}

void ForeignObjects::list_dirty(ForeignObject& f, std::uint8_t youngest) {
  if (f.link_ != nullptr) {
    *f.link_ = f.next_;
    if (f.next_ != nullptr) f.next_->link_ = f.link_;
    f.link_ = nullptr;
    f.next_ = nullptr;
  }
  f.youngest_ = youngest;
  if (youngest == clean_card) return;
  ForeignObject*& first = dirty_[youngest];
  f.next_ = first;
  f.link_ = &first;
  if (first != nullptr) first->link_ = &f.next_;
  first = &f;
}

void Heap::add_foreign(Value owner, std::unique_ptr<ForeignObject> object) {
  int const g = generation_of(owner);
  CORACLE_CHECK_MESSAGE(g >= 0, "the owner of a foreign object is no object of the heap");
  CORACLE_CHECK_MESSAGE(object->owner() == false_value, "a foreign object has an owner already");
  implementation_->foreign.add(owner, static_cast<Generation>(g), std::move(object));
}

/// Those of older generations are traced when they may refer to a collected one. Those of collected
/// generations when their owner has been reached: until then they wait, as ephemerons do.
void Collector::sweep_foreign() {
  ScratchVector<ForeignObject*> older(&h_.scratch);
  for (std::size_t to = 0; to <= static_cast<std::size_t>(greatest_); ++to) {
    h_.foreign.for_each_dirty(to, [&](ForeignObject& f) {
      if (old_segment(f.owner_) == nullptr) older.push_back(&f);
    });
  }
  for (ForeignObject* f : older) trace_foreign(*f);
  for (std::size_t g = 0; g <= static_cast<std::size_t>(greatest_); ++g) {
    for (auto& f : h_.foreign.of_generation[g]) {
      h_.foreign.list_dirty(*f, clean_card);
      foreign_.push_back(std::move(f));
    }
    h_.foreign.of_generation[g].clear();
  }
  for (std::size_t i = 0; i < foreign_.size(); ++i) check_foreign(i);
}

void Collector::check_foreign(std::size_t i) {
  ForeignObject& f = *foreign_[i];
  if (is_alive(f.owner_)) {
    trace_foreign(f);
  } else {
    wait(f.owner_, Waiters::Role::foreign, i);
  }
}

/// Traces those that were woken; true when there were any.
bool Collector::check_woken_foreign() {
  return waiters_.for_each_woken(Waiters::Role::foreign,
                                 [&](Word i) { check_foreign(static_cast<std::size_t>(i)); });
}

void Collector::trace_foreign(ForeignObject& f) {
  struct Tracer : ValueVisitor {
    explicit Tracer(Collector& collector) : c(collector), states(collector.h_.table.states()) {}
    void value(Value& slot) override {
      if (is_fixmediate(slot)) return;
      std::uint8_t const state = states.of(untagged(slot));
      if ((state & SegmentTable::state_old) != 0) slot = c.forward(slot, state);
      auto const to = static_cast<std::uint8_t>(state & SegmentTable::state_generation);
      if (to != 0) youngest = std::min(youngest, static_cast<std::uint8_t>(to - 1));
    }
    Collector& c;
    SegmentTable::States states;
    std::uint8_t youngest = clean_card;
  } tracer(*this);
  from_ = current(f.owner_);
  f.trace(tracer);
  Generation const from = h_.segment_of(f.owner_)->generation;
  h_.foreign.list_dirty(f, tracer.youngest < from ? tracer.youngest : clean_card);
}

void Collector::finish_foreign() {
  for (auto& f : foreign_) {
    if (is_alive(f->owner_)) {
      f->owner_ = current(f->owner_);
      h_.foreign.of_generation[h_.segment_of(f->owner_)->generation].push_back(std::move(f));
    } else {
      h_.foreign.dead.push_back(std::move(f));
    }
  }
}

}  // namespace coracle
