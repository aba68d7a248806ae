// Turns of the event loop.

const channel = typeof setImmediate === "function" ? undefined : new MessageChannel();
const waiting = [];
if (channel !== undefined) channel.port1.onmessage = () => waiting.shift()();

/// Calls `f` after what the event loop has to do.
export function nextTurn(f) {
  if (channel === undefined) {
    setImmediate(f);
  } else {
    waiting.push(f);
    channel.port2.postMessage(null);
  }
}
