#include "boot/api/root.h"

namespace coracle {

void Root::link(RootList* list) {
  list_ = list;
  previous_ = nullptr;
  next_ = list == nullptr ? nullptr : list->first_;
  if (next_ != nullptr) next_->previous_ = this;
  if (list != nullptr) list->first_ = this;
}

void Root::unlink() {
  if (list_ == nullptr) return;
  (previous_ == nullptr ? list_->first_ : previous_->next_) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  list_ = nullptr;
}

RootList::~RootList() {
  heap_.remove_roots(*this);
  while (first_ != nullptr) {
    first_->value_ = false_value;
    first_->unlink();
  }
}

void RootList::visit_roots(RootVisitor& visitor) {
  for (Root* r = first_; r != nullptr; r = r->next_) visitor.value(r->value_);
}

}  // namespace coracle
