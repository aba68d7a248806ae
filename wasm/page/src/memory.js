// Small things that stay between visits, where the browser allows that.

/// A text, or null.
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
/// Where the browser keeps nothing, or has no more room, it is for this visit alone.
export function remember(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {
    // See above.
  }
}
