// Machines in workers, with the methods of Scheme.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Char, Flonum, Pair, Ratio, Scheme, SchemeHandle, SchemeInWorker, Vector } from "coracle-scheme";
import { fails } from "./fails.mjs";

let scheme;
let output = "";
let input = [];
before(async () => {
  scheme = await SchemeInWorker.boot({
    stdin: async () => input.shift() ?? null,
    stdout: (text) => { output += text; },
  });
});
after(() => scheme.dispose());

test("values both ways", async () => {
  const values = [0, -1.5, 2n ** 80n, "\u03bb", true, undefined, null, Symbol.for("name"), new Ratio(1, 3), new Char("x"),
    [1, [2, "three"]], new Pair(1, 2), Vector.of(1, [2]), Uint8Array.of(1, 255), new Map([["a", 1]])];
  for (const value of values) assert.deepStrictEqual(await scheme.call("values", value), value);
  assert.equal(await scheme.call("exact?", 2), true);
  assert.equal(await scheme.call("exact?", new Flonum(2)), false);
  assert.equal(await scheme.call("eqv?", -0, await scheme.eval("-0.0")), true);
  const circle = [1];
  circle.push(circle);
  const same = await scheme.call("values", circle);
  assert.equal(same[1], same);
  await fails(scheme.call("values", "a\ud800"), { kind: "bad_value" });
});

test("procedures, functions, objects and handles keep their identity", async () => {
  const car = await scheme.eval("car");
  assert.equal(await car([7, 8]), 7);
  assert.equal(await scheme.call("eq?", car, car), true);
  const box = await scheme.eval("(box 5)");
  assert.ok(box instanceof SchemeHandle);
  assert.equal(await scheme.call("unbox", box), 5);
  assert.equal(await scheme.call("eq?", box, box), true);
  const object = new Date();
  const f = (n) => n * n;
  assert.equal(await scheme.call("values", object), object);
  assert.equal(await scheme.call("values", f), f);
  assert.deepEqual(await scheme.call("map", f, [1, 2, 3]), [1, 4, 9]);
  await scheme.define("js-later", async (n) => { await delay(5); return n + 1; });
  assert.equal(await scheme.eval("(js-later 4)"), 5);
  await scheme.define("js-nested", async (n) => (n === 0 ? 0 : 1 + await scheme.call("js-nested", n - 1)));
  assert.equal(await scheme.eval("(js-nested 10)"), 10);
  const here = await Scheme.boot();
  await fails(scheme.call("unbox", await here.eval("(box 1)")), { kind: "bad_value", message: /another Scheme machine/ });
  assert.equal(await scheme.call(await here.eval("(lambda (n) (* 2 n))"), 4), 8, "procedures of others are functions");
  here.dispose();
});

test("errors both ways", async () => {
  await fails(scheme.eval("(error 'me \"found\" 1 'two)"),
              { kind: "condition", who: "me", irritants: [1, Symbol.for("two")], message: /in me: found/ });
  await fails(scheme.eval("(raise 5)"), { kind: "condition", condition: 5 });
  await fails(scheme.eval("(reset)"), { kind: "reset" });
  await fails(scheme.eval(5), { kind: "bad_value" });
  const error = new TypeError("no such luck");
  await scheme.define("js-throw", () => { throw error; });
  await fails(scheme.call("js-throw"), { kind: "condition", cause: error, who: "js-throw", message: /no such luck/ });
  await scheme.define("js-through", () => scheme.eval("(error 'inner \"message\" 1)"));
  await fails(scheme.call("js-through"), { kind: "condition", who: "inner", irritants: [1] });
});

test("console, files and sessions", async () => {
  output = "";
  await scheme.eval('(display "\u03bb")');
  assert.equal(output, "\u03bb");
  await scheme.files.write("/a/b.ss", "(define loaded 'yes)");
  await scheme.load("/a/b.ss");
  assert.equal(await scheme.eval("loaded"), Symbol.for("yes"));
  await scheme.files.write("/bytes", Uint8Array.of(0, 255));
  assert.deepEqual(await scheme.files.read("/bytes"), Uint8Array.of(0, 255));
  assert.deepEqual(await scheme.files.list("/a"), ["b.ss"]);
  await fails(scheme.files.read("/none"), { kind: "file" });
  input = ["(list 1 2)\n", "(exit 4)\n"];
  assert.equal(await scheme.session(), 4);
  assert.match(output, /> \(1 2\)\n> $/);
});

test("this thread isn't blocked, and interrupt() ends a loop", async () => {
  const ended = fails(scheme.eval("(let loop () (loop))"), { kind: "interrupted" });
  await delay(50);
  scheme.interrupt();
  await ended;
  assert.equal(await scheme.eval("(+ 1 2)"), 3);
});

test("stand-ins are freed on both sides", async () => {
  await scheme.eval("(define guardian (make-guardian))");
  for (let i = 0; i < 50; ++i) await scheme.eval("(let ([b (box 1)]) (guardian b) b)");
  let gone = 0;
  const registry = new FinalizationRegistry(() => { ++gone; });
  for (let i = 0; i < 50; ++i) {
    const f = () => i;
    registry.register(f, i);
    await scheme.call("procedure?", f);
  }
  let freed = 0;
  // The worker's own collector runs when it likes: objects for it to collect.
  for (let i = 0; i < 100 && (freed < 40 || gone < 40); ++i) {
    globalThis.gc();
    await scheme.call("values", Array.from({ length: 100_000 }, (_, k) => [k]));
    freed += await scheme.eval("(collect 4 4) (let loop ([n 0]) (if (guardian) (loop (+ n 1)) n))");
  }
  assert.ok(freed >= 40, `${freed} of 50 boxes were freed`);
  assert.ok(gone >= 40, `${gone} of 50 functions were freed`);
});

test("what can't boot, and dispose", async () => {
  await fails(SchemeInWorker.boot({ image: new TextEncoder().encode("none") }), { kind: "bad_image" });
  await fails(SchemeInWorker.boot({ memoryLimit: -1 }), { kind: "bad_value" });
  await fails(SchemeInWorker.boot({ stdout: 5 }), { kind: "bad_value" });
  const small = await SchemeInWorker.boot({ memoryLimit: 96 * 2 ** 20 });
  await fails(small.eval("(let loop ([x '()]) (loop (cons (make-vector 1000 0) x)))"),
              { kind: "condition", message: /out of memory/ });
  const running = fails(small.eval("(let loop () (loop))"), { kind: "disposed" });
  await delay(20);
  small.dispose();
  await running;
  await fails(small.eval("1"), { kind: "disposed" });
  await fails(small.files.list("/"), { kind: "disposed" });
  assert.throws(() => small.interrupt(), { kind: "disposed" });
  small.dispose();
});
