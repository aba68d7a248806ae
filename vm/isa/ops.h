// One body for each instruction of isa.def: what the interpreter runs, what fused sequences are
// composed of, and what translated code calls.
//
// Owns: the meaning of every instruction, to the last bit and on every host.
// Invariants: valid C99 and C++20. Each body is op_NAME, with one signature for each flow.
// A body reads its operands from the word w alone: where bits of w are known at compile time, the
// compiler folds them. No undefined behaviour for any operands; memory of any alignment.
// Build with -ffp-contract=off: a multiplication and an addition must stay two operations.
// Must not know: dispatch, the thread, the heap, other instructions.
#ifndef CORACLE_VM_ISA_OPS_H_
#define CORACLE_VM_ISA_OPS_H_

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "vm/isa/formats.h"

// The signatures, by flow:
//
//   plain             void op_NAME(uint64_t* regs, double* fp, uint32_t w)
//   condition         int op_NAME(uint64_t* regs, double* fp, uint32_t w), 1 or 0
//   literal, address  void op_NAME(uint64_t* regs, const uint32_t* next, uint32_t w)
//   branch_*, jump    const uint32_t* op_NAME(uint64_t* regs, const uint32_t* next, uint32_t w)
//   arena             void op_NAME(uint64_t* regs, double* fp, uint8_t* arena, uint32_t w)
//
// `next` is the word after the instruction; the branch bodies return where the branch goes when it
// is taken. Flows call, enter, leave, stack_call and chunk have no body: whatever runs the code
// carries them out.

// Bodies are inlined in unoptimised builds, too: they take most of the time of the tests there.
#define CORACLE_BODY static inline __attribute__((always_inline, unused))
#define CORACLE_MAYBE_UNUSED __attribute__((unused))

#define CORACLE_PLAIN(name)                                        \
  CORACLE_BODY void op_##name(uint64_t* regs CORACLE_MAYBE_UNUSED, \
                              double* fp CORACLE_MAYBE_UNUSED, uint32_t w CORACLE_MAYBE_UNUSED)
#define CORACLE_CONDITION(name)                                                                    \
  CORACLE_BODY int op_##name(uint64_t* regs CORACLE_MAYBE_UNUSED, double* fp CORACLE_MAYBE_UNUSED, \
                             uint32_t w CORACLE_MAYBE_UNUSED)
#define CORACLE_TARGET(name)                                                  \
  CORACLE_BODY const uint32_t* op_##name(uint64_t* regs CORACLE_MAYBE_UNUSED, \
                                         const uint32_t* next CORACLE_MAYBE_UNUSED, uint32_t w)
#define CORACLE_ARENA(name)                                        \
  CORACLE_BODY void op_##name(uint64_t* regs CORACLE_MAYBE_UNUSED, \
                              double* fp CORACLE_MAYBE_UNUSED, uint8_t* arena, uint32_t w)

#ifdef __cplusplus
namespace coracle {
#endif

// ---- Memory: by address, of any alignment, never through a typed pointer ----

CORACLE_BODY void* isa_pointer(uint64_t address) { return (void*)(uintptr_t)address; }

// isa_load_NAME reads a TYPE and widens it to a word; isa_store_NAME writes the low bytes of one.
#define CORACLE_LOAD(name, type, wide)                      \
  CORACLE_BODY uint64_t isa_load_##name(uint64_t address) { \
    type value;                                             \
    memcpy(&value, isa_pointer(address), sizeof value);     \
    return (uint64_t)(wide)value;                           \
  }
#define CORACLE_STORE(name, type)                                        \
  CORACLE_BODY void isa_store_##name(uint64_t address, uint64_t value) { \
    const type narrow = (type)value;                                     \
    memcpy(isa_pointer(address), &narrow, sizeof narrow);                \
  }
