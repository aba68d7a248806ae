// Where Scheme text ends: as much of its grammar as tells whether a form is complete.

/// Whether no parenthesis, string or comment is open at the end of the text.
export function isComplete(text) {
  const token = /;.*|#\\(?:[\s\S]\w*|$)|#\||"|\||[()[\]]/g;
  let depth = 0;
  for (let match; (match = token.exec(text)) !== null;) {
    switch (match[0]) {
      case "(": case "[": ++depth; break;
      case ")": case "]": --depth; break;
      case "#|":
      case "\"":
      case "|": {
        const start = token.lastIndex;
        const end = match[0] === "#|" ? endOfComment(text, start) : endOfQuoted(text, match[0], start);
        if (end < 0) return false;
        token.lastIndex = end;
      }
    }
  }
  return depth <= 0;
}

/// The index behind the end of a block comment, which may hold others; -1 if it doesn't end.
function endOfComment(text, start) {
  const part = /#\||\|#/g;
  part.lastIndex = start;
  for (let depth = 1, match; (match = part.exec(text)) !== null;) {
    depth += match[0] === "#|" ? 1 : -1;
    if (depth === 0) return part.lastIndex;
  }
  return -1;
}

function endOfQuoted(text, quote, start) {
  for (let i = start; i < text.length; ++i) {
    if (text[i] === "\\") ++i;
    else if (text[i] === quote) return i + 1;
  }
  return -1;
}
