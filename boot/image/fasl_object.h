// Reads one object of a fasl file as a whole, for programs that inspect files: nothing may follow it, and every error
// names the file.
#pragma once

#include <memory_resource>

#include "boot/image/fasl_file.h"
#include "boot/image/fasl_reader.h"

namespace coracle {

/// `counted`: graphs say how many externals they have (Profile::fasl_counts_externals).
template <class Sink>
Result<typename Sink::Ref> read_fasl_object(const FaslPayload& payload, Sink& sink, bool counted,
                                            std::pmr::memory_resource* memory) {
  ByteReader in(payload.bytes, payload.name, payload.base);
  Result<typename Sink::Ref> object = FaslReader<Sink>(in, sink, {}, counted, memory).read();
  if (object && in.remaining() != 0) {
    return fail(at_offset(
        in.name(), in.offset(),
        "found " + std::to_string(in.remaining()) + " bytes more, expected the end of the object"));
  }
  // An object that needs externals is refused without a place.
  if (!object && !object.error().message.starts_with(payload.name)) {
    return fail(at_offset(payload.name, payload.base, object.error().message));
  }
  return object;
}

}  // namespace coracle
