// Types of the package coracle-scheme.

/** A Scheme object that has no JavaScript counterpart. It lives in Scheme as long as the handle does here. */
export class SchemeHandle {
  private constructor();
  /** What Scheme prints for it. */
  toString(): string;
}

/** A character, by itself or by its code point. */
export class Char {
  constructor(character: string | number);
  readonly codePoint: number;
  toString(): string;
}

/** A number that is a flonum in Scheme also where it is an integer. */
export class Flonum {
  constructor(value: number);
  readonly value: number;
  valueOf(): number;
}

/** An exact fraction in lowest terms. */
export class Ratio {
  constructor(numerator: bigint | number, denominator: bigint | number);
  readonly numerator: bigint;
  readonly denominator: bigint;
  valueOf(): number;
  toString(): string;
}

/** A pair that doesn't begin a list. */
export class Pair {
  constructor(car: unknown, cdr: unknown);
  car: unknown;
  cdr: unknown;
}

/** A Scheme vector. (An Array is a list.) */
export class Vector<T = unknown> extends Array<T> {}

export type SchemeErrorKind =
  /** Scheme raised an object that nobody handled: it is `condition`. */
  | "condition"
  /** By Scheme.interrupt. */
  | "interrupted"
  | "out_of_memory"
  /** Scheme called (exit): `status` is the status. The machine can't be used any more. */
  | "exit"
  /** The machine can't be used any more, because of an earlier (exit). */
  | "ended"
  /** Scheme called (reset). */
  | "reset"
  /** Scheme went on in a continuation from outside the call. */
  | "left"
  /** A call returned no value, or several. */
  | "wrong_type"
  /** Scheme has disabled interrupts and waits. */
  | "busy"
  /** Scheme can't have this value, or a function here can't have this argument. */
  | "bad_value"
  /** The image can't be booted; the message says where and why. */
  | "bad_image"
  /** The WebAssembly module can't be compiled, or not instantiated. */
  | "bad_wasm"
  /** The engine is too old for the module; the message names what it lacks. */
  | "unsupported"
  /** The image or the module can't be had. */
  | "fetch"
  /** A folder can't be kept: IndexedDB isn't there, or refuses. */
  | "storage"
  /** An operation on the machine's files. */
  | "file"
  /** The machine was disposed, or was never booted. */
  | "disposed"
  /** The machine itself failed, and can't be used any more. */
  | "crashed";

export class SchemeError extends Error {
  constructor(kind: SchemeErrorKind, message: string, details?: {
    irritants?: unknown[]; condition?: unknown; who?: string; status?: number; cause?: unknown;
  });
  readonly kind: SchemeErrorKind;
  readonly irritants: unknown[];
  readonly condition?: unknown;
  /** The procedure that reported it, if that is known. */
  readonly who?: string;
  readonly status?: number;
}

/** Where bytes come from. */
export type Source = string | URL | Response | ArrayBuffer | Uint8Array;

export interface BootOptions {
  /** The image to boot. Default: petite and scheme, which are in the package. */
  image?: Source;
  /** The WebAssembly module. Default: the package's own. */
  wasm?: Source | WebAssembly.Module;
  /** Asked for input when Scheme reads from the console: the next piece of it; null is its end. Default: no input. */
  stdin?: () => string | null | undefined | Promise<string | null | undefined>;
  /** Gets what Scheme writes. Default: node's own streams, or the browser's console. */
  stdout?: (text: string) => void;
  stderr?: (text: string) => void;
  /** In bytes; beyond it Scheme gets a condition. Default: what the host gives, up to 4 GB. */
  memoryLimit?: number;
}

/** The machine's files, in memory: those that Scheme's own procedures open. */
export interface Files {
  /** Writes a file, and makes the folders above it. */
  write(path: string, data: string | Uint8Array): void;
  read(path: string): Uint8Array;
  readText(path: string): string;
  /** The names in a folder, sorted. */
  list(path?: string): string[];
  /** Removes a file, or a folder and all in it. */
  remove(path: string): void;

  /**
   * Files behind URLs, read-only: each is fetched when Scheme first opens it or asks about it, and Scheme waits. A URL
   * that ends with a slash is a folder, whose files appear below the path; another one is a file, which appears at the
   * path. `files`: all that the folder holds, so that the server isn't asked about others.
   */
  mount(path: string, url: string | URL, files?: string[]): void;
  /** Removes a mount, and what was fetched from it. */
  unmount(path: string): void;

  /**
   * Makes a folder stay between visits (IndexedDB): gets what was stored, and from then on stores each change as soon
   * as Scheme's slice is over. `name`: what it is stored as; default: the path.
   */
  keep(path: string, name?: string): Promise<void>;
  /** Resolves when all changes of kept folders are stored; rejected if some can't be. */
  sync(): Promise<void>;

  /** All files in a folder, as a zip archive. */
  export(path?: string): Promise<Uint8Array>;
  /** Writes the files of a zip archive below a folder. */
  import(archive: Uint8Array | ArrayBuffer, path?: string): Promise<void>;
}

/** A Scheme machine. Machines are independent of each other. */
export class Scheme {
  private constructor();
  static boot(options?: BootOptions): Promise<Scheme>;
  /** Evaluates all forms of a text; the value is that of the last one. */
  eval(text: string): Promise<any>;
  /** Calls a procedure, or the one that a top-level variable names. Arguments are converted at once. */
  call(procedure: string | ((...args: any[]) => unknown), ...args: unknown[]): Promise<any>;
  /** Loads one of the machine's files. */
  load(path: string): Promise<void>;
  /** Defines a top-level variable. A function becomes a procedure; if it returns a promise, Scheme waits for it. */
  define(name: string, value: unknown): Promise<void>;
  /**
   * Scheme's own session, the REPL with its prompts: loads the files, then reads from `stdin`. The value is its exit
   * status. While it waits, other calls may run. Errors go to its console, and `interrupt()` is its Ctrl-C.
   */
  session(...files: string[]): Promise<number>;
  /**
   * Ends all calls that run, or wait for their turn: their promises are rejected with errors of the kind
   * "interrupted". If there are none, but a session, that gets a Ctrl-C: its break handler is called, or a new prompt
   * begins.
   */
  interrupt(): void;
  /** Gives the machine's memory back. What runs is rejected, as later calls are. */
  dispose(): void;
  readonly files: Files;
}

/** The same methods, which return promises. */
export type Asynchronous<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : T[K];
};

/**
 * A Scheme machine in a worker of its own, with the methods of Scheme. Functions that cross, and procedures, are called
 * by messages: they return promises, and Scheme waits. What `stdout` and `stderr` throw is an uncaught error here.
 * Handles don't print. In node, a machine that does nothing doesn't keep the program running.
 */
export class SchemeInWorker {
  private constructor();
  /** Starts the worker, from the package's file worker.js. */
  static boot(options?: BootOptions): Promise<SchemeInWorker>;
  eval: Scheme["eval"];
  call: Scheme["call"];
  load: Scheme["load"];
  define: Scheme["define"];
  session: Scheme["session"];
  interrupt: Scheme["interrupt"];
  /** Ends the worker. What runs is rejected, as later calls are. */
  dispose(): void;
  readonly files: Asynchronous<Files>;
}
