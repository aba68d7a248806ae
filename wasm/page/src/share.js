// Programs in addresses: the text is compressed and stands behind #program=, so no server sees it.

const prefix = "#program=";
const greatestSize = 2 ** 20;

async function through(bytes, stream) {
  const chunks = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (let part; !(part = await reader.read()).done;) {
    size += part.value.length;
    if (size > greatestSize) throw new RangeError(`found more than ${greatestSize} bytes`);
    chunks.push(part.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

export async function addressOf(program) {
  const bytes = await through(new TextEncoder().encode(program), new CompressionStream("deflate-raw"));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const url = new URL(location.href);
  url.hash = prefix + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return url.href;
}

/// The program in the page's address: undefined if there is none; throws if it is damaged.
export async function sharedProgram() {
  if (!location.hash.startsWith(prefix)) return undefined;
  try {
    const binary = atob(location.hash.slice(prefix.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const program = await through(bytes, new DecompressionStream("deflate-raw"));
    return new TextDecoder("utf-8", { fatal: true }).decode(program);
  } catch (error) {
    throw new Error("the program in this address is damaged", { cause: error });
  }
}
