// A booted machine for tests of the embedding API.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "boot/machine.h"

namespace coracle {

inline std::unique_ptr<Machine> boot(const char* base = nullptr, const VmOptions& options = {}) {
  BootSearch search;
  search.heap_dirs = std::getenv("CORACLE_BOOT");
  if (base != nullptr) search.default_name = base;
  auto booted = Machine::boot(search, options);
  REQUIRE_MESSAGE(booted.has_value(), (booted ? "" : booted.error().message));
  return std::move(*booted);
}

template <class T>
CallError error_of(const CallResult<T>& r) {
  REQUIRE(!r.has_value());
  return r.error();
}

}  // namespace coracle
