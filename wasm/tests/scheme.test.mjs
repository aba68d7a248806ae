// Tests of the installed package coracle-scheme (wasm/tests/run).
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Char, Flonum, Pair, Ratio, Scheme, SchemeHandle, Vector } from "coracle-scheme";
import { fails } from "./fails.mjs";

let scheme;
let output = "";
let errors = "";
let input = [];
before(async () => {
  scheme = await Scheme.boot({
    stdin: async () => input.shift() ?? null,
    stdout: (text) => { output += text; },
    stderr: (text) => { errors += text; },
  });
});
after(() => scheme.dispose());

/// What Scheme code returns.
const values = {
  "0": 0,
  "-1": -1,
  "(expt 2 31)": 2 ** 31,
  "(- (expt 2 31))": -(2 ** 31),
  "(- (expt 2 53) 1)": Number.MAX_SAFE_INTEGER,
  "(expt 2 53)": 2n ** 53n,
  "(- (expt 2 60))": -(2n ** 60n),
  "(expt 7 300)": 7n ** 300n,
  "(- (expt 2 64))": -(2n ** 64n),
  "2.5": 2.5,
  "-0.0": -0,
  "+inf.0": Infinity,
  "+nan.0": NaN,
  "(/ 6 4)": new Ratio(3, 2),
  "(/ -1 (expt 10 30))": new Ratio(-1, 10n ** 30n),
  "#t": true,
  "#f": false,
  "(void)": undefined,
  '"a\\x0;\u03bb\ufeff\u{1F600}"': "a\0\u03bb\ufeff\u{1F600}",
  '""': "",
  "#\\\u03bb": new Char("\u03bb"),
  "'abc": Symbol.for("abc"),
  "'|a b|": Symbol.for("a b"),
  "'()": [],
  "'(1)": [1],
  "'(1 2)": [1, 2],
  "'(1 (2 ()) 3)": [1, [2, []], 3],
  "'(1 . 2)": new Pair(1, 2),
  "'(1 2 . 3)": new Pair(1, new Pair(2, 3)),
  "'#(1 #(2) ())": Vector.of(1, Vector.of(2), []),
  "'#()": new Vector(),
  "'#vu8(1 2 255)": Uint8Array.of(1, 2, 255),
};

test("values from Scheme", async () => {
  for (const [code, value] of Object.entries(values)) {
    assert.deepStrictEqual(await scheme.eval(code), value, code);
  }
});

test("values to Scheme and back", async () => {
  for (const [code, value] of Object.entries(values)) {
    assert.equal(await scheme.call("equal?", value, await scheme.eval(code)), true, code);
    assert.deepStrictEqual(await scheme.call("values", value), value, code);
  }
});

test("numbers to Scheme: what is exact", async () => {
  const exact = [[1, true], [-0, false], [2 ** 53, false], [2 ** 53 - 1, true], [1.5, false], [new Flonum(2), false],
    [5n, true], [new Ratio(4, 2), true], [new Ratio(1, 3), true]];
  for (const [n, expected] of exact) assert.equal(await scheme.call("exact?", n), expected, String(n));
  assert.equal(await scheme.call("eqv?", 2n ** 200n, await scheme.eval("(expt 2 200)")), true);
});

test("hash tables both ways, also within each other and with cycles", async () => {
  const table = await scheme.eval(`
    (let ([outer (make-hashtable equal-hash equal?)] [inner (make-eqv-hashtable)])
      (hashtable-set! outer "inner" inner)
      (hashtable-set! outer '(1 2) 'list)
      (hashtable-set! inner 1 outer)
      outer)`);
  assert.ok(table instanceof Map);
  assert.equal(table.size, 2);
  assert.equal(table.get("inner").get(1), table);
  const map = new Map([["a", 1], [[1, 2], "list"]]);
  map.set("self", map);
  await scheme.define("table", map);
  assert.equal(await scheme.eval(`(and (eqv? (hashtable-ref table "a" #f) 1)
    (equal? (hashtable-ref table '(1 2) #f) "list")
    (eq? (hashtable-ref table "self" #f) table)
    (hashtable-size table))`), 3);
});

