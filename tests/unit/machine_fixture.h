// A machine without an image, for tests of the rooms from vm/exec up: a Vm with the kernel's entries
// and helpers to run assembled code on it.
#pragma once

#include <doctest/doctest.h>

#include <string_view>

#include "boot/profiles/profiles.h"
#include "vm/exec/interpreter.h"
#include "vm/exec/vm.h"
#include "vm/isa/assembler.h"
#include "vm/kernel/entries.h"

namespace coracle {

struct MachineFixture {
  explicit MachineFixture(ExecutionMode mode = ExecutionMode::fast)
      : vm(profiles().front(), VmOptions{.heap = {}, .mode = mode}, kernel_entries()) {}

  Vm vm;
  Thread& t = vm.main_thread();

  /// Assembles text into a code object, for the address where that stands.
  Value assemble_code(std::string_view text) {
    auto size = assemble(text, 0);
    REQUIRE_MESSAGE(size.has_value(), (size ? "" : size.error().message));
    Value const code = make_code(t, 0, size->size() * 4);
    for (Word offset : {layout::code_name, layout::code_info})
      init_field(code, offset, false_value);
    init_field(code, layout::code_reloc, make_relocation_table(t, 0, code));
    init_field(code, layout::code_arity_mask, make_fixnum(0));
    init_field(code, layout::code_closure_length, Word{0});
    init_field(code, layout::code_pinfos, nil);
    auto words = assemble(text, entry_of_code(code));
    REQUIRE(words.has_value());
    std::memcpy(host_pointer(entry_of_code(code)), words->data(), words->size() * 4);
    return code;
  }

  /// Runs assembled text until its return_ instruction.
  void run(std::string_view text) { run_interpreter(t, entry_of_code(assemble_code(text))); }

  Word& r(int i) { return t.registers()[i]; }
  double& f(int i) { return t.float_registers()[i]; }
};

}  // namespace coracle
