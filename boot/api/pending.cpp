#include "boot/api/pending.h"

namespace coracle {

EmbedderFunction Pending::waiter(std::string name) const {
  return [state = state_, name = std::move(name)](std::span<const Value>) -> Value {
    if (const auto* const value = std::get_if<Root>(&state->outcome)) return *value;
    if (const auto* const raise = std::get_if<Raise>(&state->outcome)) throw *raise;
    if (const auto* const message = std::get_if<Message>(&state->outcome)) {
      throw SchemeError{name, "~a", {make_string_utf8(state->context.thread, message->text)}};
    }
    throw NotYet{SuspendedBy::result};
  };
}

}  // namespace coracle
