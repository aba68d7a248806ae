// Folders that stay between visits, with an IndexedDB in memory. (tests/browser has a browser's.)
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Scheme } from "coracle-scheme";

const fake = `${process.env.CORACLE_NPM}/node_modules/fake-indexeddb/auto/index.mjs`;
const skip = !existsSync(fake) && "no IndexedDB for node: tools/set-up --wasm gets it";
before(async () => { if (!skip) await import(pathToFileURL(fake).href); });

/// A visit: a machine with the folder /home/me. Only `f` says when changes are stored.
async function visit(f, name) {
  const scheme = await Scheme.boot();
  await scheme.files.keep("/home/me", name);
  const result = await f(scheme);
  scheme.dispose();
  return result;
}
const turns = () => new Promise((resolve) => { setTimeout(resolve, 50); });

test("what Scheme and JavaScript write is there at the next visit", { skip }, async () => {
  await visit(async (scheme) => {
    await scheme.eval(`(mkdir "/home/me/a") (mkdir "/home/me/a/b")
      (call-with-output-file "/home/me/a/b/file.ss" (lambda (p) (write '(define kept 'kept) p)))
      (call-with-output-file "/home/me/gone" (lambda (p) (write 'gone p)))
      (call-with-output-file "/home/outside" (lambda (p) (write 'outside p)))
      (chmod "/home/me/gone" #o600)`);
    scheme.files.write("/home/me/js/\u03bb", Uint8Array.of(0, 255));
    await scheme.files.sync();
  });
  await visit(async (scheme) => {
    assert.deepEqual(scheme.files.list("/home/me"), ["a", "gone", "js"]);
    assert.equal(await scheme.eval('(load "/home/me/a/b/file.ss") kept'), Symbol.for("kept"));
    assert.deepEqual([...scheme.files.read("/home/me/js/\u03bb")], [0, 255]);
    assert.equal(await scheme.eval('(get-mode "/home/me/gone")'), 0o600);
    assert.ok(!scheme.files.list("/home").includes("outside"));
    await scheme.eval(`(delete-file "/home/me/gone") (rename-file "/home/me/a" "/home/me/moved")
      (current-directory "/home/me") (delete-file "js/\u03bb") (delete-directory "js")
      (call-with-port (open-file-input/output-port "moved/b/file.ss" (file-options no-fail no-truncate))
        (lambda (p) (put-bytevector p (string->utf8 "(define kept (quote more))"))))`);
    await turns();  // nobody calls sync
  });
  await visit(async (scheme) => {
    assert.deepEqual(scheme.files.list("/home/me"), ["moved"]);
    assert.equal(await scheme.eval('(load "/home/me/moved/b/file.ss") kept'), Symbol.for("more"));
    scheme.files.write("/home/me/last", "written just before");  // and then the machine is disposed
  });
  await turns();
  await visit(async (scheme) => {
    assert.equal(scheme.files.readText("/home/me/last"), "written just before");
    scheme.files.remove("/home/me/moved");
    await scheme.files.sync();
  });
  await visit(async (scheme) => assert.deepEqual(scheme.files.list("/home/me"), ["last"]));
});

test("by another name it is another folder; what was there before is stored, too", { skip }, async () => {
  const scheme = await Scheme.boot();
  scheme.files.write("/home/me/early", "early");
  await scheme.files.keep("/home/me", "other");
  assert.deepEqual(scheme.files.list("/home/me"), ["early"]);
  scheme.dispose();
  await visit((again) => assert.deepEqual(again.files.list("/home/me"), ["early"]), "other");
});

test("two machines with the same folder at once: each stores the files that it changes", { skip }, async () => {
  const one = await Scheme.boot();
  one.files.write("/kept/both", "at first");
  one.files.write("/kept/gone", "");
  await one.files.keep("/kept", "shared");
  const other = await Scheme.boot();
  await other.files.keep("/kept", "shared");
  one.files.write("/kept/one", "of one");
  other.files.write("/kept/both", "of the other");
  await other.files.sync();
  one.files.remove("/kept/gone");
  await one.files.sync();
  assert.deepEqual(other.files.list("/kept"), ["both", "gone"], "changes of the other are not seen before the next visit");
  const next = await Scheme.boot();
  await next.files.keep("/kept", "shared");
  assert.deepEqual(next.files.list("/kept"), ["both", "one"]);
  assert.equal(next.files.readText("/kept/both"), "of the other");
  for (const scheme of [one, other, next]) scheme.dispose();
});

test("a browser that refuses", { skip }, async () => {
  const scheme = await Scheme.boot();
  await scheme.files.keep("/kept");
  const real = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = () => { throw new DOMException("no room", "QuotaExceededError"); };
  try {
    scheme.files.write("/kept/file", "text");
    await assert.rejects(scheme.files.sync(), { name: "SchemeError", kind: "storage", message: /no room/ });
  } finally {
    IDBDatabase.prototype.transaction = real;
  }
  await scheme.files.sync();  // nothing is lost
  scheme.dispose();
  const next = await Scheme.boot();
  await next.files.keep("/kept");
  assert.equal(next.files.readText("/kept/file"), "text");
  next.dispose();
  const open = indexedDB.open;
  indexedDB.open = () => { throw new DOMException("private", "SecurityError"); };
  const last = await Scheme.boot();
  await assert.rejects(last.files.keep("/kept"), { kind: "storage", message: /private/ });
  indexedDB.open = open;
  last.dispose();
});
