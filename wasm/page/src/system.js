// The Scheme system of the page: a machine whose session reads from the prompt, and the program that runs on top of it.
// When the machine ends, by (exit) or by a failure, a new one is booted.
import { Scheme, SchemeError } from "coracle-scheme";
import { showCanvas, drawOn } from "./pictures.js";
import definitions from "../page.ss";

const memoryLimit = 512 * 2 ** 20;

/// Scheme counts characters, JavaScript UTF-16 units.
const charactersIn = (text) => [...text].length;
const unitsIn = (text, characters) => [...text].slice(0, characters).join("").length;

export class System {
  /// Gets each new state. ready: Scheme waits for input at its prompt. running: it does something else, or a program of
  /// the editor runs.
  onState = () => {};

  #parts;
  #transcript;
  #prompt;
  #scheme;
  #procedures;
  #state = "booting";
  #program = false;  // whether one of the editor runs
  #sessionLabel;     // the prompt that the session has written, if a program got the input that it asked for

  /// `parts`: what Scheme.boot needs (wasm, image).
  constructor(parts, transcript, prompt) {
    this.#parts = parts;
    this.#transcript = transcript;
    this.#prompt = prompt;
  }

  get state() {
    return this.#state;
  }
  get files() {
    return this.#scheme?.files;
  }

  #enter(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.onState(state);
  }

  /// `prepare(files)` puts the user's files into the new machine.
  async boot(prepare) {
    this.#enter("booting");
    const scheme = await Scheme.boot({
      ...this.#parts,
      memoryLimit,
      stdin: async () => {
        if (scheme !== this.#scheme) return null;
        if (!this.#program) this.#enter("ready");
        const label = this.#sessionLabel ?? this.#transcript.takeLastLine();
        this.#sessionLabel = undefined;
        const text = await this.#prompt.read(label);
        if (scheme === this.#scheme) this.#enter("running");
        return text;
      },
      stdout: (text) => this.#transcript.write(text),
      stderr: (text) => this.#transcript.write(text, "error"),
    });
    this.#scheme = scheme;
    await Promise.all([
      scheme.define("page:show-html", (shown) => {
        if (typeof shown === "string") this.#transcript.showHtml(shown);
        else if (shown instanceof Element) this.#transcript.showElement(shown);
        else throw new TypeError("found something that is neither a string, a picture nor an element");
      }),
      scheme.define("page:canvas", (width, height) => showCanvas(this.#transcript, width, height)),
      scheme.define("page:draw", drawOn),
      scheme.define("page:wait-frame", () => new Promise((resolve) => { requestAnimationFrame(resolve); })),
    ]);
    await scheme.eval(definitions);
    const [run, placeOf, names] =
      await scheme.eval("(let () (import (coracle page run)) (list run-program place-of names))");
    this.#procedures = { run, placeOf, names };
    await prepare(scheme);
    this.#session(scheme, prepare);
  }

  async #session(scheme, prepare) {
    let words;
    try {
      const status = await scheme.session();
      words = `Scheme has ended with status ${status}.`;
    } catch (error) {
      if (scheme !== this.#scheme) return;  // it was disposed for a new one
      words = error.kind === "exit" ? `Scheme has ended with status ${error.status}.` : error.message;
    }
    this.#transcript.note(`${words} A new machine begins.`);
    await this.restart(prepare);
  }

  async restart(prepare) {
    const old = this.#scheme;
    this.#scheme = undefined;
    this.#sessionLabel = undefined;
    this.#prompt.cancel();
    old.dispose();
    await this.boot(prepare);
  }

  /// Runs a program, or a part of one that begins at an index of the file's text. Resolves to nothing, or to what went
  /// wrong: the message, and its place in the file's text (from, to), if that is known.
  async run(file, path, from = 0, to = file.length) {
    const scheme = this.#scheme;
    this.#program = true;
    const label = this.#prompt.label;
    this.#prompt.label = "";
    this.#enter("running");
    try {
      await this.#procedures.run(file.slice(from, to), path, charactersIn(file.slice(0, from)));
      return undefined;
    } catch (error) {
      if (!(error instanceof SchemeError)) throw error;
      const found = { kind: error.kind, message: error.message };
      if (error.kind === "condition" && scheme === this.#scheme) {
        const place = await this.#procedures.placeOf(error.condition, path).catch(() => false);
        if (place !== false) [found.from, found.to] = place.map((n) => unitsIn(file, n));
      }
      return found;
    } finally {
      this.#program = false;
      if (scheme !== this.#scheme) {
        // The machine has ended, and with it its prompt.
      } else if (this.#prompt.waits) {
        this.#transcript.write(this.#prompt.label);  // of the program; now the session waits
        this.#prompt.label = label;
        this.#enter("ready");
      } else {
        this.#sessionLabel = label;
      }
    }
  }

  interrupt() {
    if (this.#scheme !== undefined && this.#state === "running") this.#scheme.interrupt();
  }

  /// The names that programs may use.
  names() {
    return this.#procedures.names();
  }
}
