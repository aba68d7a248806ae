// Canvases for Scheme programs.

/// Shows a canvas of a size in CSS pixels.
export function showCanvas(transcript, width, height) {
  const canvas = document.createElement("canvas");
  const scale = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.width = `${width}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "a drawing");
  const context = canvas.getContext("2d");
  if (context === null) throw new RangeError(`a canvas of ${width} by ${height} can't be had`);
  context.scale(scale, scale);
  transcript.showElement(canvas);
  return canvas;
}

const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/// Exact fractions and flonums are numbers here.
const plain = (v) => (typeof v === "symbol" ? Symbol.keyFor(v) : typeof v === "object" && v !== null ? v.valueOf() : v);

const ours = {
  clear(context) {
    const { width, height } = context.canvas;
    context.save();
    context.resetTransform();
    context.clearRect(0, 0, width, height);
    context.restore();
  },
  circle(context, x, y, radius) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  },
};

/// Draws: each command is a list of a name, as of a method or property of the context, and arguments.
export function drawOn(canvas, commands) {
  if (!(canvas instanceof HTMLCanvasElement)) throw new TypeError("found something else than a canvas");
  const context = canvas.getContext("2d");
  for (const command of commands) {
    if (!Array.isArray(command) || typeof command[0] !== "symbol") {
      throw new TypeError("found a command that isn't a list that begins with a name");
    }
    const [name, ...args] = command.map(plain);
    const key = camelCase(name);
    if (Object.hasOwn(ours, name)) ours[name](context, ...args);
    else if (typeof context[key] === "function") context[key](...args);
    else if (key in context) [context[key]] = args;
    else throw new TypeError(`a canvas has no ${name}`);
  }
}
