// The user's files: those of Scheme's folder /home, kept between visits, and their panel.
import { Store } from "./store.js";

export const home = "/home";

function same(a, b) {
  if (a?.length !== b.length) return false;
  for (let i = 0; i < a.length; ++i) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/// The files in a folder of the machine and below it: a map from paths to bytes.
function filesIn(files, folder, found = new Map()) {
  for (const name of files.list(folder)) {
    const path = `${folder}/${name}`;
    let bytes;
    try {
      bytes = files.read(path);
    } catch {
      filesIn(files, path, found);  // it is a folder
      continue;
    }
    found.set(path, bytes);
  }
  return found;
}

export class Files {
  /// Set by the page: a file is to be shown; one was removed; the list has changed; something failed.
  onOpen = () => {};
  onRemove = () => {};
  onError = () => {};
  onChange = () => {};

  #list;
  #store;
  #kept = new Map();  // as the store has them
  #machine = () => undefined;
  #current;

  /// `machine()`: the files of the machine, or undefined while there is none.
  constructor({ list, form, upload }, machine) {
    this.#list = list;
    this.#machine = machine;
    const name = form.elements.namedItem("name");
    name.addEventListener("input", () => name.setCustomValidity(""));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wanted = name.value.trim();
      const complaint = this.#complaint(wanted);
      name.setCustomValidity(complaint);
      if (complaint !== "") return form.reportValidity();
      form.reset();
      const path = `${home}/${wanted}`;
      this.write(path, new Uint8Array());
      this.onOpen(path);
    });
    upload.addEventListener("change", async () => {
      for (const file of upload.files) this.write(`${home}/${file.name}`, new Uint8Array(await file.arrayBuffer()));
      upload.value = "";
    });
  }

  #complaint(name) {
    if (name.split("/").some((part) => part === "" || part === "." || part === "..") || name.includes("\0")) {
      return "this is no name of a file";
    }
    const paths = [...this.#kept.keys()].map((path) => `${path}/`);
    const path = `${home}/${name}/`;
    if (paths.includes(path)) return "there is a file of this name";
    if (paths.some((other) => other.startsWith(path) || path.startsWith(other))) return "this name is a folder's";
    return "";
  }

  /// Reads what earlier visits left.
  async load() {
    try {
      this.#store = await Store.open();
      this.#kept = await this.#store.all();
    } catch (error) {
      this.onError(`The browser keeps no files: ${error.message}`);
    }
    this.#show();
  }
  has(path) {
    return this.#kept.has(path);
  }
  text(path) {
    return new TextDecoder().decode(this.#kept.get(path));
  }
  /// A path in the folder that no file has, or that of a file with this very text.
  pathFor(name, text) {
    const dot = name.lastIndexOf(".");
    const [stem, end] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
    for (let n = 1; ; ++n) {
      const path = `${home}/${stem}${n === 1 ? "" : `-${n}`}${end}`;
      if (!this.has(path) || this.text(path) === text) return path;
    }
  }

  /// Writes a file, for the machine and for later visits.
  write(path, data) {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    try {
      this.#machine()?.write(path, bytes);
    } catch (error) {
      return this.onError(error.message);
    }
    this.#keep(path, bytes);
    this.#show();
  }
  #keep(path, bytes) {
    if (same(this.#kept.get(path), bytes)) return false;
    this.#kept.set(path, bytes);
    this.#store?.write(path, bytes).catch((error) => this.onError(`${path} can't be kept: ${error.message}`));
    return true;
  }
  #drop(path) {
    this.#kept.delete(path);
    this.#store?.remove(path).catch((error) => this.onError(`${path}: ${error.message}`));
  }

  /// Puts the files into a new machine.
  putInto(files) {
    for (const [path, bytes] of this.#kept) files.write(path, bytes);
  }
  /// Keeps what Scheme programs have done to the files of the machine.
  take() {
    const files = this.#machine();
    if (files === undefined) return;
    const found = filesIn(files, home);
    let changed = false;
    for (const [path, bytes] of found) {
      if (!this.#keep(path, bytes)) continue;
      changed = true;
      this.onChange(path);
    }
    for (const path of [...this.#kept.keys()]) {
      if (found.has(path)) continue;
      changed = true;
      this.#drop(path);
    }
    if (changed) this.#show();
  }

  get current() {
    return this.#current;
  }
  set current(path) {
    this.#current = path;
    this.#show();
  }

  #show() {
    const rows = [...this.#kept.keys()].sort().map((path) => {
      const name = path.slice(home.length + 1);
      const row = document.createElement("li");
      const button = (text, label, action) => {
        const element = document.createElement("button");
        element.type = "button";
        element.textContent = text;
        if (label !== undefined) element.setAttribute("aria-label", label);
        element.addEventListener("click", action);
        row.append(element);
        return element;
      };
      const open = button(name, undefined, () => this.onOpen(path));
      open.className = "name";
      if (path === this.#current) open.setAttribute("aria-current", "true");
      button("⤓", `Download ${name}`, () => this.#download(path, name)).className = "icon";
      button("✕", `Delete ${name}`, () => {
        if (confirm(`Delete ${name}?`)) this.#remove(path);
      }).className = "icon";
      return row;
    });
    this.#list.replaceChildren(...rows);
  }
  #download(path, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.#kept.get(path)]));
    link.download = name.slice(name.lastIndexOf("/") + 1);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  #remove(path) {
    try {
      this.#machine()?.remove(path);
    } catch (error) {
      this.onError(error.message);
    }
    this.#drop(path);
    this.#show();
    this.onRemove(path);
  }
}
