// Errors in the input: a Result is a value or an Error whose message says where, what was found
// and what was expected (CONTRIBUTING.md, Errors, 1).
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace coracle {

struct Error {
  std::string message;
};

template <class T, class E = Error>
using Result = tl::expected<T, E>;

inline tl::unexpected<Error> fail(std::string message) {
  return tl::unexpected<Error>(Error{std::move(message)});
}

}  // namespace coracle