test("cycles, shared parts and depth", async () => {
  const circle = await scheme.eval("(let ([x (list 1 2)]) (set-cdr! (cdr x) x) x)");
  assert.equal(circle.cdr.cdr, circle);
  assert.equal(await scheme.call("caddr", circle), 1);
  const array = [1];
  array.push(array);
  assert.equal(await scheme.eval("(lambda (x) (eq? x (cadr x)))").then((f) => f(array)), true);
  const [a, b] = await scheme.eval("(let ([v (vector 1)]) (list v v))");
  assert.equal(a, b);
  const deep = await scheme.eval("(let loop ([n 300000] [v '()]) (if (= n 0) v (loop (- n 1) (vector v))))");
  const depth = await scheme.eval(
    "(lambda (v) (let loop ([v v] [n 0]) (if (null? v) n (loop (vector-ref v 0) (+ n 1)))))");
  assert.equal(await depth(deep), 300000);
  const chain = await scheme.eval("(let loop ([n 100000] [v 'end]) (if (= n 0) v (loop (- n 1) (cons n v))))");
  assert.equal(await scheme.call("list-tail", chain, 100000), Symbol.for("end"));
  const long = await scheme.call("iota", 200000);
  assert.equal(long.length, 200000);
  assert.equal(await scheme.call("apply", await scheme.eval("+"), long), 200000 * 199999 / 2);
});

test("objects of JavaScript come back as they are", async () => {
  const date = new Date();
  const key = Symbol("own");
  for (const object of [date, null, {}, key, /x/]) {
    assert.equal(await scheme.call("values", object), object);
    assert.equal(await scheme.call("eq?", object, object), true);
  }
  await scheme.define("date", date);
  assert.equal(await scheme.call("eq?", await scheme.eval("date"), date), true);
  assert.match(String(await scheme.eval("(format \"~s\" date)")), /js-object/);
});

test("procedures and handles", async () => {
  const car = await scheme.eval("car");
  assert.equal(await car([7, 8]), 7);
  assert.equal(await scheme.call(car, [9]), 9);
  assert.equal(await scheme.call("eq?", car, await scheme.eval("car")), true);
  await fails(car(5), { kind: "condition", who: "car", irritants: [5], message: /5 is not a pair/ });
  const box = await scheme.eval("(box 5)");
  assert.ok(box instanceof SchemeHandle);
  assert.equal(String(box), "#&5");
  assert.equal(await scheme.call("unbox", box), 5);
  const gensym = await scheme.eval("(gensym)");
  assert.equal(await scheme.call("eq?", gensym, gensym), true);
  assert.equal(await scheme.eval("(lambda (f) (f 3))").then((f) => f((n) => n + 1)), 4);
});

test("functions of JavaScript", async () => {
  await scheme.define("js-add", (a, b) => a + b);
  assert.equal(await scheme.eval("(fold-left js-add 0 '(1 2 3))"), 6);
  const add = (a) => a;
  assert.equal(await scheme.call("values", add), add);
  assert.deepEqual(await scheme.call("map", (n) => n * n, [1, 2, 3]), [1, 4, 9]);
});

test("promises: Scheme waits, and other calls run meanwhile", async () => {
  let resolve;
  await scheme.define("js-wait", () => new Promise((r) => { resolve = r; }));
  const waiting = scheme.eval("(+ 1 (js-wait))");
  assert.equal(await scheme.eval("(* 6 7)"), 42);
  resolve(9);
  assert.equal(await waiting, 10);
  await scheme.define("js-nested", async (n) => (n === 0 ? 0 : 1 + await scheme.call("js-nested", n - 1)));
  assert.equal(await scheme.eval("(js-nested 20)"), 20);
});

test("what a function throws is a condition, and the cause of the error", async () => {
  const error = new TypeError("no such luck");
  await scheme.define("js-throw", () => { throw error; });
  await scheme.define("js-reject", async () => { throw error; });
  for (const name of ["js-throw", "js-reject"]) {
    await fails(scheme.call(name), { kind: "condition", cause: error, who: name, message: /no such luck/ });
    const caught = await scheme.eval(`(call/cc (lambda (k)
      (with-exception-handler (lambda (c) (k (condition-irritants c))) (lambda () (${name})))))`);
    assert.deepEqual(caught, [error]);
  }
  await scheme.define("js-through", () => scheme.eval("(error 'inner \"message\" 1)"));
  await fails(scheme.call("js-through"), { kind: "condition", who: "inner", irritants: [1] });
  await scheme.define("js-bad", () => "\ud800");
  await fails(scheme.call("js-bad"), { kind: "condition", message: /surrogate/ });
});

