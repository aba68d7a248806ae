// The result of a call of Scheme: a value, or the reason why there is none.
#pragma once

#include <cstdint>
#include <new>
#include <string>

#include "boot/api/root.h"
#include "vm/base/result.h"

namespace coracle {

struct CallError {
  enum class Kind : std::uint8_t {
    condition,      // Scheme code raised an object that nobody handled; it is in `condition`
    wrong_type,     // the value isn't of the C++ type that was asked for
    interrupted,    // by Machine::interrupt
    out_of_ticks,   // Limits::ticks
    out_of_memory,  // Limits::bytes, or the host has no more
    reset,          // Scheme code called (reset)
    left,           // Scheme code went on elsewhere: it called a continuation from outside the call
    exit,           // Scheme code called (exit); `status` is the program's status
    ended,          // an earlier call ended so: nothing can be called any more
    busy,           // a run (run.h) is in the way, or hasn't ended yet
  };
  Kind kind = Kind::condition;
  /// A line for people; for a condition, what display-condition prints.
  std::string message;
  Root condition;   // what was raised: any object
  Root irritants;   // a list
  std::string who;  // the procedure that reported it, if known
  int status = 0;
};

/// `T` is Root for a value of any type, or a C++ type.
template <class T>
using CallResult = Result<T, CallError>;

inline tl::unexpected<CallError> call_failed(CallError::Kind kind, std::string message) {
  CallError error;
  error.kind = kind;
  error.message = std::move(message);
  return tl::unexpected<CallError>(std::move(error));
}

/// `bytes`: how many were wanted; 0 if that isn't known.
inline tl::unexpected<CallError> call_out_of_memory(Word bytes) {
  return call_failed(
      CallError::Kind::out_of_memory,
      bytes == 0 ? "out of memory" : "out of memory for " + std::to_string(bytes) + " bytes");
}

/// The result of `body`, or an error if the memory runs out.
template <class T, class F>
CallResult<T> catching_out_of_memory(F body) {
  try {
    return body();
  } catch (const OutOfMemory& e) {
    return call_out_of_memory(e.bytes);
  } catch (const std::bad_alloc&) {
    return call_out_of_memory(0);
  }
}

}  // namespace coracle
