#include "vm/heap/values/foreign_objects.h"

#include "vm/base/check.h"
#include "vm/heap/implementation.h"

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

}  // namespace coracle
