// The machine's module and image, with word of how much has come.

/// Downloads a file whose size is known; `progress(bytes)` gets what has come.
async function download(url, progress) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: status ${response.status}`);
  let come = 0;
  const counter = new TransformStream({
    transform(chunk, to) {
      come += chunk.length;
      progress(come);
      to.enqueue(chunk);
    },
  });
  const type = response.headers.get("content-type") ?? "";
  return new Response(response.body.pipeThrough(counter), { headers: { "content-type": type } });
}

/// Resolves to the compiled module and the bytes of the image. `sizes`: of the two files. `progress(fraction)`.
export async function loadMachine(sizes, progress) {
  const come = { wasm: 0, image: 0 };
  const part = (name) => (bytes) => {
    come[name] = bytes;
    progress(Math.min(1, (come.wasm + come.image) / (sizes.wasm + sizes.image)));
  };
  const [wasm, image] = await Promise.all([
    download(new URL("./machine.wasm", import.meta.url), part("wasm")).then(async (response) =>
      (response.headers.get("content-type") === "application/wasm"
        ? WebAssembly.compileStreaming(response)
        : WebAssembly.compile(await response.arrayBuffer()))),
    download(new URL("./scheme.image", import.meta.url), part("image")).then(async (response) =>
      new Uint8Array(await response.arrayBuffer())),
  ]);
  return { wasm, image };
}
