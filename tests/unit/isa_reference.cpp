// The reference: one case for each opcode, in the order of the table. The switch has no default, so
// that a row without a reference does not compile.
#include "tests/unit/isa_reference.h"

#include <bit>
#include <cmath>

#include "tests/unit/isa_reference_numbers.h"

namespace coracle::test {
namespace {

class Reference {
 public:
  Reference(MachineState& state, std::span<const std::uint32_t> code, std::uint64_t memory_address)
      : s_(state), code_(code), word_(code.front()), memory_address_(memory_address) {}

  void run();

 private:
  using Word = std::uint64_t;

  // Operands, by the nibbles of the word.
  std::size_t nibble(unsigned n) const { return (word_ >> (4 * n)) % 16; }
  Word& dest() { return s_.regs[nibble(2)]; }
  Word& fdest() { return s_.fp[nibble(2)]; }
  Word reg1() const { return s_.regs[nibble(3)]; }
  Word reg2() const { return s_.regs[nibble(4)]; }
  Word reg() const { return s_.regs[nibble(4)]; }
  Word freg() const { return s_.fp[nibble(4)]; }
  /// The highest bits of the word, signed.
  std::int64_t high(unsigned bits) const {
    const std::int64_t limit = std::int64_t{1} << bits;
    const std::int64_t value = word_ >> (32 - bits);
    return value >= limit / 2 ? value - limit : value;
  }
  Word imm() const { return static_cast<Word>(high(16)); }
  Word uimm() const { return word_ / 65536; }

  // Memory, byte by byte.
  std::size_t byte_of_number(std::size_t i, std::size_t size) const {
    return std::endian::native == std::endian::little ? i : size - 1 - i;
  }
  template <class Bytes>
  Word load(const Bytes& bytes, Word at, std::size_t size) const {
    Word result = 0;
    for (std::size_t i = 0; i < size; i += 1)
      result |= Word{bytes.at(static_cast<std::size_t>(at) + byte_of_number(i, size))} << (8 * i);
    return result;
  }
  template <class Bytes>
  void store(Bytes& bytes, Word at, std::size_t size, Word value) const {
    for (std::size_t i = 0; i < size; i += 1)
      bytes.at(static_cast<std::size_t>(at) + byte_of_number(i, size)) =
          static_cast<std::uint8_t>(value >> (8 * i));
  }
  Word read(Word address, std::size_t size) const {
    return load(s_.memory, address - memory_address_, size);
  }
  void write(Word address, std::size_t size, Word value) {
    store(s_.memory, address - memory_address_, size, value);
  }
  Word sum_of_regs() const { return reg1() + reg2(); }
  Word sum_with_imm() const { return reg1() + imm(); }

  // Code.
  Word next() const {
    return static_cast<Word>(reinterpret_cast<std::uintptr_t>(code_.data() + 1));
  }
  /// Addresses of code are as wide as the host's pointers.
  static Word code_address(Word address) { return static_cast<std::uintptr_t>(address); }
  void goes_to(Word address) { s_.target = code_address(address); }
  void condition(bool value) { s_.condition = value ? 1 : 0; }
  void signal(const Exact& exact) {
    dest() = exact.low;
    condition(exact.overflows);
  }

  // Floating point: the host's own arithmetic, which the compiler must not fold.
  template <class Operation>
  void arithmetic(Operation operation) {
    volatile double a = std::bit_cast<double>(s_.fp[nibble(3)]);
    volatile double b = std::bit_cast<double>(s_.fp[nibble(4)]);
    volatile double result = operation(a, b);
    fdest() = std::bit_cast<Word>(static_cast<double>(result));
  }
  void replace_low_half(Word& word, std::uint32_t low) {
    word = (word & 0xFFFFFFFF00000000u) | low;
  }

