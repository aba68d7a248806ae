#include "vm/kernel/machine/images.h"

#include "vm/exec/vm.h"
#include "vm/kernel/files/streams.h"

namespace coracle::kernel {
namespace {

FaslLoader& loader(Thread& t) {
  if (t.vm.fasl_loader == nullptr) throw SchemeError{"fasl-read", "no image is loaded", {}};
  return *t.vm.fasl_loader;
}

}  // namespace

Value fasl_read(SafePoint sp, std::int32_t descriptor, std::int32_t situation, Value path,
                Value externals) {
  note_used(sp.thread, descriptor);
  return loader(sp.thread).read(sp, descriptor, situation, path, externals);
}

Value bv_fasl_read(Thread& t, Value bytevector, std::int32_t kind, Word offset, Word length,
                   Value path, Value externals) {
  return loader(t).read_bytes(t, bytevector, kind, offset, length, path, externals);
}

}  // namespace coracle::kernel
