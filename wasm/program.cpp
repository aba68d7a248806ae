// The program of the package, which node runs: coracle, whose session is a run in slices (program.js). Between them node's
// event loop has its turn: signals come, and what JavaScript does meanwhile.
//
// Owns: the session. One process, one program: so it is a global variable.
#include <emscripten.h>
#include <emscripten/eventloop.h>

#include <cstdio>
#include <memory>

#include "tools/program.h"
#include "tools/session.h"
#include "vm/host/processes.h"
#include "wasm/js_machine.h"

namespace coracle {
namespace {

struct Program {
  explicit Program(const Options& options) : session(options) {}
  JsMachine machine;  // outlives the session's machine, whose objects know it
  Session session;
};
std::unique_ptr<Program> program;

int begin_session(const Options& options) {
  return ending_without_memory([&] {
    auto made = std::make_unique<Program>(options);
    if (!made->session.boot()) return 1;
    CallResult<void> const used = made->machine.use(made->session.machine());
    if (!used) {
      std::fprintf(stderr, "coracle: %s\n", used.error().message.c_str());
      return 1;
    }
    program = std::move(made);
    emscripten_runtime_keepalive_push();
    return 0;
  });
}

}  // namespace

extern "C" {

/// The machine of the session; null if there is none.
EMSCRIPTEN_KEEPALIVE JsMachine* coracle_program() {
  return program == nullptr ? nullptr : &program->machine;
}
EMSCRIPTEN_KEEPALIVE void coracle_begin_program(JsMachine* m, std::uint32_t run) {
  m->begin(run, program->session.begin());
}
/// The session's run has ended: ends the process.
EMSCRIPTEN_KEEPALIVE void coracle_end_program(JsMachine* m, std::uint32_t run) {
  host::exit_at_once(ending_without_memory([&] {
    CallResult<int> const status = m->exit_status(run);
    if (!status) std::fprintf(stderr, "coracle: %s\n", status.error().message.c_str());
    int const last = program->session.finish(status.value_or(1));
    program.reset();  // a terminal gets its modes back
    std::fflush(nullptr);
    return last;
  }));
}

}  // extern "C"

}  // namespace coracle

int main(int argc, char** argv) { return coracle::run_program(argc, argv, coracle::begin_session); }
