// A machine in a worker, with the methods of Scheme.
import { checkCallbacks } from "./console.js";
import { SchemeError } from "./errors.js";
import { Peer } from "./peer.js";
import { imageOf, locate, moduleOf } from "./resources.js";
import { SchemeHandle } from "./values.js";

/// A worker that runs worker.js, whose events are the same in browsers and in node.
async function startWorker({ message, failed }) {
  if (typeof Worker === "function") {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => message(data);
    worker.onerror = (event) => {
      event.preventDefault();
      failed(event.message ?? "it can't be started");
    };
    return worker;
  }
  const threads = await import(/* webpackIgnore: true */ /* @vite-ignore */ "node:worker_threads");
  const worker = new threads.Worker(new URL("./worker.js", import.meta.url));
  worker.on("message", message);
  worker.on("error", (error) => failed(error.message));
  worker.on("exit", () => failed("it has ended"));
  return worker;
}

/// The arguments of Files.mount: the URL is relative to this program, not to the worker.
const absolute = (path, url, ...more) => [path, locate(url, `the mount at ${path}`).href, ...more];

export class SchemeInWorker {
  /// The machine's files: the methods of Files, but all return promises.
  files;

  #worker;
  #peer;
  #dead = new SchemeError("disposed", "the machine was not booted: SchemeInWorker.boot() does that");

  /// Starts a worker and boots a machine in it.
  static async boot(options = {}) {
    const scheme = new SchemeInWorker();
    await scheme.#boot(options);
    return scheme;
  }

  async #boot({ image, wasm, stdin, stdout, stderr, ...options }) {
    const callbacks = { stdin, stdout, stderr };
    checkCallbacks(callbacks);
    const [module, bytes] = await Promise.all([moduleOf(wasm), imageOf(image)]);
    this.#peer = new Peer((message) => this.#worker.postMessage(message), {
      handle: (name, args) => callbacks[name](...args),
      standIn: () => new SchemeHandle(() => "a Scheme object in a worker"),
      check: (object) => {
        if (object instanceof SchemeHandle) {
          throw new SchemeError("bad_value", "found an object of another Scheme machine");
        }
      },
      // In node, a worker that is waited for keeps the program running.
      changed: (count) => this.#worker?.[count > 0 ? "ref" : "unref"]?.(),
    });
    try {
      this.#worker = await startWorker({
        message: (message) => this.#peer.receive(message),
        failed: (message) => this.#die(new SchemeError("crashed", `the worker failed: ${message}`)),
      });
    } catch (error) {
      throw new SchemeError("crashed", `the worker can't be started: ${error.message}`, { cause: error });
    }
    this.#dead = undefined;
    const has = Object.fromEntries(Object.entries(callbacks).map(([name, f]) => [name, f !== undefined]));
    this.#worker.postMessage({ options: { ...options, ...has, wasm: module, image: bytes } });
    try {
      await this.#ask("boot");
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.files = new Proxy({}, {
      // No promise: so there is no `then`.
      get: (_, name) => (typeof name === "symbol" || name === "then" ? undefined
        : (...args) => this.#ask("files", name, ...(name === "mount" ? absolute(...args) : args))),
    });
  }

  eval(text) {
    return this.#ask("eval", text);
  }
  call(procedure, ...args) {
    return this.#ask("call", procedure, ...args);
  }
  load(path) {
    return this.#ask("load", path);
  }
  define(name, value) {
    return this.#ask("define", name, value);
  }
  session(...files) {
    return this.#ask("session", ...files);
  }
  interrupt() {
    if (this.#dead !== undefined) throw this.#dead;
    this.#peer.tell("interrupt");
  }
  /// Ends the worker. What runs is rejected, as later calls are.
  dispose() {
    this.#die(new SchemeError("disposed", "the machine was disposed"));
  }

  async #ask(method, ...args) {
    if (this.#dead !== undefined) throw this.#dead;
    return this.#peer.request(method, ...args);
  }
  #die(error) {
    if (this.#dead !== undefined) return;
    this.#dead = error;
    this.#peer.close(error);
    this.#worker.terminate();
  }
}
