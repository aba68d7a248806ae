#!/usr/bin/env node
// The program of the package: npx coracle-scheme.
require("./coracle.cjs");
