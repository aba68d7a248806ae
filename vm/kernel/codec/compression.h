// Compression of bytevectors, and the thread's choice of format and level for all compression.
//
// An entry's error is a string: a format with ~s for the source bytevector.
#pragma once

#include "boot/image/block_codec.h"
#include "vm/exec/entry.h"

namespace coracle::kernel {

/// The parameters compress-format and compress-level of the calling thread; the level of a deterministic
/// machine is always `stored`.
CompressFormat compress_format(const Thread& t);
CompressLevel compress_level(const Thread& t);

Word bytevector_compress_size(Thread& t, SignedWord count, std::int32_t format);
Value bytevector_compress(Thread& t, Value destination, SignedWord destination_start,
                          SignedWord destination_count, Value source, SignedWord source_start,
                          SignedWord source_count, std::int32_t format);
Value bytevector_uncompress(Thread& t, Value destination, SignedWord destination_start,
                            SignedWord destination_count, Value source, SignedWord source_start,
                            SignedWord source_count, std::int32_t format);

}  // namespace coracle::kernel
