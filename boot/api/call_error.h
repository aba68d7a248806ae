// What a call of Scheme gives: a value, or why there is none.
#pragma once

#include <cstdint>
#include <string>

#include "boot/api/root.h"
#include "vm/base/result.h"

namespace coracle {

struct CallError {
  enum class Kind : std::uint8_t {
    condition,      // Scheme code raised what nobody handled; `condition` is that
    wrong_type,     // the value isn't of the C++ type that was asked for
    interrupted,    // by Machine::interrupt
    out_of_ticks,   // Limits::ticks
    out_of_memory,  // Limits::bytes, or the host has no more
    reset,          // Scheme code called (reset)
    left,           // Scheme code went on elsewhere: it called a continuation from outside the call
    exit,           // Scheme code called (exit); `status` is the status of the program
    ended,          // the same, in a call before this one: there is nothing that could be called
  };
  Kind kind = Kind::condition;
  /// A line for people; of a condition, what display-condition prints.
  std::string message;
  Root condition;   // what was raised: any object
  Root irritants;   // a list
  std::string who;  // the procedure that reported it, if it is known
  int status = 0;
};

/// A Root for a value of any type, else the C++ type.
template <class T>
using CallResult = Result<T, CallError>;

inline tl::unexpected<CallError> call_failed(CallError::Kind kind, std::string message) {
  CallError error;
  error.kind = kind;
  error.message = std::move(message);
  return tl::unexpected<CallError>(std::move(error));
}

}  // namespace coracle
