// The package's program: npx coracle-scheme.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
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

function talk(steps, options = []) {
  const { status, stderr } = spawnSync("python3", ["-c", terminal, steps.join("|"), "npx", ...command, ...options],
    { env: environment, encoding: "utf8", timeout: 120_000 });
  return { status, err: stderr };
}

test("a session on a terminal", { skip: !hasPython && "no python3, whose pseudo-terminals it needs" }, () => {
  assert.deepEqual(talk(["> =>(* 6 7)\\r", "42\\s+> =>(car 5)\\r", "not a pair[^>]*> =>(exit 4)\\r"], ["--eedisable"]),
                   { status: 4, err: "" });
});

test("the expression editor: history, and the end of input",
     { skip: (!hasPython && "no python3") || (!hasEditor && "the package was made without the expression editor") },
     () => {
       // Ctrl-P is the entry before; Ctrl-D at an empty prompt ends the session.
       const result = talk(["> =>(* 6 7)\\r", "42\\s+> =>\\x10\\r", "42\\s+> =>(expt 2\\r", "=>100)\\r",
         "1267650600228229401496703205376\\s+> =>\\x04"]);
       assert.deepEqual(result, { status: 0, err: "" });
     });
