// Values as bytes, as wire.def describes them. Nesting is kept on a stack of its own, so depth is no limit.
import { SchemeError } from "./errors.js";
import { Tag } from "./tags.js";
import { Char, Flonum, Pair, Ratio, Reference, Vector } from "./values.js";

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { ignoreBOM: true });
const loneSurrogate = /\p{Surrogate}/u;

/// A string that Scheme can have, with U+FFFD in place of lone surrogates.
export const wellFormed = (string) => string.replace(/\p{Surrogate}/gu, "\ufffd");

class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  #room(count) {
    const at = this.#size;
    this.#size += count;
    if (this.#size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#size));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
  u8(n) {
    const at = this.#room(1);
    this.#view.setUint8(at, n);
  }
  u32(n) {
    const at = this.#room(4);
    this.#view.setUint32(at, n, true);
  }
  i32(n) {
    const at = this.#room(4);
    this.#view.setInt32(at, n, true);
  }
  f64(n) {
    const at = this.#room(8);
    this.#view.setFloat64(at, n, true);
  }
  bytes(bytes) {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }
  counted(bytes) {
    this.u32(bytes.length);
    this.bytes(bytes);
  }
  done() {
    return this.#bytes.subarray(0, this.#size);
  }
}

/// A string's UTF-8. `what` it is, for the error.
export function encodeText(string, what = "a string") {
  if (loneSurrogate.test(string)) {
    throw new SchemeError("bad_value", `found a surrogate that stands alone in ${what}, expected characters`);
  }
  return utf8.encode(string);
}

function writeInteger(to, n) {
  const hex = (n < 0n ? -n : n).toString(16);
  const digits = Math.ceil(hex.length / 8);
  const padded = hex.padStart(8 * digits, "0");
  to.u8(Tag.integer);
  to.u8(n < 0n ? 1 : 0);
  to.u32(digits);
  for (let i = 0; i < digits; ++i) to.u32(parseInt(padded.slice(8 * i, 8 * i + 8), 16));
}

function writeNumber(to, n) {
  if (!Number.isSafeInteger(n) || Object.is(n, -0)) {
    to.u8(Tag.flonum);
    to.f64(n);
  } else if (n === (n | 0)) {
    to.u8(Tag.int32);
    to.i32(n);
  } else {
    writeInteger(to, BigInt(n));
  }
}

/// The message for a value. `host`: handleOf(value), the number of a Scheme object's handle, or undefined;
/// objectId(value), that of a JavaScript object; nameOf(function).
export function encode(value, host) {
  const to = new Writer();
  const numbered = new Map();
  const objects = new Map();
  const frames = [];
  let tables = 0;

  const compound = (v, tag, items, count = items.length) => {
    numbered.set(v, numbered.size);
    to.u8(tag);
    if (tag !== Tag.pair) to.u32(count);
    frames.push({ items, next: 0 });
  };
  const symbol = (v) => {
    const name = Symbol.keyFor(v);
    if (name === undefined) return object(v);
    const bytes = encodeText(name, "a symbol's name");
    to.u8(Tag.symbol);
    to.counted(bytes);
  };
  const object = (v) => {
    const handle = host.handleOf(v);
    if (handle !== undefined) {
      to.u8(Tag.handle);
      return to.u32(handle);
    }
    const id = host.objectId(v);
    objects.set(id, v);
    to.u8(Tag.object);
    to.u32(id);
  };
  const item = (v) => {
    switch (typeof v) {
      case "undefined": return to.u8(Tag.undefined);
      case "boolean": return to.u8(v ? Tag.yes : Tag.no);
      case "number": return writeNumber(to, v);
      case "bigint": return writeInteger(to, v);
      case "symbol": return symbol(v);
      case "string": {
        const bytes = encodeText(v);
        to.u8(Tag.string);
        return to.counted(bytes);
      }
    }
    if (v instanceof Char) {
      to.u8(Tag.character);
      to.u32(v.codePoint);
    } else if (v instanceof Flonum) {
      to.u8(Tag.flonum);
      to.f64(v.value);
    } else if (v instanceof Ratio) {
      if (v.denominator === 1n) return writeInteger(to, v.numerator);
      to.u8(Tag.ratio);
      writeInteger(to, v.numerator);
      writeInteger(to, v.denominator);
    } else if (v instanceof Reference) {
      object(v.value);
    } else if (numbered.has(v)) {
      to.u8(Tag.reference);
      to.u32(numbered.get(v));
    } else if (v instanceof Vector) {
      compound(v, Tag.vector, v);
    } else if (Array.isArray(v)) {
      compound(v, Tag.list, v);
    } else if (v instanceof Pair) {
      compound(v, Tag.pair, [v.car, v.cdr]);
    } else if (v instanceof Map) {
      ++tables;
      compound(v, Tag.table, [...v].flat(), v.size);
    } else if (v instanceof Uint8Array) {
      numbered.set(v, numbered.size);
      to.u8(Tag.bytevector);
      to.counted(v);
    } else {
      object(v);
    }
  };

  item(value);
  while (frames.length > 0) {
    const frame = frames.at(-1);
    if (frame.next === frame.items.length) frames.pop();
    else item(frame.items[frame.next++]);
  }

  const head = new Writer();
  head.u32(objects.size);
  for (const [id, v] of objects) {
    head.u32(id);
    head.u8(typeof v === "function" ? 1 : 0);
    head.counted(utf8.encode(typeof v === "function" ? host.nameOf(v) : ""));
  }
  head.u32(tables);
  head.bytes(to.done());
  return head.done();
}

