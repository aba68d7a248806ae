// Files that stay between visits, in the browser's IndexedDB.

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export class Store {
  #database;

  static async open() {
    const store = new Store();
    const request = indexedDB.open("coracle", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("files");
    store.#database = await done(request);
    return store;
  }
  #files(mode) {
    return this.#database.transaction("files", mode).objectStore("files");
  }
  /// A map from paths to bytes.
  async all() {
    const files = this.#files("readonly");
    const [paths, contents] = await Promise.all([done(files.getAllKeys()), done(files.getAll())]);
    return new Map(paths.map((path, i) => [path, contents[i]]));
  }
  async write(path, bytes) {
    await done(this.#files("readwrite").put(bytes, path));
  }
  async remove(path) {
    await done(this.#files("readwrite").delete(path));
  }
}
