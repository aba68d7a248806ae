// The signals of a program that node runs (node.js). They come to the event loop, so a program gets them if it returns
// there again and again. Those that end a program at once stay what they are: they end one that doesn't return, too.
#include "vm/host/signals.h"

#include <emscripten.h>
#include <emscripten/em_js.h>

#include <map>
#include <utility>

#include "vm/host/iso/missing.h"

namespace coracle::host {
namespace {

// clang-format off
EM_JS(int, coracle_watch_signal, (int number), { return Module["watchSignal"] && Module["watchSignal"](number); })
EM_JS(void, coracle_end_by_signal, (int number), { if (Module["endBySignal"]) Module["endBySignal"](number); })
// clang-format on

using Handler = void (*)(int);
std::map<int, Handler>& handlers() {
  static std::map<int, Handler>
      map;  // by number, of all that were ever handled: one program, one process
  return map;
}

}  // namespace

/// Called by JavaScript.
extern "C" EMSCRIPTEN_KEEPALIVE void coracle_signal(int number) {
  if (Handler const handler = handlers()[number]) handler(number);
}

int signal_number(Signal signal) {
  switch (signal) {
    case Signal::interrupt: return 2;
    case Signal::window_change: return 28;
    case Signal::quit:
    case Signal::broken_pipe: break;  // node ignores it
  }
  return 0;
}

struct SignalHandlers::Replaced {};
SignalHandlers::SignalHandlers() = default;
SignalHandlers::~SignalHandlers() {
  for (auto& [number, handler] : handlers()) handler = nullptr;
}
bool SignalHandlers::handle(int signal, void (*handler)(int)) {
  if (signal == 0) return Missing();
  auto const place = handlers().find(signal);
  if (place == handlers().end() && coracle_watch_signal(signal) == 0) return Missing();
  handlers()[signal] = handler;
  return true;
}
void SignalHandlers::unblock() const {}
void end_by_signal(int signal) { coracle_end_by_signal(signal); }
RemovedBySignal::RemovedBySignal(std::string path) : path_(std::move(path)) {}
RemovedBySignal::~RemovedBySignal() = default;
void complete_stores_of_all_threads() {}

}  // namespace coracle::host
