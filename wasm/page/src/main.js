// The page: puts its parts together.
import { SchemeError } from "coracle-scheme";
import examples from "examples";
import { ProgramEditor } from "./editor.js";
import { Files, home } from "./files.js";
import { loadMachine } from "./loading.js";
import { recall, remember } from "./memory.js";
import { Prompt } from "./prompt.js";
import { addressOf, sharedProgram } from "./share.js";
import { System } from "./system.js";
import { Transcript } from "./transcript.js";

const at = (id) => document.getElementById(id);
const status = at("status");
const say = (text) => { status.textContent = text; };

const transcript = new Transcript(at("transcript"));
let system;
let knownNames = [];

/// The names of the system; those of a moment ago while it has no time.
async function names() {
  if (system?.state === "ready") knownNames = await system.names().catch(() => knownNames);
  return knownNames;
}

const command = (action) => () => {
  action();
  return true;
};
const keys = [
  { key: "Mod-Enter", run: command(() => runAll()) },
  { key: "Shift-Mod-Enter", run: command(() => runSelection()) },
];
const everywhere = [
  { key: "Mod-.", run: command(() => system?.interrupt()) },
  { key: "Alt-1", run: command(() => editor.view.focus()) },
  { key: "Alt-2", run: command(() => prompt.focus()) },
];

// --- Files and the editor

const files = new Files({
  list: at("file-list"), form: at("new-file"), upload: at("upload"), download: at("download"),
}, () => system?.files);
let unsaved = false;
let saving;

const editor = new ProgramEditor(at("editor"), names, [...keys, ...everywhere], () => {
  unsaved = true;
  clearTimeout(saving);
  saving = setTimeout(save, 250);
});

/// Not while a machine is booted.
const hasFiles = () => system?.files !== undefined;

function save() {
  clearTimeout(saving);
  if (!unsaved || !hasFiles()) return;
  unsaved = false;
  files.write(files.current, editor.text);
}
function show(path) {
  save();
  editor.show(files.text(path));
  files.current = path;
  at("file-name").textContent = path.slice(home.length + 1);
  remember("coracle-file", path);
}
/// A text as a new file.
function showNew(name, text) {
  const path = files.pathFor(name, text);
  files.write(path, text);
  show(path);
}
files.onOpen = (path) => {
  if (!hasFiles()) return;
  show(path);
  editor.view.focus();
  if (getComputedStyle(at("files")).position === "absolute") showFiles(false);
};
files.onRemove = (path) => {
  if (path !== files.current) return;
  unsaved = false;
  showNew("program.ss", "");
};
/// After Scheme has had control: what it did to the files.
function refreshFiles() {
  if (!hasFiles()) return;
  files.refresh();
  const path = files.current;
  if (unsaved || !files.has(path)) return;
  const text = files.text(path);
  if (text !== editor.text) editor.show(text);
}
files.onError = (message) => transcript.error(message);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") save();
});

function showFiles(visible) {
  at("files").hidden = !visible;
  at("show-files").setAttribute("aria-expanded", String(visible));
}
at("show-files").addEventListener("click", () => showFiles(at("files").hidden));

// --- The console

const prompt = new Prompt(at("prompt"), at("prompt-label"), at("send"), transcript, names, [...everywhere, {
  key: "Ctrl-c",
  run: (view) => {
    if (!view.state.selection.main.empty) return false;  // it is copied
    system?.interrupt();
    return true;
  },
}]);
at("clear").addEventListener("click", () => {
  transcript.clear();
  prompt.focus();
});

/// Of handlers of events that are Scheme procedures.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof SchemeError)) return;
  event.preventDefault();
  transcript.error(event.reason.message);
});

// --- Programs

