// The package coracle-scheme: what a program imports.
export { SchemeError } from "./errors.js";
export { SchemeInWorker } from "./in_worker.js";
export { Scheme } from "./scheme.js";
export { Char, Flonum, Pair, Ratio, SchemeHandle, Vector } from "./values.js";
