// What Scheme wrote, what was typed, and pictures: the upper part of the console.

const greatestLength = 200_000;  // in characters; what came first is dropped
const greatestPictures = 50;
const greatestPrompt = 400;

export class Transcript {
  #element;
  #pending = [];      // [class, text] that isn't shown yet
  #pendingLength = 0;
  #frame;
  #length = 0;

  constructor(element) {
    this.#element = element;
  }

  /// Shows text, together with what else comes before the next frame.
  write(text, kind = "output") {
    if (text === "") return;
    const last = this.#pending.at(-1);
    if (last !== undefined && last[0] === kind) last[1] += text;
    else this.#pending.push([kind, text]);
    this.#pendingLength += text.length;
    if (this.#pendingLength > greatestLength) this.#flush();  // no frames come in a tab that isn't seen
    this.#frame ??= requestAnimationFrame(() => this.#flush());
  }

  #flush() {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#follow(() => {
      for (const [kind, text] of this.#pending) {
        let span = this.#element.lastElementChild;
        if (span?.className !== kind || span.textContent.length > 2000) {
          span = document.createElement("span");
          span.className = kind;
          this.#element.append(span);
        }
        span.append(text.slice(-greatestLength));
        span.normalize();
        this.#length += Math.min(text.length, greatestLength);
      }
      while (this.#length > greatestLength && this.#element.children.length > 1) {
        this.#length -= this.#lengthOf(this.#element.firstElementChild);
        this.#element.firstElementChild.remove();
      }
    });
    this.#pending = [];
    this.#pendingLength = 0;
  }
  #lengthOf(element) {
    return element.localName === "span" ? element.textContent.length : 0;
  }
  /// Changes the content; who looked at its end does so afterwards, too.
  #follow(change) {
    const pane = this.#element.parentElement;
    const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 40;
    change();
    if (atEnd) this.toEnd();
  }
  toEnd() {
    const pane = this.#element.parentElement;
    pane.scrollTop = pane.scrollHeight;
  }

  #startLine() {
    this.#flush();
    const last = this.#element.lastElementChild;
    if (last?.localName === "span" && last.textContent !== "" && !last.textContent.endsWith("\n")) this.write("\n");
  }

  /// What was typed, behind its prompt.
  echo(prompt, text) {
    if (prompt !== "") this.write(prompt, "prompt");
    this.write(text.endsWith("\n") ? text : `${text}\n`, "input");
    this.#flush();
    this.toEnd();
  }
  note(text) {
    this.#startLine();
    this.write(`${text}\n`, "note");
    this.#flush();
  }
  /// An error of a program; `place` (a text and what a click on it does) leads to it.
  error(message, place) {
    this.#startLine();
    this.write(place === undefined ? `${message}\n` : message, "error");
    this.#flush();
    if (place === undefined) return;
    const link = document.createElement("button");
    link.type = "button";
    link.className = "place";
    link.textContent = place.text;
    link.addEventListener("click", place.go);
    this.#follow(() => this.#element.append(link));
    this.write("\n", "error");
  }
  showElement(element) {
    this.#startLine();
    this.#flush();
    const frame = document.createElement("div");
    frame.className = "picture";
    frame.append(element);
    this.#follow(() => {
      this.#element.append(frame);
      const pictures = this.#element.querySelectorAll(".picture");
      if (pictures.length > greatestPictures) pictures[0].remove();
    });
    requestAnimationFrame(() => this.toEnd());
  }
  showHtml(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    this.showElement(template.content);
  }
  clear() {
    this.#flush();
    this.#element.replaceChildren();
    this.#length = 0;
  }

  /// Takes away the last line, if it isn't complete: the prompt. One that is too long for that stays.
  takeLastLine() {
    this.#flush();
    const text = [...this.#element.children].slice(-3).map((e) => e.textContent).join("");
    if (text.length - text.lastIndexOf("\n") > greatestPrompt) return "";
    let line = "";
    for (let span; (span = this.#element.lastElementChild)?.localName === "span";) {
      const text = span.textContent;
      const start = text.lastIndexOf("\n") + 1;
      line = text.slice(start) + line;
      this.#length -= text.length - start;
      if (start > 0) {
        span.textContent = text.slice(0, start);
        break;
      }
      span.remove();
    }
    return line;
  }
}
