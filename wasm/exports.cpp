// The functions that JavaScript calls, by their C names: those of JsMachine, each with the machine as its
// first parameter. Their callers: scheme.js and program.js, and what these use.
#include <emscripten/emscripten.h>

#include <cstring>

#include "wasm/js_machine.h"

using coracle::JsMachine;

extern "C" {

EMSCRIPTEN_KEEPALIVE JsMachine* coracle_new() { return new JsMachine; }
/// Null if there is no memory for it.
EMSCRIPTEN_KEEPALIVE std::uint8_t* coracle_input(JsMachine* m, std::size_t size) try {
  return m->input(size);
} catch (const std::bad_alloc&) {
  return nullptr;
}
EMSCRIPTEN_KEEPALIVE const std::uint8_t* coracle_output(JsMachine* m) { return m->output().data(); }
EMSCRIPTEN_KEEPALIVE std::size_t coracle_output_size(JsMachine* m) { return m->output().size(); }
EMSCRIPTEN_KEEPALIVE bool coracle_boot(JsMachine* m, double memory_limit) {
  return m->boot(static_cast<std::size_t>(memory_limit));
}
EMSCRIPTEN_KEEPALIVE void coracle_begin_eval(JsMachine* m, std::uint32_t run) {
  m->begin_eval(run);
}
EMSCRIPTEN_KEEPALIVE void coracle_begin_call(JsMachine* m, std::uint32_t run) {
  m->begin_call(run);
}
EMSCRIPTEN_KEEPALIVE void coracle_begin_session(JsMachine* m, std::uint32_t run) {
  m->begin_session(run);
}
EMSCRIPTEN_KEEPALIVE const char* coracle_resume(JsMachine* m, std::uint32_t run,
                                                double milliseconds) {
  return m->resume(run, std::chrono::nanoseconds(static_cast<std::int64_t>(milliseconds * 1e6)));
}
EMSCRIPTEN_KEEPALIVE double coracle_time_left(JsMachine* m, std::uint32_t run) {
  return static_cast<double>(m->time_left(run).count()) / 1e6;
}
EMSCRIPTEN_KEEPALIVE bool coracle_result(JsMachine* m, std::uint32_t run) { return m->result(run); }
EMSCRIPTEN_KEEPALIVE void coracle_drop(JsMachine* m, std::uint32_t run) { m->drop(run); }
EMSCRIPTEN_KEEPALIVE void coracle_interrupt(JsMachine* m) { m->interrupt(); }
EMSCRIPTEN_KEEPALIVE void coracle_supply(JsMachine* m, std::uint32_t pending, bool thrown) {
  m->supply(pending, thrown);
}
EMSCRIPTEN_KEEPALIVE void coracle_supply_input(JsMachine* m, bool thrown) {
  m->supply_input(thrown);
}
EMSCRIPTEN_KEEPALIVE void coracle_release(JsMachine* m, std::uint32_t handle) {
  m->release(handle);
}
EMSCRIPTEN_KEEPALIVE void coracle_print(JsMachine* m, std::uint32_t handle) { m->print(handle); }
/// What an errno of the file system means.
EMSCRIPTEN_KEEPALIVE const char* coracle_error_text(int error) { return std::strerror(error); }

}  // extern "C"
