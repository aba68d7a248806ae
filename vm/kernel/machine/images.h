// Reading fasl objects for Scheme code (fasl-read, load).
//
// Owns: the two entries and the reader's interface; the reader itself lives in a room above and installs
// itself as Vm::fasl_loader.
#pragma once

#include "vm/exec/entry.h"

namespace coracle {

/// Reads one object, or the end-of-file object. Errors are SchemeErrors.
class FaslLoader {
 public:
  virtual ~FaslLoader() = default;
  /// From a file descriptor, which is left right behind the object. Void if the entry is to return at once
  /// (kernel::handle_signals). `situation`: the fasl code of visit, revisit or visit-revisit (all).
  /// `path`: the file's name for messages.
  virtual Value read(SafePoint sp, int descriptor, int situation, Value path, Value externals) = 0;
  /// From bytes of a bytevector, without header and compression. `kind`: the fasl code of fasl.
  virtual Value read_bytes(Thread& t, Value bytevector, int kind, Word offset, Word length,
                           Value path, Value externals) = 0;
};

namespace kernel {

Value fasl_read(SafePoint sp, std::int32_t descriptor, std::int32_t situation, Value path,
                Value externals);
Value bv_fasl_read(Thread& t, Value bytevector, std::int32_t kind, Word offset, Word length,
                   Value path, Value externals);

}  // namespace kernel
}  // namespace coracle
