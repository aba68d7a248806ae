// The page, used as a person does.
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { serve } from "../../page/serve.mjs";
import { assertQuiet, build, launch, newPage } from "./browser.mjs";

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

let site, address, browser;
before(async () => {
  site = await serve(`${build}/page`);
  ({ address } = site);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  site?.close();
});

const ready = (page) => page.waitForSelector("body[data-state=ready]");

/// A new visitor's page.
async function visit(options = desktop, hash = "") {
  const context = await browser.newContext(options);
  const page = await newPage(context);
  await page.goto(address + hash);
  await ready(page);
  return page;
}
async function leave(page) {
  assertQuiet(page);
  await page.context().close();
}

const transcript = (page) => page.textContent("#transcript");
/// Waits until the transcript has a text.
async function seen(page, text) {
  await page.waitForFunction((text) => document.getElementById("transcript").textContent.includes(text), text);
}
async function writeProgram(page, text) {
  await page.click("#editor .cm-content");
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}
async function runProgram(page, text) {
  await writeProgram(page, text);
  await page.click("#run");
}
async function enter(page, text) {
  await page.click("#prompt .cm-content");
  await page.keyboard.insertText(text);
  await page.keyboard.press("Enter");
}

test("ready for input soon after navigation, with a cold cache", async (t) => {
  const times = [];
  for (let round = 0; round < 5; ++round) {
    const page = await visit();
    times.push(await page.evaluate(() => performance.getEntriesByName("coracle-ready")[0].startTime));
    await leave(page);
  }
  t.diagnostic(`ready after ${times.map((time) => Math.round(time)).join(", ")} ms`);
  // 1500 is wanted of a host that does nothing else.
  assert.ok(Math.min(...times) <= 3000, `ready after ${times} ms`);
});

test("typing at the prompt: values, definitions, errors, several lines, history, the debugger", async () => {
  const page = await visit();
  await page.click("#prompt .cm-content");
  await page.keyboard.type("(expt 2 100)\n");
  await seen(page, "> (expt 2 100)\n1267650600228229401496703205376\n");
  await page.keyboard.type("(define (square x)\n(* x x))\n(square 12)\n");  // Enter within a form begins a line
  await seen(page, "> (define (square x)\n  (* x x))\n> (square 12)\n144\n");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.match(await page.textContent("#prompt .cm-content"), /define \(square x\)/);
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.textContent("#prompt .cm-content"), "(expt 2 100)");
  await page.keyboard.press("Enter");
  await enter(page, "(car 'x)");
  await page.waitForSelector(".error");
  assert.equal(await page.textContent(".error"),
    "Exception in car: x is not a pair\nType (debug) to enter the debugger.\n");
  await enter(page, "(debug)");
  await page.waitForFunction(() => document.getElementById("prompt-label").textContent === "debug> ");
  await enter(page, "q");
  await enter(page, "(let* ([a (read)] [b (read)]) (list a 'and b))");
  await enter(page, "typed");
  await enter(page, "(more)");
  await seen(page, "(typed and (more))");
  await runProgram(page, "(display \"name? \") (define x (read)) (display \"no end of line\")");
  await page.waitForSelector("body[data-state=running]");
  await enter(page, "me");
  await ready(page);
  assert.equal(await page.textContent("#prompt-label"), "> ");
  await enter(page, "x");
  await seen(page, "welcome.ss\nname? me\nno end of line> x\nme\n");
  await leave(page);
});

test("programs: values, output and pictures; a selection; what is defined is at the prompt", async () => {
  const page = await visit();
  await runProgram(page, "(define n 6)\n(* n 7)\n(display \"shown\\n\")\n'last\n(plot sin 0 1)\n");
  await page.waitForSelector(".picture svg polyline");
  assert.match(await transcript(page), /welcome\.ss\n42\nshown\nlast\n/);
  await enter(page, "(list n n)");
  await seen(page, "(6 6)");
  await page.click("#clear");
  // The form around the cursor, in the third line.
  await page.click("#editor .cm-line >> nth=1");
  await page.click("#run-selection");
  await seen(page, "42\n");
  assert.doesNotMatch(await transcript(page), /shown/);
  await runProgram(page, `(import (coracle js))
    (define b (js-call (js-global 'document) 'createElement "button"))
    (js-call b 'addEventListener "click" (js-procedure (lambda (event) (car 'clicked))))
    (display-html b)`);
  await page.click(".picture button");
  await seen(page, "Exception in car: clicked is not a pair");
  await runProgram(page, "(display-html 5)");
  await page.waitForSelector(".cm-error >> text=neither a string, a picture nor an element");
  await writeProgram(page, "(display-html \"<b id=bold>bold</b>\") (list 1");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#bold");
  await page.waitForSelector(".cm-error");
  await leave(page);
});

