#include "vm/kernel/machine/control.h"

#include <string>

#include "vm/exec/stack.h"

namespace coracle::kernel {
namespace {

/// A rough printed form: the image's own printer can't run when this is needed.
std::string describe(Value v, int depth = 0) {
  if (is_fixnum(v)) return std::to_string(fixnum_value(v));
  if (is_string(v)) return string_utf8(v);
  if (is_symbol(v)) {
    Value const name = field<Value>(v, layout::symbol_name);
    return is_string(name)                         ? string_utf8(name)
           : is_pair(name) && is_string(cdr(name)) ? string_utf8(cdr(name))
                                                   : "#<gensym>";
  }
  if (v == nil) return "()";
  if (v == true_value) return "#t";
  if (v == false_value) return "#f";
  if (is_pair(v) && depth < 4) {
    std::string result = "(" + describe(car(v), depth + 1);
    for (v = cdr(v); is_pair(v); v = cdr(v)) result += " " + describe(car(v), depth + 1);
    if (v != nil) result += " . " + describe(v, depth + 1);
    return result + ")";
  }
  return "#<object>";
}

}  // namespace

SignedWord continuation_depth(Thread& t, Value continuation) {
  return coracle::continuation_depth(t, continuation);
}

Value single_continuation(Thread& t, Value continuation, SignedWord n) {
  return coracle::single_continuation(t, continuation, n);
}

void boot_error(Thread& t, Value who, Value message, Value irritants) {
  t.fail_boot(describe(who) + ": " + describe(message) + " " + describe(irritants));
}

void breakhere(Thread&, Value) {}

}  // namespace coracle::kernel
