// Chromium for tests, and pages in it whose consoles are watched.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { serve } from "../../page/serve.mjs";

const top = fileURLToPath(new URL("../../../", import.meta.url));
const { chromium } = createRequire(`${top}/.cache/wasm/npm/`)("playwright-core");

/// The folder of the build, with the package and the page.
export const build = `${process.env.CORACLE_BUILD}/wasm`;

export const launch = () => chromium.launch({
  executablePath: execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/// Serves a folder with an empty page and the package, coracle-scheme; close() ends that.
export async function servePackage() {
  const folder = await mkdtemp(`${tmpdir()}/coracle.`);
  await cp(`${build}/package`, `${folder}/coracle-scheme`, { recursive: true });
  await writeFile(`${folder}/index.html`, '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">');
  const site = await serve(folder);
  const close = async () => {
    site.close();
    await rm(folder, { recursive: true });
  };
  return { folder, address: site.address, close };
}

/// A page of a context. What its console says of errors and warnings, and what it throws, is in `page.complaints`.
export async function newPage(context) {
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  return page;
}
export function assertQuiet(page) {
  assert.deepEqual(page.complaints, [], "what the page's console says");
}
