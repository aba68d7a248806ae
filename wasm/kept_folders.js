// Folders that stay between visits, in IndexedDB: every browser has it in pages and in workers, while the file system
// of origins (OPFS) can be written at once in workers alone. Changes are noticed where Emscripten's file system makes
// them, and stored as soon as Scheme's slice is over.
import { SchemeError } from "./errors.js";
import { namesIn, within } from "./folders.js";

const database = "coracle-scheme";
const store = "files";  // values by [name of the folder, path in it]

/// The result of a request.
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another version of it is open"));
  });
}

const failed = (what, error) =>
  new SchemeError("storage", `${what}: ${error?.message ?? "the browser refused"}`, { cause: error });

async function open() {
  try {
    // A browser may also forbid to look at it.
    if (globalThis.indexedDB === undefined) throw new Error("IndexedDB isn't there");
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    return await done(request);
  } catch (error) {
    throw failed("folders can't be kept", error);
  }
}

export class KeptFolders {
  #access;
  #folders = new Map();  // by path: the database and the name in it
  #changes = new Map();  // by path: whether all below it has changed, too
  #scheduled = false;
  #storing = Promise.resolve();
  #failure;

  constructor(access) {
    this.#access = access;
  }

  async keep(path, name) {
    const connection = await open();
    const key = (rest) => [name, rest];
    let stored;
    try {
      const files = connection.transaction(store).objectStore(store);
      const range = IDBKeyRange.bound(key(""), key("\uffff"));
      const [keys, values] = await Promise.all([done(files.getAllKeys(range)), done(files.getAll(range))]);
      stored = keys.map(([, rest], i) => [path + rest, values[i]]);
    } catch (error) {
      connection.close();
      throw failed(path, error);
    }
    const { fs } = this.#access();
    fs.mkdirTree(path);
    for (const [place, { mode, modified, bytes, target }] of stored) {  // folders come before what is in them
      if (target !== undefined) {
        if (!fs.analyzePath(place).exists) fs.symlink(target, place);
        continue;
      }
      if (bytes === undefined) fs.mkdirTree(place);
      else fs.writeFile(place, bytes);
      fs.chmod(place, mode);
      fs.utime(place, modified, modified);
    }
    if (this.#folders.size === 0) this.#watch(fs);
    this.#folders.set(path, { connection, name });
    this.#changed(path, true);  // what was in it before
    await this.sync();
  }

  /// Resolves when all changes are stored.
  async sync() {
    this.#store();
    await this.#storing;
    if (this.#failure !== undefined) {
      const failure = this.#failure;
      this.#failure = undefined;
      throw failure;
    }
  }

  /// The last changes are on their way; nothing is watched any more.
  close() {
    this.#store();
    const folders = [...this.#folders.values()];
    this.#folders.clear();
    this.#storing.finally(() => { for (const { connection } of folders) connection.close(); });
  }

  #watch(fs) {
    const pathOf = (x) => (typeof x === "string" ? this.#absolute(fs, x) : fs.getPath(x));
    const after = (name, paths, all = false) => {
      const operation = fs[name];
      fs[name] = (...args) => {
        const changed = paths(...args);  // a node that is removed has no path afterwards
        const result = operation.apply(fs, args);
        for (const path of changed) this.#changed(path, all);
        return result;
      };
    };
    after("write", (stream) => [pathOf(stream.node)]);
    after("allocate", (stream) => [pathOf(stream.node)]);
    after("mknod", (path) => [pathOf(path)]);
    after("symlink", (target, path) => [pathOf(path)]);
    after("rename", (from, to) => [pathOf(from), pathOf(to)], true);
    after("rmdir", (path) => [pathOf(path)]);
    after("unlink", (path) => [pathOf(path)]);
    after("chmod", (path) => [pathOf(path)]);
    after("truncate", (path) => [pathOf(path)]);
    after("utime", (path) => [pathOf(path)]);
  }
  #absolute(fs, path) {
    try {
      const { path: found } = fs.lookupPath(path, { parent: true });
      return `${found === "/" ? "" : found}/${path.split("/").filter((part) => part !== "").at(-1)}`;
    } catch {
      return path;  // the operation itself fails
    }
  }

  #changed(path, all) {
    for (const folder of this.#folders.keys()) {
      if (!within(path, folder)) continue;
      this.#changes.set(path, all || this.#changes.get(path) === true);
      if (!this.#scheduled) {
        this.#scheduled = true;
        queueMicrotask(() => this.#store());
      }
    }
  }

  /// Begins to store what has changed, with the contents of this moment.
  #store() {
    this.#scheduled = false;
    const changes = [...this.#changes];
    this.#changes.clear();
    for (const [folder, { connection, name }] of this.#folders) {
      const here = changes.filter(([path]) => within(path, folder));
      if (here.length === 0) continue;
      const stored = this.#transaction(connection, name, folder, here).catch((error) => {
        // What isn't stored has changed still.
        for (const [path, all] of here) this.#changes.set(path, all || this.#changes.get(path) === true);
        this.#failure = failed(folder, error);
      });
      this.#storing = Promise.all([this.#storing, stored]);
    }
  }

  #transaction(connection, name, folder, changes) {
    return new Promise((resolve, reject) => {
      const transaction = connection.transaction(store, "readwrite");
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      const files = transaction.objectStore(store);
      const { fs } = this.#access();
      const put = (path, all) => {
        const rest = path.slice(folder.length);
        let status;
        try {
          status = fs.lstat(path);
        } catch {
          files.delete([name, rest]);
          files.delete(IDBKeyRange.bound([name, `${rest}/`], [name, `${rest}/\uffff`]));
          return;
        }
        const value = { mode: status.mode & 0o7777, modified: status.mtime.getTime() };
        if (fs.isFile(status.mode)) {
          value.bytes = fs.readFile(path);
        } else if (fs.isLink(status.mode)) {
          value.target = fs.readlink(path);
        } else if (!fs.isDir(status.mode)) {
          return;
        }
        files.put(value, [name, rest]);
        if (!all || !fs.isDir(status.mode)) return;
        for (const below of namesIn(fs, path)) put(`${path}/${below}`, true);
      };
      for (const [path, all] of changes) put(path, all);
      transaction.commit?.();
    });
  }
}
