#include "vm/exec/report.h"

#include <cstdio>

#include "vm/exec/sequences.h"
#include "vm/isa/disassembler.h"

namespace coracle {
namespace {

unsigned long long printable(Word w) { return static_cast<unsigned long long>(w); }

/// Prints the instructions around an address.
void print_instruction(const Vm& vm, Word ip) {
  if (!vm.heap.contains(ip)) {
    std::fprintf(stderr, "  ip %012llx (outside the heap)\n", printable(ip));
    return;
  }
  for (Word at = ip - 16; at <= ip + 8; at += 4) {
    std::fprintf(stderr, "%s %012llx  %s\n", at == ip ? "  >" : "   ", printable(at),
                 disassemble_instruction(original_word(load<std::uint32_t>(at)), at).c_str());
  }
}

}  // namespace

void report_state(Vm& vm) {
  Thread& t = vm.main_thread();
  std::fprintf(stderr, "context %012llx, stack %012llx, sfp %012llx, trap %llu\n",
               printable(t.context()), printable(t.word(Tc::scheme_stack)),
               printable(t.word(Tc::sfp)), printable(t.word(Tc::trap)));
  for (int i = 0; i < 16; i++) {
    std::fprintf(stderr, "  r%-2d %016llx%s", i, printable(t.registers()[i]),
                 i % 4 == 3 ? "\n" : "");
  }
  for (const Activation* a = t.activation; a != nullptr; a = a->outer) {
    std::fprintf(stderr, "%s of the interpreter:\n", a->is_base ? "a run" : "a nested run");
    print_instruction(vm, a->ip);
  }
}

}  // namespace coracle