test("errors in place", async () => {
  const page = await visit();
  const cases = [
    ["(define (f x)\n  (list (car x) 1))\n(f 'five)\n", "(car x)", "Exception in car: five is not a pair", 2],
    [";; 😀 λ\n(list 1\n (let ([x]) x))", "(let ([x]) x)", "Exception: invalid syntax (let ((x)) x)", 3],
    ["'ok\n(+ 1 \"2", "\"2", "unexpected end-of-file reading string", 2],
    ["(begin 1\n nowhere)", "(begin 1\n nowhere)", "variable nowhere is not bound", 1],  // optimized away: the form
    ["(raise 'odd)", "(raise 'odd)", "non-condition value odd", 1],
  ];
  for (const [program, marked, message, line] of cases) {
    await runProgram(page, program);
    await page.waitForFunction(
      (message) => document.querySelector(".cm-error")?.textContent.includes(message), message);
    await seen(page, message);
    const lines = await page.$$eval(".cm-errorPlace", (parts) => parts.map((part) => part.textContent));
    assert.equal(lines.join("\n"), marked);
    assert.equal(await page.textContent(".place"), `line ${line}`);
    await page.click("#clear");
  }
  // Once it is edited, the mark is gone. A click on the place in the console leads there.
  await runProgram(page, "'a\n'b\n(car 5)");
  await page.waitForSelector(".cm-error");
  await page.click(".place");
  await page.keyboard.type("; ");
  assert.equal(await page.$(".cm-error"), null);
  assert.match(await page.textContent("#editor .cm-line >> nth=2"), /^; \(car 5\)/);
  await enter(page, "(debug)");
  await page.waitForFunction(() => document.getElementById("prompt-label").textContent === "debug> ");
  await enter(page, "s");
  await seen(page, "debug> s\n  Exception in car: 5 is not a pair");
  await leave(page);
});

test("Stop ends a program, and is Ctrl-C at the prompt; the page stays alive", async () => {
  const page = await visit();
  await runProgram(page, "(let loop () (loop))");
  await page.waitForSelector("body[data-state=running]");
  await page.waitForTimeout(200);
  const beats = await page.evaluate(() => new Promise((resolve) => {
    let count = 0;
    const timer = setInterval(() => { ++count; }, 10);
    setTimeout(() => {
      clearInterval(timer);
      resolve(count);
    }, 500);
  }));
  assert.ok(beats >= 5, `${beats} beats`);
  await page.click("#stop");
  await ready(page);
  await seen(page, "Stopped.");
  await enter(page, "(let loop ([n 0]) (loop (+ n 1)))");
  await page.waitForSelector("body[data-state=running]");
  await page.keyboard.press("Control+c");
  await page.waitForFunction(() => document.getElementById("prompt-label").textContent === "break> ");
  await enter(page, "q");
  await enter(page, "(sleep (make-time 'time-duration 0 1000))");
  await page.waitForSelector("body[data-state=running]");
  await page.click("#stop");
  await page.waitForFunction(() => document.getElementById("prompt-label").textContent === "break> ");
  await leave(page);
});

test("a flood of output doesn't drown the page", async () => {
  const page = await visit();
  await runProgram(page, "(let loop ([n 0]) (printf \"line ~a\\n\" n) (loop (+ n 1)))");
  await page.waitForTimeout(2000);
  await page.click("#stop");
  await ready(page);
  await seen(page, "Stopped.");
  assert.ok((await transcript(page)).length < 500_000);
  await page.click("#clear");
  await runProgram(page, "(display (make-string 100000 #\\x)) (read)");
  await enter(page, "1");
  await ready(page);
  assert.equal(await page.textContent("#prompt-label"), "> ");
  await leave(page);
});

test("running out of memory is an error, and the page goes on", async () => {
  const page = await visit();
  await runProgram(page, "(define (fill x) (fill (cons (make-vector 10000 0) x)))\n(fill '())");
  await page.waitForSelector(".cm-error", { timeout: 60_000 });
  assert.match(await page.textContent(".cm-error"), /out of memory/);
  await enter(page, "(+ 1 2)");
  await seen(page, "\n3\n");
  await leave(page);
});

