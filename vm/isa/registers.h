// Sets of machine registers, and what instructions do with them.
//
// Owns: RegisterSet, effect_of, which follows from the fields of formats.h, and the numbers of registers that the
// machine itself knows by their role.
// Must not know: conventions of calls.
#pragma once

#include "vm/isa/isa.h"

namespace coracle {

/// %tc, %sfp and %ap of s/pb.ss.
inline constexpr unsigned context_register = 0, stack_register = 1, allocation_register = 2;

/// A bit for each register: r0 to r15, then f0 to f7.
using RegisterSet = std::uint32_t;

constexpr RegisterSet integer_register(unsigned n) { return 1u << n; }
constexpr RegisterSet float_register(unsigned n) { return 1u << (CORACLE_INTEGER_REGISTERS + n); }
inline constexpr RegisterSet integer_registers = (1u << CORACLE_INTEGER_REGISTERS) - 1;
inline constexpr RegisterSet all_registers =
    (1u << (CORACLE_INTEGER_REGISTERS + CORACLE_FLOAT_REGISTERS)) - 1;

struct Effect {
  RegisterSet reads = 0;
  RegisterSet writes = 0;
};

/// What the operands of a live instruction say. An instruction without a body (has_body) may do more.
constexpr Effect effect_of(std::uint32_t word) {
  Effect effect;
  for (const Field& field : find_instruction(word)->operands()) {
    if (field.use == RegisterUse::none) continue;
    unsigned const n = static_cast<unsigned>(field.read(word));
    RegisterSet const r =
        field.kind == FieldKind::float_register ? float_register(n) : integer_register(n);
    if (field.is_read()) effect.reads |= r;
    if (field.is_written()) effect.writes |= r;
  }
  return effect;
}

}  // namespace coracle
