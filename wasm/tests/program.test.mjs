// The package's program: npx coracle-scheme.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";

const command = ["--offline", "coracle-scheme"];
const environment = { ...process.env, npm_config_update_notifier: "false" };
delete environment.SCHEMEHEAPDIRS;  // the package has an image of its own

function run(options, { input = "", env = {} } = {}) {
  const { status, stdout, stderr, error } = spawnSync("npx", [...command, ...options],
    { input, env: { ...environment, ...env }, encoding: "utf8", timeout: 60_000 });
  if (error) throw error;
  return { status, out: stdout, err: stderr };
}

test("--help and --version", () => {
  const help = run(["--help"]);
  assert.equal(help.status, 0, help.err);
  assert.match(help.out, /^usage: .*coracle-scheme \[options/);
  assert.match(help.out, /--script PATH/);
  assert.match(run(["--version"]).out, /^coracle \d+\.\d+\.\d+, for Chez Scheme 10\.0\.0/);
});

test("scripts: arguments, files, environment, exit statuses", () => {
  writeFileSync("script.ss", `#!/usr/bin/env coracle-scheme
    (import (chezscheme))
    (call-with-output-file "written" (lambda (p) (write (list (getenv "GREETING") (command-line)) p)) 'replace)
    (exit 7)`);
  const result = run(["--script", "script.ss", "a b", "--help"], { env: { GREETING: "gr\u00fc\u00df" } });
  assert.deepEqual(result, { status: 7, out: "", err: "" });
  assert.equal(readFileSync("written", "utf8"), '("gr\u00fc\u00df" ("script.ss" "a b" "--help"))');
});

test("errors of scripts, options and files", () => {
  writeFileSync("fails.ss", "(car 5)");
  const failed = run(["--script", "fails.ss"]);
  assert.notEqual(failed.status, 0);
  assert.match(failed.err, /car: 5 is not a pair/);
  assert.notEqual(run(["--script", "no-such-file.ss"]).status, 0);
  const option = run(["--optimize-level", "9"]);
  assert.equal(option.status, 1);
  assert.match(option.err, /optimize-level/);
});

test("--program with a library of its own", () => {
  mkdirSync("libraries/my", { recursive: true });
  writeFileSync("libraries/my/words.sls", `(library (my words) (export greet) (import (rnrs))
    (define (greet name) (string-append "hello, " name)))`);
  writeFileSync("program.sps", `(import (rnrs) (my words)) (display (greet (cadr (command-line)))) (newline)`);
  const result = run(["--libdirs", "libraries", "--program", "program.sps", "world"]);
  assert.deepEqual(result, { status: 0, out: "hello, world\n", err: "" });
});

test("standard input: a session, and a script that reads", () => {
  const session = run(["-q"], { input: "(+ 1 2)\n(car 5)\n'more\n" });
  assert.equal(session.status, 0);
  assert.match(session.out, /^3\n/);
  assert.match(session.out, /more\n$/);
  assert.match(session.out + session.err, /5 is not a pair/);
  assert.equal(run(["-q"], { input: "(exit 9)\n(display 'not-reached)" }).status, 9);
  writeFileSync("reads.ss", `(let loop ([n 0])
    (if (eof-object? (get-line (current-input-port))) (begin (display n) (newline)) (loop (+ n 1))))`);
  assert.equal(run(["--script", "reads.ss"], { input: "a\nb\nc" }).out, "3\n");
});

/// A conversation on a pseudo-terminal: python has them, node doesn't.
const terminal = `
import os, pty, re, select, sys, time
talk = [step.encode() for step in sys.argv[1].split("|")]
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
for step in talk:
    expected, _, keys = step.partition(b"=>")
    end = time.monotonic() + 40
    while not re.search(expected, seen):
        if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            sys.exit("expected %r, found %r" % (expected, seen))
        seen += os.read(fd, 65536)
    seen = b""
    if keys.startswith(b"~"):  # what was sent before must run first
        time.sleep(2.1 if keys.startswith(b"~~") else 0.3)
        keys = keys.lstrip(b"~")
    os.write(fd, keys.decode("unicode_escape").encode("latin1"))
while True:
    try:
        if not os.read(fd, 65536): break
    except OSError:
        break
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const hasEditor = existsSync("node_modules/coracle-scheme/editor.boot");

const installed = ["node", "node_modules/coracle-scheme/coracle-scheme.cjs"];

function talk(steps, options = [], program = ["npx", ...command]) {
  const { status, stderr } = spawnSync("python3", ["-c", terminal, steps.join("|"), ...program, ...options],
    { env: environment, encoding: "utf8", timeout: 120_000 });
  return { status, err: stderr };
}

test("a session on a terminal", { skip: !hasPython && "no python3, whose pseudo-terminals it needs" }, () => {
  assert.deepEqual(talk(["> =>(* 6 7)\\r", "42\\s+> =>(car 5)\\r", "not a pair[^>]*> =>(exit 4)\\r"], ["--eedisable"]),
                   { status: 4, err: "" });
});

// As in `scheme`: the break handler, also while Scheme waits. The lines are so short that the editor doesn't wrap them:
// a newline is the end of the entry. (After a Ctrl-C npx has a status of its own.)
const interrupted = [
  "> =>(let loop () (loop))\\r", "loop.*\\n=>~\\x03",
  "break> =>q\\r",
  "> =>(sleep (make-time 'time-duration 0 1000))\\r", "1000.*\\n=>~\\x03", "break> =>q\\r",
  "> =>(begin (read-char) (read-char))\\r", "char.*\\n=>~\\x03", "break> =>q\\r",
  "> =>(dynamic-wind void (lambda () (let l () (l))) (lambda () (display 'left)))\\r", "wind.*\\n=>~\\x03",
  "break> =>q\\r", "left\\s*> =>(exit 4)\\r"];

test("Ctrl-C calls the break handler", { skip: !hasPython && "no python3" }, () => {
  assert.deepEqual(talk(interrupted, ["--eedisable"], installed), { status: 4, err: "" });
  // Where interrupts are disabled, the third one ends the program.
  const disabled = ["> =>(with-interrupts-disabled (sleep (make-time 'time-duration 0 1000)))\\r", "1000.*\\n=>~\\x03",
    "C=>~~\\x03", "C.*ends the program=>~~\\x03"];
  assert.deepEqual(talk(disabled, ["--eedisable"], installed), { status: 256 - 2, err: "" });
  const again = ["> =>(let loop () (loop))\\r", "loop.*\\n=>~\\x03", "break> =>\\x03", "break> =>\\x03", "break> =>q\\r",
    "> =>(exit 5)\\r"];
  assert.deepEqual(talk(again, ["--eedisable"], installed), { status: 5, err: "" });
});

test("Ctrl-C where the session has the expression editor",
     { skip: (!hasPython && "no python3") || (!hasEditor && "the package was made without the expression editor") },
     () => assert.deepEqual(talk(interrupted, [], installed), { status: 4, err: "" }));

test("signals of other programs: a script that handles them, and one that doesn't", async () => {
  writeFileSync("handles.ss", `(keyboard-interrupt-handler (lambda () (display "interrupted\n") (exit 6)))
    (register-signal-handler 15 (lambda (signal) (printf "signal ~a\n" signal)))
    (display "ready\n") (flush-output-port)
    (let loop () (loop))`);
  const start = () => {
    const child = spawn(installed[0], [installed[1], "--script", "handles.ss"],
      { env: environment, stdio: ["ignore", "pipe", "inherit"] });
    const seen = { out: "", ended: once(child, "exit") };
    child.stdout.setEncoding("utf8").on("data", (text) => { seen.out += text; });
    seen.until = async (text) => { while (!seen.out.includes(text)) await once(child.stdout, "data"); };
    return [child, seen];
  };
  const [child, seen] = start();
  await seen.until("ready");
  child.kill("SIGTERM");
  await seen.until("signal 15");
  child.kill("SIGINT");
  await seen.until("interrupted");
  assert.deepEqual(await seen.ended, [6, null]);
  const [another, ended] = start();
  await ended.until("ready");
  another.kill("SIGHUP");
  assert.deepEqual(await ended.ended, [null, "SIGHUP"]);
});

test("input that comes late, and its end", async () => {
  const child = spawn("sh", ["-c", "(sleep 0.3; echo '(+ 1 (read))'; sleep 0.3; echo 41; sleep 0.3) | " +
    "npx --offline coracle-scheme -q"], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text) => { out += text; });
  assert.deepEqual(await once(child, "close"), [0, null]);
  assert.equal(out, "42\n");
});

test("the library (coracle js)", () => {
  writeFileSync("javascript.ss", `(import (chezscheme) (coracle js))
    (define (later value) (js-await (js-call (js-eval "v => new Promise((f) => setTimeout(f, 30, v))") #f value)))
    (write (list (later 7) (js-ref (js-global 'process) 'pid) (later "text")))
    (define seen '())
    (js-call (js-eval "setTimeout") #f (lambda () (set! seen (cons 'timer seen))) 50)
    (js-call (js-global 'globalThis) 'setImmediate (lambda () (set! seen (cons 'soon seen))))
    (sleep (make-time 'time-duration 200000000 0))
    (write seen)
    (write (guard (c [else (condition-message c)]) (js-await (js-eval "Promise.reject(new RangeError('no'))"))))
    (write (js-call (js-await (js-import "node:path")) 'basename "/a/b"))
    (newline)
    (exit (js-eval "3"))`);
  const { status, out, err } = run(["--script", "javascript.ss"]);
  assert.equal(err, "");
  assert.match(out, /^\(7 \d+ "text"\)\(timer soon\)"RangeError: no""b"\n$/);
  assert.equal(status, 3);
  mkdirSync("libraries/my", { recursive: true });
  writeFileSync("libraries/my/year.sls", `(library (my year) (export year) (import (rnrs) (coracle js))
    (define (year) (js-call (js-new (js-global 'Date) 0) 'getUTCFullYear)))`);
  writeFileSync("year.sps", "(import (rnrs) (my year)) (display (year))");
  assert.deepEqual(run(["--libdirs", "libraries", "--program", "year.sps"]), { status: 0, out: "1970", err: "" });
  assert.equal(run(["-q"], { input: "(import (coracle js)) (js-eval \"6 * 7\")" }).out, "42\n");
});

test("a promise that nothing settles ends the program", () => {
  writeFileSync("never.ss", '(import (chezscheme) (coracle js)) (js-await (js-eval "new Promise(() => {})"))');
  const { status, err } = run(["--script", "never.ss"]);
  assert.equal(status, 1);
  assert.match(err, /waits for a promise/);
});

test("the expression editor: history, and the end of input",
     { skip: (!hasPython && "no python3") || (!hasEditor && "the package was made without the expression editor") },
     () => {
       // Ctrl-P is the entry before; Ctrl-D at an empty prompt ends the session.
       const result = talk(["> =>(* 6 7)\\r", "42\\s+> =>\\x10\\r", "42\\s+> =>(expt 2\\r", "=>100)\\r",
         "1267650600228229401496703205376\\s+> =>\\x04"]);
       assert.deepEqual(result, { status: 0, err: "" });
     });
