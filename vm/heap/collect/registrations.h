// Guardians' registrations, from outside a collection.
#pragma once

#include "vm/heap/mutator.h"

namespace coracle {

/// Removes the entries of a guardian; a list of their representatives (of an ftype guardian: objects).
Value unregister_guardian(Mutator& m, Value tconc);

}  // namespace coracle
