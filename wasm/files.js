// The machine's files, which are in memory: those that Scheme's own procedures open.
import { SchemeError } from "./errors.js";
import { namesIn } from "./folders.js";
import { KeptFolders } from "./kept_folders.js";
import { Mounts } from "./mounts.js";
import { encodeText } from "./wire.js";
import { readZip, writeZip } from "./zip.js";

/// What `export` leaves out: it holds no files.
const devices = new Set(["/dev", "/proc"]);

export class Files {
  #access;
  #mounts;
  #kept;

  /// `access()` gives Emscripten's file system and the text for an errno, or throws. `changed()` is called when a file
  /// has come that isPresent() said wasn't there yet.
  constructor(access, changed) {
    this.#access = access;
    this.#mounts = new Mounts(access, changed);
    this.#kept = new KeptFolders(access);
  }

  #do(path, operation) {
    if (typeof path !== "string") throw new SchemeError("bad_value", `found ${typeof path}, expected a path`);
    encodeText(path, "a path");
    if (path.includes("\0")) throw new SchemeError("bad_value", "found a NUL in a path");
    const { fs, errorText } = this.#access();
    try {
      return operation(fs);
    } catch (error) {
      if (!(error instanceof fs.ErrnoError)) throw error;
      throw new SchemeError("file", `${path}: ${errorText(error.errno)}`, { cause: error });
    }
  }

  /// Makes the folders above, too.
  write(path, data) {
    const bytes = typeof data === "string" ? encodeText(data) : data;
    if (!(bytes instanceof Uint8Array)) {
      throw new SchemeError("bad_value", `${path}: found ${typeof data}, expected a string or a Uint8Array`);
    }
    this.#do(path, (fs) => {
      const folder = path.slice(0, path.lastIndexOf("/"));
      if (folder !== "") fs.mkdirTree(folder);
      fs.writeFile(path, bytes);
    });
  }
  /// The bytes of a file.
  read(path) {
    return this.#do(path, (fs) => fs.readFile(path));
  }
  /// Its text, which is UTF-8.
  readText(path) {
    const bytes = this.read(path);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (error) {
      throw new SchemeError("bad_value", `${path}: found bytes that are no UTF-8`, { cause: error });
    }
  }
  /// The names in a folder, sorted.
  list(path = "/") {
    return this.#do(path, (fs) => namesIn(fs, path).sort());
  }
  /// Removes a file, or a folder with all that is in it.
  remove(path) {
    this.#do(path, (fs) => {
      if (!fs.isDir(fs.lstat(path).mode)) return fs.unlink(path);
      for (const name of this.list(path)) this.remove(`${path}/${name}`);
      fs.rmdir(path);
    });
  }

  // --- Files behind URLs
  /// Below a path (or, if the URL doesn't end with a slash, at it) are the files that Scheme fetches when it opens them.
  mount(path, url, files) {
    this.#do(path, () => this.#mounts.add(path, url, files));
  }
  unmount(path) {
    if (!this.#do(path, () => this.#mounts.remove(path))) {
      throw new SchemeError("file", `${path}: found no mount there`);
    }
  }
  /// For scheme.js: whether the file system says the truth about a path by now; if not, it is being fetched.
  static isPresent(files, path) {
    return files.#mounts.isPresent(path);
  }

  // --- Folders that stay between visits
  async keep(path, name) {
    const place = this.#do(path, () => this.#mounts.resolve(path));
    if (place === "/") throw new SchemeError("bad_value", "found the folder /, expected one below it");
    await this.#kept.keep(place, name ?? place);
  }
  async sync() {
    this.#access();
    await this.#kept.sync();
  }
  /// For scheme.js: the machine is no longer used.
  static close(files) {
    files.#kept.close();
    files.#mounts.close();
  }

  // --- Archives
  /// All files below a folder, as a zip archive.
  async export(path = "/") {
    const entries = [];
    this.#do(path, (fs) => {
      const add = (place, name) => {
        if (devices.has(place)) return;
        const status = fs.stat(place);
        const entry = { name, bytes: new Uint8Array(), modified: status.mtime, mode: status.mode };
        if (fs.isFile(status.mode)) {
          entries.push({ ...entry, bytes: fs.readFile(place) });
        } else if (fs.isDir(status.mode)) {
          if (name !== "") entries.push({ ...entry, name: `${name}/` });
          for (const below of this.list(place)) add(`${place === "/" ? "" : place}/${below}`, name === "" ? below : `${name}/${below}`);
        }
      };
      add(this.#mounts.resolve(path), "");
    });
    return writeZip(entries);
  }
  /// Writes the files of a zip archive below a folder.
  async import(archive, path = "/") {
    const bytes = archive instanceof ArrayBuffer ? new Uint8Array(archive) : archive;
    if (!(bytes instanceof Uint8Array)) {
      throw new SchemeError("bad_value", `found ${typeof archive}, expected the bytes of a zip archive`);
    }
    const entries = await readZip(bytes);
    const leaves = entries.find(({ name }) => name.startsWith("/") || name.split("/").includes(".."));
    if (leaves !== undefined) {
      throw new SchemeError("file", `the zip archive has ${leaves.name}, expected names within it`);
    }
    for (const { name, bytes: contents, modified } of entries) {
      const place = `${path === "/" ? "" : path}/${name}`;
      if (name.endsWith("/")) {
        this.#do(place, (fs) => fs.mkdirTree(place.slice(0, -1)));
      } else {
        this.write(place, contents);
        this.#do(place, (fs) => fs.utime(place, modified.getTime(), modified.getTime()));
      }
    }
  }
}
