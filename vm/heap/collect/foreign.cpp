#include "vm/heap/collect/foreign.h"

namespace coracle {

void ForeignTracing::trace() {
  ScratchVector<ForeignObject*> older(&h_.scratch);
  for (std::size_t to = 0; to <= static_cast<std::size_t>(c_.greatest); ++to) {
    h_.foreign.for_each_dirty(to, [&](ForeignObject& f) {
      if (copier_.old_segment(f.owner_) == nullptr) older.push_back(&f);
    });
  }
  for (ForeignObject* f : older) trace(*f);
  for (std::size_t g = 0; g <= static_cast<std::size_t>(c_.greatest); ++g) {
    for (auto& f : h_.foreign.of_generation[g]) {
      h_.foreign.list_dirty(*f, clean_card);
      objects_.push_back(std::move(f));
    }
    h_.foreign.of_generation[g].clear();
  }
  for (std::size_t i = 0; i < objects_.size(); ++i) check(i);
}

void ForeignTracing::check(std::size_t i) {
  ForeignObject& f = *objects_[i];
  if (copier_.is_alive(f.owner_)) {
    trace(f);
  } else {
    waiters_.wait(*h_.segment_of(f.owner_), untagged(f.owner_), Waiters::Role::foreign, i);
  }
}

bool ForeignTracing::trace_woken() {
  return waiters_.for_each_woken(Waiters::Role::foreign,
                                 [&](Word i) { check(static_cast<std::size_t>(i)); });
}

void ForeignTracing::trace(ForeignObject& f) {
  struct Tracer : ValueVisitor {
    explicit Tracer(Copier& copier) : c(copier), states(copier.states()) {}
    void value(Value& slot) override {
      if (is_fixmediate(slot)) return;
      std::uint8_t const state = states.of(untagged(slot));
      if ((state & SegmentTable::state_old) != 0) slot = c.forward(slot, state);
      auto const to = static_cast<std::uint8_t>(state & SegmentTable::state_generation);
      if (to != 0) youngest = std::min(youngest, static_cast<std::uint8_t>(to - 1));
    }
    Copier& c;
    SegmentTable::States states;
    std::uint8_t youngest = clean_card;
  } tracer(copier_);
  copier_.sweeping(copier_.current(f.owner_));
  f.trace(tracer);
  Generation const from = h_.segment_of(f.owner_)->generation;
  h_.foreign.list_dirty(f, tracer.youngest < from ? tracer.youngest : clean_card);
}

void ForeignTracing::finish() {
  for (auto& f : objects_) {
    if (copier_.is_alive(f->owner_)) {
      f->owner_ = copier_.current(f->owner_);
      h_.foreign.of_generation[h_.segment_of(f->owner_)->generation].push_back(std::move(f));
    } else {
      h_.foreign.dead.push_back(std::move(f));
    }
  }
}

}  // namespace coracle
