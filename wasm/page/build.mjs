// Builds the page: static files for any host.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

const usage = `usage: node wasm/page/build.mjs --modules=FOLDER --package=FOLDER --output=FOLDER

Builds the page from the sources in wasm/page, the npm package coracle-scheme in the folder --package, and what
wasm/page/modules has installed in the folder --modules.
`;

const { values } = parseArgs({
  options: {
    modules: { type: "string" }, package: { type: "string" }, output: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const { modules, package: scheme, output } = values;
if (!modules || !scheme || !output) {
  process.stderr.write(usage);
  process.exit(1);
}

const { build } = await (async () => createRequire(`${modules}/`)("esbuild"))().catch((error) => {
  console.error(`build: ${error.message.split("\n")[0]}; wasm/page/modules installs it`);
  process.exit(1);
});
const here = new URL("./", import.meta.url).pathname;
const copies = [[here, "index.html"], [here, "icon.svg"], [here, "page.webmanifest"], [scheme, "machine.wasm"],
  [scheme, "scheme.image"]];

/// The examples, in the order of their names: each begins with its title as a comment.
async function examples() {
  const names = (await readdir(`${here}/examples`)).sort();
  return Promise.all(names.map(async (file) => {
    const text = await readFile(`${here}/examples/${file}`, "utf8");
    const title = /^;;; (.*)\n/.exec(text)?.[1];
    if (title === undefined) throw new Error(`examples/${file}: found no title, expected a first line ";;; TITLE"`);
    return { name: file.replace(/^\d+-/, ""), title, text };
  }));
}

const options = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  nodePaths: [`${modules}/node_modules`],
};

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
for (const [from, name] of copies) await cp(`${from}/${name}`, `${output}/${name}`);
await build({
  ...options,
  entryPoints: { page: `${here}/src/main.js` },
  outdir: output,
  loader: { ".ss": "text" },
  alias: { "coracle-scheme": `${scheme}/index.js` },
  external: ["node:*", "module"],
  define: {
    SIZES: JSON.stringify({
      wasm: (await stat(`${scheme}/machine.wasm`)).size,
      image: (await stat(`${scheme}/scheme.image`)).size,
    }),
  },
  plugins: [{
    name: "examples",
    setup(build) {
      build.onResolve({ filter: /^examples$/ }, () => ({ path: "examples", namespace: "examples" }));
      build.onLoad({ filter: /.*/, namespace: "examples" }, async () => ({
        contents: JSON.stringify(await examples()), loader: "json",
      }));
    },
  }],
});
await build({ ...options, entryPoints: [`${here}/page.css`], outdir: output });

const files = (await readdir(output)).sort();
const hash = createHash("sha256");
for (const file of files) hash.update(file).update(await readFile(`${output}/${file}`));
await build({
  ...options,
  entryPoints: [`${here}/src/worker.js`],
  outdir: output,
  define: {
    VERSION: JSON.stringify(hash.digest("hex").slice(0, 16)),
    FILES: JSON.stringify(["./", ...files.filter((file) => file !== "index.html")]),
  },
});
