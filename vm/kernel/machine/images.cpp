#include "vm/kernel/machine/images.h"

#include "vm/exec/vm.h"

namespace coracle::kernel {
namespace {

FaslLoader& loader(Thread& t) {
  if (t.vm.fasl_loader == nullptr) throw SchemeError{"fasl-read", "no image is loaded", {}};
  return *t.vm.fasl_loader;
}

}  // namespace

Value fasl_read(Thread& t, std::int32_t descriptor, std::int32_t situation, Value path,
                Value externals) {
  return loader(t).read(t, descriptor, situation, path, externals);
}

Value bv_fasl_read(Thread& t, Value bytevector, std::int32_t kind, Word offset, Word length,
                   Value path, Value externals) {
  return loader(t).read_bytes(t, bytevector, kind, offset, length, path, externals);
}

}  // namespace coracle::kernel
