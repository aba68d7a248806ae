// The character encodings of the host's iconv, for the image's iconv codecs.
//
// The image knows an open conversion by a number. A step of a conversion gives a pair of the new input
// and output positions, or the reason why there was no progress (encodings.cpp: Trouble).
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

/// A number, or #f if the host has no such conversion.
Value iconv_open(Thread& t, const char* to, const char* from);
void iconv_close(Thread& t, Word number);
Value iconv_from_string(Thread& t, Word number, Value string, Word start, Word end,
                        Value bytevector, Word to_start, Word to_end);
Value iconv_to_string(Thread& t, Word number, Value bytevector, Word start, Word end, Value string,
                      Word to_start, Word to_end);

}  // namespace coracle::kernel