async function run({ from, to }) {
  if (system?.state !== "ready") return say(system === undefined ? "Still loading" : "Busy: stop it first");
  save();
  editor.clearError();
  const file = editor.text;
  const path = files.current;
  transcript.note(path.slice(home.length + 1));
  const failure = await system.run(file, path, from, to);
  refreshFiles();
  if (failure === undefined) return;
  if (failure.kind === "interrupted") return transcript.note("Stopped.");
  if (failure.from === undefined || path !== files.current || editor.text !== file) {
    return transcript.error(failure.message);
  }
  editor.showError(failure.message, failure.from, failure.to);
  transcript.error(failure.message, {
    text: `line ${editor.lineOf(failure.from)}`,
    go: () => editor.go(failure.from),
  });
}
const runAll = () => run({ from: 0, to: editor.text.length });
const runSelection = () => run(editor.selection);

at("run").addEventListener("click", runAll);
at("run-selection").addEventListener("click", runSelection);
at("stop").addEventListener("click", () => system?.interrupt());
at("share").addEventListener("click", async () => {
  save();
  const address = await addressOf(editor.text);
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address);
    say("The link to this program is copied");
  } catch {
    say("The link to this program is in the address bar");
  }
});

const menu = at("examples");
for (const { name, title } of examples) menu.append(new Option(title, name));
menu.addEventListener("change", () => {
  const { name, text } = examples.find((example) => example.name === menu.value);
  menu.value = "";
  showNew(name, text);
});

// --- The beginning

function showState(state) {
  document.body.dataset.state = state;
  at("run").disabled = at("run-selection").disabled = state !== "ready";
  at("stop").disabled = state !== "running";
  say({ booting: "Starting Scheme", ready: "Ready", running: "Running" }[state]);
  menu.disabled = state === "booting";
  if (state !== "ready") return;
  save();
  refreshFiles();
}

/// The program that the page begins with.
async function firstProgram() {
  const last = recall("coracle-file");
  try {
    const shared = await sharedProgram();
    const ours = files.has(last) && files.text(last) === shared;  // it was shared from here
    if (shared !== undefined && !ours) return showNew("shared.ss", shared);
  } catch (error) {
    transcript.error(error.message);
  }
  if (files.has(last)) return show(last);
  showNew(examples[0].name, examples[0].text);
}
addEventListener("hashchange", async () => {
  if (!hasFiles()) return;
  try {
    const shared = await sharedProgram();
    if (shared !== undefined) showNew("shared.ss", shared);
  } catch (error) {
    transcript.error(error.message);
  }
});

/// Puts the user's files into a new machine.
async function prepare(scheme) {
  scheme.files.remove(`${home}/web_user`);  // Emscripten's
  await scheme.files.keep(home, "page").catch((error) => transcript.error(`Files aren't kept: ${error.message}`));
  await scheme.call("putenv", "HOME", home);
  await scheme.call("cd", home);
}

async function begin() {
  const bar = at("progress");
  try {
    const parts = await loadMachine(SIZES, (fraction) => {
      if (document.body.dataset.state === "failed") return;
      bar.value = fraction;
      say(`Loading ${Math.round(100 * fraction)} %`);
    });
    const made = new System(parts, transcript, prompt);
    made.onState = showState;
    await made.boot(async (scheme) => {
      await prepare(scheme);
      system = made;
      files.refresh();
      if (files.current === undefined) {
        await firstProgram();
        at("program").inert = at("files").inert = false;
      } else if (!files.has(files.current)) {
        files.write(files.current, editor.text);
      }
    });
    performance.mark("coracle-ready");
    if (matchMedia("(hover: hover)").matches) prompt.focus();  // on a phone the keyboard would cover the page
  } catch (error) {
    document.body.dataset.state = "failed";
    say("Scheme can't be started");
    transcript.error(error.message);
    console.error(error);
  } finally {
    bar.hidden = true;
  }
  await prepareOffline();
}

async function prepareOffline() {
  const workers = navigator.serviceWorker;
  if (workers === undefined) return;  // the browser has none, or the page doesn't come by https
  if (workers.controller !== null) {
    workers.addEventListener("controllerchange", () => say("There is a new version of this page: reload it"));
  }
  await workers.register("./worker.js").catch((error) => say(`Ready, but not for use offline: ${error.message}`));
}
begin();
