// A session: Scheme's own REPL, read from `stdin` and interrupted by `interrupt()`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Scheme } from "coracle-scheme";

/// A machine with a terminal that the test types into.
class Terminal {
  output = "";
  #typed = [];
  #reader;

  static async boot() {
    const terminal = new Terminal();
    const write = (text) => { terminal.output += text; };
    terminal.scheme = await Scheme.boot({
      stdin: () => terminal.#typed.shift() ?? new Promise((resolve) => { terminal.#reader = resolve; }),
      stdout: write,
      stderr: write,
    });
    return terminal;
  }
  /// Returns what the session prints until there is `end` (the next prompt).
  async type(line, end = "\n> ") {
    this.output = "";
    if (this.#reader) {
      this.#reader(line);
      this.#reader = undefined;
    } else {
      this.#typed.push(line);
    }
    return this.until(end);
  }
  async until(end) {
    for (let i = 0; i < 2000; ++i) {
      if (`\n${this.output}`.endsWith(end)) return this.output;
      await delay(5);
    }
    assert.fail(`found ${JSON.stringify(this.output)}, expected ${JSON.stringify(end)} at its end`);
  }
}

test("values, errors and the debugger", async () => {
  const terminal = await Terminal.boot();
  const ended = terminal.scheme.session();
  assert.match(await terminal.until("\n> "), /Chez Scheme Version/);
  assert.equal(await terminal.type("(* 6 7)\n"), "42\n> ");
  assert.equal(await terminal.type("(define x\n" + "  (list 1 2))\nx\n", "(1 2)\n> "), "> (1 2)\n> ");
  assert.match(await terminal.type("(car x y)\n"), /Exception: variable y is not bound/);
  assert.match(await terminal.type("(car 5)\n"), /Exception in car: 5 is not a pair\nType \(debug\) to enter the debugger\.\n> $/);
  assert.match(await terminal.type("(debug)\n", "debug> "), /debug> $/);
  assert.match(await terminal.type("?\n", "debug> "), /inspect the raise continuation/);
  assert.match(await terminal.type("q\n"), /> $/);
  assert.equal(await terminal.scheme.eval("x").then(String), "1,2", "a call while the session waits");
  await assert.rejects(terminal.scheme.eval("(car 5)"), { kind: "condition" });
  assert.equal(await terminal.type("(read-char)a\n"), "#\\a\n> ");
  assert.equal(await terminal.type('(begin (display "name? ") (read-char) (read))\n', "name? "), "name? ");
  assert.equal(await terminal.type("me\n"), "me\n> ");
  await terminal.type("(trace-define (twice x) (* 2 x))\n");
  assert.equal(await terminal.type("(+ 0 (twice 4))\n"), "|(twice 4)\n|8\n8\n> ");
  await terminal.type("(exit 3)\n", "");
  assert.equal(await ended, 3);
  assert.deepEqual(await terminal.scheme.eval("x"), [1, 2], "the machine goes on");
  terminal.scheme.dispose();
});

test("Ctrl-C", async () => {
  const terminal = await Terminal.boot();
  const { scheme } = terminal;
  const ended = scheme.session();
  await terminal.until("\n> ");
  terminal.output = "";
  scheme.interrupt();
  await terminal.until("\n> ");
  for (const code of ["(let loop () (loop))", "(sleep (make-time 'time-duration 0 1000))", "(begin (read-char) (read-char))"]) {
    const breaks = terminal.type(`${code}\n`, "break> ");
    await delay(100);
    scheme.interrupt();
    assert.match(await breaks, /break> $/);
    await terminal.type("q\n");
  }
  // A call of the program ends, the session below doesn't notice.
  const call = assert.rejects(scheme.eval("(let loop () (loop))"), { kind: "interrupted" });
  await delay(50);
  scheme.interrupt();
  await call;
  assert.equal(await terminal.type("'still\n"), "still\n> ");
  // Nor if the call has not begun yet.
  const calls = ["(let loop () (loop))", "1"].map((code) => assert.rejects(scheme.eval(code), { kind: "interrupted" }));
  scheme.interrupt();
  await Promise.all(calls);
  assert.equal(await terminal.type("'there\n"), "there\n> ");
  await terminal.type(null, "");
  assert.equal(await ended, 0, "the end of input");
  scheme.dispose();
});

test("files of a session, and what ends it", async () => {
  const terminal = await Terminal.boot();
  terminal.scheme.files.write("/first.ss", "(define first 1)");
  await assert.rejects(terminal.scheme.session(5), { kind: "bad_value" });
  const ended = assert.rejects(terminal.scheme.session("/first.ss"), { kind: "disposed" });
  await terminal.until("\n> ");
  assert.equal(await terminal.type("first\n"), "1\n> ");
  terminal.scheme.dispose();
  await ended;
});
