#include "vm/base/check.h"
#include "vm/heap/implementation.h"

namespace coracle {

// The collector isn't here yet: a request is checked and leaves everything as it is.
Value Heap::collect(const CollectRequest& request, RootSource&, AllocationArea& area) {
  CORACLE_CHECK(request.max_copied_generation <= static_generation &&
                request.min_target <= request.max_target);
  scan_log(area);
  implementation_->new_bytes = 0;
  implementation_->collect_requested = false;
  return void_value;
}

std::vector<std::string> Heap::verify(RootSource&, AllocationArea&) { return {}; }

Value Heap::object_counts(AllocationArea&) { return nil; }
Value Heap::object_backreferences(AllocationArea&) { return nil; }
Value Heap::unregister_guardian(Value, AllocationArea&) { return nil; }

}  // namespace coracle