test("conditions and other ends of calls", async () => {
  await fails(scheme.eval("(error 'me \"found ~s\" 1 'two)"),
              { kind: "condition", who: "me", irritants: [1, Symbol.for("two")], message: /in me: found/ });
  await fails(scheme.eval("(raise 5)"), { kind: "condition", condition: 5 });
  await fails(scheme.eval("(+ 1"), { kind: "condition", message: /unexpected end-of-file/ });
  await fails(scheme.eval("(values 1 2)"), { kind: "wrong_type", message: /2 values/ });
  await fails(scheme.eval("(reset)"), { kind: "reset" });
  await fails(scheme.call("no-such-procedure"), { kind: "condition", message: /no-such-procedure/ });
  assert.equal(await scheme.eval("1"), 1);
});

test("bad values", async () => {
  await fails(scheme.eval("\udc00"), { kind: "bad_value", message: /surrogate/ });
  await fails(scheme.call("values", "a\ud800"), { kind: "bad_value", message: /surrogate/ });
  await fails(scheme.eval(5), { kind: "bad_value" });
  await fails(scheme.call(5), { kind: "bad_value" });
  assert.throws(() => new Char("ab"), { kind: "bad_value" });
  assert.throws(() => new Char(0xd800), { kind: "bad_value" });
  assert.throws(() => new Ratio(1, 0), { kind: "bad_value" });
});

test("console", async () => {
  output = errors = "";
  await scheme.eval('(display "\u03bb\\n") (display "oops" (console-error-port))');
  assert.equal(output, "\u03bb\n");
  assert.equal(errors, "oops");
  input = ["(a b)\nsecond ", "line\n"];
  assert.deepEqual(await scheme.eval(`
    (let* ([x (read)] [y (get-line (current-input-port))] [z (get-line (current-input-port))])
      (list x y z))`), [[Symbol.for("a"), Symbol.for("b")], "", "second line"]);
  assert.equal(await scheme.eval("(eof-object? (read))"), true);
  const failing = await Scheme.boot({
    stdin: () => { throw new RangeError("no input today"); },
    stdout: () => { throw new RangeError("no output today"); },
  });
  await fails(failing.eval("(read-char)"), { kind: "condition", message: /no input today/ });
  await fails(failing.eval('(display "x") (flush-output-port)'), { kind: "condition", message: /no output today/ });
  failing.dispose();
});

test("sleep doesn't block the event loop", async () => {
  let ticks = 0;
  const timer = setInterval(() => { ++ticks; }, 5);
  const start = performance.now();
  await scheme.eval("(sleep (make-time 'time-duration 100000000 0))");
  clearInterval(timer);
  assert.ok(performance.now() - start >= 99);
  assert.ok(ticks >= 3, `${ticks} ticks`);
});

/// A stopwatch that doesn't count when the host's other programs have the processors: the lesser of the time that
/// has passed and the time that this program has computed.
function stopwatch() {
  const start = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return Math.min(performance.now() - start, (user + system) / 1000);
  };
}

for (const [name, code] of [["a loop", "(let loop () (loop))"],
  ["a loop that allocates", "(let loop ([x '()]) (loop (list 1 2 3)))"]]) {
  test(`slices and interrupt: ${name}`, async (t) => {
    const ended = fails(scheme.eval(code), { kind: "interrupted" });
    await delay(100);  // the code is compiled
    let longest = 0;
    for (const end = performance.now() + 1000; performance.now() < end;) {
      const time = stopwatch();
      await new Promise((resolve) => { setImmediate(resolve); });
      longest = Math.max(longest, time());
    }
    const time = stopwatch();
    scheme.interrupt();
    await ended;
    const interrupted = time();
    t.diagnostic(`no turn for ${longest.toFixed(1)} ms at most, interrupt() took ${interrupted.toFixed(1)} ms`);
    assert.ok(longest <= 50, `the event loop had no turn for ${longest} ms`);
    assert.ok(interrupted <= 50, `interrupt() took ${interrupted} ms`);
    assert.equal(await scheme.eval("(+ 1 2)"), 3);
  });
}

test("interrupt ends waits, too, and all that has begun", async () => {
  await scheme.define("js-never", () => new Promise(() => {}));
  const runs = [scheme.eval("(js-never)"), scheme.eval("(sleep (make-time 'time-duration 0 1000))")]
    .map((run) => fails(run, { kind: "interrupted" }));
  await delay(50);
  scheme.interrupt();
  await Promise.all(runs);
  assert.equal(await scheme.eval("'alive"), Symbol.for("alive"));
});

