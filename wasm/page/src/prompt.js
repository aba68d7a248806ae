// The prompt: where input for Scheme is typed, with a history. What is typed while Scheme doesn't ask is kept for when
// it does.
import { acceptCompletion, closeCompletion, completionStatus, selectedCompletion } from "@codemirror/autocomplete";
import { insertNewlineAndIndent } from "@codemirror/commands";
import { EditorView } from "@codemirror/view";
import { common } from "./editor.js";
import { recall, remember } from "./memory.js";
import { isComplete } from "./scan.js";

const historyKey = "coracle-history";
const historyLength = 200;

function loadHistory() {
  try {
    const lines = JSON.parse(recall(historyKey) ?? "[]");
    return Array.isArray(lines) ? lines.filter((line) => typeof line === "string") : [];
  } catch {
    return [];  // not what this page wrote
  }
}

export class Prompt {
  #label;
  #transcript;
  #view;
  #reader;       // of the text that Scheme asks for
  #typed = [];   // what it has not asked for
  #history = loadHistory();
  #place;        // in the history
  #draft = "";   // what was typed before going back in the history

  constructor(parent, label, sendButton, transcript, names, keys) {
    this.#label = label;
    this.#transcript = transcript;
    const enter = (view) => {
      const { doc, selection } = view.state;
      const completion = selectedCompletion(view.state);
      if (completion !== null) {
        const typed = doc.sliceString(0, selection.main.head).endsWith(completion.label);
        if (!typed && acceptCompletion(view)) return true;
        closeCompletion(view);
      }
      // Not before a parenthesis that came by itself.
      const atEnd = doc.sliceString(selection.main.to).trim() === "";
      return atEnd && isComplete(doc.toString()) ? this.#send() : insertNewlineAndIndent(view);
    };
    this.#view = new EditorView({
      parent,
      extensions: common("Input for Scheme", names, [
        ...keys,
        { key: "Enter", run: enter, shift: insertNewlineAndIndent },
        { key: "Mod-Enter", run: () => this.#send() },
        { key: "ArrowUp", run: (view) => this.#atEdge(view, "first") && this.#turn(-1) },
        { key: "ArrowDown", run: (view) => this.#atEdge(view, "last") && this.#turn(1) },
      ]),
    });
    sendButton.addEventListener("click", () => {
      this.#send();
      this.focus();
    });
  }

  focus() {
    this.#view.focus();
  }
  get label() {
    return this.#label.textContent;
  }
  set label(text) {
    this.#label.textContent = text;
  }
  /// Whether Scheme asks for input.
  get waits() {
    return this.#reader !== undefined;
  }
  /// Resolves to the next input; to null if that is cancelled.
  read(label) {
    this.label = label;
    if (this.#typed.length > 0) {
      const text = this.#typed.shift();
      this.#transcript.echo(label, text);
      this.label = "";
      return Promise.resolve(text);
    }
    return new Promise((resolve) => { this.#reader = resolve; });
  }
  cancel() {
    this.#typed = [];
    this.label = "";
    this.#reader?.(null);
    this.#reader = undefined;
  }

  #send() {
    const text = this.#view.state.doc.toString();
    if (text.trim() !== "" && this.#history.at(-1) !== text) {
      this.#history = [...this.#history, text].slice(-historyLength);
      remember(historyKey, JSON.stringify(this.#history));
    }
    this.#place = undefined;
    this.#show("");
    if (this.#reader === undefined) {
      this.#typed.push(`${text}\n`);
    } else {
      this.#transcript.echo(this.label, text);
      this.label = "";
      const reader = this.#reader;
      this.#reader = undefined;
      reader(`${text}\n`);
    }
    return true;
  }
  #show(text) {
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert: text },
      selection: { anchor: text.length },
    });
  }
  #atEdge(view, which) {
    const { doc, selection } = view.state;
    const line = doc.lineAt(selection.main.head).number;
    return completionStatus(view.state) === null && selection.main.empty &&
      line === (which === "first" ? 1 : doc.lines);
  }
  /// Goes back or forth in the history.
  #turn(step) {
    const place = (this.#place ?? this.#history.length) + step;
    if (place < 0 || place > this.#history.length || (step > 0 && this.#place === undefined)) return false;
    if (this.#place === undefined) this.#draft = this.#view.state.doc.toString();
    this.#place = place === this.#history.length ? undefined : place;
    this.#show(this.#place === undefined ? this.#draft : this.#history[place]);
    return true;
  }
}
