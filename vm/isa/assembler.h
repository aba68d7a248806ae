// The assembler: code from text, for tests and for people, in the language that the disassembler
// prints.
//
//   ; a comment goes to the end of the line
//   start:   ld_i64_i r5, r1, 8        the operands in the order of the format's fields
//            eq_i     r5, 0
//            branch_true_i done        a distance is given by its target: a label or an address
//            literal  r4, 0x123456789  a number of 64 bits, or a label
//            adr      r0, back
//            branch_r r4
//            .compact_header           the header of the return point that follows; or .header
//   back:    branch_i start
//   done:    return_
//            .word 0xC0FFEE            4 bytes of data
//            .quad start               8 bytes of data: a number or a label
//
// Owns: this language. Invariants: the Error for a mistake names its line.
// Must not know: anything but the table.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "vm/base/result.h"
#include "vm/isa/code_map.h"

namespace coracle {

/// The words of a program that will stand at `base_address`, in the host's byte order.
Result<std::vector<std::uint32_t>> assemble(std::string_view text, std::uint64_t base_address = 0);

}  // namespace coracle
