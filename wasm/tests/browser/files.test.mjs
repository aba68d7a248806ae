// Files and JavaScript's objects of machines in Chromium: what node doesn't have.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { assertQuiet, launch, newPage, servePackage } from "./browser.mjs";

let site, browser, context;
before(async () => {
  site = await servePackage();
  await mkdir(`${site.folder}/code/my`, { recursive: true });
  await writeFile(`${site.folder}/code/my/words.sls`,
    '(library (my words) (export greet) (import (rnrs)) (define (greet) "from the network"))');
  browser = await launch();
  context = await browser.newContext();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/// Calls `f` in a page of the one context: pages see what earlier ones have kept.
async function visit(f, complaints) {
  const page = await newPage(context);
  await page.goto(site.address);
  await page.evaluate(async () => { globalThis.coracle = await import("/coracle-scheme/index.js"); });
  const result = await page.evaluate(f);
  if (complaints === undefined) assertQuiet(page);
  else for (const text of page.complaints) assert.match(text, complaints);
  await page.close();
  return result;
}

test("a kept folder is there at the next visit, also for a worker", async () => {
  await visit(async () => {
    const scheme = await coracle.Scheme.boot();
    await scheme.files.keep("/home/me");
    await scheme.eval(`(mkdir "/home/me/notes")
      (call-with-output-file "/home/me/notes/\u03bb.ss" (lambda (p) (write '(define kept 'kept) p)))`);
    await scheme.files.sync();
    await scheme.eval(`(call-with-output-file "/home/me/last" (lambda (p) (write 'last p)))`);  // and the page is closed
  });
  const result = await visit(async () => {
    const scheme = await coracle.Scheme.boot();
    await scheme.files.keep("/home/me");
    const symbol = await scheme.eval('(load "/home/me/notes/\u03bb.ss") kept');
    const names = scheme.files.list("/home/me");
    scheme.dispose();
    const other = await coracle.SchemeInWorker.boot();
    await other.files.keep("/home/me");
    const inWorker = await other.files.list("/home/me");
    other.dispose();
    return [Symbol.keyFor(symbol), names, inWorker];
  });
  assert.deepEqual(result, ["kept", ["last", "notes"], ["last", "notes"]]);
});

test("a mount is relative to the page, in a worker too", async () => {
  const results = await visit(async () => {
    const results = [];
    for (const boot of [coracle.Scheme.boot, coracle.SchemeInWorker.boot]) {
      const scheme = await boot.call(boot === coracle.Scheme.boot ? coracle.Scheme : coracle.SchemeInWorker);
      await scheme.files.mount("/net", "code/", ["my/words.sls"]);
      results.push(await scheme.eval('(library-directories "/net") (import (my words)) (greet)'));
      scheme.dispose();
    }
    return results;
  });
  assert.deepEqual(results, ["from the network", "from the network"]);
});

test("(coracle js): the document, events and fetches", async () => {
  const result = await visit(async () => {
    const scheme = await coracle.Scheme.boot();
    await scheme.eval(`
      (import (coracle js))
      (define clicks 0)
      (define button (js-call (js-global 'document) 'createElement "button"))
      (js-set! button 'textContent "Press")
      (js-set! (js-ref button 'style) 'color "red")
      (js-call (js-global 'document 'body) 'append button)
      (js-call button 'addEventListener "click"
        (js-procedure (lambda (event) (set! clicks (+ clicks (js-ref event 'detail 'n))))))`);
    const waiting = scheme.eval("(sleep (make-time 'time-duration 0 600))").catch((error) => error.kind);
    document.querySelector("button").dispatchEvent(new CustomEvent("click", { detail: { n: 2 } }));
    document.querySelector("button").dispatchEvent(new CustomEvent("click", { detail: { n: 3 } }));
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    const clicks = await scheme.eval("clicks");  // while Scheme waits
    scheme.interrupt();
    const status = await scheme.eval("(js-ref (js-await (js-call (js-global) 'fetch \"/index.html\")) 'status)");
    return [document.querySelector("button").outerHTML, clicks, await waiting, status];
  });
  assert.deepEqual(result, ['<button style="color: red;">Press</button>', 5, "interrupted", 200]);
});
