// The package's own files, and what a program gives in their place.
import { SchemeError } from "./errors.js";

async function fetched(response, what) {
  if (!response.ok) {
    throw new SchemeError("fetch", `${what}: ${response.url} answered with status ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
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
    const url = new URL(source, globalThis.location?.href ?? import.meta.url);
    if (url.protocol === "file:" && typeof process === "object") {
      const { readFile } = await import(/* webpackIgnore: true */ /* @vite-ignore */ "node:fs/promises");
      return new Uint8Array(await readFile(url));
    }
    return await fetched(await fetch(url), what);
  } catch (error) {
    if (error instanceof SchemeError) throw error;
    throw new SchemeError("fetch", `${what}: ${error.message}`, { cause: error });
  }
}

let ownModule;

async function compile(source) {
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
