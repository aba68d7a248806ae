// What the library (coracle js) is made of (js.sls).
import { SchemeError } from "./errors.js";
import { locate } from "./resources.js";
import { Char, Flonum, Pair, Ratio, Reference, SchemeHandle, Vector } from "./values.js";

const scalars = [Char, Flonum, Ratio, SchemeHandle];
const isObject = (v) => typeof v === "object" && v !== null;
/// What an operation returns: objects by reference.
const result = (v) => (isObject(v) && !scalars.some((type) => v instanceof type) ? new Reference(v) : v);

/// A property's name, which may be a symbol of Scheme's.
const keyOf = (key) => (typeof key === "symbol" ? Symbol.keyFor(key) ?? key : key);
const nameOf = (key) => String(keyOf(key));

function objectOf(v, what) {
  if (v === undefined || v === null) throw new TypeError(`found ${String(v)}, expected ${what}`);
  return v;
}
function functionOf(v, what) {
  if (typeof v !== "function") throw new TypeError(`${what}: found ${isObject(v) ? "an object" : String(v)}, expected a function`);
  return v;
}

/// A vector of Scheme's is a plain array here.
const plain = (v) => (v instanceof Vector ? Array.from(v) : v);

function bytesOf(v) {
  if (v instanceof ArrayBuffer) return new Uint8Array(v);
  if (ArrayBuffer.isView(v)) return new Uint8Array(v.buffer, v.byteOffset, v.byteLength);
  throw new TypeError("found no ArrayBuffer, nor a view of one");
}

/// Copies in the form that crosses as Scheme's own: arrays, maps, and objects without a class as maps.
function copied(value) {
  const copies = new Map();
  const pending = [];
  const copy = (v) => {
    if (!isObject(v)) return v;
    if (copies.has(v)) return copies.get(v);
    const keep = (made, fill) => {
      copies.set(v, made);
      if (fill !== undefined) pending.push(fill);
      return made;
    };
    if (Array.isArray(v)) {
      const made = v instanceof Vector ? new Vector() : [];
      return keep(made, () => { for (const item of v) made.push(copy(item)); });
    }
    if (v instanceof Pair) {
      const made = new Pair();
      return keep(made, () => Object.assign(made, { car: copy(v.car), cdr: copy(v.cdr) }));
    }
    if (v instanceof ArrayBuffer || v instanceof Uint8Array || v instanceof DataView) return keep(bytesOf(v).slice());
    if (ArrayBuffer.isView(v)) return keep(Vector.from(v));
    const prototype = Object.getPrototypeOf(v);
    if (v instanceof Map || prototype === Object.prototype || prototype === null) {
      const made = new Map();
      return keep(made, () => {
        for (const [key, item] of v instanceof Map ? v : Object.entries(v)) made.set(copy(key), copy(item));
      });
    }
    return scalars.some((type) => v instanceof type) ? v : keep(new Reference(v));
  };
  const made = copy(value);
  while (pending.length > 0) pending.pop()();
  return made;
}

/// By the names that they have in Scheme.
const operations = {
  "js-eval": (text) => result((0, eval)(text)),
  "$js-get": (object, key) => result(objectOf(object, "an object")[keyOf(key)]),
  "js-set!": (object, key, value) => { objectOf(object, "an object")[keyOf(key)] = plain(value); },
  "js-delete!": (object, key) => { Reflect.deleteProperty(Object(objectOf(object, "an object")), keyOf(key)); },
  "js-call": (object, method, ...args) => {
    if (method === false) return result(functionOf(object, "what is called")(...args.map(plain)));
    const f = functionOf(objectOf(object, "an object")[keyOf(method)], nameOf(method));
    return result(Reflect.apply(f, object, args.map(plain)));
  },
  "js-new": (type, ...args) => result(Reflect.construct(functionOf(type, "the class"), args.map(plain))),
  // Another function: the procedure's own one would be the procedure again in Scheme.
  "js-procedure": (procedure) => {
    functionOf(procedure, "the procedure");
    return (...args) => procedure(...args);
  },
  "js-await": async (promise) => result(await promise),
  "js-import": async (url) => {
    const relative = /^\.{0,2}\//.test(url);
    return result(await import(/* webpackIgnore: true */ /* @vite-ignore */ relative ? locate(url, "the module").href : url));
  },
  "js-typeof": (value) => Symbol.for(value === null ? "null" : typeof value),
  "js-instance?": (value, type) => value instanceof functionOf(type, "the class"),
  "js->scheme": copied,
  "scheme->js": (value) => result(plain(value)),
  "js->bytevector": (buffer) => bytesOf(buffer).slice(),
  "bytevector->js": (bytes, name) => {
    const type = globalThis[nameOf(name)];
    if (typeof type !== "function" || !(type.prototype instanceof Object.getPrototypeOf(Uint8Array))) {
      throw new SchemeError("bad_value", `found ${nameOf(name)}, expected the name of a class of typed arrays`);
    }
    return new Reference(new type(bytes.slice().buffer));
  },
};

/// What a machine needs for the library: the path of its text, and a list of the operations and their names.
export function library(objects, path) {
  for (const [name, operation] of Object.entries(operations)) objects.name(operation, name);
  return [path, Object.entries(operations).map(([name, operation]) => [Symbol.for(name), operation])];
}
