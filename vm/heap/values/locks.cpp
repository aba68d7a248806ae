#include "vm/heap/values/locks.h"

namespace coracle {

Segment* Locks::segment_of(Value v) const {
  if (is_fixmediate(v)) return nullptr;
  Segment* const s = table_.find(untagged(v));
  return s == nullptr || s->generation == static_generation ? nullptr : s;
}

void Locks::lock(Value v) {
  if (segment_of(v) == nullptr) return;
  immobilize(v);
  locked.add(v);
}

void Locks::unlock(Value v) {
  Segment const* const s = segment_of(v);
  if (s == nullptr || !locked.remove(v)) return;
  mobilize(v);
  // A fresh segment that grew old holds objects of all kinds, and its cards can't be swept: what
  // stays there is swept whole at each collection, locked or not (see Remembered::sweep_old_fresh).
  if (s->generation > 0 && s->space == Space::fresh && !locked.contains(v) &&
      !locked_before.contains(v)) {
    locked_before.add(v);
  }
}

bool Locks::is_locked(Value v) const { return segment_of(v) == nullptr || locked.contains(v); }

std::vector<Value> Locks::objects() const {
  std::vector<Value> result;
  locked.for_each([&](Value v) { result.push_back(v); });
  return result;
}

void Locks::immobilize(Value v) {
  Segment const* const s = segment_of(v);
  if (s == nullptr) return;
  std::uint8_t& reasons = s->run->immobile;
  if (reasons != immobile_for_good) ++reasons;
}

void Locks::mobilize(Value v) {
  Segment const* const s = segment_of(v);
  if (s == nullptr) return;
  std::uint8_t& reasons = s->run->immobile;
  if (reasons != immobile_for_good && reasons != 0) --reasons;
}

}  // namespace coracle
