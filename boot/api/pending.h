// Results that come later: a C++ function that Scheme calls returns a Pending, and Scheme waits until the
// program gives its value.
//
//     scheme.define("fetch", [&](std::string url) {
//       Pending text = scheme.pending();
//       start_to_fetch(url, [text](std::string body) mutable { text.supply(body); });
//       return text;
//     });
//
// Scheme can wait only in a run (run.h): elsewhere the call of the function raises a condition that says so.
// Invariants: the first value or error counts, later ones have no effect. A Pending is used on the thread
// that runs the machine, also while a run is suspended; once the machine is gone it does nothing.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "boot/api/call_error.h"
#include "boot/api/convert.h"
#include "boot/api/embedding.h"

namespace coracle {

class Pending {
 public:
  Pending(ApiContext context, std::shared_ptr<const bool> machine_lives)
      : state_(std::make_shared<State>(State{context, std::move(machine_lives), {}})) {}

  /// The result, as a C++ value or a Scheme object.
  template <class T>
  void supply(const T& value) {
    if (is_open()) state_->outcome = Root(state_->context.roots, to_scheme(state_->context, value));
  }
  /// There is no result: the call raises a condition with this message.
  void fail(std::string message) {
    if (is_open()) state_->outcome = Message{std::move(message)};
  }
  /// The same with the error of another call; its condition is raised again.
  void fail(const CallError& error) {
    if (error.kind != CallError::Kind::condition) return fail(error.message);
    if (is_open()) state_->outcome = Raise{error.condition};
  }
  bool is_settled() const { return state_->outcome.index() != 0; }

  /// What Scheme calls until the result is there. `name`: of the function that is said to have failed.
  EmbedderFunction waiter(std::string name) const;

 private:
  struct Message {
    std::string text;
  };
  struct State {
    ApiContext context;
    std::shared_ptr<const bool> machine_lives;
    std::variant<std::monostate, Root, Message, Raise> outcome;
  };
  bool is_open() const { return *state_->machine_lives && !is_settled(); }

  std::shared_ptr<State> state_;
};

}  // namespace coracle
