// Counting objects.
#include "vm/heap/implementation.h"
#include "vm/heap/objects.h"

namespace coracle {

Value Heap::object_counts(AllocationArea&) { return nil; }
Value Heap::object_backreferences(AllocationArea&) { return nil; }

}  // namespace coracle