CORACLE_LOAD(i8, int8_t, int64_t)
CORACLE_LOAD(u8, uint8_t, uint64_t)
CORACLE_LOAD(i16, int16_t, int64_t)
CORACLE_LOAD(u16, uint16_t, uint64_t)
CORACLE_LOAD(i32, int32_t, int64_t)
CORACLE_LOAD(u32, uint32_t, uint64_t)
CORACLE_LOAD(i64, uint64_t, uint64_t)
CORACLE_STORE(i8, uint8_t)
CORACLE_STORE(i16, uint16_t)
CORACLE_STORE(i32, uint32_t)
CORACLE_STORE(i64, uint64_t)
#undef CORACLE_LOAD
#undef CORACLE_STORE

// Moves of doubles go through these: on hosts with x87 registers an assignment of doubles turns a
// signalling NaN into a quiet one.
CORACLE_BODY void isa_copy_double(void* to, const void* from) { memcpy(to, from, sizeof(double)); }
CORACLE_BODY uint64_t isa_double_bits(const double* from) {
  uint64_t bits;
  memcpy(&bits, from, sizeof bits);
  return bits;
}
CORACLE_BODY void isa_set_double_bits(double* to, uint64_t bits) { memcpy(to, &bits, sizeof bits); }
CORACLE_BODY float isa_float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
CORACLE_BODY uint32_t isa_bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// ---- Memory that threads share. The machine type has no threads, so these are plain accesses. For
// threads, these alone would become the compiler's __atomic builtins, sequentially consistent. ----

CORACLE_BODY uint64_t isa_atomic_add(uint64_t address, uint64_t delta) {
  const uint64_t sum = isa_load_i64(address) + delta;
  isa_store_i64(address, sum);
  return sum;
}
CORACLE_BODY int isa_compare_and_swap(uint64_t address, uint64_t expected, uint64_t value) {
  if (isa_load_i64(address) != expected) return 0;
  isa_store_i64(address, value);
  return 1;
}
CORACLE_BODY void isa_fence(void) {}

// ---- Numbers ----

CORACLE_BODY uint64_t isa_imm16(uint32_t w) { return (uint64_t)(int64_t)field_imm16(w); }

CORACLE_BODY uint64_t isa_add(uint64_t a, uint64_t b) { return a + b; }
CORACLE_BODY uint64_t isa_sub(uint64_t a, uint64_t b) { return a - b; }
CORACLE_BODY uint64_t isa_mul(uint64_t a, uint64_t b) { return a * b; }
CORACLE_BODY uint64_t isa_and(uint64_t a, uint64_t b) { return a & b; }
CORACLE_BODY uint64_t isa_ior(uint64_t a, uint64_t b) { return a | b; }
CORACLE_BODY uint64_t isa_xor(uint64_t a, uint64_t b) { return a ^ b; }
CORACLE_BODY uint64_t isa_lsl(uint64_t a, uint64_t b) { return a << (b & 63); }
CORACLE_BODY uint64_t isa_lsr(uint64_t a, uint64_t b) { return a >> (b & 63); }
CORACLE_BODY uint64_t isa_asr(uint64_t a, uint64_t b) { return (uint64_t)((int64_t)a >> (b & 63)); }
// A shift in memory order: compiled code selects bytes of a loaded word with it, on hosts of either
// byte order.
CORACLE_BODY uint64_t isa_lslo(uint64_t a, uint64_t b) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return isa_lsr(a, b);
#else
  return isa_lsl(a, b);
#endif
}
// Compiled code never divides by zero. The result is defined all the same, so that a hostile image
// can't crash the host.
CORACLE_BODY uint64_t isa_div(uint64_t a, uint64_t b) {
  if (b == 0) return 0;
  if (b == UINT64_MAX) return 0 - a;
  return (uint64_t)((int64_t)a / (int64_t)b);
}

