// The machine's files, which are in memory: those that Scheme's own procedures open.
import { SchemeError } from "./errors.js";
import { encodeText } from "./wire.js";

export class Files {
  #access;

  /// `access()` gives Emscripten's file system and the text for an errno, or throws.
  constructor(access) {
    this.#access = access;
  }

  #do(path, operation) {
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
  readText(path) {
    return new TextDecoder().decode(this.read(path));
  }
  /// The names in a folder, sorted.
  list(path = "/") {
    return this.#do(path, (fs) => fs.readdir(path).filter((name) => name !== "." && name !== "..").sort());
  }
  /// Removes a file, or a folder with all that is in it.
  remove(path) {
    this.#do(path, (fs) => {
      if (!fs.isDir(fs.lstat(path).mode)) return fs.unlink(path);
      for (const name of this.list(path)) this.remove(`${path}/${name}`);
      fs.rmdir(path);
    });
  }
}
