// Scheme's values that JavaScript has no type for.
import { SchemeError } from "./errors.js";

/// A character.
export class Char {
  constructor(character) {
    const codePoint = typeof character === "string" ? character.codePointAt(0) : character;
    const one = typeof character !== "string" || String.fromCodePoint(codePoint ?? 0) === character;
    if (!one || !Number.isInteger(codePoint) || codePoint < 0 || codePoint > 0x10ffff ||
        (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
      throw new SchemeError("bad_value", `found ${JSON.stringify(character)}, expected a character or its code point`);
    }
    this.codePoint = codePoint;
    Object.freeze(this);
  }
  toString() {
    return String.fromCodePoint(this.codePoint);
  }
}

/// A number that is a flonum in Scheme, also if it is an integer.
export class Flonum {
  constructor(value) {
    this.value = Number(value);
    Object.freeze(this);
  }
  valueOf() {
    return this.value;
  }
}

const magnitude = (n) => (n < 0n ? -n : n);

/// An exact fraction in lowest terms, of BigInts; the denominator is positive.
export class Ratio {
  constructor(numerator, denominator) {
    let [n, d] = [BigInt(numerator), BigInt(denominator)];
    if (d === 0n) throw new SchemeError("bad_value", "found the denominator 0");
    if (d < 0n) [n, d] = [-n, -d];
    let [a, b] = [magnitude(n), d];
    while (b !== 0n) [a, b] = [b, a % b];
    this.numerator = n / a;
    this.denominator = d / a;
    Object.freeze(this);
  }
  valueOf() {
    return Number(this.numerator) / Number(this.denominator);
  }
  toString() {
    return `${this.numerator}/${this.denominator}`;
  }
}

/// A pair that doesn't begin a list.
export class Pair {
  constructor(car, cdr) {
    this.car = car;
    this.cdr = cdr;
  }
}

/// A vector; an Array is a list.
export class Vector extends Array {}

/// An object that crosses to Scheme as it is, not as a copy.
export class Reference {
  constructor(value) {
    this.value = value;
  }
}

/// Any other Scheme object. It lives in Scheme as long as this does here.
export class SchemeHandle {
  #print;
  constructor(print) {
    this.#print = print;
  }
  /// What Scheme prints for it.
  toString() {
    return this.#print();
  }
}
