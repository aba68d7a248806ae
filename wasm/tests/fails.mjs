import assert from "node:assert/strict";
import { SchemeError } from "coracle-scheme";

/// Whether a promise is rejected with a SchemeError that has these properties: of texts, what matches a pattern.
export const fails = (promise, properties) => assert.rejects(promise, (error) => {
  assert.ok(error instanceof SchemeError, `${error.stack}`);
  for (const [name, value] of Object.entries(properties)) {
    if (value instanceof RegExp) assert.match(error[name], value);
    else assert.deepEqual(error[name], value);
  }
  return true;
});
