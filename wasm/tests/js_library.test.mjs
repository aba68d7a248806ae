// The library (coracle js): JavaScript's objects in Scheme.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Scheme } from "coracle-scheme";

let scheme;
before(async () => {
  scheme = await Scheme.boot();
  await scheme.eval("(import (coracle js))");
});
after(() => scheme.dispose());

const evaluates = async (pairs) => {
  for (const [code, value] of Object.entries(pairs)) assert.deepStrictEqual(await scheme.eval(code), value, code);
};

test("values, properties, methods, classes", async () => {
  await evaluates({
    '(js-eval "1 + 1")': 2,
    '(js-eval "2n ** 70n")': 2n ** 70n,
    "(js-ref (js-eval \"({ a: { 'b c': [10, 20] } })\") 'a \"b c\" 1)": 20,
    "(js-ref \"text\" 'length)": 4,
    "(js-global 'Math 'PI)": Math.PI,
    "(js-call (js-global 'Math) 'max 1 5 3)": 5,
    "((js-global 'parseInt) \"ff\" 16)": 255,
    "(js-call (js-global 'parseInt) #f \"11\" 2)": 3,
    "(js-call (js-new (js-global 'Date) 0) 'toISOString)": "1970-01-01T00:00:00.000Z",
    "(map js-typeof (list 1 \"s\" #t (void) js-null car (js-eval \"[]\")))":
      ["number", "string", "boolean", "undefined", "null", "function", "object"].map((name) => Symbol.for(name)),
    "(list (js-instance? (js-new (js-global 'Map)) (js-global 'Map)) (js-instance? 5 (js-global 'Map)))": [true, false],
    "(list (js-object? (js-eval \"[]\")) (js-object? 5) (js-object? js-null) (js-null? js-null) (js-null? #f))":
      [true, false, true, true, false],
    "(let ([o (js-new (js-global 'Object))]) (js-set! o 'x 1.5) (js-set! o \"y\" '(1 2)) (js-delete! o 'x) (js-call (js-global 'JSON) 'stringify o))":
      '{"y":[1,2]}',
    "(eq? (js-global 'Math) (js-global 'Math))": true,
  });
});

test("arrays are references, until they are converted", async () => {
  await evaluates({
    "(let ([a (js-eval \"globalThis.array = [3, 1, 2]\")]) (js-call a 'push 4) (js-call a 'sort) (js->scheme a))": [1, 2, 3, 4],
    "(js-ref (js-global 'array) 'length)": 4,
    "(let ([a (scheme->js '(1 2))]) (list (js-object? a) (js-call (js-global 'Array) 'isArray a) (js-ref a 1)))": [true, true, 2],
    "(js->scheme (js-eval \"[1, [2, [3]], 'x', null]\"))": [1, [2, [3]], "x", null],
    "(let ([t (js->scheme (js-eval \"({ a: 1, b: { c: [2] } })\"))]) (list (hashtable-ref t \"a\" #f) (hashtable-ref (hashtable-ref t \"b\" #f) \"c\" #f)))":
      [1, [2]],
    "(let ([c (js->scheme (js-eval \"(() => { const c = [1]; c.push(c); return c; })()\"))]) (eq? c (cadr c)))": true,
  });
  delete globalThis.array;
});

test("typed arrays", async () => {
  await evaluates({
    "(js->bytevector (js-new (js-global 'Uint16Array) '(1 258)))": Uint8Array.of(1, 0, 2, 1),
    "(js-ref (bytevector->js #vu8(0 0 128 63) 'Float32Array) 0)": 1,
    "(js->scheme (js-new (js-global 'Uint8Array) '(1 2)))": Uint8Array.of(1, 2),
    "(js-call (js-new (js-global 'Float64Array) '#(1.5 2.0)) 'join \" \")": "1.5 2",
  });
  await assert.rejects(scheme.eval("(bytevector->js #vu8(1) 'Object)"), { kind: "condition", message: /typed arrays/ });
  await assert.rejects(scheme.eval("(js->bytevector 5)"), { kind: "condition", message: /ArrayBuffer/ });
});

test("promises and modules: Scheme waits when it says so", async () => {
  globalThis.later = (value) => new Promise((resolve) => { setTimeout(resolve, 20, value); });
  writeFileSync("own.mjs", "export const answer = 42; export default (n) => n + 1;");
  const url = new URL("own.mjs", import.meta.url).href;
  await evaluates({
    "(let ([p (js-call (js-global 'globalThis) 'later 7)]) (list (js-instance? p (js-global 'Promise)) (js-await p)))": [true, 7],
    "(js-await 5)": 5,
    [`(let ([m (js-import "${url}")]) (list (js-ref m 'answer) (js-call m 'default 1)))`]: [42, 2],
    "(js-ref (js-import \"node:path\") 'sep)": "/",
  });
  await assert.rejects(scheme.eval("(js-await (js-eval \"Promise.reject(new RangeError('no'))\"))"),
                       { kind: "condition", message: /no/ });
  await assert.rejects(scheme.eval('(js-import "no-such-module")'), { kind: "condition", message: /no-such-module/ });
  delete globalThis.later;
});

test("events: procedures as handlers", async () => {
  globalThis.target = new EventTarget();
  await scheme.eval(`
    (define seen '())
    (define handler (js-procedure (lambda (event) (set! seen (cons (js-ref event 'type) seen)))))
    (js-call (js-global 'target) 'addEventListener "ping" handler)`);
  target.dispatchEvent(new Event("ping"));
  target.dispatchEvent(new Event("ping"));
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  await scheme.eval("(js-call (js-global 'target) 'removeEventListener \"ping\" handler)");
  target.dispatchEvent(new Event("ping"));
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  assert.deepEqual(await scheme.eval("seen"), ["ping", "ping"]);
  await scheme.eval("(js-call (js-eval \"setTimeout\") #f (lambda () (set! seen 'timer)) 5)");
  await new Promise((resolve) => { setTimeout(resolve, 100); });
  assert.equal(await scheme.eval("seen"), Symbol.for("timer"));
  delete globalThis.target;
});

test("errors are conditions", async () => {
  await assert.rejects(scheme.eval('(js-eval "syntax error here")'), { kind: "condition", who: "js-eval", message: /SyntaxError/ });
  await assert.rejects(scheme.eval("(js-ref (void) 'x)"), { kind: "condition", message: /found undefined/ });
  await assert.rejects(scheme.eval("(js-call (js-global) 'no-such)"), { kind: "condition", message: /no-such/ });
  await assert.rejects(scheme.eval("(js-new 5)"), { kind: "condition", message: /class/ });
  assert.equal(await scheme.eval(`(guard (c [(error? c) (js-ref (car (condition-irritants c)) 'name)])
                                     (js-eval "throw new TypeError('x')"))`), "TypeError");
});

test("in libraries and programs, and in other machines", async () => {
  const other = await Scheme.boot();
  other.files.write("/code/my/time.sls", `(library (my time) (export year) (import (rnrs) (coracle js))
    (define (year) (js-call (js-new (js-global 'Date) 0) 'getUTCFullYear)))`);
  other.files.write("/code/program.sps", "(import (rnrs) (my time) (coracle js)) (js-set! (js-global) 'result (year))");
  await other.eval('(library-directories "/code") (load-program "/code/program.sps")');
  assert.equal(globalThis.result, 1970);
  delete globalThis.result;
  await assert.rejects(other.eval("(import (coracle no-such))"), { kind: "condition", message: /no-such/ });
  other.dispose();
});
