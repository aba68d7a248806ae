// The bits of an instruction word: its named fields, and the formats that are made of them.
//
// Owns: where each operand lies. Encoder, decoder, assembler, disassembler and verifier are
// loops over these two lists; the bodies in ops.h read operands through field_NAME().
// Invariants: valid C99 and C++20; the fields of a format never overlap; bits that
// no field of the format covers are zero in every word that the compiler emits.
// Must not know: what an instruction does, memory, Scheme objects.
#ifndef CORACLE_VM_ISA_FORMATS_H_
#define CORACLE_VM_ISA_FORMATS_H_

#include <stdint.h>

// An instruction is a word of 32 bits in the host's byte order. Bit 0 is on the right:
//
//   format              31           20 19   16 15   12 11    8 7           0
//                      +---------------+-------+-------+-------+-------------+
//   none               |               0 0 0 0 0 0             |     op      |
//   d                  |           0 0 0 0             | dest  |     op      |
//   r                  |       0       |  reg  |   0   |   0   |     op      |
//   dr                 |       0       |  reg  |   0   | dest  |     op      |
//   di, di_unsigned    |         imm16         |   0   | dest  |     op      |
//   ki_unsigned        |         imm16         |   0   | kept  |     op      |
//   drr                |       0       | reg2  | reg1  | dest  |     op      |
//   dri                |         imm16         | reg1  | dest  |     op      |
//   s                  |           0 0 0 0             |source |     op      |
//   sr                 |       0       |  reg  |   0   |source |     op      |
//   si                 |         imm16         |   0   |source |     op      |
//   srr                |       0       | reg2  | reg1  |source |     op      |
//   sri                |         imm16         | reg1  |source |     op      |
//   adr                |             imm20             | dest  |     op      |
//   i                  |                 imm24                 |     op      |
//   ii                 |         high          |      low      |     op      |
//                      +---------------+-------+-------+-------+-------------+
//
// A register field is four bits wide: r0 to r15, or f0 to f7 with its highest bit zero. Letters
// after a format's underscore say which registers are f: dr_fi is dr with dest an f register and
// reg an r register. Where a letter k stands for d, the register is kept in part.

// FIELD(name, lowest bit, width in bits, kind, use)
// Kinds: integer_register, float_register, signed_number, unsigned_number, and two kinds of distance:
// code_bytes (from the end of the instruction, in bytes), code_words (the same in words).
// use: what the instruction does with the register, read, write, or update (both); none for numbers.
#define CORACLE_FIELDS(FIELD)                  \
  FIELD(dest, 8, 4, integer_register, write)   \
  FIELD(kept, 8, 4, integer_register, update)  \
  FIELD(source, 8, 4, integer_register, read)  \
  FIELD(fdest, 8, 4, float_register, write)    \
  FIELD(fkept, 8, 4, float_register, update)   \
  FIELD(fsource, 8, 4, float_register, read)   \
  FIELD(reg, 16, 4, integer_register, read)    \
  FIELD(freg, 16, 4, float_register, read)     \
  FIELD(reg1, 12, 4, integer_register, read)   \
  FIELD(freg1, 12, 4, float_register, read)    \
  FIELD(reg2, 16, 4, integer_register, read)   \
  FIELD(freg2, 16, 4, float_register, read)    \
  FIELD(imm16, 16, 16, signed_number, none)    \
  FIELD(uimm16, 16, 16, unsigned_number, none) \
  FIELD(imm20, 12, 20, code_words, none)       \
  FIELD(imm24, 8, 24, code_bytes, none)        \
  FIELD(low, 8, 8, unsigned_number, none)      \
  FIELD(high, 16, 16, unsigned_number, none)