test("(exit) begins a new machine", async () => {
  const page = await visit();
  await enter(page, "(define here 1)");
  await enter(page, "(exit 3)");
  await seen(page, "Scheme has ended with status 3.");
  await ready(page);
  await enter(page, "(top-level-bound? 'here)");
  await seen(page, "#f\n");
  await runProgram(page, "(exit)");
  await seen(page, "Scheme has ended with status 0.");
  await ready(page);
  await enter(page, "(list 'new)");
  await seen(page, "Inc.\n\n> (list 'new)\n(new)\n");
  await leave(page);
});

test("files are kept over a reload: the editor's, and those of programs", async () => {
  const page = await visit();
  await page.click("#show-files");
  await page.fill("#new-file input", "mine.ss");
  await page.keyboard.press("Enter");
  await page.waitForSelector('#file-list [aria-current="true"] >> text=mine.ss');
  await runProgram(page,
    "(call-with-output-file \"data.txt\" (lambda (p) (write '(kept λ) p)) 'truncate)\n(mkdir \"folder\")\n" +
    "(call-with-output-file \"folder/deep\" (lambda (p) (write 1 p)))");
  await page.waitForSelector("#file-list >> text=folder/deep");
  await page.reload();
  await ready(page);
  assert.equal(await page.textContent("#file-name"), "mine.ss");
  assert.match(await page.textContent("#editor .cm-content"), /data\.txt/);
  await enter(page, "(list (call-with-input-file \"data.txt\" read) (call-with-input-file \"~/folder/deep\" read))");
  await seen(page, "((kept λ) 1)");
  await enter(page, "(delete-file \"data.txt\")");
  await page.click("#show-files");
  await page.waitForSelector("#file-list >> text=data.txt", { state: "detached" });
  page.once("dialog", (dialog) => dialog.accept());
  await page.click('[aria-label="Delete folder/deep"]');
  await page.setInputFiles("#upload",
    { name: "up.ss", mimeType: "text/plain", buffer: Buffer.from("(define up 'loaded)") });
  await enter(page, "(begin (load \"up.ss\") (list up (file-exists? \"folder/deep\")))");
  await seen(page, "(loaded #f)");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
  const archive = await readFile(await download.path());
  assert.equal(archive.toString("latin1", 0, 2), "PK");
  await page.setInputFiles("#upload", { name: "old.zip", mimeType: "application/zip", buffer: archive });
  await page.setInputFiles("#upload", { name: "bad.zip", mimeType: "application/zip", buffer: Buffer.from("no zip") });
  await seen(page, "zip");
  await page.fill("#new-file input", "../bad");
  await page.click("#new-file button");
  assert.equal(await page.$eval("#new-file input", (input) => input.validationMessage), "this is no name of a file");
  await page.reload();
  await ready(page);
  await page.click("#show-files");
  assert.deepEqual(await page.$$eval("#file-list .name", (names) => names.map((name) => name.textContent)),
    ["mine.ss", "up.ss", "welcome.ss"]);
  await leave(page);
});

test("a program in an address", async () => {
  const page = await visit();
  const program = "(display \"λ shared\")\n; 😀\n";
  await writeProgram(page, program);
  await page.click("#share");
  await page.waitForFunction(() => location.hash.startsWith("#program="));
  const hash = await page.evaluate(() => location.hash);
  await page.reload();
  await ready(page);
  assert.equal(await page.textContent("#file-name"), "welcome.ss", "it was shared from here");
  await leave(page);
  const other = await visit(desktop, hash);
  assert.equal(await other.textContent("#file-name"), "shared.ss");
  await other.click("#run");
  await seen(other, "λ shared");
  await leave(other);
  for (const bad of ["#program=%%%", "#program=AAAA", "#program="]) {
    const third = await visit(desktop, bad);
    if (bad !== "#program=") await seen(third, "the program in this address is damaged");
    await leave(third);
  }
});

test("offline after the first visit", async () => {
  const own = await serve(`${build}/page`);
  const context = await browser.newContext(desktop);
  const page = await newPage(context);
  await page.goto(own.address);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  own.close();
  await page.reload();
  await ready(page);
  await enter(page, "(* 6 7)");
  await seen(page, "42\n");
  await page.selectOption("#examples", "queens.ss");
  await page.click("#run");
  await page.waitForSelector(".picture svg");
  await leave(page);
});

