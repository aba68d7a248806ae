// Regions as functions in C.
//
// Owns: the text. What an instruction computes is its body of vm/isa/ops.h, which the text calls; what chunks and
// the kernel agree on is in chunk.h, which it includes.
// Must not know: who compiles the text, where its functions are installed.
#pragma once

#include <string>
#include <string_view>

#include "vm/translate/regions.h"

namespace coracle {

/// Appends what a file of functions begins with.
void print_c_head(std::string& out);

/// Appends a function for each region of a code object: static, of type CoracleChunk, named `prefix` and the
/// number of the word where its head begins.
void print_c(const CodeBytes& code, const Graph& graph, const Regions& regions,
             std::string_view prefix, std::string& out);

}  // namespace coracle