test("files", async () => {
  scheme.files.write("/folder/code.ss", "(define loaded '(from a file))");
  await scheme.load("/folder/code.ss");
  assert.deepEqual(await scheme.eval("loaded"), ["from", "a", "file"].map((name) => Symbol.for(name)));
  await scheme.eval('(call-with-output-file "/folder/out" (lambda (p) (write \'(1 2) p)))');
  assert.equal(scheme.files.readText("/folder/out"), "(1 2)");
  assert.deepEqual(scheme.files.list("/folder"), ["code.ss", "out"]);
  scheme.files.write("/folder/bytes", Uint8Array.of(0, 255));
  assert.deepEqual([...scheme.files.read("/folder/bytes")], [0, 255]);
  scheme.files.remove("/folder");
  assert.throws(() => scheme.files.read("/folder/out"), { name: "SchemeError", kind: "file" });
  await fails(scheme.load("/no/such"), { kind: "condition", message: /no\/such/ });
});

test("two machines at once", async () => {
  const other = await Scheme.boot();
  const [mine, others] = ["1", "2"]
    .map((n) => `(define x ${n}) (let loop ([i 200000]) (unless (= i 0) (loop (- i 1)))) x`);
  assert.deepEqual(await Promise.all([scheme.eval(mine), other.eval(others)]), [1, 2]);
  const box = await other.eval("(box 1)");
  await fails(scheme.call("unbox", box), { kind: "bad_value", message: /another Scheme machine/ });
  other.dispose();
});

test("a machine in a worker", async () => {
  const worker = new Worker(`
    import("coracle-scheme").then(async ({ Scheme }) => {
      const scheme = await Scheme.boot();
      require("node:worker_threads").parentPort.postMessage(await scheme.eval("(expt 2 70)"));
    });`, { eval: true });
  const answer = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  await worker.terminate();
  assert.equal(answer, 2n ** 70n);
});

test("dispose", async () => {
  const other = await Scheme.boot();
  const running = fails(other.eval("(let loop () (loop))"), { kind: "disposed" });
  await delay(20);
  other.dispose();
  await running;
  await fails(other.eval("1"), { kind: "disposed" });
  await fails(other.call("car", [1]), { kind: "disposed" });
  assert.throws(() => other.interrupt(), { kind: "disposed" });
  assert.throws(() => other.files.list("/"), { kind: "disposed" });
  other.dispose();
});

test("exit ends a machine", async () => {
  const other = await Scheme.boot();
  await fails(other.eval("(exit 3)"), { kind: "exit", status: 3 });
  await fails(other.eval("1"), { kind: "ended" });
});

test("images that can't be booted", async () => {
  const image = new Uint8Array(await readFile(new URL(import.meta.resolve("coracle-scheme/scheme.image"))));
  await fails(Scheme.boot({ image: image.subarray(0, 1000) }), { kind: "bad_image" });
  await fails(Scheme.boot({ image: image.subarray(0, image.length - 1) }), { kind: "bad_image" });
  await fails(Scheme.boot({ image: new TextEncoder().encode("not an image") }), { kind: "bad_image" });
  await fails(Scheme.boot({ image: new Uint8Array() }), { kind: "bad_image" });
  await fails(Scheme.boot({ image: new URL("file:///no/such/image") }), { kind: "fetch" });
  await fails(Scheme.boot({ image: 5 }), { kind: "bad_value" });
  await fails(Scheme.boot({ wasm: Uint8Array.of(1, 2, 3) }), { kind: "bad_wasm" });
  await fails(Scheme.boot({ stdout: 5 }), { kind: "bad_value" });
  await fails(Scheme.boot({ memoryLimit: -1 }), { kind: "bad_value" });
  const own = await Scheme.boot({ image: image.buffer });
  assert.equal(await own.eval("1"), 1);
  own.dispose();
});

test("an engine that is too old is named as such", async () => {
  const { validate } = WebAssembly;
  const wasm = await readFile(new URL(import.meta.resolve("coracle-scheme/machine.wasm")));
  for (const [instruction, name] of [[0xfd, /SIMD/], [0xfc, /blocks of memory/], [0x06, /exceptions/]]) {
    WebAssembly.validate = (bytes) => !bytes.includes(instruction);
    try {
      await fails(Scheme.boot({ wasm: new Uint8Array(wasm) }), { kind: "unsupported", message: name });
    } finally {
      WebAssembly.validate = validate;
    }
  }
});

