// A Scheme machine: one instance of the WebAssembly module, and the runs in it.
//
// Calls are runs, which are gone on with in slices, a turn of the event loop between them. Runs that have begun form
// a stack, because each keeps its place on Scheme's stack: only the topmost one goes on. A new one begins on top of it
// if it waits (for input, for a time, for a promise), and otherwise queues.
import { checkCallbacks, defaultOutput } from "./console.js";
import { SchemeError } from "./errors.js";
import { Files } from "./files.js";
import instantiate from "./machine.js";
import { operations } from "./operations.js";
import { imageOf, moduleOf } from "./resources.js";
import { nextTurn } from "./turns.js";
import { SchemeHandle } from "./values.js";
import { decode, encode, encodeText, wellFormed } from "./wire.js";

const sliceMilliseconds = 8;
const longestTimeout = 2 ** 31 - 1;  // of setTimeout; who still has to sleep sleeps again
const greatestMemory = 2 ** 32 - 2 ** 16;

const decodeText = (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

const isThenable = (v) => (typeof v === "object" || typeof v === "function") && v !== null &&
  typeof v.then === "function";

export class Scheme {
  /// The machine's files.
  files;

  #module;
  #machine;              // what the module's functions take
  #dead = new SchemeError("disposed", "the machine was not booted: Scheme.boot() does that");  // of all calls
  #lastWords = "";       // what the module printed before it failed
  #stdin;
  #outputs;
  #runs = [];            // have begun, the topmost last
  #queue = [];
  #lastNumber = 0;       // of runs and promises
  #scheduled = false;
  #lastTurn = 0;
  #reading = false;
  #names = new WeakMap();    // of functions that were defined
  #ids = new Map();          // of JavaScript objects that Scheme holds
  #objects = new Map();      // by id
  #lastId = 0;
  #handles = new WeakMap();  // numbers of the handles of Scheme objects
  #registry = new FinalizationRegistry((handle) => {
    if (this.#dead === undefined) this.#use((module, machine) => module._coracle_release(machine, handle));
  });

  /// Boots a machine. Each has its own memory.
  static async boot(options = {}) {
    const scheme = new Scheme(options);
    await scheme.#boot(options);
    return scheme;
  }

  constructor({ stdin, stdout, stderr } = {}) {
    checkCallbacks({ stdin, stdout, stderr });
    this.#stdin = stdin ?? (() => null);
    this.#outputs = [undefined, stdout ?? defaultOutput(1), stderr ?? defaultOutput(2)];
    this.files = new Files(() => {
      this.#check();
      const module = this.#module;
      return { fs: module.FS, errorText: (errno) => module.UTF8ToString(module._coracle_error_text(errno)) };
    }, () => { this.#wakeAll("waits_for_result"); });
  }

  async #boot({ image, wasm, memoryLimit = 0 }) {
    if (!Number.isSafeInteger(memoryLimit) || memoryLimit < 0 || memoryLimit > greatestMemory) {
      throw new SchemeError("bad_value", `memoryLimit: found ${memoryLimit}, expected 0 to ${greatestMemory} bytes`);
    }
    const [compiled, bytes] = await Promise.all([moduleOf(wasm), imageOf(image)]);
    const say = (line) => { this.#lastWords += `${line}\n`; };
    try {
      this.#module = await new Promise((resolve, reject) => {
        instantiate({
          host: this.#host(),
          stdin: () => null,
          print: say,
          printErr: say,
          instantiateWasm: (imports, done) => {
            WebAssembly.instantiate(compiled, imports).then((instance) => done(instance, compiled), reject);
            return {};
          },
        }).then(resolve, reject);
      });
    } catch (error) {
      throw new SchemeError("bad_wasm", `the WebAssembly module: ${error.message}`, { cause: error });
    }
    this.#machine = this.#module._coracle_new();
    this.#dead = undefined;
    this.#use((module, machine) => {
      this.#send(bytes);
      if (module._coracle_boot(machine, memoryLimit)) return;
      const message = decodeText(this.#received());
      this.dispose();
      throw new SchemeError("bad_image", message);
    });
    for (const [name, operation] of Object.entries(operations)) this.#names.set(operation, name);
    const table = Object.entries(operations).map(([name, operation]) => [Symbol.for(name), operation]);
    this.#use((module, machine) => {
      this.#send(this.#encoded([Symbol.for("$js-operations"), table]));
      module._coracle_define(machine);
    });
  }

  // --- Calls

  /// Evaluates all forms of a text; the value is that of the last one.
  eval(text) {
    return this.#start("_coracle_begin_eval", () => {
      if (typeof text !== "string") {
        throw new SchemeError("bad_value", `found ${typeof text}, expected a string of Scheme code`);
      }
      return encodeText(text, "Scheme code");
    });
  }
  /// Calls a procedure, or the one that a top-level variable names.
  call(procedure, ...args) {
    return this.#start("_coracle_begin_call", () => {
      if (typeof procedure !== "string" && typeof procedure !== "function") {
        throw new SchemeError("bad_value", `found ${typeof procedure}, expected a procedure or its name`);
      }
      return this.#encoded([procedure, ...args]);
    });
  }
  /// Loads a file of the machine's.
  async load(path) {
    await this.call("load", path);
  }
  /// Defines a top-level variable. A function becomes a procedure; where it returns a promise, Scheme waits for it.
  async define(name, value) {
    if (typeof value === "function" && !this.#handles.has(value)) this.#names.set(value, name);
    await this.call("define-top-level-value", Symbol.for(name), value);
  }
  /// Scheme's own session: the REPL with its prompts, in which `interrupt()` is Ctrl-C. It first loads the files,
  /// reads from `stdin`, and returns its exit status.
  session(...files) {
    return this.#start("_coracle_begin_session", () => {
      for (const file of files) {
        if (typeof file !== "string") {
          throw new SchemeError("bad_value", `found ${typeof file}, expected the name of a file`);
        }
      }
      // As the output's descriptor is: so (interactive?) is true, and Scheme says how to enter the debugger.
      this.#module.FS.getStream(0).tty = true;
      return this.#encoded(files);
    });
  }
  /// Ends the calls that run, or wait for their turn: their promises are rejected with an error of the kind
  /// `interrupted`. If there are none, but a session: Ctrl-C in that.
  interrupt() {
    this.#check();
    const queued = this.#queue.splice(0);
    for (const run of queued) {
      this.#use((module, machine) => module._coracle_drop(machine, run.number));
      run.reject(new SchemeError("interrupted", "interrupted"));
    }
    const top = this.#runs.at(-1);
    if (top === undefined || (top.isSession && !top.ready && queued.length > 0)) return;
    this.#use((module, machine) => module._coracle_interrupt(machine));
    this.#wake(top);
  }
  /// Gives the machine's memory back. What runs is rejected, as later calls are.
  dispose() {
    this.#die(new SchemeError("disposed", "the machine was disposed"));
  }

  // --- Runs

  #check() {
    if (this.#dead !== undefined) throw this.#dead;
  }
  #die(error) {
    if (this.#dead !== undefined) return;
    Files.close(this.files);
    this.#dead = error;
    for (const run of [...this.#runs, ...this.#queue]) {
      clearTimeout(run.timer);
      run.reject(error);
    }
    this.#runs = [];
    this.#queue = [];
    this.#module = undefined;
    this.#objects.clear();
    this.#ids.clear();
  }
  /// Calls the module. If that fails, the machine can't be used any more.
  #use(f) {
    try {
      return f(this.#module, this.#machine);
    } catch (error) {
      if (error instanceof SchemeError) throw error;
      const words = this.#lastWords.trim();
      this.#die(new SchemeError("crashed", `the machine failed: ${words === "" ? error.message : words}`,
                                { cause: error }));
      throw this.#dead;
    }
  }

  /// A run that the module's function begins with a message.
  async #start(begin, message) {
    this.#check();
    const bytes = message();
    const number = ++this.#lastNumber;
    this.#use((module, machine) => {
      this.#send(bytes);
      module[begin](machine, number);
    });
    return new Promise((resolve, reject) => {
      const isSession = begin === "_coracle_begin_session";
      this.#queue.push({ number, resolve, reject, isSession, state: "fresh", ready: true });
      this.#schedule();
    });
  }

  #wake(run) {
    run.ready = true;
    this.#schedule();
  }
  #wakeAll(state) {
    for (const run of this.#runs) {
      if (run.state === state) this.#wake(run);
    }
  }
  /// Short calls follow each other at once, for as long as a slice takes; then the event loop has its turn.
  #schedule() {
    if (this.#scheduled || this.#dead !== undefined) return;
    this.#scheduled = true;
    const turn = () => {
      this.#scheduled = false;
      if (this.#dead === undefined) this.#turn();
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
    try {
      top.state = this.#use((module, machine) =>
        module.UTF8ToString(module._coracle_resume(machine, top.number, sliceMilliseconds)));
    } catch {
      return;  // all runs were rejected
    }
    if (this.#dead !== undefined) return;
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
        top.timer = setTimeout(() => this.#wake(top), Math.min(longestTimeout,
          this.#use((module, machine) => module._coracle_time_left(machine, top.number))));
        break;
      case "waits_for_input":
        this.#readInput();
        break;
    }
    this.#schedule();
  }

  #settle(run) {
    try {
      const succeeded = this.#use((module, machine) => module._coracle_result(machine, run.number));
      const value = this.#receivedValue();
      if (succeeded) return run.resolve(value);
      const [kind, message, who, status, irritants, condition] = value;
      const name = Symbol.keyFor(kind);
      run.reject(new SchemeError(name, message, {
        irritants,
        condition,
        who: who === false ? undefined : who,
        status: name === "exit" ? status : undefined,
      }));
    } catch (error) {
      run.reject(error);
    }
  }

  async #readInput() {
    if (this.#reading) return;
    this.#reading = true;
    let bytes;
    let thrown = false;
    try {
      const text = await this.#stdin();
      if (text !== null && text !== undefined && typeof text !== "string") {
        throw new SchemeError("bad_value", `found ${typeof text} from stdin, expected a string or null`);
      }
      bytes = encodeText(text ?? "", "a string from stdin");
    } catch (error) {
      bytes = this.#encodedThrown(error);
      thrown = true;
    }
    this.#reading = false;
    if (this.#dead !== undefined) return;
    this.#use((module, machine) => {
      this.#send(bytes);
      module._coracle_supply_input(machine, thrown);
    });
    this.#wakeAll("waits_for_input");
  }

  // --- Messages

  #send(bytes) {
    const place = this.#module._coracle_input(this.#machine, bytes.length) >>> 0;
    if (place === 0 && bytes.length > 0) {
      throw new SchemeError("out_of_memory", `out of memory for a message of ${bytes.length} bytes`);
    }
    this.#module.HEAPU8.set(bytes, place);
  }
  #received() {
    const place = this.#module._coracle_output(this.#machine) >>> 0;
    const size = this.#module._coracle_output_size(this.#machine) >>> 0;
    return this.#module.HEAPU8.slice(place, place + size);
  }
  #encoded(value) {
    return encode(value, {
      handleOf: (v) => {
        const handle = this.#handles.get(v);
        if (handle === undefined && v instanceof SchemeHandle) {
          throw new SchemeError("bad_value", "found an object of another Scheme machine");
        }
        return handle;
      },
      objectId: (v) => {
        let id = this.#ids.get(v);
        if (id === undefined) {
          id = ++this.#lastId;
          this.#ids.set(v, id);
          this.#objects.set(id, v);
        }
        return id;
      },
      nameOf: (f) => wellFormed(String(this.#names.get(f) ?? f.name)),
    });
  }
  #receivedValue() {
    return decode(this.#received(), {
      object: (id) => this.#objects.get(id),
      procedure: (handle) => {
        const procedure = async (...args) => this.call(procedure, ...args);
        return this.#keep(procedure, handle);
      },
      handle: (handle) => {
        const object = new SchemeHandle(() => {
          this.#check();
          return this.#use((module, machine) => {
            module._coracle_print(machine, handle);
            return decodeText(this.#received());
          });
        });
        return this.#keep(object, handle);
      },
    });
  }
  #keep(object, handle) {
    this.#handles.set(object, handle);
    this.#registry.register(object, handle);
    return object;
  }
  /// A condition that Scheme raised is raised again; anything else is the irritant of a new one.
  #encodedThrown(error) {
    try {
      if (error instanceof SchemeError && error.kind === "condition") return this.#encoded([error.condition]);
    } catch {
      // It is another machine's.
    }
    let message;
    try {
      message = wellFormed(String(error));
    } catch {
      message = "a JavaScript value that has no text";
    }
    try {
      return this.#encoded([error, message]);
    } catch {
      return this.#encoded([undefined, message]);
    }
  }

  /// What C++ calls (javascript.h).
  #host() {
    const call = (id) => {
      let result;
      try {
        result = this.#objects.get(id)(...this.#receivedValue());
        if (!isThenable(result)) {
          this.#send(this.#encoded(result));
          return 0;
        }
      } catch (error) {
        this.#send(this.#encodedThrown(error));
        return 1;
      }
      const promise = ++this.#lastNumber;
      const supply = (bytes, thrown) => {
        if (this.#dead !== undefined) return;
        this.#use((module, machine) => {
          this.#send(bytes);
          module._coracle_supply(machine, promise, thrown);
        });
        this.#wakeAll("waits_for_result");
      };
      Promise.resolve(result).then((value) => this.#encoded(value)).then(
        (bytes) => supply(bytes, false), (error) => supply(this.#encodedThrown(error), true));
      return 2 + promise;
    };
    const fileState = (path) => {
      try {
        return Files.isPresent(this.files, path) ? 1 : 0;
      } catch (error) {
        this.#send(encodeText(wellFormed(error.message)));
        return 2;
      }
    };
    const forget = (id) => {
      this.#ids.delete(this.#objects.get(id));
      this.#objects.delete(id);
    };
    const write = (descriptor, bytes) => {
      try {
        this.#outputs[descriptor](decodeText(bytes));
        return true;
      } catch (error) {
        this.#send(this.#encodedThrown(error));
        return false;
      }
    };
    return { call, fileState, forget, write };
  }
}