test("a new version of the page comes with the second visit", async () => {
  const folder = await mkdtemp(`${tmpdir()}/coracle.`);
  await cp(`${build}/page`, folder, { recursive: true });
  const own = await serve(folder);
  const context = await browser.newContext(desktop);
  const page = await newPage(context);
  const change = async (file, from, to) => {
    const text = await readFile(`${folder}/${file}`, "utf8");
    assert.match(text, from);
    await writeFile(`${folder}/${file}`, text.replace(from, to));
  };
  try {
    await page.goto(own.address);
    await ready(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await change("index.html", /<title>.*<\/title>/, "<title>The new one</title>");
    await change("worker.js", /coracle-[0-9a-f]{16}/, "coracle-0123456789abcdef");
    await page.reload();
    await page.waitForFunction(() => /new version/.test(document.getElementById("status").textContent));
    assert.notEqual(await page.title(), "The new one");
    await page.reload();
    await ready(page);
    assert.equal(await page.title(), "The new one");
    assert.deepEqual((await page.evaluate(() => caches.keys())), ["coracle-0123456789abcdef"]);
    await leave(page);
  } finally {
    own.close();
    await rm(folder, { recursive: true });
  }
});

test("a browser that keeps nothing", async () => {
  const context = await browser.newContext(desktop);
  const page = await newPage(context);
  await page.addInitScript(() => {
    for (const name of ["indexedDB", "localStorage"]) {
      Object.defineProperty(globalThis, name, { get() { throw new DOMException("it isn't allowed"); } });
    }
    Object.defineProperty(Navigator.prototype, "serviceWorker", { value: undefined });
  });
  await page.goto(address);
  await ready(page);
  await seen(page, "Files aren't kept: folders can't be kept: it isn't allowed");
  await enter(page, "(begin (load \"welcome.ss\") (fact 5))");
  await seen(page, "120\n");
  await leave(page);
});

test("a machine that can't be had is an error that the page shows", async () => {
  for (const [file, answer, message] of [
    ["machine.wasm", { status: 500 }, /machine\.wasm: status 500/],
    ["machine.wasm", { body: "no module", contentType: "application/wasm" }, /WebAssembly/],
    ["scheme.image", { body: "no image" }, /image/],
    ["scheme.image", undefined, /fetch/],
  ]) {
    const context = await browser.newContext({ ...desktop, serviceWorkers: "block" });
    const page = await newPage(context);
    await page.route(`**/${file}`, (route) => (answer === undefined ? route.abort() : route.fulfill(answer)));
    await page.goto(address);
    await page.waitForSelector("body[data-state=failed]");
    assert.equal(await page.textContent("#status"), "Scheme can't be started");
    await page.waitForSelector("#transcript .error");
    assert.match(await page.textContent("#transcript .error"), message);
    await context.close();
  }
});

test("a phone", async () => {
  const page = await visit(phone);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} pixels stick out`);
  for (const id of ["show-files", "examples", "run", "stop", "share", "editor", "transcript", "prompt", "send"]) {
    const box = await page.locator(`#${id}`).boundingBox();
    assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 781, id);
  }
  await page.tap("#run");
  await page.waitForSelector(".plot");
  const plot = await page.locator(".plot").boundingBox();
  assert.ok(plot.x + plot.width <= 390, "the plot fits");
  await page.tap("#prompt .cm-content");
  await page.keyboard.insertText("(list (fact 5))");
  await page.tap("#send");
  await seen(page, "(120)");
  await page.tap("#show-files");
  await page.tap("#file-list .name");
  await page.waitForSelector("#files", { state: "hidden" });
  await leave(page);
});

test("the keyboard alone", async () => {
  const page = await visit();
  // The prompt has the focus at the beginning.
  await page.keyboard.type("(* 2 21)\n");
  await seen(page, "42\n");
  await page.keyboard.press("Alt+1");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("(let loop () (loop");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("body[data-state=running]");
  await page.keyboard.press("Control+.");
  await ready(page);
  await page.keyboard.press("Alt+2");
  await page.keyboard.type("'again\n");
  await seen(page, "again\n");
  // Tab leaves the editors, and goes through everything that can be used.
  const reached = new Set();
  for (let i = 0; i < 30; ++i) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => {
      const element = document.activeElement;
      return element.id || element.closest("[id]")?.id || element.localName;
    }));
  }
  for (const id of ["show-files", "examples", "run", "run-selection", "share", "editor", "transcript", "prompt",
    "send"]) {
    assert.ok(reached.has(id), `Tab didn't reach ${id}: ${[...reached]}`);
  }
  await leave(page);
});

