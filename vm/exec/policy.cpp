#include "vm/exec/policy.h"

#include <cstdio>

#include "vm/isa/disassembler.h"
#include "vm/isa/isa.h"

namespace coracle {

void TracePolicy::step(const std::uint32_t* ip, std::uint32_t w) {
  std::fprintf(stderr, "%012llx  %s\n", static_cast<unsigned long long>(address_of(ip)),
               disassemble_instruction(w, address_of(ip)).c_str());
}

void CheckedPolicy::step(const std::uint32_t* ip, std::uint32_t w) {
  Word const address = address_of(ip);
  const InstructionInfo* info = find_instruction(w);
  CORACLE_CHECK_MESSAGE(info != nullptr, "an instruction that is not live");
  CORACLE_CHECK_MESSAGE(address % 4 == 0 && thread_.heap.space_of(tagged(
                                                address & ~Word{7}, Tag::typed)) == Space::code,
                        "an instruction outside code space");
  if (info->flow == Flow::plain && info->name.size() > 3 &&
      (info->name.starts_with("ld_") || info->name.starts_with("st_"))) {
    const Word* regs = thread_.registers();
    Word const base = regs[field_reg1(w)];
    Word const target = info->name.back() == 'r'
                            ? base + regs[field_reg2(w)]
                            : base + static_cast<Word>(SignedWord{field_imm16(w)});
    CORACLE_CHECK_MESSAGE(target >= 4096, "a load or store on the first page of memory");
  }
}

}  // namespace coracle
