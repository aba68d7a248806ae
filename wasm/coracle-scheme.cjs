#!/usr/bin/env node
// The program of the package: npx coracle-scheme.
const module_ = require("./coracle.cjs");
const program = import("./program.js");  // meanwhile the WebAssembly is compiled
module_.postRun = () => { program.then(({ run }) => run(module_)); };
