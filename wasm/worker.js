// A machine in a worker: does what in_worker.js asks for.
import { Peer } from "./peer.js";
import { Scheme } from "./scheme.js";
import { Flonum } from "./values.js";

/// An object of the other thread.
class Elsewhere {
  text = "an object of another thread";
  toString() {
    return this.text;
  }
}

const inNode = typeof process === "object" && process.versions?.node;
const port = inNode ? (await import(/* webpackIgnore: true */ /* @vite-ignore */ "node:worker_threads")).parentPort
  : globalThis;

let scheme;

const methods = {
  interrupt: () => scheme.interrupt(),
  files: (method, ...args) => scheme.files[method](...args),
};
for (const name of ["eval", "call", "load", "define", "session"]) methods[name] = (...args) => scheme[name](...args);

const peer = new Peer((message) => port.postMessage(message), {
  handle: (method, args) => methods[method](...args),
  standIn: () => new Elsewhere(),
  describe: (object, text) => { object.text = text; },
  // To Scheme, 2 is exact, and a flonum that is 2 isn't.
  flonum: (n) => (Number.isSafeInteger(n) && !Object.is(n, -0) ? new Flonum(n) : n),
});

/// The first message has the options of Scheme.boot. Of functions it says that they are there.
methods.boot = async () => {
  const { stdin, stdout, stderr, ...options } = await given;
  scheme = await Scheme.boot({
    ...options,
    stdin: stdin ? () => peer.request("stdin") : undefined,
    stdout: stdout ? (text) => peer.tell("stdout", text) : undefined,
    stderr: stderr ? (text) => peer.tell("stderr", text) : undefined,
  });
};
let give;
const given = new Promise((resolve) => { give = resolve; });
const receive = (message) => (message.options ? give(message.options) : peer.receive(message));
if (inNode) port.on("message", receive);
else port.onmessage = ({ data }) => receive(data);
