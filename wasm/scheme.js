// A Scheme machine: one instance of the WebAssembly module, whose calls are runs (runs.js).
import { checkCallbacks, defaultOutput } from "./console.js";
import { SchemeError } from "./errors.js";
import { Files } from "./files.js";
import instantiate from "./machine.js";
import { Objects, decodeText } from "./objects.js";
import { library } from "./operations.js";
import { imageOf, moduleOf } from "./resources.js";
import { Runs } from "./runs.js";
import { encodeText, wellFormed } from "./wire.js";

const greatestMemory = 2 ** 32 - 2 ** 16;

export class Scheme {
  /// The machine's files.
  files;

  #module;
  #machine;              // what the module's functions take
  #dead = new SchemeError("disposed", "the machine was not booted: Scheme.boot() does that");  // of all calls
  #lastWords = "";       // what the module printed before it failed
  #stdin;
  #outputs;
  #reading = false;
  #runs;
  #objects;

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
    }, () => { this.#runs.wakeAll("waits_for_result"); });
    const use = (f) => {
      this.#check();
      return this.#use(f);
    };
    this.#objects = new Objects({
      use,
      call: (procedure, args) => this.call(procedure, ...args),
      isDead: () => this.#dead !== undefined,
      supplied: () => this.#runs.wakeAll("waits_for_result"),
    });
    this.#runs = new Runs({
      use,
      settle: (run) => this.#objects.settle(run),
      waitForInput: () => this.#readInput(),
    });
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
      this.#objects.send(bytes);
      if (module._coracle_boot(machine, memoryLimit)) return;
      const message = decodeText(this.#objects.received());
      this.dispose();
      throw new SchemeError("bad_image", message);
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
      return this.#objects.encoded([procedure, ...args]);
    });
  }
  /// Loads a file of the machine's.
  async load(path) {
    await this.call("load", path);
  }
  /// Defines a top-level variable. A function becomes a procedure; where it returns a promise, Scheme waits for it.
  async define(name, value) {
    this.#objects.name(value, name);
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
      return this.#objects.encoded(files);
    }, true);
  }
  /// Ends the calls that run, or wait for their turn: their promises are rejected with an error of the kind
  /// `interrupted`. If there are none, but a session: Ctrl-C in that.
  interrupt() {
    this.#check();
    this.#runs.interrupt();
  }
  /// Gives the machine's memory back. What runs is rejected, as later calls are.
  dispose() {
    this.#die(new SchemeError("disposed", "the machine was disposed"));
  }

  // --- Its state

  #check() {
    if (this.#dead !== undefined) throw this.#dead;
  }
  #die(error) {
    if (this.#dead !== undefined) return;
    Files.close(this.files);
    this.#dead = error;
    this.#runs.end(error);
    this.#module = undefined;
    this.#objects.clear();
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
  async #start(begin, message, isSession) {
    this.#check();
    const bytes = message();
    return this.#runs.begin((module, machine, number) => {
      this.#objects.send(bytes);
      module[begin](machine, number);
    }, isSession);
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
      bytes = this.#objects.encodedThrown(error);
      thrown = true;
    }
    this.#reading = false;
    if (this.#dead !== undefined) return;
    this.#use((module, machine) => {
      this.#objects.send(bytes);
      module._coracle_supply_input(machine, thrown);
    });
    this.#runs.wakeAll("waits_for_input");
  }

  /// What C++ calls (javascript.h).
  #host() {
    const objects = this.#objects;
    const call = (id) =>
      (id === 0 ? objects.answer(() => library(objects, "/lib/coracle/js.sls")) : objects.call(id));
    const fileState = (path) => {
      try {
        return Files.isPresent(this.files, path) ? 1 : 0;
      } catch (error) {
        objects.send(encodeText(wellFormed(error.message)));
        return 2;
      }
    };
    const write = (descriptor, bytes) => {
      try {
        this.#outputs[descriptor](decodeText(bytes));
        return true;
      } catch (error) {
        objects.send(objects.encodedThrown(error));
        return false;
      }
    };
    return { call, fileState, forget: (id) => objects.forget(id), write };
  }
}