  MachineState& s_;
  const std::span<const std::uint32_t> code_;
  const std::uint32_t word_;
  const Word memory_address_;
};

void Reference::run() {
  constexpr Word two_to_16 = 65536;
  switch (find_instruction(word_)->opcode) {
    case Opcode::nop: break;
    case Opcode::literal: {
      const Word first = code_[1], second = code_[2];
      const bool little = std::endian::native == std::endian::little;
      dest() =
          little ? second * two_to_16 * two_to_16 + first : first * two_to_16 * two_to_16 + second;
      break;
    }
    case Opcode::mov16_zero_0: dest() = uimm(); break;
    case Opcode::mov16_zero_1: dest() = uimm() * two_to_16; break;
    case Opcode::mov16_zero_2: dest() = uimm() * two_to_16 * two_to_16; break;
    case Opcode::mov16_zero_3: dest() = uimm() * two_to_16 * two_to_16 * two_to_16; break;
    case Opcode::mov16_keep_0: dest() |= uimm(); break;
    case Opcode::mov16_keep_1: dest() |= uimm() * two_to_16; break;
    case Opcode::mov16_keep_2: dest() |= uimm() * two_to_16 * two_to_16; break;
    case Opcode::mov16_keep_3: dest() |= uimm() * two_to_16 * two_to_16 * two_to_16; break;
    case Opcode::mov_i_i: dest() = reg(); break;
    case Opcode::mov_d_d: fdest() = freg(); break;
    case Opcode::mov_i_d: fdest() = double_of_integer(reg()); break;
    case Opcode::mov_d_i: dest() = integer_of_double(freg()); break;
    case Opcode::mov_s_d: fdest() = double_of_float(static_cast<std::uint32_t>(freg())); break;
    case Opcode::mov_d_s: replace_low_half(fdest(), float_of_double(freg())); break;
    case Opcode::mov_d_s_d: fdest() = double_of_float(float_of_double(freg())); break;
    case Opcode::mov_ibits_dbits: fdest() = reg(); break;
    case Opcode::mov_dbits_ibits: dest() = freg(); break;
    case Opcode::add_r: dest() = exact_sum(reg1(), reg2()).low; break;
    case Opcode::add_i: dest() = exact_sum(reg1(), imm()).low; break;
    case Opcode::sub_r: dest() = exact_difference(reg1(), reg2()).low; break;
    case Opcode::sub_i: dest() = exact_difference(reg1(), imm()).low; break;
    case Opcode::mul_r: dest() = exact_product(reg1(), reg2()).low; break;
    case Opcode::mul_i: dest() = exact_product(reg1(), imm()).low; break;
    case Opcode::div_r: dest() = exact_quotient(reg1(), reg2()); break;
    case Opcode::div_i: dest() = exact_quotient(reg1(), imm()); break;
    // By de Morgan, and xor as a difference that borrows nothing.
    case Opcode::and_r: dest() = ~(~reg1() | ~reg2()); break;
    case Opcode::and_i: dest() = ~(~reg1() | ~imm()); break;
    case Opcode::ior_r: dest() = ~(~reg1() & ~reg2()); break;
    case Opcode::ior_i: dest() = ~(~reg1() & ~imm()); break;
    case Opcode::xor_r: dest() = (reg1() | reg2()) - (reg1() & reg2()); break;
    case Opcode::xor_i: dest() = (reg1() | imm()) - (reg1() & imm()); break;
    case Opcode::lsl_r: dest() = shift_left(reg1(), reg2()); break;
    case Opcode::lsl_i: dest() = shift_left(reg1(), imm()); break;
    case Opcode::lsr_r: dest() = shift_right(reg1(), reg2(), Fill::zero); break;
    case Opcode::lsr_i: dest() = shift_right(reg1(), imm(), Fill::zero); break;
    case Opcode::asr_r: dest() = shift_right(reg1(), reg2(), Fill::sign); break;
    case Opcode::asr_i: dest() = shift_right(reg1(), imm(), Fill::sign); break;
    case Opcode::lslo_r: dest() = shift_in_memory(reg1(), reg2()); break;
    case Opcode::lslo_i: dest() = shift_in_memory(reg1(), imm()); break;
    case Opcode::add_signal_r: signal(exact_sum(reg1(), reg2())); break;
    case Opcode::add_signal_i: signal(exact_sum(reg1(), imm())); break;
    case Opcode::sub_signal_r: signal(exact_difference(reg1(), reg2())); break;
    case Opcode::sub_signal_i: signal(exact_difference(reg1(), imm())); break;
    case Opcode::mul_signal_r: signal(exact_product(reg1(), reg2())); break;
    case Opcode::mul_signal_i: signal(exact_product(reg1(), imm())); break;
    case Opcode::subz_signal_r:
      dest() = exact_difference(reg1(), reg2()).low;
      condition(dest() == 0);
      break;
    case Opcode::subz_signal_i:
      dest() = exact_difference(reg1(), imm()).low;
      condition(dest() == 0);
      break;
    case Opcode::subp_signal_r:
      dest() = exact_difference(reg1(), reg2()).low;
      condition(compare_signed(dest(), 0) > 0);
      break;
    case Opcode::subp_signal_i:
      dest() = exact_difference(reg1(), imm()).low;
      condition(compare_signed(dest(), 0) > 0);
      break;
    case Opcode::eq_r: condition(compare_unsigned(dest(), reg()) == 0); break;
    case Opcode::eq_i: condition(compare_unsigned(dest(), imm()) == 0); break;
    case Opcode::lt_r: condition(compare_signed(dest(), reg()) < 0); break;
    case Opcode::lt_i: condition(compare_signed(dest(), imm()) < 0); break;
    case Opcode::gt_r: condition(compare_signed(dest(), reg()) > 0); break;
    case Opcode::gt_i: condition(compare_signed(dest(), imm()) > 0); break;
    case Opcode::le_r: condition(compare_signed(dest(), reg()) <= 0); break;
    case Opcode::le_i: condition(compare_signed(dest(), imm()) <= 0); break;
    case Opcode::ge_r: condition(compare_signed(dest(), reg()) >= 0); break;
    case Opcode::ge_i: condition(compare_signed(dest(), imm()) >= 0); break;
    case Opcode::ab_r: condition(compare_unsigned(dest(), reg()) > 0); break;
    case Opcode::ab_i: condition(compare_unsigned(dest(), imm()) > 0); break;
    case Opcode::bl_r: condition(compare_unsigned(dest(), reg()) < 0); break;
    case Opcode::bl_i: condition(compare_unsigned(dest(), imm()) < 0); break;
    case Opcode::cs_r: condition(std::popcount(dest() & reg()) > 0); break;
    case Opcode::cs_i: condition(std::popcount(dest() & imm()) > 0); break;
    case Opcode::cc_r: condition(std::popcount(dest() & reg()) == 0); break;
    case Opcode::cc_i: condition(std::popcount(dest() & imm()) == 0); break;
    case Opcode::fadd: arithmetic([](double a, double b) { return a + b; }); break;
    case Opcode::fsub: arithmetic([](double a, double b) { return a - b; }); break;
    case Opcode::fmul: arithmetic([](double a, double b) { return a * b; }); break;
    case Opcode::fdiv: arithmetic([](double a, double b) { return a / b; }); break;
    case Opcode::not_r: dest() = exact_difference(~Word{0}, reg()).low; break;
    case Opcode::not_i: dest() = exact_difference(~Word{0}, imm()).low; break;
    case Opcode::fsqrt: arithmetic([](double, double b) { return std::sqrt(b); }); break;
    case Opcode::feq: condition(compare_doubles(fdest(), freg()) == 0); break;
    case Opcode::flt: condition(compare_doubles(fdest(), freg()) == -1); break;
    case Opcode::fle: condition(compare_doubles(fdest(), freg()) <= 0); break;
    case Opcode::rev_i16: dest() = reverse_bytes(reg(), 2, Fill::sign); break;
    case Opcode::rev_u16: dest() = reverse_bytes(reg(), 2, Fill::zero); break;
    case Opcode::rev_i32: dest() = reverse_bytes(reg(), 4, Fill::sign); break;
    case Opcode::rev_u32: dest() = reverse_bytes(reg(), 4, Fill::zero); break;
    case Opcode::rev_i64: dest() = reverse_bytes(reg(), 8, Fill::zero); break;
    case Opcode::ld_i8_r: dest() = extend(read(sum_of_regs(), 1), 1, Fill::sign); break;
    case Opcode::ld_i8_i: dest() = extend(read(sum_with_imm(), 1), 1, Fill::sign); break;
    case Opcode::ld_u8_r: dest() = read(sum_of_regs(), 1); break;
    case Opcode::ld_u8_i: dest() = read(sum_with_imm(), 1); break;
    case Opcode::ld_i16_r: dest() = extend(read(sum_of_regs(), 2), 2, Fill::sign); break;
    case Opcode::ld_i16_i: dest() = extend(read(sum_with_imm(), 2), 2, Fill::sign); break;
    case Opcode::ld_u16_r: dest() = read(sum_of_regs(), 2); break;
    case Opcode::ld_u16_i: dest() = read(sum_with_imm(), 2); break;
    case Opcode::ld_i32_r: dest() = extend(read(sum_of_regs(), 4), 4, Fill::sign); break;
    case Opcode::ld_i32_i: dest() = extend(read(sum_with_imm(), 4), 4, Fill::sign); break;
    case Opcode::ld_u32_r: dest() = read(sum_of_regs(), 4); break;
    case Opcode::ld_u32_i: dest() = read(sum_with_imm(), 4); break;
    case Opcode::ld_i64_r: dest() = read(sum_of_regs(), 8); break;
    case Opcode::ld_i64_i: dest() = read(sum_with_imm(), 8); break;
    case Opcode::ld_f32_r:
      fdest() = double_of_float(static_cast<std::uint32_t>(read(sum_of_regs(), 4)));
      break;
    case Opcode::ld_f32_i:
      fdest() = double_of_float(static_cast<std::uint32_t>(read(sum_with_imm(), 4)));
      break;
    case Opcode::ld_f64_r: fdest() = read(sum_of_regs(), 8); break;
    case Opcode::ld_f64_i: fdest() = read(sum_with_imm(), 8); break;
    case Opcode::st_i8_r: write(sum_of_regs(), 1, dest()); break;
    case Opcode::st_i8_i: write(sum_with_imm(), 1, dest()); break;
    case Opcode::st_i16_r: write(sum_of_regs(), 2, dest()); break;
    case Opcode::st_i16_i: write(sum_with_imm(), 2, dest()); break;
    case Opcode::st_i32_r: write(sum_of_regs(), 4, dest()); break;
    case Opcode::st_i32_i: write(sum_with_imm(), 4, dest()); break;
    case Opcode::st_i64_r: write(sum_of_regs(), 8, dest()); break;
    case Opcode::st_i64_i: write(sum_with_imm(), 8, dest()); break;
    case Opcode::st_f32_r: write(sum_of_regs(), 4, float_of_double(fdest())); break;
    case Opcode::st_f32_i: write(sum_with_imm(), 4, float_of_double(fdest())); break;
    case Opcode::st_f64_r: write(sum_of_regs(), 8, fdest()); break;
    case Opcode::st_f64_i: write(sum_with_imm(), 8, fdest()); break;
    case Opcode::branch_false_r: goes_to(reg()); break;
    case Opcode::branch_false_i: goes_to(next() + static_cast<Word>(high(24))); break;
    case Opcode::branch_true_r: goes_to(reg()); break;
    case Opcode::branch_true_i: goes_to(next() + static_cast<Word>(high(24))); break;
    case Opcode::branch_r: goes_to(reg()); break;
    case Opcode::branch_i: goes_to(next() + static_cast<Word>(high(24))); break;
    case Opcode::branch_mem_r: goes_to(read(dest() + reg(), 8)); break;
    case Opcode::branch_mem_i: goes_to(read(dest() + imm(), 8)); break;
    case Opcode::call:
    case Opcode::return_:
    case Opcode::interp: break;
    case Opcode::adr: dest() = code_address(next() + 4 * static_cast<Word>(high(20))); break;
    case Opcode::inc_r: {
      const Word sum = exact_sum(read(dest(), 8), reg()).low;
      write(dest(), 8, sum);
      condition(sum == 0);
      break;
    }
    case Opcode::inc_i: {
      const Word sum = exact_sum(read(dest(), 8), imm()).low;
      write(dest(), 8, sum);
      condition(sum == 0);
      break;
    }
    case Opcode::lock:
      condition(read(dest(), 8) == 0);
      if (s_.condition == 1) write(dest(), 8, 1);
      break;
    case Opcode::cas:
      condition(read(dest(), 8) == reg1());
      if (s_.condition == 1) write(dest(), 8, reg2());
      break;
    case Opcode::call_arena_in: store(s_.arena, imm(), 8, dest()); break;
    case Opcode::call_arena_out: dest() = load(s_.arena, imm(), 8); break;
    case Opcode::fp_call_arena_in: store(s_.arena, imm(), 8, fdest()); break;
    case Opcode::fp_call_arena_out: fdest() = load(s_.arena, imm(), 8); break;
    case Opcode::stack_call:
    case Opcode::fence_store_store:
    case Opcode::fence_acquire:
    case Opcode::fence_release:
    case Opcode::chunk: break;
  }
}

}  // namespace

void run_reference(MachineState& state, std::span<const std::uint32_t> code,
                   std::uint64_t memory_address) {
  Reference(state, code, memory_address).run();
}

bool makes_nan(Opcode opcode) {
  switch (opcode) {
    case Opcode::fadd:
    case Opcode::fsub:
    case Opcode::fmul:
    case Opcode::fdiv:
    case Opcode::fsqrt:
    case Opcode::mov_s_d:
    case Opcode::mov_d_s:
    case Opcode::mov_d_s_d:
    case Opcode::ld_f32_r:
    case Opcode::ld_f32_i:
    case Opcode::st_f32_r:
    case Opcode::st_f32_i: return true;
    default: return false;
  }
}

}  // namespace coracle::test