test("what can't be fetched", async () => {
  const server = createServer((request, response) => response.writeHead(404).end());
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const url = `http://127.0.0.1:${server.address().port}/`;
  await fails(Scheme.boot({ image: url }), { kind: "fetch", message: /the image: .*status 404/ });
  await fails(Scheme.boot({ wasm: url }), { kind: "fetch", message: /the WebAssembly module: .*status 404/ });
  await fails(Scheme.boot({ image: await fetch(url) }), { kind: "fetch", message: /status 404/ });
  server.closeAllConnections();
  server.close();
  await fails(Scheme.boot({ image: url }), { kind: "fetch" });
});

test("texts that are no Unicode, and paths that are none", async () => {
  assert.throws(() => scheme.files.write("/x", "a\udc00"), { kind: "bad_value", message: /surrogate/ });
  assert.throws(() => scheme.files.write("/\ud800", ""), { kind: "bad_value", message: /surrogate/ });
  assert.throws(() => scheme.files.read("/a\0b"), { kind: "bad_value", message: /NUL/ });
  assert.throws(() => scheme.files.list(5), { kind: "bad_value" });
  scheme.files.write("/latin1", Uint8Array.of(0x67, 0xfc, 0x6e));
  assert.throws(() => scheme.files.readText("/latin1"), { kind: "bad_value", message: /UTF-8/ });
  input = ["\ud800"];
  await fails(scheme.eval("(get-line (current-input-port))"), { kind: "condition", message: /surrogate/ });
  await fails(scheme.define("\ud800", 1), { kind: "bad_value" });
  await fails(scheme.call("values", Symbol.for("\ud800")), { kind: "bad_value" });
});

test("numbers beyond 2^53", async () => {
  assert.equal(await scheme.call("number->string", 2 ** 53), "9.007199254740992e15");
  assert.equal(await scheme.call("number->string", 2n ** 53n + 1n), "9007199254740993");
  assert.equal(await scheme.eval("(+ 1 (expt 2 53))"), 2n ** 53n + 1n);
  assert.equal(await scheme.eval("(exact->inexact (expt 2 53))"), 2 ** 53);
});

test("a machine that is disposed by its own callback", async () => {
  const other = await Scheme.boot();
  await other.define("end", () => { other.dispose(); });
  await fails(other.eval("(end) (let loop () (loop))"), { kind: "disposed" });
  await fails(other.eval("1"), { kind: "disposed" });
  const later = await Scheme.boot();
  await later.define("end", async () => { later.dispose(); });
  await fails(later.eval("(end)"), { kind: "disposed" });
  const another = await Scheme.boot({ stdout: () => another.dispose() });
  await fails(another.eval('(display "x") (flush-output-port) (let loop () (loop))'), { kind: "disposed" });
});

test("a limit of memory is a condition", async () => {
  const small = await Scheme.boot({ memoryLimit: 96 * 2 ** 20 });
  await fails(small.eval("(let loop ([x '()]) (loop (cons (make-vector 1000 0) x)))"),
              { kind: "condition", message: /out of memory/ });
  assert.equal(await small.eval("(+ 1 2)"), 3);
  small.dispose();
});

test("handles and functions are freed", async () => {
  await scheme.eval("(define guardian (make-guardian))");
  await scheme.eval("(define (make) (let ([b (box 1)]) (guardian b) b))");
  for (let i = 0; i < 100; ++i) await scheme.call("make");
  let freed = 0;
  for (let i = 0; i < 50 && freed < 90; ++i) {
    globalThis.gc();
    await delay(10);
    freed += await scheme.eval("(collect 4 4) (let loop ([n 0]) (if (guardian) (loop (+ n 1)) n))");
  }
  assert.ok(freed >= 90, `${freed} of 100 boxes were freed`);
  // The last one may still be in a register.
  let gone = 0;
  const registry = new FinalizationRegistry(() => { ++gone; });
  for (let i = 0; i < 100; ++i) {
    const f = () => i;
    registry.register(f, i);
    await scheme.call(f);
  }
  for (let i = 0; i < 50 && gone < 90; ++i) {
    await scheme.eval("(collect 4 4)");
    globalThis.gc();
    await delay(10);
  }
  assert.ok(gone >= 90, `${gone} of 100 functions were freed`);
});
