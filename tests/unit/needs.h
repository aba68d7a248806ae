// Tests of what not every host has.
#pragma once

#include <doctest/doctest.h>

// The facilities.h of the implementation of vm/host: CMakeLists.txt names it.
#include CORACLE_HOST_FACILITIES

namespace coracle {

/// TEST_CASE("name" * needs(host::Facility::threads)) is skipped where the host lacks that.
inline doctest::skip needs(host::Facility facility) { return {!host::has(facility)}; }

}  // namespace coracle