class Reader {
  #bytes;
  #view;
  #next = 0;

  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  #skip(count) {
    const at = this.#next;
    this.#next += count;
    return at;
  }
  u8() {
    return this.#view.getUint8(this.#skip(1));
  }
  u32() {
    return this.#view.getUint32(this.#skip(4), true);
  }
  i32() {
    return this.#view.getInt32(this.#skip(4), true);
  }
  f64() {
    return this.#view.getFloat64(this.#skip(8), true);
  }
  counted() {
    const count = this.u32();
    const at = this.#skip(count);
    return this.#bytes.subarray(at, at + count);
  }
  rest() {
    return this.#bytes.subarray(this.#next);
  }
}

function readInteger(from, tag = from.u8()) {
  if (tag === Tag.int32) return from.i32();
  const negative = from.u8() === 1;
  const digits = [];
  for (let left = from.u32(); left > 0; --left) digits.push(from.u32().toString(16).padStart(8, "0"));
  const magnitude = BigInt(`0x${digits.join("")}`);
  const n = negative ? -magnitude : magnitude;
  return Number.isSafeInteger(Number(n)) ? Number(n) : n;
}

/// What stands before the value in a message of encode: the objects that it mentions, by id; and the value's bytes.
export function readHead(bytes) {
  const from = new Reader(bytes);
  const objects = new Map();
  for (let left = from.u32(); left > 0; --left) {
    const id = from.u32();
    objects.set(id, { isFunction: from.u8() === 1, name: text.decode(from.counted()) });
  }
  from.u32();  // tables
  return { objects, body: from.rest() };
}

/// How an item is put into its compound value.
const add = {
  [Tag.list]: (frame, v) => frame.value.push(v),
  [Tag.vector]: (frame, v) => frame.value.push(v),
  [Tag.pair]: (frame, v) => { frame.value[frame.left === 1 ? "car" : "cdr"] = v; },
  [Tag.table]: (frame, v) => {
    if (frame.left % 2 === 1) frame.key = v;
    else frame.value.set(frame.key, v);
  },
};

/// The value of a message. `host`: object(id), procedure(handle), handle(number); flonum(number), if flonums aren't to
/// be plain numbers.
export function decode(bytes, host) {
  const from = new Reader(bytes);
  const numbered = [];
  const frames = [];

  const keep = (value) => {
    numbered.push(value);
    return value;
  };
  const compound = (tag, value, left) => {
    frames.push({ tag, value, left });
    return keep(value);
  };
  const item = () => {
    const tag = from.u8();
    switch (tag) {
      case Tag.undefined: return undefined;
      case Tag.no: return false;
      case Tag.yes: return true;
      case Tag.int32:
      case Tag.integer: return readInteger(from, tag);
      case Tag.flonum: {
        const n = from.f64();
        return host.flonum === undefined ? n : host.flonum(n);
      }
      case Tag.ratio: {
        const numerator = readInteger(from);
        return new Ratio(numerator, readInteger(from));
      }
      case Tag.character: return new Char(from.u32());
      case Tag.string: return text.decode(from.counted());
      case Tag.symbol: return Symbol.for(text.decode(from.counted()));
      case Tag.bytevector: return keep(from.counted().slice());
      case Tag.list: return compound(tag, [], from.u32());
      case Tag.vector: return compound(tag, new Vector(), from.u32());
      case Tag.pair: return compound(tag, new Pair(), 2);
      case Tag.table: return compound(tag, new Map(), 2 * from.u32());
      case Tag.object: return host.object(from.u32());
      case Tag.procedure: return host.procedure(from.u32());
      case Tag.handle: return host.handle(from.u32());
      case Tag.reference: return numbered[from.u32()];
    }
    throw new SchemeError("crashed", `found the tag ${tag} in a message of Scheme's`);
  };

  const result = item();
  while (frames.length > 0) {
    const frame = frames.at(-1);
    if (frame.left === 0) {
      frames.pop();
      continue;
    }
    const value = item();
    --frame.left;
    add[frame.tag](frame, value);
  }
  return result;
}
