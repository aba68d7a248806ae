// Made into tags.js by the preprocessor, from the table that C++ uses, too.
export const Tag = Object.freeze({
#define WIRE_TAG(number, name, meaning) name: number,
#include "wasm/wire.def"
});