CORACLE_BODY int isa_add_signal(uint64_t a, uint64_t b, uint64_t* result) {
  int64_t sum;
  const int overflow = __builtin_add_overflow((int64_t)a, (int64_t)b, &sum);
  *result = (uint64_t)sum;
  return overflow;
}
CORACLE_BODY int isa_sub_signal(uint64_t a, uint64_t b, uint64_t* result) {
  int64_t difference;
  const int overflow = __builtin_sub_overflow((int64_t)a, (int64_t)b, &difference);
  *result = (uint64_t)difference;
  return overflow;
}
// 32-bit hosts, WebAssembly too, have no product of 128 bits: compilers call a function, which takes
// longer than this, and needs memory for its result.
#if UINTPTR_MAX > UINT32_MAX
CORACLE_BODY int isa_mul_signal(uint64_t a, uint64_t b, uint64_t* result) {
  int64_t product;
  const int overflow = __builtin_mul_overflow((int64_t)a, (int64_t)b, &product);
  *result = (uint64_t)product;
  return overflow;
}
#else
CORACLE_BODY int isa_is_32_bits(uint64_t a) { return (uint64_t)(int64_t)(int32_t)a == a; }
CORACLE_BODY uint64_t isa_magnitude(uint64_t a) { return (int64_t)a < 0 ? 0 - a : a; }
CORACLE_BODY int isa_mul_signal(uint64_t a, uint64_t b, uint64_t* result) {
  const uint64_t limit = (uint64_t)INT64_MAX + ((a ^ b) >> 63);
  *result = a * b;
  if (isa_is_32_bits(a) && isa_is_32_bits(b)) return 0;
  return b != 0 && isa_magnitude(a) > limit / isa_magnitude(b);
}
#endif
CORACLE_BODY int isa_subz_signal(uint64_t a, uint64_t b, uint64_t* result) {
  *result = a - b;
  return *result == 0;
}
CORACLE_BODY int isa_subp_signal(uint64_t a, uint64_t b, uint64_t* result) {
  *result = a - b;
  return (int64_t)*result > 0;
}

CORACLE_BODY int isa_eq(uint64_t a, uint64_t b) { return a == b; }
CORACLE_BODY int isa_lt(uint64_t a, uint64_t b) { return (int64_t)a < (int64_t)b; }
CORACLE_BODY int isa_gt(uint64_t a, uint64_t b) { return (int64_t)a > (int64_t)b; }
CORACLE_BODY int isa_le(uint64_t a, uint64_t b) { return (int64_t)a <= (int64_t)b; }
CORACLE_BODY int isa_ge(uint64_t a, uint64_t b) { return (int64_t)a >= (int64_t)b; }
CORACLE_BODY int isa_ab(uint64_t a, uint64_t b) { return a > b; }
CORACLE_BODY int isa_bl(uint64_t a, uint64_t b) { return a < b; }
CORACLE_BODY int isa_cs(uint64_t a, uint64_t b) { return (a & b) != 0; }
CORACLE_BODY int isa_cc(uint64_t a, uint64_t b) { return (a & b) == 0; }

// The result of x86-64's conversion, on every host: others saturate, and C leaves it undefined.
CORACLE_BODY uint64_t isa_truncate(double value) {
  if (value >= -0x1p63 && value < 0x1p63) return (uint64_t)(int64_t)value;
  return (uint64_t)INT64_MIN;
}

// ---- The bodies ----

CORACLE_PLAIN(nop) {}
CORACLE_PLAIN(fence_store_store) { isa_fence(); }
CORACLE_PLAIN(fence_acquire) { isa_fence(); }
CORACLE_PLAIN(fence_release) { isa_fence(); }

#define CORACLE_MOV16(position)                                            \
  CORACLE_PLAIN(mov16_zero_##position) {                                   \
    regs[field_dest(w)] = (uint64_t)field_uimm16(w) << (16 * (position));  \
  }                                                                        \
  CORACLE_PLAIN(mov16_keep_##position) {                                   \
    regs[field_kept(w)] |= (uint64_t)field_uimm16(w) << (16 * (position)); \
  }
CORACLE_MOV16(0)
CORACLE_MOV16(1)
CORACLE_MOV16(2)
CORACLE_MOV16(3)
#undef CORACLE_MOV16

