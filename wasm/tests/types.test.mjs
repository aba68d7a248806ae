// index.d.ts: the compiler of TypeScript takes a program that uses all of the API, and refuses wrong uses; what it
// declares is what there is.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import * as api from "coracle-scheme";

const compiler = `${process.env.CORACLE_NPM}/node_modules/typescript/bin/tsc`;
const skip = !existsSync(compiler) && "no TypeScript: tools/set-up --wasm gets it";

function compile(name, text) {
  writeFileSync(name, text);
  writeFileSync("tsconfig.json", JSON.stringify({
    compilerOptions: { strict: true, noEmit: true, target: "es2022", module: "nodenext", lib: ["es2022", "dom"], types: [] },
    files: [name],
  }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, "--project", "."], { encoding: "utf8" });
  return { status, out: stdout + stderr };
}

const program = `
import {
  Char, Flonum, Pair, Ratio, Scheme, SchemeError, SchemeHandle, SchemeInWorker, Vector,
  type BootOptions, type Files, type SchemeErrorKind, type Source,
} from "coracle-scheme";

const image: Source = new URL("https://localhost/scheme.image");
const options: BootOptions = {
  image, wasm: new Uint8Array(), memoryLimit: 2 ** 28,
  stdin: async () => null, stdout: (text: string) => { console.log(text); }, stderr: (text) => { console.error(text); },
};
const scheme: Scheme = await Scheme.boot(options);
const n: bigint = await scheme.eval("(expt 2 100)");
const squares: number[] = await scheme.call("map", (x: number) => x * x, [1, 2, 3]);
await scheme.call(async () => 5, n, squares);
await scheme.load("/code.ss");
await scheme.define("f", async (url: string) => (await fetch(url)).text());
const status: number = await scheme.session("/code.ss");
scheme.interrupt();
const files: Files = scheme.files;
files.write("/a", "text");
files.write("/b", Uint8Array.of(1));
const bytes: Uint8Array = files.read("/a");
const text: string = files.readText("/a");
const names: string[] = [...files.list(), ...files.list("/home")];
files.remove("/a");
files.mount("/net", "https://localhost/code/", ["a.ss"]);
files.mount("/one", image);
files.unmount("/net");
await files.keep("/home", "home");
await files.sync();
const archive: Uint8Array = await files.export("/home");
await files.import(archive, "/copy");
const char = new Char("x"), flonum = new Flonum(2), ratio = new Ratio(1n, 2), pair = new Pair(1, 2);
const vector: Vector<number> = Vector.from([1, 2]) as Vector<number>;
const total: number = char.codePoint + flonum.value + flonum.valueOf() + ratio.valueOf() + vector.length;
const texts: string = char.toString() + ratio.toString() + String(ratio.numerator + ratio.denominator) + String(pair.car) + String(pair.cdr);
const handle: SchemeHandle = await scheme.eval("(box 1)");
handle.toString();
try {
  await scheme.eval("(car 5)");
} catch (error) {
  if (error instanceof SchemeError) {
    const kind: SchemeErrorKind = error.kind;
    console.log(kind, error.message, error.irritants.length, error.condition, error.who?.length, error.status, error.cause);
  }
}
const other: SchemeInWorker = await SchemeInWorker.boot(options);
const inWorker: string = await other.files.readText("/a");
await Promise.all([other.files.mount("/net", image), other.eval(inWorker), other.call("car", [1]), other.load("/a")]);
await other.define("x", 1);
await other.session();
other.interrupt();
other.dispose();
throw new SchemeError("file", "message", { irritants: [], cause: new Error([bytes, text, names, total, texts, status].join()) });
scheme.dispose();
`;

test("a program that uses all of it", { skip }, () => {
  assert.deepEqual(compile("program.mts", program), { status: 0, out: "" });
  const unused = [...readFileSync(new URL(import.meta.resolve("coracle-scheme/package.json")).pathname
    .replace("package.json", "index.d.ts"), "utf8").matchAll(/^ {2}(?:static |readonly )?(\w+)[?(:]/gm)]
    .map(([, name]) => name).filter((name) => name !== "constructor" && !new RegExp(`\\b${name}\\b`).test(program));
  assert.deepEqual(unused, []);
});

test("wrong uses", { skip }, () => {
  for (const [wrong, message] of [
    ["await Scheme.boot({ memoryLimit: '1' });", /not assignable to type 'number/],
    ["new Scheme();", /onstructor of class .Scheme. is private/],
    ["new SchemeError('no-such-kind', 'x');", /SchemeErrorKind/],
    ["(await Scheme.boot()).eval(5);", /not assignable to parameter of type 'string'/],
    ["(await Scheme.boot()).files.write('/a', 5);", /not assignable/],
  ]) {
    const { status, out } = compile("wrong.mts", `import { Scheme, SchemeError } from "coracle-scheme";\nvoid SchemeError;\n${wrong}\n`);
    assert.notEqual(status, 0, wrong);
    assert.match(out, message, wrong);
  }
});

test("what is declared is what there is", async () => {
  const declarations = readFileSync(new URL("index.d.ts", import.meta.resolve("coracle-scheme")), "utf8");
  const declared = new Map();
  for (const [, name, body] of declarations.matchAll(/^export (?:class|interface) (\w+)[^{]*\{(?:\}|(.*?)^\})/gms)) {
    const methods = [...(body ?? "").matchAll(/^ {2}(static )?(\w+)(?:\(|: Scheme\[)/gm)].map(([, isStatic, method]) => (isStatic ? "static " : "") + method);
    declared.set(name, new Set(methods.filter((method) => method !== "constructor")));
  }
  const own = (object) => Object.getOwnPropertyNames(object)
    .filter((name) => !["constructor", "length", "name", "prototype"].includes(name));
  const scheme = await api.Scheme.boot();
  const classes = { ...api, Files: scheme.files.constructor };
  for (const [name, type] of Object.entries(classes)) {
    assert.equal(typeof type, "function", name);
    assert.ok(declared.has(name), `${name} isn't declared`);
    const there = own(type.prototype).filter((member) => typeof Object.getOwnPropertyDescriptor(type.prototype, member).value === "function");
    const statics = name === "Files" ? [] : own(type).map((member) => `static ${member}`);
    assert.deepEqual([...declared.get(name)].sort(), [...there, ...statics].sort(), name);
  }
  assert.deepEqual([...declarations.matchAll(/^export class (\w+)/gm)].map(([, name]) => name).sort(), Object.keys(api).sort());
  scheme.dispose();
});
