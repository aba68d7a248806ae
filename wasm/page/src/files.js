// The user's files, which are those of Scheme's folder /home, and their panel.

export const home = "/home";

/// The paths of the files in a folder and below it.
function pathsIn(files, folder) {
  return files.list(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    try {
      return pathsIn(files, path);
    } catch {
      return [path];  // it is no folder
    }
  });
}

export class Files {
  /// Set by the page: a file is to be shown; one was removed; something failed.
  onOpen = () => {};
  onRemove = () => {};
  onError = () => {};

  #list;
  #machine;
  #paths = [];
  #current;

  /// `machine()`: the files of the machine, or undefined while there is none.
  constructor({ list, form, upload, download }, machine) {
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
      this.write(path, "");
      this.onOpen(path);
    });
    upload.addEventListener("change", async () => {
      for (const file of upload.files) {
        const bytes = new Uint8Array(await file.arrayBuffer());
        if (file.name.endsWith(".zip")) await this.#try(() => machine().import(bytes, home));
        else this.write(`${home}/${file.name}`, bytes);
      }
      upload.value = "";
      this.refresh();
    });
    download.addEventListener("click", () => this.#try(async () => save(await machine().export(home), "scheme.zip")));
  }

  async #try(action) {
    try {
      return await action();
    } catch (error) {
      this.onError(error.message);
    }
  }

  #complaint(name) {
    if (name.split("/").some((part) => part === "" || part === "." || part === "..") || name.includes("\0")) {
      return "this is no name of a file";
    }
    const path = `${home}/${name}/`;
    const paths = this.#paths.map((other) => `${other}/`);
    if (paths.includes(path)) return "there is a file of this name";
    if (paths.some((other) => other.startsWith(path) || path.startsWith(other))) return "this name is a folder's";
    return "";
  }

  has(path) {
    return this.#paths.includes(path);
  }
  text(path) {
    return new TextDecoder().decode(this.#machine().read(path));
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
  write(path, data) {
    try {
      this.#machine().write(path, data);
    } catch (error) {
      this.onError(error.message);
    }
    this.refresh();
  }

  get current() {
    return this.#current;
  }
  set current(path) {
    this.#current = path;
    this.#show();
  }

  /// Shows which files there are now.
  refresh() {
    const files = this.#machine();
    if (files === undefined) return;
    const paths = pathsIn(files, home).sort();
    if (paths.join("\0") === this.#paths.join("\0")) return;
    this.#paths = paths;
    this.#show();
  }
  #show() {
    const rows = this.#paths.map((path) => {
      const name = path.slice(home.length + 1);
      const row = document.createElement("li");
      const button = (text, className, label, action) => {
        const element = document.createElement("button");
        element.type = "button";
        element.textContent = text;
        element.className = className;
        if (label !== undefined) element.setAttribute("aria-label", label);
        element.addEventListener("click", action);
        row.append(element);
        return element;
      };
      const open = button(name, "name", undefined, () => this.onOpen(path));
      if (path === this.#current) open.setAttribute("aria-current", "true");
      button("⤓", "icon", `Download ${name}`, () => this.#try(() => save(this.#machine().read(path), name)));
      button("✕", "icon", `Delete ${name}`, () => {
        if (confirm(`Delete ${name}?`)) this.#remove(path);
      });
      return row;
    });
    this.#list.replaceChildren(...rows);
  }
  async #remove(path) {
    await this.#try(() => this.#machine().remove(path));
    this.refresh();
    this.onRemove(path);
  }
}

/// Lets the browser save a file.
function save(bytes, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name.slice(name.lastIndexOf("/") + 1);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
