// Sets of machine registers, and what instructions do with them.
//
// Owns: RegisterSet, effect_of. All of it follows from the fields of vm/isa/formats.h.
// Must not know: blocks, conventions of calls.
#pragma once

#include "vm/isa/isa.h"

namespace coracle {

/// A bit for each register: r0 to r15, then f0 to f7.
using RegisterSet = std::uint32_t;

constexpr RegisterSet integer_register(unsigned n) { return 1u << n; }
constexpr RegisterSet float_register(unsigned n) { return 1u << (CORACLE_INTEGER_REGISTERS + n); }
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
