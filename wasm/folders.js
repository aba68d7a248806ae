// Paths, and folders of Emscripten's file system.

/// The folder that a path is in.
export const parentOf = (path) => path.slice(0, path.lastIndexOf("/")) || "/";
/// Whether a path is a folder or below it.
export const within = (path, folder) => path === folder || path.startsWith(`${folder}/`);
/// The names in a folder.
export const namesIn = (fs, path) => fs.readdir(path).filter((name) => name !== "." && name !== "..");
