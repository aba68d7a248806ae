#!/usr/bin/env node
// The program of the package: npx coracle-scheme.
const module_ = require("./coracle.cjs");
const program = import("./program.js");  // meanwhile the WebAssembly is compiled
// Node doesn't wait for compiling: at the end of what it sees, it waits until V8 has compiled everything as well as it can.
const stay = setInterval(() => {}, 2 ** 30);
module_.onRuntimeInitialized = () => clearInterval(stay);
module_.postRun = () => { program.then(({ run }) => run(module_)); };
