// What the module needs of a WebAssembly engine, so that one that is too old is named as such.

/// A module with a function of these instructions; an engine that doesn't know them finds it invalid.
function moduleWith(...instructions) {
  const body = [0, ...instructions, 0x0b];
  return Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,   // \0asm, version 1
                       1, 4, 1, 0x60, 0, 0,               // a type: no parameters, no results
                       3, 2, 1, 0,                        // a function of that type
                       5, 3, 1, 0, 1,                     // a memory
                       10, body.length + 2, 1, body.length, ...body);
}
const i32 = [0x41, 0];  // i32.const 0
const drop = 0x1a;

const needed = {
  "vectors (SIMD)": moduleWith(...i32, 0xfd, 0x0f, drop),                         // i8x16.splat
  "operations on blocks of memory": moduleWith(...i32, ...i32, ...i32, 0xfc, 0x0b, 0),  // memory.fill
  exceptions: moduleWith(0x06, 0x40, 0x19, 0x0b),                                 // try, catch_all
};

/// What the engine lacks, as a text; undefined if it has all.
export function missingFeatures() {
  if (typeof WebAssembly !== "object") return "WebAssembly";
  const missing = Object.keys(needed).filter((name) => !WebAssembly.validate(needed[name]));
  if (typeof BigInt64Array !== "function") missing.push("64-bit integers as BigInts");
  return missing.length === 0 ? undefined : `${missing.join(", ")} in WebAssembly`;
}
