// The runs of a machine: calls that are gone on with in slices, a turn of the event loop between them.
//
// Runs that have begun form a stack, because each keeps its place on Scheme's stack: only the topmost one goes on. A new
// one begins on top of it if it waits (for input, for a time, for a promise), and otherwise queues.
import { SchemeError } from "./errors.js";
import { nextTurn } from "./turns.js";

const sliceMilliseconds = 8;
const longestTimeout = 2 ** 31 - 1;  // of setTimeout; who still has to sleep sleeps again

export class Runs {
  #use;
  #settle;
  #waitForInput;
  #runs = [];            // have begun, the topmost last
  #queue = [];
  #lastNumber = 0;
  #scheduled = false;
  #lastTurn = 0;
  #over = false;

  /// `use` calls a function with the module and the machine; `settle` gets a run that has ended; `waitForInput` one that
  /// waits for input, and the state that it had before.
  constructor({ use, settle, waitForInput }) {
    this.#use = use;
    this.#settle = settle;
    this.#waitForInput = waitForInput;
  }

  /// A run that `f` begins: it gets the module, the machine and the run's number.
  begin(f, isSession = false) {
    const number = ++this.#lastNumber;
    this.#use((module, machine) => f(module, machine, number));
    return new Promise((resolve, reject) => {
      this.#queue.push({ number, resolve, reject, isSession, state: "fresh", ready: true });
      this.#schedule();
    });
  }
  /// Ends those that run, or wait for their turn. If there are none, but a session: Ctrl-C in that.
  interrupt() {
    const queued = this.#queue.splice(0);
    for (const run of queued) {
      this.#use((module, machine) => module._coracle_drop(machine, run.number));
      run.reject(new SchemeError("interrupted", "interrupted"));
    }
    const top = this.#runs.at(-1);
    if (top === undefined || (top.isSession && !top.ready && queued.length > 0)) return;
    this.#use((module, machine) => module._coracle_interrupt(machine));
    this.wake(top);
  }
  /// Nothing runs any more.
  end(error) {
    this.#over = true;
    for (const run of [...this.#runs, ...this.#queue]) {
      clearTimeout(run.timer);
      run.reject(error);
    }
    this.#runs = [];
    this.#queue = [];
  }

  wake(run) {
    run.ready = true;
    this.#schedule();
  }
  /// Those that are in a state.
  wakeAll(state) {
    for (const run of this.#runs) {
      if (run.state === state) this.wake(run);
    }
  }
  /// The one that would go on, to look at an event.
  wakeTop() {
    const top = this.#runs.at(-1);
    if (top !== undefined) this.wake(top);
  }

  /// Short calls follow each other at once, for as long as a slice takes; then the event loop has its turn.
  #schedule() {
    if (this.#scheduled || this.#over) return;
    this.#scheduled = true;
    const turn = () => {
      this.#scheduled = false;
      if (!this.#over) this.#turn();
    };
    if (performance.now() - this.#lastTurn < sliceMilliseconds) {
      queueMicrotask(turn);
    } else {
      nextTurn(() => {
        this.#lastTurn = performance.now();
        turn();
      });
    }
  }

  #turn() {
    let top = this.#runs.at(-1);
    if (top === undefined || !top.ready) {
      if (this.#queue.length === 0) return;
      top = this.#queue.shift();
      this.#runs.push(top);
    }
    top.ready = false;
    clearTimeout(top.timer);
    const before = top.state;
    try {
      top.state = this.#use((module, machine) =>
        module.UTF8ToString(module._coracle_resume(machine, top.number, sliceMilliseconds)));
    } catch (error) {
      if (this.#over) return;  // all runs were rejected
      throw error;
    }
    if (this.#over) return;
    switch (top.state) {
      case "fresh":  // the one below can't be put off: it has disabled interrupts
        this.#runs.pop();
        this.#queue.unshift(top);
        if (this.#runs.at(-1)?.ready) this.#schedule();
        return;
      case "ended":
        this.#runs.pop();
        this.#settle(top);
        if (this.#runs.length > 0) this.#runs.at(-1).ready = true;  // it could not go on until now
        break;
      case "slice_over":
        top.ready = true;
        break;
      case "sleeps":
        this.wakeLater(top, this.#use((module, machine) => module._coracle_time_left(machine, top.number)));
        break;
      case "waits_for_input":
        this.#waitForInput(top, before);
        break;
    }
    this.#schedule();
  }

  wakeLater(run, milliseconds) {
    run.timer = setTimeout(() => this.wake(run), Math.min(longestTimeout, milliseconds));
  }
}
