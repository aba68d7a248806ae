// What a function of a facility that is missing returns. It fails with ENOSYS.
#pragma once

#include <cstdint>
#include <optional>

#include "vm/host/errors.h"

namespace coracle::host {

/// Becomes the failure of a function of any type.
struct Missing {
  Missing() { errno = ENOSYS; }
  operator int() const { return -1; }
  operator std::int64_t() const { return -1; }
  operator bool() const { return false; }
  template <class T>
  operator std::optional<T>() const {
    return std::nullopt;
  }
};

}  // namespace coracle::host
