// What is thrown where there is no memory.
#pragma once

#include "vm/base/value.h"

namespace coracle {

/// There is no memory for an object of this size. Thrown by what allocates, never by a collection.
/// The heap has asked for a collection then, and has some room left to handle the error; if there isn't
/// even that, it calls HeapOptions::on_out_of_memory instead.
struct OutOfMemory {
  Word bytes;
};

}  // namespace coracle
