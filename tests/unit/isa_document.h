// The instruction set as a document: ISA.md is what this prints.
//
// Owns: the sentences and the tables of ISA.md. Invariants: whatever a table of the source says is
// printed from it. Must not know: anything but the tables.
#pragma once

#include <string>

namespace coracle {

std::string isa_document();

}  // namespace coracle
