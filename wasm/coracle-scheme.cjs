#!/usr/bin/env node
// The program of the package: npx coracle-scheme.
const module_ = require("./coracle.cjs");
const program = import("./program.js");  // meanwhile the WebAssembly is compiled
// Compiling doesn't keep node's event loop alive, and a loop that has ended waits for all that V8 still optimizes.
const stay = setInterval(() => {}, 2 ** 30);
module_.onRuntimeInitialized = () => clearInterval(stay);
module_.postRun = () => { program.then(({ run }) => run(module_)); };
