// What the program that uses Scheme gives for its console: functions for input, output and error output.
import { SchemeError } from "./errors.js";

/// Throws if one of them is there and no function.
export function checkCallbacks(callbacks) {
  for (const [name, callback] of Object.entries(callbacks)) {
    if (callback !== undefined && typeof callback !== "function") {
      throw new SchemeError("bad_value", `${name}: found ${typeof callback}, expected a function`);
    }
  }
}

/// Text goes to node's own streams, or to the browser's console, line by line.
export function defaultOutput(descriptor) {
  if (typeof process === "object" && process.versions?.node) {
    const stream = descriptor === 1 ? process.stdout : process.stderr;
    return (text) => { stream.write(text); };
  }
  const print = descriptor === 1 ? console.log : console.error;
  let line = "";
  return (text) => {
    const lines = (line + text).split("\n");
    line = lines.pop();
    for (const whole of lines) print(whole);
  };
}
