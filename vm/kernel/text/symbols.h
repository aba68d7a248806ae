// Symbols for Scheme: interning, gensyms, the list of all symbols.
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

Value intern(Thread& t, Value string);
Value intern2(Thread& t, Value string, Value length);
Value intern3(Thread& t, Value string, Value pretty_length, Value total_length);
Value strings_to_gensym(Thread& t, Value pretty, Value unique);
void intern_gensym(Thread& t, Value symbol, Value name_pair);
/// The same for a symbol that has its name already.
void intern_named_gensym(Thread& t, Value symbol);
Value uninterned(Thread& t, Value string);
std::int32_t symbol_hash32(Thread& t, Value string);
SignedWord symbol_hash64(Thread& t, Value string);
Value oblist(Thread& t);
Value tlv(SafePoint sp, Value symbol);
void stlv(SafePoint sp, Value symbol, Value v);

}  // namespace coracle::kernel