test("completion of the system's names, and matching parentheses", async () => {
  const page = await visit();
  await page.click("#prompt .cm-content");
  await page.keyboard.type("(define (my-own-name) 1)\n");
  await page.keyboard.type("(call-with-current-c");
  await page.waitForSelector(".cm-tooltip-autocomplete >> text=call-with-current-continuation");
  await page.keyboard.press("Enter");
  await page.keyboard.type(" (lambda (k) 'found))");
  assert.equal(await page.locator("#prompt .cm-matchingBracket").count(), 2);
  await page.keyboard.press("Enter");
  await seen(page, "found\n");
  // Enter doesn't complete what is complete.
  await page.keyboard.type("list");
  await page.waitForSelector(".cm-tooltip-autocomplete >> text=list-copy");
  await page.keyboard.press("Enter");
  await seen(page, "> list\n#<procedure list>\n");
  await page.keyboard.type("(my-own");
  await page.waitForSelector(".cm-tooltip-autocomplete >> text=my-own-name");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Backspace");
  await page.click("#editor .cm-content");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("(hashtable-upd");
  await page.waitForSelector(".cm-tooltip-autocomplete >> text=hashtable-update!");
  await page.waitForTimeout(100);  // CodeMirror takes no key for a list that has just come
  await page.keyboard.press("Enter");
  assert.equal(await page.textContent("#editor .cm-line"), "(hashtable-update!)");
  await leave(page);
});

test("roles and names for screen readers", async () => {
  const page = await visit();
  for (const [role, name] of [["toolbar", "Program"], ["button", "Run"], ["button", "Run selection"],
    ["button", "Stop"], ["button", "Share"], ["button", "Files"], ["combobox", "Examples"], ["log", "Output"], ["textbox", "Program"],
    ["textbox", "Input for Scheme"], ["button", "Send"], ["button", "Clear the output"], ["region", "Editor"],
    ["region", "Console"], ["main", undefined], ["banner", undefined], ["status", undefined]]) {
    assert.equal(await page.getByRole(role, { name, exact: true }).count(), 1, `${role} ${name}`);
  }
  await page.click("#show-files");
  assert.equal(await page.getByRole("button", { name: "Files" }).getAttribute("aria-expanded"), "true");
  for (const [role, name] of [["complementary", "Files"], ["textbox", "Name of a new file"],
    ["button", "Delete welcome.ss"], ["button", "Download welcome.ss"]]) {
    assert.equal(await page.getByRole(role, { name, exact: true }).count(), 1, `${role} ${name}`);
  }
  const nameless = await page.$$eval("button, input, select", (elements) => elements
    .filter((e) => !(e.getAttribute("aria-label") || e.labels?.length || e.textContent.trim()))
    .map((e) => e.outerHTML));
  assert.deepEqual(nameless, []);
  await leave(page);
});

test("light and dark", async () => {
  const seenColours = [];
  for (const colorScheme of ["light", "dark"]) {
    const page = await visit({ ...desktop, colorScheme });
    seenColours.push(await page.$eval("#editor .cm-editor", (e) => getComputedStyle(e).backgroundColor));
    await leave(page);
  }
  assert.notEqual(seenColours[0], seenColours[1]);
});

test("all examples", async () => {
  const page = await visit();
  const endless = ["animation.ss", "life.ss"];
  const files = await readdir(new URL("../../page/examples", import.meta.url));
  const names = await page.$$eval("#examples option", (options) => options.map((o) => o.value).filter(Boolean));
  assert.equal(names.length, files.length);
  for (const name of names) {
    await page.selectOption("#examples", name);
    assert.equal(await page.textContent("#file-name"), name);
    await page.click("#run");
    if (endless.includes(name)) {
      await page.waitForTimeout(500);
      assert.equal(await page.getAttribute("body", "data-state"), "running", name);
      await page.click("#stop");
    }
    if (name === "guess.ss") {
      for (let low = 1, high = 100; await page.getAttribute("body", "data-state") === "running";) {
        const guess = (low + high) >> 1;
        await page.click("#clear");
        await enter(page, `${guess}`);
        await page.waitForFunction(() => /greater|less|Yes/.test(document.getElementById("transcript").textContent));
        const answer = await transcript(page);
        if (/greater/.test(answer)) low = guess + 1;
        else if (/less/.test(answer)) high = guess - 1;
        else break;
      }
    }
    await ready(page);
    if (name === "javascript.ss") {
      await page.click(".picture button");
      await page.click(".picture button");
      await page.waitForSelector(".picture >> text=Pressed two times.");
    }
    assert.equal(await page.textContent("#prompt-label"), "> ", name);
    assert.equal(await page.locator(".error").count(), 0, `${name}: ${await transcript(page)}`);
    await page.click("#clear");
  }
  await leave(page);
});
