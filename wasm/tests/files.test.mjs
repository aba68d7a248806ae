// Files of machines: behind URLs, kept between visits, as archives.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Scheme, SchemeInWorker } from "coracle-scheme";
import { fails } from "./fails.mjs";

const served = {
  "/code/hello.ss": "(define hello 'from-the-network)",
  "/code/%CE%BB%20x.ss": "(define lambda-x 1)",
  "/code/my/words.sls": "(library (my words) (export greet) (import (rnrs)) (define (greet) \"hi\"))",
};
let scheme;
let server;
let base;
let requests = [];
before(async () => {
  server = createServer((request, response) => {
    requests.push(request.url);
    if (request.url.startsWith("/code/broken")) return response.writeHead(500).end();
    if (request.url === "/code/slow.ss") return setTimeout(() => response.end("(define slow 'slow)"), 300);
    if (request.url === "/code/never.ss") return undefined;
    if (request.url === "/code/my") return response.writeHead(301, { Location: "/code/my/" }).end();
    if (request.url === "/code/my/") return response.end("<html>");
    const text = served[request.url];
    if (text === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "Last-Modified": "Tue, 01 Feb 2022 03:04:05 GMT" }).end(text);
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  base = `http://127.0.0.1:${server.address().port}`;
  scheme = await Scheme.boot();
  scheme.files.mount("/net", `${base}/code/`);
});
after(() => {
  scheme.dispose();
  server.closeAllConnections();
  server.close();
});

test("a mount: load, import, and what Scheme asks about files", async () => {
  await scheme.load("/net/hello.ss");
  assert.equal(await scheme.eval("hello"), Symbol.for("from-the-network"));
  await scheme.eval('(load "/net/\u03bb x.ss")');
  assert.equal(await scheme.eval("lambda-x"), 1);
  await scheme.eval('(library-directories "/net")');
  assert.equal(await scheme.eval("(import (my words)) (greet)"), "hi");
  assert.deepEqual(await scheme.eval(`(map file-exists? '("/net" "/net/hello.ss" "/net/no.ss" "/net/my" "/net/./x/../hello.ss"))`),
                   [true, true, false, true, true]);
  assert.equal(await scheme.eval('(time-second (file-modification-time "/net/hello.ss"))'),
               Date.UTC(2022, 1, 1, 3, 4, 5) / 1000);
  assert.deepEqual(await scheme.eval('(current-directory "/net") (list (file-exists? "hello.ss") (current-directory "/"))'),
                   [true, undefined]);
  const before = requests.length;
  await scheme.load("/net/hello.ss");
  assert.equal(requests.length, before, "what was fetched stays");
});

test("a mount: Scheme waits, other calls run", async () => {
  const loading = scheme.eval('(load "/net/slow.ss") slow');
  assert.equal(await scheme.eval("(collect 0 1) (collect 1 2) (* 6 7)"), 42);
  assert.equal(await loading, Symbol.for("slow"));
  const never = fails(scheme.load("/net/never.ss"), { kind: "interrupted" });
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  scheme.interrupt();
  await never;
});

test("a mount: what isn't there, what fails, what is read-only", async () => {
  await fails(scheme.load("/net/no.ss"), { kind: "condition", message: /no\.ss/ });
  await fails(scheme.load("/net/broken.ss"), { kind: "condition", message: /status 500/ });
  await fails(scheme.load("/net/broken.ss"), { kind: "condition", message: /status 500/ });
  assert.equal(requests.filter((url) => url === "/code/broken.ss").length, 2, "who asks again tries again");
  scheme.files.mount("/dead", "http://127.0.0.1:1/");
  await fails(scheme.load("/dead/x.ss"), { kind: "condition", message: /127\.0\.0\.1:1/ });
  assert.ok(await scheme.eval(`(guard (c [(serious-condition? c) #t]) (load "/dead/x.ss") #f)`));
  for (const code of ['(open-output-file "/net/hello.ss" (quote truncate))', '(open-output-file "/net/new.ss")']) {
    await fails(scheme.eval(code), { kind: "condition", message: /ermission denied/ });
  }
  assert.throws(() => scheme.files.write("/net/hello.ss", ""), { kind: "file" });
  assert.throws(() => scheme.files.mount("/x", "http://["), { kind: "bad_value" });
  assert.throws(() => scheme.files.mount("/", base), { kind: "bad_value" });
});

test("a mount of one file, of a list of files, of a folder of node's; unmounting", async () => {
  scheme.files.mount("/one/file.ss", `${base}/code/hello.ss`);
  await scheme.load("/one/file.ss");
  scheme.files.mount("/some", `${base}/code/`, ["my/words.sls"]);
  requests = [];
  assert.deepEqual(await scheme.eval(`(map file-exists? '("/some/hello.ss" "/some/my" "/some/my/words.sls"))`),
                   [false, true, true]);
  assert.deepEqual(requests, ["/code/my/words.sls"]);
  mkdirSync("folder", { recursive: true });
  writeFileSync("folder/own.ss", "(define own 'own)");
  scheme.files.mount("/node", pathToFileURL(`${process.cwd()}/folder/`));
  assert.equal(await scheme.eval('(load "/node/own.ss") own'), Symbol.for("own"));
  scheme.files.unmount("/node");
  assert.throws(() => scheme.files.list("/node"), { kind: "file" });
  assert.throws(() => scheme.files.unmount("/node"), { kind: "file" });
});

test("in a worker", async () => {
  const other = await SchemeInWorker.boot();
  await other.files.mount("/net", new URL(`${base}/code/`), ["hello.ss"]);
  assert.deepEqual(await other.eval('(load "/net/hello.ss") (list hello (file-exists? "/net/slow.ss"))'),
                   [Symbol.for("from-the-network"), false]);
  mkdirSync("folder", { recursive: true });
  writeFileSync("folder/own.ss", "(define own 'own)");
  await other.files.mount("/node", "folder/");
  assert.equal(await other.eval('(load "/node/own.ss") own'), Symbol.for("own"));
  const archive = await other.files.export("/net");
  assert.ok(archive.length > 100);
  await fails(other.files.keep("/home"), { kind: "storage" });
  assert.deepEqual(await other.eval("(import (coracle js)) (js-call (js-global 'Math) 'max 1 2)"), 2);
  other.dispose();
});

test("archives", async () => {
  scheme.files.write("/project/a.ss", "(define a 1)\n".repeat(1000));
  scheme.files.write("/project/deep/er/\u03bb.bin", Uint8Array.from({ length: 300 }, (_, i) => i * 7));
  scheme.files.write("/project/empty", "");
  const archive = await scheme.files.export("/project");
  assert.ok(archive.length < 13000, "it is compressed");
  writeFileSync("archive.zip", archive);
  if (spawnSync("python3", ["--version"]).status === 0) {
    const listed = execFileSync("python3", ["-c", `import zipfile
z = zipfile.ZipFile("archive.zip")
print(z.testzip(), sorted(z.namelist()), z.read("a.ss") == b"(define a 1)\\n" * 1000)
w = zipfile.ZipFile("other.zip", "w", zipfile.ZIP_DEFLATED); w.writestr("from/python.ss", "(define py 3)" * 9); w.close()
w = zipfile.ZipFile("evil.zip", "w"); w.writestr("../evil", "x"); w.close()`], { encoding: "utf8" });
    assert.equal(listed, "None ['a.ss', 'deep/', 'deep/er/', 'deep/er/\u03bb.bin', 'empty'] True\n");
    await scheme.files.import(new Uint8Array(readFileSync("other.zip")), "/project2");
    assert.equal(await scheme.eval('(load "/project2/from/python.ss") py'), 3);
    await fails(scheme.files.import(new Uint8Array(readFileSync("evil.zip"))), { kind: "file", message: /\.\./ });
  }
  const other = await Scheme.boot();
  await other.files.import(archive, "/restored");
  assert.deepEqual(other.files.list("/restored"), ["a.ss", "deep", "empty"]);
  assert.deepEqual(other.files.read("/restored/deep/er/\u03bb.bin"), scheme.files.read("/project/deep/er/\u03bb.bin"));
  assert.ok((await other.files.export()).length > archive.length / 2);
  for (let i = 0; i < archive.length; i += 97) {
    const damaged = archive.slice();
    damaged[i] ^= 0x55;
    await other.files.import(damaged, "/damaged").catch((error) => { assert.equal(error.kind, "file", error.stack); });
    await fails(other.files.import(archive.subarray(0, i), "/damaged"), { kind: "file" });
  }
  await fails(other.files.import("text"), { kind: "bad_value" });
  other.dispose();
});

test("kept folders need IndexedDB", async () => {
  await fails(scheme.files.keep("/home"), { kind: "storage", message: /IndexedDB/ });
  await fails(scheme.files.keep("/"), { kind: "bad_value" });
});