// FORMAT(name, fields in the order in which the assembler takes them; no_field fills the row)
#define CORACLE_FORMATS(FORMAT)               \
  FORMAT(none, no_field, no_field, no_field)  \
  FORMAT(d, dest, no_field, no_field)         \
  FORMAT(r, reg, no_field, no_field)          \
  FORMAT(dr, dest, reg, no_field)             \
  FORMAT(dr_ff, fdest, freg, no_field)        \
  FORMAT(dr_fi, fdest, reg, no_field)         \
  FORMAT(dr_if, dest, freg, no_field)         \
  FORMAT(kr_ff, fkept, freg, no_field)        \
  FORMAT(sr_ff, fsource, freg, no_field)      \
  FORMAT(di, dest, imm16, no_field)           \
  FORMAT(di_f, fdest, imm16, no_field)        \
  FORMAT(si_f, fsource, imm16, no_field)      \
  FORMAT(di_unsigned, dest, uimm16, no_field) \
  FORMAT(ki_unsigned, kept, uimm16, no_field) \
  FORMAT(drr, dest, reg1, reg2)               \
  FORMAT(drr_fff, fdest, freg1, freg2)        \
  FORMAT(drr_fii, fdest, reg1, reg2)          \
  FORMAT(dri, dest, reg1, imm16)              \
  FORMAT(dri_fi, fdest, reg1, imm16)          \
  FORMAT(s, source, no_field, no_field)       \
  FORMAT(sr, source, reg, no_field)           \
  FORMAT(si, source, imm16, no_field)         \
  FORMAT(srr, source, reg1, reg2)             \
  FORMAT(srr_fii, fsource, reg1, reg2)        \
  FORMAT(sri, source, reg1, imm16)            \
  FORMAT(sri_fi, fsource, reg1, imm16)        \
  FORMAT(adr, dest, imm20, no_field)          \
  FORMAT(i, imm24, no_field, no_field)        \
  FORMAT(ii, low, high, no_field)

#define CORACLE_INTEGER_REGISTERS 16
#define CORACLE_FLOAT_REGISTERS 8

#ifdef __cplusplus
namespace coracle {
#endif

// field_op(w), field_dest(w), field_imm16(w), ...: one reader for each field. Signed numbers and
// distances are sign-extended; registers and unsigned numbers are not.
static inline uint32_t field_op(uint32_t w) { return w & 0xFFu; }

#define CORACLE_READ_unsigned(w, bit, width) (((w) >> (bit)) & ((1u << (width)) - 1u))
#define CORACLE_READ_signed(w, bit, width) \
  ((int32_t)((w) << (32 - (bit) - (width))) >> (32 - (width)))
#define CORACLE_READER_integer_register(name, bit, width) \
  static inline uint32_t field_##name(uint32_t w) { return CORACLE_READ_unsigned(w, bit, width); }
#define CORACLE_READER_float_register(name, bit, width) \
  static inline uint32_t field_##name(uint32_t w) { return CORACLE_READ_unsigned(w, bit, width); }
#define CORACLE_READER_unsigned_number(name, bit, width) \
  static inline uint32_t field_##name(uint32_t w) { return CORACLE_READ_unsigned(w, bit, width); }
#define CORACLE_READER_signed_number(name, bit, width) \
  static inline int32_t field_##name(uint32_t w) { return CORACLE_READ_signed(w, bit, width); }
#define CORACLE_READER_code_bytes(name, bit, width) \
  static inline int32_t field_##name(uint32_t w) { return CORACLE_READ_signed(w, bit, width); }
#define CORACLE_READER_code_words(name, bit, width) \
  static inline int32_t field_##name(uint32_t w) { return CORACLE_READ_signed(w, bit, width); }
#define CORACLE_READER(name, bit, width, kind, use) CORACLE_READER_##kind(name, bit, width)

CORACLE_FIELDS(CORACLE_READER)

#undef CORACLE_READER
#undef CORACLE_READER_integer_register
#undef CORACLE_READER_float_register
#undef CORACLE_READER_unsigned_number
#undef CORACLE_READER_signed_number
#undef CORACLE_READER_code_bytes
#undef CORACLE_READER_code_words
#undef CORACLE_READ_signed
#undef CORACLE_READ_unsigned

#ifdef __cplusplus
}  // namespace coracle
#endif

#endif  // CORACLE_VM_ISA_FORMATS_H_
