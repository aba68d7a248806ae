// libFuzzer: any bytes as a fasl file. The contract: objects or a named error; no crash, no memory
// beyond what the bytes justify, and a heap that the verifier finds sound.
//
//     tools/build fuzz fasl_fuzz && build/fuzz/tests/fasl_fuzz -max_len=4096 FOLDER
//
// FOLDER keeps what was found interesting; files that (fasl-write) or compile-file made are good
// ones to begin with.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "boot/image/fasl_file.h"
#include "boot/link.h"
#include "boot/profiles/profiles.h"
#include "tests/unit/fasl_bytes.h"
#include "vm/kernel/entries.h"

namespace coracle {
namespace {

/// A machine in which every code has a meaning: with base type, hash table types, library entries.
std::unique_ptr<Vm> make_vm() {
  auto vm = std::make_unique<Vm>(profiles().front(), VmOptions{}, kernel_entries());
  Thread& t = vm->main_thread();
  auto const descriptor = [&](std::u32string_view name, std::int64_t size, bool base) {
    test::FaslBytes b;
    b.code(FaslCode::graph).number(1).number(0).code(FaslCode::graph_def).number(0);
    if (base) b.code(FaslCode::record).number(80).number(9).code(FaslCode::graph_ref).number(0);
    else b.code(FaslCode::rtd).symbol(name).number(80).number(9).code(FaslCode::base_rtd);
    b.byte(0).code(FaslCode::vector).number(2).code(FaslCode::immediate).number(false_value.bits);
    b.code(FaslCode::graph_ref).number(0).byte(0).fixnum(size).byte(0).fixnum(-1).byte(0).fixnum(0);
    b.byte(0).symbol(name).byte(0).code(FaslCode::immediate).number(nil.bits).byte(0).fixnum(0);
    b.byte(0).symbol(name).byte(0).fixnum(0);
    Result<Value> const v = link_object(t, b.bytes(), "seed", 0);
    if (!v) {
      std::fprintf(stderr, "%s\n", v.error().message.c_str());
      std::abort();
    }
    return *v;
  };
  vm->install_library_entry(vm->profile.library_nonprocedure_code, vm->dummy_code);
  vm->base_rtd = descriptor(U"base", 80, true);
  vm->set_symbol_value(vm->names.eq_ht_rtd, descriptor(U"eq-ht", 56, false));
  vm->set_symbol_value(vm->names.symbol_ht_rtd, descriptor(U"symbol-ht", 56, false));
  Value const procedure = make_closure(t, entry_of_code(vm->dummy_code), 0);
  for (Value const name : {vm->names.eqp, vm->names.eqvp, vm->names.equalp, vm->names.symboleqp}) {
    vm->set_symbol_value(name, procedure);
  }
  vm->install_library_entry(7, procedure);
  return vm;
}

void verify(Vm& vm) {
  for (const std::string& wrong : vm.heap.verify(vm, vm.main_thread().area)) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
  }
}

}  // namespace
}  // namespace coracle

// libFuzzer's name for it.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coracle;
  // A machine serves many inputs, then gives its heap back.
  static std::unique_ptr<Vm> vm;
  static Value last;  // the last object, a root
  static int uses = 0;
  if (!vm || ++uses % 1000 == 0) {
    if (vm) verify(*vm);
    vm = make_vm();
    last = false_value;
    vm->heap.add_root(&last);
  }
  Thread& t = vm->main_thread();
  // The bytes are a file, and one object.
  MemorySource source("f", {data, size});
  FaslFile file(source, [](const FaslHeader&) -> Result<void> { return {}; });
  for (;;) {
    Result<std::optional<FaslPayload>> const object = file.next(Situation::visit_revisit);
    if (!object || !*object) break;
    (void)link_object(t, (*object)->bytes, (*object)->name, (*object)->base);
  }
  if (Result<Value> const object = link_object(t, {data, size}, "f", 0)) last = *object;
  if (uses % 16 == 0) {
    vm->heap.collect({0, 1, 1, false_value}, *vm, t.area);
    verify(*vm);
  }
  return 0;
}
