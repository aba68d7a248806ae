// The server of ./run --browser.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "../../page/serve.mjs";

let folder, site, port;
before(async () => {
  folder = await mkdtemp(`${tmpdir()}/coracle.`);
  await writeFile(`${folder}/index.html`, "the index");
  await writeFile(`${folder}/a b.wasm`, "\0asm");
  site = await serve(folder);
  ({ port } = new URL(site.address));
});
after(async () => {
  site?.close();
  if (folder) await rm(folder, { recursive: true });
});

/// The path as it stands, which fetch would normalize.
const ask = (path, method = "GET") => new Promise((resolve, reject) => {
  request({ host: "127.0.0.1", port, path, method, agent: false }, (response) => {
    let body = "";
    response.on("data", (data) => { body += data; });
    response.on("end", () => resolve({ status: response.statusCode, type: response.headers["content-type"], body }));
  }).on("error", reject).end();
});

test("files, their types, and what is no file", async () => {
  assert.deepEqual(await ask("/"), { status: 200, type: "text/html; charset=utf-8", body: "the index" });
  assert.deepEqual(await ask("/a%20b.wasm?query"), { status: 200, type: "application/wasm", body: "\0asm" });
  assert.equal((await ask("/", "HEAD")).body, "");
  for (const path of ["/none", "/../serve.test.mjs", "/..%2f..%2fetc/passwd", "/%2e%2e/x", "/..\\x", "//etc/passwd"]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  for (const path of ["/%zz", "/%00", "/%c0%af"]) assert.equal((await ask(path)).status, 400, path);
  assert.equal((await ask("/", "POST")).status, 405);
});

test("options", () => {
  const program = fileURLToPath(new URL("../../page/serve.mjs", import.meta.url));
  const run = (...args) => spawnSync(process.execPath, [program, ...args], { encoding: "utf8", timeout: 20_000 });
  assert.match(run("--help").stdout, /^usage: /);
  for (const [args, message] of [
    [[], /^usage: /], [["--port=none", folder], /^usage: /], [["--port=70000", folder], /^usage: /],
    [[folder, folder], /^usage: /], [["--wrong", folder], /--wrong/], [[`${folder}/none`], /found no folder/],
    [[`--port=${port}`, folder], /EADDRINUSE/],
  ]) {
    const { status, stderr } = run(...args);
    assert.equal(status, 1, `${args}`);
    assert.match(stderr, message);
  }
});
