// Serves a folder of static files on this computer alone.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const usage = `usage: node wasm/page/serve.mjs [--port=N] FOLDER

Serves the files of FOLDER on 127.0.0.1 and prints the address. Without --port, a free port is taken.
`;

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".ss": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

async function answer(root, request, response) {
  const fail = (status, message) => {
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
  };
  if (request.method !== "GET" && request.method !== "HEAD") return fail(405, `${request.method} isn't served`);
  let path;
  try {
    path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  } catch {
    return fail(400, "the address can't be read");
  }
  if (path.includes("\0")) return fail(400, "the address can't be read");
  if (path.endsWith("/")) path += "index.html";
  const file = join(root, path);  // which can't leave the root: a URL's path has no ".." left, but for %2e or \
  if (!file.startsWith(join(root, "/"))) return fail(404, `there is no ${path}`);
  const size = await stat(file).then((s) => (s.isFile() ? s.size : undefined), () => undefined);
  if (size === undefined) return fail(404, `there is no ${path}`);
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-length": size,
    "cache-control": "no-cache",
  });
  if (request.method === "HEAD") return response.end();
  createReadStream(file).on("error", () => response.destroy()).pipe(response);
}

/// Resolves, once the server listens, to its address and a function that closes it.
export function serve(folder, port = 0) {
  const root = resolve(folder);
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => response.destroy());
  });
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      const close = () => {
        server.close();
        server.closeAllConnections();
      };
      done({ address: `http://127.0.0.1:${server.address().port}/`, close });
    });
  });
}

async function main() {
  let parsed;
  try {
    parsed = parseArgs({
      options: { port: { type: "string", default: "0" }, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    console.error(`serve: ${error.message}`);
    return 1;
  }
  const { values: { port, help }, positionals } = parsed;
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  if (positionals.length !== 1 || !/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    process.stderr.write(usage);
    return 1;
  }
  const [folder] = positionals;
  if (!await stat(folder).then((s) => s.isDirectory(), () => false)) {
    console.error(`serve: found no folder ${folder}`);
    return 1;
  }
  try {
    const { address } = await serve(folder, Number(port));
    console.log(address);
  } catch (error) {
    console.error(`serve: ${error.message}`);
    return 1;
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = await main();
