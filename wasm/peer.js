// One end of a connection between two threads, both of which call each other. Values cross as wire.js writes them. What
// has no form there, functions and other objects, stays on its side: the other one gets a stand-in, by which it is the
// same object again when it comes back. A stand-in of a function calls it.
import { SchemeError } from "./errors.js";
import { decode, encode, readHead, wellFormed } from "./wire.js";

/// Objects of this side that the other one has.
class Exports {
  #ids = new Map();
  #entries = new Map();  // by id: the object, and how often it was sent
  #lastId = 0;

  send(object) {
    let id = this.#ids.get(object);
    if (id === undefined) {
      id = ++this.#lastId;
      this.#ids.set(object, id);
      this.#entries.set(id, { object, sent: 0 });
    }
    ++this.#entries.get(id).sent;
    return id;
  }
  get(id) {
    return this.#entries.get(id)?.object;
  }
  /// The other side's stand-in is gone, which it had received so often: if it is under way again, it stays.
  release(id, received) {
    const entry = this.#entries.get(id);
    if (entry?.sent !== received) return;
    this.#entries.delete(id);
    this.#ids.delete(entry.object);
  }
}

/// The stand-ins for objects of the other side.
class Imports {
  #entries = new Map();      // by id: a weak reference, and how often it was received
  #ids = new WeakMap();
  #registry;

  constructor(released) {
    this.#registry = new FinalizationRegistry((id) => {
      const entry = this.#entries.get(id);
      if (entry === undefined || entry.reference.deref() !== undefined) return;  // there is another one
      this.#entries.delete(id);
      released(id, entry.received);
    });
  }
  idOf(object) {
    return this.#ids.get(object);
  }
  receive(id, make) {
    const entry = this.#entries.get(id);
    let object = entry?.reference.deref();
    if (object === undefined) {
      object = make();
      this.#ids.set(object, id);
      this.#registry.register(object, id);
    }
    this.#entries.set(id, { reference: new WeakRef(object), received: (entry?.received ?? 0) + 1 });
    return object;
  }
}

export class Peer {
  #post;
  #side;
  #exports = new Exports();
  #imports;
  #requests = new Map();  // that wait for their replies, by number
  #lastRequest = 0;
  #closed;

  /// `post(message)` sends to the other peer. `side`: handle(method, args), which does what it asks for; standIn(id),
  /// for an object that is no function; flonum(number), for a number that is a flonum; check(object), which throws for
  /// what mustn't cross; changed(count), called when there are more or fewer requests without replies.
  constructor(post, side) {
    this.#post = post;
    this.#side = side;
    this.#imports = new Imports((id, received) => {
      if (this.#closed === undefined) post({ release: id, received });
    });
  }

  /// Asks the other peer to do something. Rejected if it throws, and when the connection is closed.
  async request(method, ...args) {
    return this.#ask({ method }, args);
  }
  /// Tells the other peer something that has no reply.
  tell(method, ...args) {
    this.#check();
    this.#post({ tell: method, value: this.#encode(args) });
  }
  /// Rejects what has no reply yet, and all later requests.
  close(error) {
    this.#closed ??= error;
    for (const { reject } of this.#requests.values()) reject(this.#closed);
    this.#requests.clear();
    this.#side.changed?.(0);
  }
  /// A message of the other peer.
  receive(message) {
    if (this.#closed !== undefined) return;
    if (message.request !== undefined) {
      this.#serve(message);
    } else if (message.reply !== undefined) {
      const { resolve, reject } = this.#requests.get(message.reply);
      this.#requests.delete(message.reply);
      this.#side.changed?.(this.#requests.size);
      try {
        if (message.error === undefined) resolve(this.#decode(message.value));
        else reject(this.#decodeError(message.error));
      } catch (error) {
        reject(error);
      }
    } else if (message.tell !== undefined) {
      this.#side.handle(message.tell, this.#decode(message.value));
    } else {
      this.#exports.release(message.release, message.received);
    }
  }

  #check() {
    if (this.#closed !== undefined) throw this.#closed;
  }
  async #ask(message, args) {
    this.#check();
    const value = this.#encode(args);
    const request = ++this.#lastRequest;
    return new Promise((resolve, reject) => {
      this.#requests.set(request, { resolve, reject });
      this.#side.changed?.(this.#requests.size);
      this.#post({ ...message, request, value });
    });
  }
  async #serve({ request, method, target, value }) {
    let reply;
    try {
      const args = this.#decode(value);
      const result = await (target === undefined ? this.#side.handle(method, args) : this.#exports.get(target)(...args));
      reply = { reply: request, value: this.#encode(result) };
    } catch (error) {
      reply = { reply: request, error: this.#encodeError(error) };
    }
    if (this.#closed === undefined) this.#post(reply);
  }

  // --- Values

  #encode(value) {
    return encode(value, {
      handleOf: (v) => (typeof v === "object" || typeof v === "function" ? this.#imports.idOf(v) : undefined),
      objectId: (v) => {
        this.#side.check?.(v);
        return this.#exports.send(v);
      },
      nameOf: (f) => wellFormed(f.name),
    });
  }
  #decode(bytes) {
    const { objects, body } = readHead(bytes);
    return decode(body, {
      object: (id) => this.#imports.receive(id, () => {
        const { isFunction, name } = objects.get(id);
        if (!isFunction) return this.#side.standIn(id);
        const standIn = (...args) => this.#ask({ target: id }, args);
        return Object.defineProperty(standIn, "name", { value: name });
      }),
      handle: (id) => this.#exports.get(id),
      flonum: this.#side.flonum,
    });
  }

  #encodeError(error) {
    const isScheme = error instanceof SchemeError;
    const parts = isScheme ? [error.irritants, error.condition] : [error];
    let message;
    try {
      message = wellFormed(isScheme ? error.message : String(error));
    } catch {
      message = "a value that has no text";
    }
    const crossing = { message };
    if (isScheme) Object.assign(crossing, { kind: error.kind, who: error.who, status: error.status });
    try {
      crossing.value = this.#encode(parts);
    } catch {
      crossing.value = this.#encode(isScheme ? [[], undefined] : [undefined]);  // they can't cross
    }
    return crossing;
  }
  #decodeError({ kind, message, who, status, value }) {
    if (kind === undefined) {
      const [thrown] = this.#decode(value);
      if (typeof thrown === "object" && this.#imports.idOf(thrown) !== undefined) this.#side.describe?.(thrown, message);
      return thrown;
    }
    const [irritants, condition] = this.#decode(value);
    return new SchemeError(kind, message, { irritants, condition, who, status });
  }
}
