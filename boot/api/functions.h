// Makes EmbedderFunctions from C++ functions: converts arguments and results by type, and turns errors
// into conditions.
#pragma once

#include <exception>
#include <functional>
#include <tuple>
#include <utility>

#include "boot/api/convert.h"
#include "boot/api/embedding.h"
#include "boot/api/pending.h"

namespace coracle {

class Machine;

/// The last parameter of a function that takes any number of arguments: the remaining ones. Like a Value
/// parameter, they are good until the function lets Scheme run.
using Rest = std::span<const Value>;

namespace functions {

template <class T>
inline constexpr bool is_call_result = false;
template <class T>
inline constexpr bool is_call_result<CallResult<T>> = true;

/// The parameters that Scheme passes: all but a leading Machine&.
template <class... A>
struct Parameters {
  static constexpr bool takes_machine = false;
  using Tuple = std::tuple<std::decay_t<A>...>;
};
template <class... A>
struct Parameters<Machine&, A...> {
  static constexpr bool takes_machine = true;
  using Tuple = std::tuple<std::decay_t<A>...>;
};

template <class Tuple>
inline constexpr bool ends_with_rest = false;
template <class... A>
requires(sizeof...(A) > 0) inline constexpr bool ends_with_rest<std::tuple<A...>> =
    std::is_same_v<std::tuple_element_t<sizeof...(A) - 1, std::tuple<A...>>, Rest>;

template <class T>
T argument(const ApiContext& c, const std::string& name, Rest arguments, std::size_t i) {
  if constexpr (std::is_same_v<T, Rest>) {
    return arguments.subspan(i);
  } else {
    std::optional<T> value = Conversion<T>::from_scheme(c, arguments[i]);
    if (!value) {
      throw SchemeError{name, std::string("~s is not ") + Conversion<T>::expected, {arguments[i]}};
    }
    return std::move(*value);
  }
}

/// If the function returns the error of a call inside it, the call of the function fails with that error.
template <class R>
Value result(const ApiContext& c, const std::string& name, R&& r) {
  using T = std::decay_t<R>;
  if constexpr (std::is_same_v<T, Pending>) {
    throw Later{r.waiter(name)};
  } else if constexpr (!is_call_result<T>) {
    return to_scheme(c, r);
  } else {
    if (r) {
      if constexpr (std::is_void_v<typename T::value_type>) return void_value;
      else return result(c, name, *r);
    }
    if (r.error().kind == CallError::Kind::condition) throw Raise{r.error().condition};
    throw SchemeError{name, "~a", {make_string_utf8(c.thread, r.error().message)}};
  }
}

template <class R, class... A>
EmbedderFunction adapt(Machine& machine, ApiContext c, std::string name,
                       std::function<R(A...)> function) {
  using P = Parameters<A...>;
  using Tuple = typename P::Tuple;
  static constexpr std::size_t count = std::tuple_size_v<Tuple>;
  static constexpr bool any = ends_with_rest<Tuple>;
  return [&machine, c, name = std::move(name), function = std::move(function)](Rest arguments) {
    [[maybe_unused]] Machine& first = machine;  // of functions that take it
    if (any ? arguments.size() < count - 1 : arguments.size() != count) {
      throw SchemeError{
          name,
          any ? "found ~s arguments, expected ~s or more" : "found ~s arguments, expected ~s",
          {make_fixnum(static_cast<SignedWord>(arguments.size())),
           make_fixnum(static_cast<SignedWord>(any ? count - 1 : count))}};
    }
    return [&]<std::size_t... i>(std::index_sequence<i...>)->Value {
      Tuple values{argument<std::tuple_element_t<i, Tuple>>(c, name, arguments, i)...};
      auto const call = [&]() -> decltype(auto) {
        if constexpr (P::takes_machine) return function(first, std::move(std::get<i>(values))...);
        else return function(std::move(std::get<i>(values))...);
      };
      try {
        if constexpr (std::is_void_v<R>) {
          call();
          return void_value;
        } else {
          return result(c, name, call());
        }
      } catch (const std::bad_alloc&) {
        throw;
      } catch (const std::exception& e) {
        throw SchemeError{name, "~a", {make_string_utf8(c.thread, e.what())}};
      }
    }
    (std::make_index_sequence<count>());
  };
}

}  // namespace functions
}  // namespace coracle
