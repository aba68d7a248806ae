// fasl-read for Scheme code, made from the reader and the linker.
#pragma once

#include "vm/kernel/machine/images.h"

namespace coracle {

class ImageFaslLoader : public FaslLoader {
 public:
  Value read(SafePoint sp, int descriptor, int situation, Value path, Value externals) override;
  Value read_bytes(Thread& t, Value bytevector, int kind, Word offset, Word length, Value path,
                   Value externals) override;
};

}  // namespace coracle
