// Machines that are made and disposed leave nothing behind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Scheme } from "coracle-scheme";

/// How many are made: as many as a minute allows, at most 1,000.
const milliseconds = 60_000;
const most = 1000;

async function makeOne() {
  const scheme = await Scheme.boot();
  assert.equal(await scheme.eval("(+ 1 2)"), 3);
  scheme.dispose();
}

/// After a full collection.
async function resident() {
  for (let i = 0; i < 3; ++i) {
    globalThis.gc();
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  return process.memoryUsage().rss;
}

test("machines made and disposed", async (t) => {
  for (let i = 0; i < 5; ++i) await makeOne();
  const before = await resident();
  const end = performance.now() + milliseconds;
  let made = 0;
  while (made < most && performance.now() < end) {
    await makeOne();
    if (++made % 5 === 0) globalThis.gc();  // V8 doesn't know what an instance's memory weighs
  }
  const grown = (await resident()) - before;
  t.diagnostic(`${made} machines, ${Math.round(grown / 2 ** 20)} MB more`);
  // A machine is 60 MB or more: two may still be there.
  assert.ok(grown < 150 * 2 ** 20, `${made} machines left ${Math.round(grown / 2 ** 20)} MB`);
});
