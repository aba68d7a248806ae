// What a collection reports about itself, for logs and measurements.
#pragma once

#include "vm/base/value.h"

namespace coracle {

struct CollectionRecord {
#define COLLECTION_FIELD(name, what) Word name = 0;  // what it is: the table says
#include "vm/heap/collect/collection_record.def"
#undef COLLECTION_FIELD
};

}  // namespace coracle
