// The package in a page, and in a module worker.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertQuiet, launch, newPage, servePackage } from "./browser.mjs";

let site, browser;
before(async () => {
  site = await servePackage();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/// Calls `f` in a new page. `complaints` is what the page's console may say.
async function inPage(f, complaints) {
  const context = await browser.newContext();
  const page = await newPage(context);
  await page.goto(site.address);
  await page.evaluate(async () => {
    globalThis.coracle = await import("/coracle-scheme/index.js");
    globalThis.delay = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
    /// What crosses to node of the error that a promise is rejected with.
    globalThis.failure = (promise) => promise.then((value) => ({ value: String(value) }),
      ({ name, kind, message, who }) => ({ name, kind, message, who }));
  });
  const result = await page.evaluate(f);
  if (complaints === undefined) assertQuiet(page);
  else for (const text of page.complaints) assert.match(text, complaints);
  await context.close();
  return result;
}

test("values, errors, output and files in a page", async () => {
  const result = await inPage(async () => {
    let output = "";
    const scheme = await coracle.Scheme.boot({ stdout: (text) => { output += text; } });
    await scheme.define("later", async (n) => { await delay(10); return n + 1; });
    scheme.files.write("/a.ss", "(define from-file 'yes)");
    await scheme.load("/a.ss");
    await scheme.eval('(display "λ\\n")');
    const result = {
      power: await scheme.eval("(expt 2 100)"),
      squares: await scheme.call("map", (n) => n * n, [1, 2, 3]),
      bytes: (await scheme.eval("(bytevector 1 2)")) instanceof Uint8Array,
      later: await scheme.eval("(later 4)"),
      file: Symbol.keyFor(await scheme.eval("from-file")),
      condition: await failure(scheme.eval("(car 5)")),
      output,
    };
    scheme.dispose();
    result.disposed = (await failure(scheme.eval("1"))).kind;
    return result;
  });
  assert.deepEqual(result, {
    power: 2n ** 100n,
    squares: [1, 4, 9],
    bytes: true,
    later: 5,
    file: "yes",
    condition: { name: "SchemeError", kind: "condition", message: "Exception in car: 5 is not a pair", who: "car" },
    output: "λ\n",
    disposed: "disposed",
  });
});

test("what can't be fetched, and what is no image or module", async () => {
  const kinds = await inPage(async () => {
    const kindOf = async (options) => (await failure(coracle.Scheme.boot(options))).kind;
    return [await kindOf({ image: "/no-such-file" }), await kindOf({ image: "http://127.0.0.1:1/" }),
      await kindOf({ image: "/index.html" }), await kindOf({ wasm: "/index.html" }),
      await kindOf({ wasm: new Response("", { status: 500 }) })];
  }, /404|ERR_|CORS/);
  assert.deepEqual(kinds, ["fetch", "fetch", "bad_image", "bad_wasm", "fetch"]);
});

for (const [name, code] of [["a loop", "(let loop () (loop))"],
  ["a loop that allocates", "(let loop ([x '()]) (loop (list 1 2 3)))"]]) {
  test(`a page stays alive, and interrupt() ends ${name}`, async (t) => {
    const rounds = await inPage(`(async () => {
      const scheme = await coracle.Scheme.boot();
      const rounds = [];
      for (let i = 0; i < 5; ++i) {
        const ended = failure(scheme.eval(${JSON.stringify(code)}));
        await delay(200);
        let longest = 0;
        for (let last = performance.now(), end = last + 500; last < end;) {
          await delay(0);
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
        }
        const start = performance.now();
        scheme.interrupt();
        const { kind } = await ended;
        rounds.push({ longest, interrupted: performance.now() - start, kind });
      }
      return rounds;
    })()`);
    for (const { kind } of rounds) assert.equal(kind, "interrupted");
    // A busy host makes single rounds long; code that blocks would make all of them long.
    const least = (key) => Math.min(...rounds.map((round) => round[key]));
    t.diagnostic(rounds.map(({ longest, interrupted }) =>
      `no turn for ${longest.toFixed(1)} ms, interrupt() took ${interrupted.toFixed(1)} ms`).join("; "));
    assert.ok(least("longest") <= 50, `the event loop had no turn for ${least("longest")} ms`);
    assert.ok(least("interrupted") <= 50, `interrupt() took ${least("interrupted")} ms`);
  });
}

test("a limit of memory is a condition", async () => {
  const result = await inPage(async () => {
    const scheme = await coracle.Scheme.boot({ memoryLimit: 96 * 2 ** 20 });
    const error = await failure(scheme.eval("(let loop ([x '()]) (loop (cons (make-vector 1000 0) x)))"));
    return { kind: error.kind, message: error.message, next: await scheme.eval("(+ 1 2)") };
  });
  assert.equal(result.kind, "condition");
  assert.match(result.message, /out of memory/);
  assert.equal(result.next, 3);
});

test("a session in a page", async () => {
  const output = await inPage(async () => {
    const lines = ["(define (f) (f))\n", "(f)\n", "q\n", "(car 5)\n", "(exit 4)\n"];
    let output = "";
    const write = (text) => {
      output += text;
    };
    const scheme = await coracle.Scheme.boot({ stdin: () => lines.shift(), stdout: write, stderr: write });
    const ended = scheme.session();
    while (lines.length > 3) await delay(5);
    await delay(100);
    scheme.interrupt();
    const status = await ended;
    scheme.dispose();
    return `${output}${status}`;
  });
  assert.match(output, /^Chez Scheme Version.*\n> > \nbreak> .*> Exception in car: 5 is not a pair\n.*> 4$/s);
});

test("a machine in a module worker", async () => {
  const result = await inPage(async () => {
    const source = `
      const { Scheme } = await import("${location.origin}/coracle-scheme/index.js");
      const scheme = await Scheme.boot();
      const error = await scheme.eval("(car 5)").catch((e) => e.message);
      const running = scheme.eval("(let loop () (loop))").catch((e) => e.kind);
      await new Promise((resolve) => { setTimeout(resolve, 50); });
      scheme.interrupt();
      postMessage([await scheme.eval("(expt 2 70)"), error, await running]);`;
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
    const result = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.terminate();
    return result;
  });
  assert.deepEqual(result, [2n ** 70n, "Exception in car: 5 is not a pair", "interrupted"]);
});

test("SchemeInWorker: a worker of its own", async () => {
  const result = await inPage(async () => {
    let output = "";
    const scheme = await coracle.SchemeInWorker.boot({ stdout: (text) => { output += text; } });
    await scheme.define("later", async (n) => { await delay(5); return n + 1; });
    const running = failure(scheme.eval("(let loop () (loop))"));
    await delay(50);
    scheme.interrupt();
    const result = {
      interrupted: (await running).kind,
      power: await scheme.eval("(expt 2 100)"),
      squares: await scheme.call("map", (n) => n * n, [1, 2, 3]),
      later: await scheme.eval("(later 4)"),
      condition: (await failure(scheme.eval("(car 5)"))).message,
      output: await scheme.eval('(display "shown")').then(() => output),
      files: await scheme.files.list("/home"),
    };
    scheme.dispose();
    return result;
  });
  assert.deepEqual(result, {
    interrupted: "interrupted",
    power: 2n ** 100n,
    squares: [1, 4, 9],
    later: 5,
    condition: "Exception in car: 5 is not a pair",
    output: "shown",
    files: ["web_user"],
  });
});

test("a worker that can't be started is an error", async () => {
  const result = await inPage(async () => {
    const start = globalThis.Worker;
    globalThis.Worker = function (url, options) { return new start(new URL("./none.js", url), options); };
    const missing = await failure(coracle.SchemeInWorker.boot());
    globalThis.Worker = function () { throw new DOMException("not here"); };
    return [missing, await failure(coracle.SchemeInWorker.boot())].map(({ kind, message }) => ({ kind, message }));
  }, /404/);
  assert.deepEqual(result, [{ kind: "crashed", message: "the worker failed: it can't be started" },
    { kind: "crashed", message: "the worker can't be started: not here" }]);
});
