// The session of the package's program (program.cpp): a run between whose slices signals come. What (coracle js) needs is
// loaded when that is imported.
import { Runs } from "./runs.js";

// Input is waited for by asking again: after a twentieth of the time that it has taken so far.
const firstPause = 1;
const longestPause = 40;
const growth = 1.05;

/// Runs the session of a module, if it has one; ends the process.
export function run(module) {
  const machine = module._coracle_program();
  if (machine === 0) return;
  const use = (f) => f(module, machine);
  let objects;
  const runs = new Runs({
    use,
    settle: (ended) => {
      if (ended.isSession) module._coracle_end_program(machine, ended.number);
      else objects.settle(ended);
    },
    waitForInput: (waiting, before) => {
      waiting.pause = before === "waits_for_input" ? Math.min(waiting.pause * growth, longestPause) : firstPause;
      runs.wakeLater(waiting, waiting.pause);
    },
  });
  module.onSignal = () => runs.wakeTop();
  module.host = {
    call: (id) => (id === 0 ? getLibrary() : objects.call(id)),
    forget: (id) => objects?.forget(id),
  };
  let lastPromise = 2 ** 31;  // the objects' own are smaller

  /// As Objects.answer does, which isn't there yet.
  function getLibrary() {
    const promise = ++lastPromise;
    Promise.all([import("./objects.js"), import("./operations.js"), import("node:url")]).then(
      ([{ Objects }, { library }, { fileURLToPath }]) => {
        objects ??= new Objects({
          use,
          call: (procedure, args) => runs.begin((_, __, number) => {
            objects.send(objects.encoded([procedure, ...args]));
            module._coracle_begin_call(machine, number);
          }),
          isDead: () => false,
          supplied: () => runs.wakeAll("waits_for_result"),
        });
        objects.send(objects.encoded(library(objects, fileURLToPath(new URL("js.sls", import.meta.url)))));
        module._coracle_supply(machine, promise, false);
        runs.wakeAll("waits_for_result");
      });
    return 2 + promise;
  }

  process.once("beforeExit", () => {
    process.stderr.write("coracle: Scheme waits for a promise that nothing can settle any more; the program ends\n");
    process.exitCode = 1;
  });
  runs.begin((_, __, number) => module._coracle_begin_program(machine, number), true);
}
