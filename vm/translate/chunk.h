// What translated code and the kernel agree on. Translated code includes this file, and ops.h through it.
//
// Owns: the signature of a chunk, how it takes over the registers, how it leaves.
// Invariants: valid C99 and C++20. Where a chunk begins and where it leaves, the registers that are live there are
// in memory, apart from those that it passes on in registers of the host.
// Must not know: the heap, threads, how the interpreter's loop works.
#ifndef CORACLE_VM_TRANSLATE_CHUNK_H_
#define CORACLE_VM_TRANSLATE_CHUNK_H_

#include "vm/isa/ops.h"

// Whether chunks go on by tail calls. gcc and clang make them jumps on these targets when they optimise. Elsewhere
// a chunk returns the next place to a loop.
#ifndef CORACLE_CHUNK_TAIL_CALLS
#if defined(__OPTIMIZE__) && \
    (defined(__x86_64__) || defined(__aarch64__) || (defined(__riscv) && __riscv_xlen == 64))
#define CORACLE_CHUNK_TAIL_CALLS 1
#else
#define CORACLE_CHUNK_TAIL_CALLS 0
#endif
#endif

// The machine registers that chunks pass on in registers of the host: %sfp, %ac0 and the first two arguments of a
// call (s/pb.ss). With ip and regs they are the six that the calling conventions of these targets have.
#define CORACLE_PASSED(PASSED) PASSED(1) PASSED(4) PASSED(9) PASSED(10)
#define CORACLE_PARAMETER(n) , uint64_t r##n
#define CORACLE_ARGUMENT(n) , r[n]

#ifdef __cplusplus
namespace coracle {
#endif

#if CORACLE_CHUNK_TAIL_CALLS
typedef void CoracleNext;
#else
typedef const uint32_t* CoracleNext;
#endif

/// A chunk: runs the code at `ip`, and goes on to other code. `regs`: the machine registers in memory, r0 to r15,
/// then f0 to f7.
typedef CoracleNext CoracleChunk(const uint32_t* ip,
                                 uint64_t* regs CORACLE_PASSED(CORACLE_PARAMETER));

/// What chunks need of a machine. A pointer to one is stored 8 bytes before a thread's context, whose address is in r0.
struct CoracleChunkState {
  CoracleChunk* go_on;          // runs the interpreter at `ip`
  CoracleChunk* const* chunks;  // by the number in a chunk word
};

enum {
#define INSTRUCTION(number, name, format, flow, meaning) coracle_opcode_##name = (number),
#include "vm/isa/isa.def"
#undef INSTRUCTION
};

/// What is to run at `ip`: a chunk, whose number is in bits 8 to 31 of the word, or the interpreter.
CORACLE_BODY CoracleChunk* coracle_chunk_at(const uint32_t* ip, const uint64_t* regs) {
  const struct CoracleChunkState* const state =
      *(const struct CoracleChunkState* const*)isa_pointer(regs[0] - 8);
  return field_op(*ip) == coracle_opcode_chunk ? state->chunks[*ip >> 8] : state->go_on;
}

#ifdef __cplusplus
}  // namespace coracle
#endif

// ---- The text of chunks: c_printer.cpp prints calls of these ----

#define CORACLE_CHUNK(name) \
  CoracleNext name(const uint32_t* ip, uint64_t* regs CORACLE_PASSED(CORACLE_PARAMETER))
#define CORACLE_TAKE(n) r[n] = r##n;
#define CORACLE_ENTER                    \
  uint64_t r[CORACLE_INTEGER_REGISTERS]; \
  double f[CORACLE_FLOAT_REGISTERS];     \
  CORACLE_PASSED(CORACLE_TAKE)
#define CORACLE_FLOAT_IN_MEMORY(n) ((double*)(regs + CORACLE_INTEGER_REGISTERS) + (n))
#define CORACLE_LOAD_R(n) r[n] = regs[n];
#define CORACLE_LOAD_F(n) isa_copy_double(&f[n], CORACLE_FLOAT_IN_MEMORY(n));
#define CORACLE_STORE_R(n) regs[n] = r[n];
#define CORACLE_STORE_F(n) isa_copy_double(CORACLE_FLOAT_IN_MEMORY(n), &f[n]);
/// The address of a word, by its distance from the chunk's first.
#define CORACLE_AT(words) isa_relative(ip, (int64_t)(words) * 4)
#if CORACLE_CHUNK_TAIL_CALLS
#define CORACLE_GO(chunk, place) return chunk(place, regs CORACLE_PASSED(CORACLE_ARGUMENT));
#define CORACLE_LEAVE(place)                                                              \
  {                                                                                       \
    const uint32_t* const place_ = place;                                                 \
    return coracle_chunk_at(place_, regs)(place_, regs CORACLE_PASSED(CORACLE_ARGUMENT)); \
  }
#else
#define CORACLE_GO(chunk, place) CORACLE_LEAVE(place)
#define CORACLE_LEAVE(place)        \
  {                                 \
    CORACLE_PASSED(CORACLE_STORE_R) \
    return place;                   \
  }
#endif

#endif  // CORACLE_VM_TRANSLATE_CHUNK_H_
