// What a machine and JavaScript hold of each other: JavaScript's objects that Scheme knows by their ids, Scheme's that
// JavaScript knows by handles; and the messages that values cross in.
import { SchemeError } from "./errors.js";
import { SchemeHandle } from "./values.js";
import { decode, encode, wellFormed } from "./wire.js";

const isThenable = (v) => (typeof v === "object" || typeof v === "function") && v !== null &&
  typeof v.then === "function";

export const decodeText = (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

export class Objects {
  #use;
  #call;
  #isDead;
  #supplied;
  #names = new WeakMap();    // of functions that were defined
  #ids = new Map();          // of JavaScript objects that Scheme holds
  #objects = new Map();      // by id
  #lastId = 0;
  #lastPromise = 0;
  #handles = new WeakMap();  // numbers of the handles of Scheme objects
  #registry = new FinalizationRegistry((handle) => {
    if (!this.#isDead()) this.#use((module, machine) => module._coracle_release(machine, handle));
  });

  /// `use` calls a function with the module and the machine; `call` calls a Scheme procedure, with an array of
  /// arguments; `isDead` says whether the machine is gone; `supplied` is called when a promise has its result.
  constructor({ use, call, isDead, supplied }) {
    this.#use = use;
    this.#call = call;
    this.#isDead = isDead;
    this.#supplied = supplied;
  }

  // --- Messages
  send(bytes) {
    this.#use((module, machine) => {
      const place = module._coracle_input(machine, bytes.length) >>> 0;
      if (place === 0 && bytes.length > 0) {
        throw new SchemeError("out_of_memory", `out of memory for a message of ${bytes.length} bytes`);
      }
      module.HEAPU8.set(bytes, place);
    });
  }
  received() {
    return this.#use((module, machine) => {
      const place = module._coracle_output(machine) >>> 0;
      const size = module._coracle_output_size(machine) >>> 0;
      return module.HEAPU8.slice(place, place + size);
    });
  }
  encoded(value) {
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
  receivedValue() {
    return decode(this.received(), {
      object: (id) => this.#objects.get(id),
      procedure: (handle) => {
        const procedure = async (...args) => this.#call(procedure, args);
        return this.#keep(procedure, handle);
      },
      handle: (handle) => {
        const object = new SchemeHandle(() => this.#use((module, machine) => {
          module._coracle_print(machine, handle);
          return decodeText(this.received());
        }));
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
  encodedThrown(error) {
    try {
      if (error instanceof SchemeError && error.kind === "condition") return this.encoded([error.condition]);
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
      return this.encoded([error, message]);
    } catch {
      return this.encoded([undefined, message]);
    }
  }

  // --- Objects
  /// What Scheme calls a function; not if it is a Scheme procedure.
  name(value, name) {
    if (typeof value === "function" && !this.#handles.has(value)) this.#names.set(value, name);
  }
  clear() {
    this.#objects.clear();
    this.#ids.clear();
  }

  /// Settles a run that has ended.
  settle(run) {
    try {
      const succeeded = this.#use((module, machine) => module._coracle_result(machine, run.number));
      const value = this.receivedValue();
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

  // --- What C++ calls (javascript.h)
  /// Calls a function of JavaScript's, by its id.
  call(id) {
    return this.answer(() => this.#objects.get(id)(...this.receivedValue()));
  }
  /// Calls `f`, and sends what it returns or throws.
  answer(f) {
    let result;
    try {
      result = f();
      if (!isThenable(result)) {
        this.send(this.encoded(result));
        return 0;
      }
    } catch (error) {
      this.send(this.encodedThrown(error));
      return 1;
    }
    const promise = ++this.#lastPromise;
    const supply = (bytes, thrown) => {
      if (this.#isDead()) return;
      this.send(bytes);
      this.#use((module, machine) => module._coracle_supply(machine, promise, thrown));
      this.#supplied();
    };
    Promise.resolve(result).then((value) => this.encoded(value)).then(
      (bytes) => supply(bytes, false), (error) => supply(this.encodedThrown(error), true));
    return 2 + promise;
  }
  forget(id) {
    this.#ids.delete(this.#objects.get(id));
    this.#objects.delete(id);
  }
}