CORACLE_PLAIN(mov_i_i) { regs[field_dest(w)] = regs[field_reg(w)]; }
CORACLE_PLAIN(mov_d_d) { isa_copy_double(&fp[field_fdest(w)], &fp[field_freg(w)]); }
CORACLE_PLAIN(mov_i_d) { fp[field_fdest(w)] = (double)(int64_t)regs[field_reg(w)]; }
CORACLE_PLAIN(mov_d_i) { regs[field_dest(w)] = isa_truncate(fp[field_freg(w)]); }
CORACLE_PLAIN(mov_s_d) {
  fp[field_fdest(w)] = isa_float_of_bits((uint32_t)isa_double_bits(&fp[field_freg(w)]));
}
CORACLE_PLAIN(mov_d_s) {
  const uint32_t low = isa_bits_of_float((float)fp[field_freg(w)]);
  const uint64_t high = isa_double_bits(&fp[field_fkept(w)]) >> 32;
  isa_set_double_bits(&fp[field_fkept(w)], high << 32 | low);
}
CORACLE_PLAIN(mov_d_s_d) { fp[field_fdest(w)] = (double)(float)fp[field_freg(w)]; }
CORACLE_PLAIN(mov_ibits_dbits) { isa_set_double_bits(&fp[field_fdest(w)], regs[field_reg(w)]); }
CORACLE_PLAIN(mov_dbits_ibits) { regs[field_dest(w)] = isa_double_bits(&fp[field_freg(w)]); }

