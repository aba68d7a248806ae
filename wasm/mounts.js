// Files behind URLs. Each is fetched when Scheme first asks about it, and then lies in memory, read-only.
import { SchemeError } from "./errors.js";
import { namesIn, parentOf, within } from "./folders.js";
import { fileAt, locate } from "./resources.js";

export class Mounts {
  #access;
  #changed;
  #mounts = new Map();  // by path: what fetches a file below it
  #files = new Map();   // by path, those that were asked for: a token while it is fetched, an error, or "known"

  /// `access()` gives Emscripten's file system; `changed()` is called when a file that was waited for has come.
  constructor(access, changed) {
    this.#access = access;
    this.#changed = changed;
  }

  /// A path without . and .., from the root.
  resolve(path) {
    const parts = [];
    for (const part of (path.startsWith("/") ? path : `${this.#access().fs.cwd()}/${path}`).split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  add(path, url, files) {
    const place = this.resolve(path);
    const location = locate(url, `the mount at ${place}`);
    if (place === "/") throw new SchemeError("bad_value", "found the mount /, expected a path below it");
    this.remove(place);
    const isFolder = location.pathname.endsWith("/");
    const only = files === undefined ? undefined : new Set(Array.from(files, (name) => this.resolve(`${place}/${name}`)));
    this.#mounts.set(place, { location, isFolder, only });
    this.#makeFolder(isFolder ? place : parentOf(place));
    for (const file of only ?? []) this.#makeFolder(parentOf(file), place);
  }

  remove(path) {
    const place = this.resolve(path);
    if (!this.#mounts.delete(place)) return false;
    for (const file of this.#files.keys()) {
      if (within(file, place)) this.#files.delete(file);
    }
    this.#unchecked((fs) => {
      const removeTree = (at) => {
        if (!fs.isDir(fs.lstat(at).mode)) return fs.unlink(at);
        for (const name of namesIn(fs, at)) removeTree(`${at}/${name}`);
        fs.rmdir(at);
      };
      if (fs.analyzePath(place).exists) removeTree(place);
    });
    return true;
  }

  /// Whether the file system says the truth about a path by now; if not, the file is fetched. Throws what went wrong.
  isPresent(path) {
    if (this.#mounts.size === 0) return true;
    const place = this.resolve(path);
    let above = place;
    while (above !== "/" && !this.#mounts.has(above)) above = parentOf(above);
    const mount = this.#mounts.get(above);
    if (mount === undefined || (mount.isFolder ? place === above : place !== above)) return true;
    if (mount.only !== undefined && !mount.only.has(place)) return true;
    const known = this.#files.get(place);
    if (known instanceof SchemeError) {
      this.#files.delete(place);  // who asks again tries again
      throw known;
    }
    if (known !== undefined) return known === "known";
    const rest = place.slice(above.length + 1).split("/").map(encodeURIComponent).join("/");
    this.#fetch(place, above, mount.isFolder ? new URL(rest, mount.location) : mount.location);
    return false;
  }

  async #fetch(path, mount, url) {
    const token = Symbol(path);
    this.#files.set(path, token);
    const put = (result) => {
      if (this.#files.get(path) !== token) return;  // unmounted meanwhile, or the machine is gone
      this.#files.set(path, result);
      this.#changed();
    };
    try {
      const file = await fileAt(url, path);
      if (this.#files.get(path) !== token) return;
      if (file?.isFolder) this.#makeFolder(path, mount);
      else if (file !== undefined) this.#write(path, mount, file);
      put("known");
    } catch (error) {
      put(error instanceof SchemeError ? error : new SchemeError("fetch", `${path}: ${error.message}`, { cause: error }));
    }
  }

  /// Operates on the file system as if all had every permission.
  #unchecked(operation) {
    const { fs } = this.#access();
    const before = fs.ignorePermissions;
    fs.ignorePermissions = true;
    try {
      return operation(fs);
    } finally {
      fs.ignorePermissions = before;
    }
  }
  /// Makes a folder with those above it; from the mount on they are read-only.
  #makeFolder(path, mount = path) {
    this.#unchecked((fs) => {
      const make = (at) => {
        if (at === "/" || fs.analyzePath(at).exists) return;
        make(parentOf(at));
        fs.mkdir(at, within(at, mount) ? 0o555 : 0o777);
      };
      make(path);
    });
  }
  #write(path, mount, { bytes, modified }) {
    if (parentOf(path) !== "/") this.#makeFolder(parentOf(path), mount);
    this.#unchecked((fs) => {
      fs.writeFile(path, bytes);
      fs.chmod(path, 0o444);
      if (modified !== undefined) fs.utime(path, modified, modified);
    });
  }
  /// No file that is still being fetched is written any more.
  close() {
    this.#files.clear();
    this.#mounts.clear();
  }
}
