#include "vm/kernel/codec/compression.h"

#include "vm/exec/vm.h"
#include "vm/kernel/ranges.h"

namespace coracle::kernel {
namespace {

const BlockCodec& checked_codec(const char* who, SignedWord n) {
  if (const BlockCodec* const codec = find_block_codec(n)) return *codec;
  throw SchemeError{who, "unexpected compress format ~s", {make_fixnum(n)}};
}

/// The result of a block operation as the image expects it: the size, or a message.
Value block_result(Thread& t, const CodecResult& result, const char* too_large, const char* no_room,
                   const char* bad_data, const char* failed) {
  switch (result.status) {
    case CodecStatus::done: return make_fixnum(static_cast<SignedWord>(result.size));
    case CodecStatus::source_too_large: return make_string_utf8(t, too_large);
    case CodecStatus::no_room: return make_string_utf8(t, no_room);
    case CodecStatus::bad_data: return make_string_utf8(t, bad_data);
    case CodecStatus::failed: break;
  }
  return make_string_utf8(t, failed);
}

}  // namespace

CompressFormat compress_format(const Thread& t) {
  return checked_codec("", fixnum_value(t.value(Tc::compress_format))).format;
}

CompressLevel compress_level(const Thread& t) {
  SignedWord const n = fixnum_value(t.value(Tc::compress_level));
  if (n < static_cast<int>(CompressLevel::minimum) ||
      n > static_cast<int>(CompressLevel::maximum)) {
    throw SchemeError{"", "unexpected compress level ~s", {make_fixnum(n)}};
  }
  // The compressed bytes depend on the library's version, and with LZ4 on the host as well.
  return t.vm.options.deterministic ? CompressLevel::stored : static_cast<CompressLevel>(n);
}

Word bytevector_compress_size(Thread&, SignedWord count, std::int32_t format) {
  return checked_codec("bytevector-compress", format).bound(static_cast<Word>(count));
}

Value bytevector_compress(Thread& t, Value destination, SignedWord destination_start,
                          SignedWord destination_count, Value source, SignedWord source_start,
                          SignedWord source_count, std::int32_t format) {
  const BlockCodec& codec = checked_codec("bytevector-compress", format);
  CodecResult const result =
      codec.compress(compress_level(t), bytevector_range(source, source_start, source_count),
                     bytevector_range(destination, destination_start, destination_count));
  return block_result(t, result, "source bytevector ~s is too large",
                      codec.format == CompressFormat::gzip
                          ? "destination bytevector is too small for compressed form of ~s"
                          : "compression failed for ~s",
                      "internal error compressing ~s", "internal error compressing ~s");
}

Value bytevector_uncompress(Thread& t, Value destination, SignedWord destination_start,
                            SignedWord destination_count, Value source, SignedWord source_start,
                            SignedWord source_count, std::int32_t format) {
  const BlockCodec& codec = checked_codec("bytevector-uncompress", format);
  CodecResult const result =
      codec.decompress(bytevector_range(source, source_start, source_count),
                       bytevector_range(destination, destination_start, destination_count));
  return block_result(t, result, "expected result size of uncompressed source ~s is too large",
                      "uncompressed ~s is larger than expected size",
                      codec.format == CompressFormat::gzip ? "invalid data in source bytevector ~s"
                                                           : "internal error uncompressing ~s",
                      "internal error uncompressing ~s");
}

}  // namespace coracle::kernel
