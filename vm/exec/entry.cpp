#include "vm/exec/entry.h"

#include <exception>
#include <new>
#include <string>

namespace coracle {
namespace {

/// `bytes`: the size of the request; 0 if it isn't known.
SchemeError out_of_memory_error(Word bytes) {
  std::string const size = bytes == 0 ? "" : " for " + std::to_string(bytes) + " bytes";
  return SchemeError{"", "out of memory" + size, {}};
}

}  // namespace

void raise_caught(Thread& t, ArgumentRegisters arguments) {
  try {
    throw;
  } catch (const SchemeError& e) {
    t.raise(e);
  } catch (const Suspension& s) {
    t.suspend(s, arguments);
  } catch (const LengthError& e) {
    t.raise(SchemeError{"", std::string("invalid ") + e.what + " size request", {}});
  } catch (const OutOfMemory& e) {
    t.raise(out_of_memory_error(e.bytes));
  } catch (const std::bad_alloc&) {
    t.raise(out_of_memory_error(0));
  } catch (const std::exception& e) {
    t.raise(SchemeError{"", "the kernel failed: ~a", {make_string_utf8(t, e.what())}});
  } catch (...) {
    t.raise(SchemeError{"", "the kernel failed with an unknown exception", {}});
  }
}

}  // namespace coracle
