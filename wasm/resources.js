// The package's own files, and what a program gives in their place.
import { SchemeError } from "./errors.js";
import { missingFeatures } from "./features.js";

async function fetched(response, what) {
  if (!response.ok) {
    throw new SchemeError("fetch", `${what}: ${response.url} answered with status ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

const isFile = (url) => url.protocol === "file:" && typeof process === "object";
const nodeFiles = () => import(/* webpackIgnore: true */ /* @vite-ignore */ "node:fs/promises");

/// A URL, which may be relative to the page or worker, in node to the working folder. `what` it is of, for the error.
export function locate(source, what) {
  const here = () => globalThis.location?.href ?? (typeof process === "object" ? `file://${process.cwd()}/` : undefined);
  try {
    return new URL(source, here());
  } catch (error) {
    throw new SchemeError("bad_value", `${what}: found ${String(source)}, expected a URL`, { cause: error });
  }
}

/// What is at a URL: bytes and the time when they were modified, if that is known; or a folder; or undefined, if nothing
/// is there. `what` it is, for the error.
export async function fileAt(url, what) {
  if (isFile(url)) {
    const { readFile, stat } = await nodeFiles();
    try {
      const status = await stat(url);
      if (status.isDirectory()) return { isFolder: true };
      return { bytes: new Uint8Array(await readFile(url)), modified: status.mtimeMs };
    } catch (error) {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw new SchemeError("fetch", `${what}: ${error.message}`, { cause: error });
    }
  }
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new SchemeError("fetch", `${what}: ${url} can't be had: ${error.cause?.message ?? error.message}`, { cause: error });
  }
  if (response.status === 404 || response.status === 410) return undefined;
  if (response.redirected && response.url.endsWith("/") && !url.href.endsWith("/")) return { isFolder: true };
  const modified = Date.parse(response.headers.get("Last-Modified"));
  return { bytes: await fetched(response, what), modified: Number.isNaN(modified) ? undefined : modified };
}

/// The bytes that a URL, a Response or a buffer stands for. `what` they are, for errors.
export async function bytesOf(source, what) {
  try {
    if (source instanceof Uint8Array) return source;
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    if (typeof Response === "function" && source instanceof Response) return await fetched(source, what);
    if (typeof source !== "string" && !(source instanceof URL)) {
      throw new SchemeError("bad_value", `${what}: found ${typeof source}, expected a URL, a Response or bytes`);
    }
    const url = locate(source, what);
    if (isFile(url)) return new Uint8Array(await (await nodeFiles()).readFile(url));
    return await fetched(await fetch(url), what);
  } catch (error) {
    if (error instanceof SchemeError) throw error;
    throw new SchemeError("fetch", `${what}: ${error.message}`, { cause: error });
  }
}

let ownModule;

async function compile(source) {
  const missing = missingFeatures();
  if (missing !== undefined) {
    throw new SchemeError("unsupported", `this JavaScript engine lacks what the machine needs: ${missing}`);
  }
  const bytes = await bytesOf(source, "the WebAssembly module");
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new SchemeError("bad_wasm", `the WebAssembly module: ${error.message}`, { cause: error });
  }
}

/// The compiled module; the package's own one is compiled once.
export async function moduleOf(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source !== undefined) return compile(source);
  ownModule ??= compile(new URL("./machine.wasm", import.meta.url));
  try {
    return await ownModule;
  } catch (error) {
    ownModule = undefined;  // the next boot tries again
    throw error;
  }
}

let ownImage;

/// The bytes of the image; the package's own ones are read once.
export async function imageOf(source) {
  if (source !== undefined) return bytesOf(source, "the image");
  ownImage ??= bytesOf(new URL("./scheme.image", import.meta.url), "the image");
  try {
    return await ownImage;
  } catch (error) {
    ownImage = undefined;
    throw error;
  }
}