// NAME_r and NAME_i, from one function of two words.
#define CORACLE_BINARY(name)                                                    \
  CORACLE_PLAIN(name##_r) {                                                     \
    regs[field_dest(w)] = isa_##name(regs[field_reg1(w)], regs[field_reg2(w)]); \
  }                                                                             \
  CORACLE_PLAIN(name##_i) { regs[field_dest(w)] = isa_##name(regs[field_reg1(w)], isa_imm16(w)); }
CORACLE_BINARY(add)
CORACLE_BINARY(sub)
CORACLE_BINARY(mul)
CORACLE_BINARY(div)
CORACLE_BINARY(and)
CORACLE_BINARY(ior)
CORACLE_BINARY(xor)
CORACLE_BINARY(lsl)
CORACLE_BINARY(lsr)
CORACLE_BINARY(asr)
CORACLE_BINARY(lslo)
#undef CORACLE_BINARY

#define CORACLE_BINARY_CONDITION(name)                                                 \
  CORACLE_CONDITION(name##_r) {                                                        \
    return isa_##name(regs[field_reg1(w)], regs[field_reg2(w)], &regs[field_dest(w)]); \
  }                                                                                    \
  CORACLE_CONDITION(name##_i) {                                                        \
    return isa_##name(regs[field_reg1(w)], isa_imm16(w), &regs[field_dest(w)]);        \
  }
CORACLE_BINARY_CONDITION(add_signal)
CORACLE_BINARY_CONDITION(sub_signal)
CORACLE_BINARY_CONDITION(mul_signal)
CORACLE_BINARY_CONDITION(subz_signal)
CORACLE_BINARY_CONDITION(subp_signal)
#undef CORACLE_BINARY_CONDITION

#define CORACLE_COMPARISON(name)                                                                \
  CORACLE_CONDITION(name##_r) { return isa_##name(regs[field_source(w)], regs[field_reg(w)]); } \
  CORACLE_CONDITION(name##_i) { return isa_##name(regs[field_source(w)], isa_imm16(w)); }
CORACLE_COMPARISON(eq)
CORACLE_COMPARISON(lt)
CORACLE_COMPARISON(gt)
CORACLE_COMPARISON(le)
CORACLE_COMPARISON(ge)
CORACLE_COMPARISON(ab)
CORACLE_COMPARISON(bl)
CORACLE_COMPARISON(cs)
CORACLE_COMPARISON(cc)
#undef CORACLE_COMPARISON

CORACLE_PLAIN(fadd) { fp[field_fdest(w)] = fp[field_freg1(w)] + fp[field_freg2(w)]; }
CORACLE_PLAIN(fsub) { fp[field_fdest(w)] = fp[field_freg1(w)] - fp[field_freg2(w)]; }
CORACLE_PLAIN(fmul) { fp[field_fdest(w)] = fp[field_freg1(w)] * fp[field_freg2(w)]; }
CORACLE_PLAIN(fdiv) { fp[field_fdest(w)] = fp[field_freg1(w)] / fp[field_freg2(w)]; }
CORACLE_PLAIN(fsqrt) { fp[field_fdest(w)] = sqrt(fp[field_freg(w)]); }
CORACLE_CONDITION(feq) { return fp[field_fsource(w)] == fp[field_freg(w)]; }
CORACLE_CONDITION(flt) { return fp[field_fsource(w)] < fp[field_freg(w)]; }
CORACLE_CONDITION(fle) { return fp[field_fsource(w)] <= fp[field_freg(w)]; }

CORACLE_PLAIN(not_r) { regs[field_dest(w)] = ~regs[field_reg(w)]; }
CORACLE_PLAIN(not_i) { regs[field_dest(w)] = ~isa_imm16(w); }
CORACLE_PLAIN(rev_i16) {
  const uint16_t reversed = __builtin_bswap16((uint16_t)regs[field_reg(w)]);
  regs[field_dest(w)] = (uint64_t)(int64_t)(int16_t)reversed;
}
CORACLE_PLAIN(rev_u16) { regs[field_dest(w)] = __builtin_bswap16((uint16_t)regs[field_reg(w)]); }
// Some versions of gcc before 12.2 lose the sign when they fold this through shifts; through a signed
// type they don't.
CORACLE_PLAIN(rev_i32) {
  const uint32_t reversed = __builtin_bswap32((uint32_t)regs[field_reg(w)]);
  regs[field_dest(w)] = (uint64_t)(int64_t)(int32_t)reversed;
}
CORACLE_PLAIN(rev_u32) { regs[field_dest(w)] = __builtin_bswap32((uint32_t)regs[field_reg(w)]); }
CORACLE_PLAIN(rev_i64) { regs[field_dest(w)] = __builtin_bswap64(regs[field_reg(w)]); }

// The two ways to form an address.
CORACLE_BODY uint64_t isa_address_r(const uint64_t* regs, uint32_t w) {
  return regs[field_reg1(w)] + regs[field_reg2(w)];
}
CORACLE_BODY uint64_t isa_address_i(const uint64_t* regs, uint32_t w) {
  return regs[field_reg1(w)] + isa_imm16(w);
}

#define CORACLE_LOAD(name)                                                                        \
  CORACLE_PLAIN(ld_##name##_r) { regs[field_dest(w)] = isa_load_##name(isa_address_r(regs, w)); } \
  CORACLE_PLAIN(ld_##name##_i) { regs[field_dest(w)] = isa_load_##name(isa_address_i(regs, w)); }
CORACLE_LOAD(i8)
CORACLE_LOAD(u8)
CORACLE_LOAD(i16)
CORACLE_LOAD(u16)
CORACLE_LOAD(i32)
CORACLE_LOAD(u32)
CORACLE_LOAD(i64)
#undef CORACLE_LOAD

#define CORACLE_STORE(name)                                          \
  CORACLE_PLAIN(st_##name##_r) {                                     \
    isa_store_##name(isa_address_r(regs, w), regs[field_source(w)]); \
  }                                                                  \
  CORACLE_PLAIN(st_##name##_i) { isa_store_##name(isa_address_i(regs, w), regs[field_source(w)]); }
CORACLE_STORE(i8)
CORACLE_STORE(i16)
CORACLE_STORE(i32)
CORACLE_STORE(i64)
#undef CORACLE_STORE

#define CORACLE_FLOAT_MEMORY(form)                                                               \
  CORACLE_PLAIN(ld_f64_##form) {                                                                 \
    isa_copy_double(&fp[field_fdest(w)], isa_pointer(isa_address_##form(regs, w)));              \
  }                                                                                              \
  CORACLE_PLAIN(st_f64_##form) {                                                                 \
    isa_copy_double(isa_pointer(isa_address_##form(regs, w)), &fp[field_fsource(w)]);            \
  }                                                                                              \
  CORACLE_PLAIN(ld_f32_##form) {                                                                 \
    fp[field_fdest(w)] = isa_float_of_bits((uint32_t)isa_load_u32(isa_address_##form(regs, w))); \
  }                                                                                              \
  CORACLE_PLAIN(st_f32_##form) {                                                                 \
    isa_store_i32(isa_address_##form(regs, w), isa_bits_of_float((float)fp[field_fsource(w)]));  \
  }
CORACLE_FLOAT_MEMORY(r)
CORACLE_FLOAT_MEMORY(i)
#undef CORACLE_FLOAT_MEMORY

CORACLE_CONDITION(inc_r) { return isa_atomic_add(regs[field_source(w)], regs[field_reg(w)]) == 0; }
CORACLE_CONDITION(inc_i) { return isa_atomic_add(regs[field_source(w)], isa_imm16(w)) == 0; }
CORACLE_CONDITION(lock) { return isa_compare_and_swap(regs[field_source(w)], 0, 1); }
CORACLE_CONDITION(cas) {
  return isa_compare_and_swap(regs[field_source(w)], regs[field_reg1(w)], regs[field_reg2(w)]);
}

// ---- Bodies that depend on where the instruction stands ----

#define CORACLE_LITERAL_WORDS 2  // the data after a literal, in instruction words

// Arithmetic on code addresses is done on integers: a target outside the code object must be a
// wrong address, not undefined behaviour.
CORACLE_BODY const uint32_t* isa_code(uint64_t address) {
  return (const uint32_t*)(uintptr_t)address;
}
CORACLE_BODY uint64_t isa_code_address(const uint32_t* code) { return (uint64_t)(uintptr_t)code; }
CORACLE_BODY const uint32_t* isa_relative(const uint32_t* next, int64_t bytes) {
  return isa_code(isa_code_address(next) + (uint64_t)bytes);
}

CORACLE_BODY void op_literal(uint64_t* regs, const uint32_t* next, uint32_t w) {
  regs[field_dest(w)] = isa_load_i64(isa_code_address(next));
}
CORACLE_BODY void op_adr(uint64_t* regs, const uint32_t* next, uint32_t w) {
  regs[field_dest(w)] = isa_code_address(isa_relative(next, (int64_t)field_imm20(w) * 4));
}

CORACLE_TARGET(branch_r) { return isa_code(regs[field_reg(w)]); }
CORACLE_TARGET(branch_i) { return isa_relative(next, field_imm24(w)); }
CORACLE_TARGET(branch_false_r) { return isa_code(regs[field_reg(w)]); }
CORACLE_TARGET(branch_false_i) { return isa_relative(next, field_imm24(w)); }
CORACLE_TARGET(branch_true_r) { return isa_code(regs[field_reg(w)]); }
CORACLE_TARGET(branch_true_i) { return isa_relative(next, field_imm24(w)); }
CORACLE_TARGET(branch_mem_r) {
  return isa_code(isa_load_i64(regs[field_source(w)] + regs[field_reg(w)]));
}
CORACLE_TARGET(branch_mem_i) {
  return isa_code(isa_load_i64(regs[field_source(w)] + isa_imm16(w)));
}

// ---- The call arena of the thread: arguments and results of foreign calls ----

CORACLE_ARENA(call_arena_in) {
  memcpy(arena + field_imm16(w), &regs[field_source(w)], sizeof(uint64_t));
}
CORACLE_ARENA(call_arena_out) {
  memcpy(&regs[field_dest(w)], arena + field_imm16(w), sizeof(uint64_t));
}
CORACLE_ARENA(fp_call_arena_in) { isa_copy_double(arena + field_imm16(w), &fp[field_fsource(w)]); }
CORACLE_ARENA(fp_call_arena_out) { isa_copy_double(&fp[field_fdest(w)], arena + field_imm16(w)); }

#ifdef __cplusplus
}  // namespace coracle
#endif

#undef CORACLE_PLAIN
#undef CORACLE_CONDITION
#undef CORACLE_TARGET
#undef CORACLE_ARENA

#endif  // CORACLE_VM_ISA_OPS_H_
