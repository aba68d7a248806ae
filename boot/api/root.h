// Roots: Values in host memory that the collector keeps alive and updates as their objects move.
//
// Invariants: a Root belongs to one machine and is used on the thread that runs it. One that outlives
// its machine holds #f.
#pragma once

#include "vm/heap/heap.h"

namespace coracle {

class Root;

/// The roots of one machine.
class RootList final : public RootSource {
 public:
  explicit RootList(Heap& heap) : heap_(heap) { heap_.add_roots(*this); }
  ~RootList() override;
  RootList(const RootList&) = delete;
  RootList& operator=(const RootList&) = delete;

  void visit_roots(RootVisitor& visitor) override;

 private:
  friend class Root;
  Heap& heap_;
  Root* first_ = nullptr;
};

/// Holds a Value that stays good until the Root is destroyed or assigned to.
class Root {
 public:
  Root() = default;  // #f, in no machine
  Root(RootList& list, Value v) : value_(v) { link(&list); }
  Root(const Root& other) : value_(other.value_) { link(other.list_); }
  Root& operator=(const Root& other) {
    if (this == &other) return *this;
    value_ = other.value_;
    if (list_ != other.list_) {
      unlink();
      link(other.list_);
    }
    return *this;
  }
  ~Root() { unlink(); }

  Value value() const { return value_; }
  operator Value() const { return value_; }

 private:
  friend class RootList;
  // Not inline: a compiler that sees a Root's address go into the list, but not come out again, warns.
  void link(RootList* list);
  void unlink();

  Value value_ = false_value;
  RootList* list_ = nullptr;
  Root *previous_ = nullptr, *next_ = nullptr;
};

}  // namespace coracle
